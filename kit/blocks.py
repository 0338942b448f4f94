"""Rich text as data: what clients render, and nothing they would have to parse.

A *span* is `{"text": str, "bold"?: true, "code"?: true, "link"?: url}`. A *block* is one of

    {"type": "paragraph" | "heading" | "note", "spans": [span]}
    {"type": "list" | "steps", "items": [[span]]}
    {"type": "code", "text": str}
    {"type": "table", "rows": [[[span]]]}            first row is the header
    {"type": "image", "url": str, "alt": str, "width"?: int, "height"?: int}    CSS pixels

Blocks are plain dictionaries because they travel as JSON from `kb build` to the
browser; `check` is the one place that says which are well-formed.
"""

from __future__ import annotations

from typing import Any

from kit.errors import InvalidRequest

Span = dict[str, Any]
Block = dict[str, Any]

_SPAN_BLOCKS = {"paragraph", "heading", "note"}
_ITEM_BLOCKS = {"list", "steps"}


def span(text: str, *, bold: bool = False, code: bool = False, link: str | None = None) -> Span:
    """Return one run of text in one style."""
    made: Span = {"text": text}
    if bold:
        made["bold"] = True
    if code:
        made["code"] = True
    if link:
        made["link"] = link
    return made


def paragraph(text: str) -> Block:
    """Return a paragraph in one plain style."""
    return {"type": "paragraph", "spans": [span(text)]}


def check(blocks: list[Block]) -> None:
    """Raise InvalidRequest naming the first block that is not well-formed."""
    for i, block in enumerate(blocks):
        kind = block.get("type")
        if kind in _SPAN_BLOCKS:
            parts = [block.get("spans")]
        elif kind in _ITEM_BLOCKS:
            parts = block.get("items") or [None]
        elif kind == "table":
            parts = [cell for row in block.get("rows") or [[None]] for cell in row]
        elif kind == "code":
            parts = [[{"text": block.get("text")}]]
        elif kind == "image":
            parts = [[{"text": block.get("alt"), "link": block.get("url") or 0}]]
        else:
            raise InvalidRequest(f"blocks[{i}]: unknown type {kind!r}.")
        for spans in parts:
            if not isinstance(spans, list) or not all(_is_span(item) for item in spans):
                raise InvalidRequest(f"blocks[{i}] ({kind}): not a list of spans.")


def _is_span(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return False
    return isinstance(item.get("link", ""), str)


def plain_text(blocks: list[Block]) -> str:
    """Return blocks as text that is complete by itself: numbered steps, bulleted lists, blank lines between."""
    return "\n\n".join(part for part in (_plain(block) for block in blocks) if part)


def _plain(block: Block) -> str:
    kind = block["type"]
    if kind in _SPAN_BLOCKS:
        return _join(block["spans"])
    if kind == "list":
        return "\n".join(f"- {_join(item)}" for item in block["items"])
    if kind == "steps":
        return "\n".join(f"{n}. {_join(item)}" for n, item in enumerate(block["items"], start=1))
    if kind == "table":
        return "\n".join(" | ".join(_join(cell) for cell in row) for row in block["rows"])
    return str(block["text"] if kind == "code" else block["alt"])


def _join(spans: list[Span]) -> str:
    return "".join(item["text"] for item in spans)
