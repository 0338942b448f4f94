"""How large an article's picture is, so that a page keeps its place before it is there."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from hub.settings import ROOT
from kit import wire
from kit.blocks import Block

PICTURES = ROOT / "kb_index" / "articles" / "pictures"
_NAME = re.compile(r"[a-z0-9-]{1,80}\.svg")
_ADDRESS = re.compile(r"/help/pictures/([^/?#]+)")
#: The root element's own words; drawn sizes are whole pixels.
_ROOT_ELEMENT = re.compile(r"<svg\b[^>]*>")
_SIZE = {side: re.compile(rf'\b{side}="(\d+)"') for side in ("width", "height")}


def is_picture(name: str) -> bool:
    """Tell whether a name is that of an article's picture."""
    return _NAME.fullmatch(name) is not None and (PICTURES / name).is_file()


def with_sizes(blocks: list[Block]) -> list[Block]:
    """Return the blocks with `width` and `height`, in CSS pixels, of every picture whose size is known."""
    return [{**block, **_size_of(block["url"])} if block["type"] == "image" else block for block in blocks]


def with_sizes_in(reply: wire.TurnReply) -> wire.TurnReply:
    """Return the reply with the sizes of the pictures in its messages."""
    if not any(block["type"] == "image" for message in reply.messages for block in message.blocks):
        return reply
    return replace(reply, messages=[replace(each, blocks=with_sizes(each.blocks)) for each in reply.messages])


def _size_of(url: str) -> dict[str, int]:
    match = _ADDRESS.fullmatch(url)
    return dict(_drawn_size(match[1])) if match and is_picture(match[1]) else {}


@lru_cache(maxsize=256)
def _drawn_size(name: str) -> tuple[tuple[str, int], ...]:
    head = _ROOT_ELEMENT.search((PICTURES / name).read_text(encoding="utf-8"))
    found = {side: pattern.search(head[0]) for side, pattern in _SIZE.items()} if head else {}
    if not all(found.values()):
        return ()
    return tuple((side, int(match[1])) for side, match in found.items() if match)
