"""Links in messages of ours lead to the official domains, or to this service, and nowhere else.

Whatever an article, a model or a customer's own words put into a bot message: another link keeps its text and loses
its address, so that nobody can make the bot send people somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from kit import wire
from kit.blocks import Block, Span, paragraph
from kit.lookalike import is_official


def may_link(url: str, domains: Sequence[str]) -> bool:
    """Tell whether a message of ours may carry this address: a path of our own, or https to an official domain."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return url.startswith("/") and not url.startswith(("//", "/\\"))
    return parts.scheme == "https" and parts.username is None and is_official(host, domains)


def only_official(reply: wire.TurnReply, domains: Sequence[str]) -> wire.TurnReply:
    """Return a reply without the links it may not carry."""
    return replace(reply, messages=[_checked(message, domains) for message in reply.messages])


def _checked(message: wire.BotMessage, domains: Sequence[str]) -> wire.BotMessage:
    blocks = [_block(block, domains) for block in message.blocks]
    citations = [citation for citation in message.citations if may_link(citation.url, domains)]
    return replace(message, blocks=blocks, citations=citations)


def _block(block: Block, domains: Sequence[str]) -> Block:
    if block["type"] == "image" and not may_link(block["url"], domains):
        return paragraph(block["alt"])
    if "spans" in block:
        return {**block, "spans": _spans(block["spans"], domains)}
    if "items" in block:
        return {**block, "items": [_spans(item, domains) for item in block["items"]]}
    if "rows" in block:
        return {**block, "rows": [[_spans(cell, domains) for cell in row] for row in block["rows"]]}
    return block


def _spans(spans: list[Span], domains: Sequence[str]) -> list[Span]:
    return [span if may_link(span.get("link", "/"), domains) else _without_link(span) for span in spans]


def _without_link(span: Span) -> Span:
    return {name: value for name, value in span.items() if name != "link"}
