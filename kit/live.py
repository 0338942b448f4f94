"""Placeholders for numbers that change: `{fact: instrument, symbol, tickSize}` as a paragraph of its own.

An article holds the word `symbol` or `currency` where a name belongs; the assistant writes
what the customer named, the service what the exchange says now. A paragraph whose name or
number is not known is left out: the words around it say where to look.
"""

from __future__ import annotations

from typing import Any

from kit.blocks import Block, plain_text

_MARK = "{fact:"
#: Words an article writes where a name belongs.
NAMES = ("symbol", "currency")


def is_live(block: Block) -> bool:
    """Tell whether a block is a placeholder."""
    return block["type"] == "paragraph" and plain_text([block]).lstrip().startswith(_MARK)


def without_live(blocks: list[Block]) -> list[Block]:
    """Return the blocks that say the same at any time."""
    return [block for block in blocks if not is_live(block)]


def name_live(blocks: list[Block], names: dict[str, str]) -> list[Block]:
    """Write the customer's symbol or currency into placeholders; those without one are left out."""
    named = []
    for block in blocks:
        if not is_live(block):
            named.append(block)
            continue
        text = plain_text([block])
        for word, name in names.items():
            text = text.replace(f", {word},", f", {name},")
        if not any(f", {word}," in text for word in NAMES):
            named.append({"type": "paragraph", "spans": [{"text": text}]})
    return named


def fill_live(blocks: list[Block], values: dict[str, str | None]) -> list[Block]:
    """Write values into placeholders, by their text; those without one are left out."""
    filled: list[Block] = []
    for block in blocks:
        value: Any = values.get(plain_text([block]).strip()) if is_live(block) else None
        if value:
            filled.append({"type": "note", "spans": [{"text": value}]})
        elif not is_live(block):
            filled.append(block)
    return filled
