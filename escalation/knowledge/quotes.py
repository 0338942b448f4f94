"""Passages of the help centre as an agent's reply quotes them.

A *quote* is a passage word for word with the citation of its article, as the bot's answers
have it; clients draw both alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kit import wire
from kit.blocks import Block, paragraph, plain_text

#: Passages in one reply.
MAX_QUOTES = 3


@dataclass(frozen=True)
class Quote:
    """A passage; `blocks` begin with its heading."""

    passage_id: str
    blocks: list[Block]
    citation: wire.Citation


def as_message(text: str, quotes: Sequence[Quote]) -> dict[str, Any]:
    """Return what a message says: the agent's own words, then each passage; `text` is complete by itself."""
    if not quotes:
        return {"text": text}
    blocks = [paragraph(line) for line in text.splitlines() if line.strip()]
    blocks += [block for quote in quotes for block in quote.blocks]
    passages = (plain_text(quote.blocks) for quote in quotes)
    citations = {quote.citation.article_id: vars(quote.citation) for quote in quotes}
    return {"text": "\n\n".join([text, *passages]), "blocks": blocks, "citations": list(citations.values())}
