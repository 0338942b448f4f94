"""Links in messages of ours lead to the official domains, or to this service, and nowhere else.

Whatever an article, a model or a customer's own words put into a bot message: another link keeps its text and loses
its address, so that nobody can make the bot send people somewhere. Where a program makes links of bare words by itself,
as Telegram does, those words are broken up for it (`breaks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from kit import wire
from kit.blocks import Block, Span, paragraph
from kit.lookalike import is_official

#: What may be a host, with who is before its @ if anybody, and what may follow one. Some programs end an address at
#: signs that cannot be seen, so it ends at any of them here.
_HOST = re.compile(r"[\w~@.-]+")
_PATH = re.compile(r"(?::\d+)?[/?#][^\s<>\"«»\u2000-\u206f]*")
_DOT = re.compile(r"(?<=[\w~-])\.(?=\w)")
#: Addresses without a dot: a name on Telegram, a command to its app.
_OTHER = re.compile(r"(?<!\w)@(?=\w)|(?:tg|ton|tonsite):(?=//)", re.IGNORECASE)


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


def breaks(text: str, domains: Sequence[str]) -> list[int]:
    """Return where something unseen must stand so that no program takes bare words for an address of elsewhere.

    Too many of these places do no harm, so nobody need know which endings of names exist.
    """
    return sorted({*_breaks_in_hosts(text, domains), *(other.end() for other in _OTHER.finditer(text))})


def _breaks_in_hosts(text: str, domains: Sequence[str]) -> Iterator[int]:
    at = 0
    while found := _HOST.search(text, at):
        at = found.end()
        if is_official(found[0].rpartition("@")[2], domains):
            path = _PATH.match(text, at)
            at = path.end() if path else at
        elif any(map(str.isalpha, found[0])) or found[0].strip(".").count(".") == 3:  # else it is a number
            yield from (dot.end() for dot in _DOT.finditer(text, found.start(), found.end()))


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
