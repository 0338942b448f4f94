"""Draws a message of the transcript for Telegram: text with entities, source lines, buttons. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from hub.channels.telegram import wording
from hub.channels.telegram.rich import Rich, join, split, styled
from hub.links import breaks, may_link
from kit.blocks import Block, Span
from kit.text import cjk_count

#: Width of a row of buttons, in Latin letters, and the most that stand in one.
_ROW_WIDTH = 26
_ROW_BUTTONS = 3
#: Put into an address it cannot be seen, and Telegram makes no link of it.
_JOINER = "\u2060"


@dataclass(frozen=True)
class Site:
    """Where our pages stand, and the domains links may lead to."""

    url: str
    domains: Sequence[str]


def render(data: dict[str, Any], *, public_url: str, domains: Sequence[str] = ()) -> list[Rich]:
    """Return a message's parts, each short enough to send.

    Args:
        data: of a `message.created` event.
        public_url: where the help pages stand; empty writes their titles without a link.
        domains: where links may lead.
    """
    site = Site(public_url, domains)
    body = _blocks(data["blocks"], site) if data.get("blocks") else Rich(data["text"])
    if data["author"] == "agent" and data.get("name"):
        body = styled(data["name"], "bold") + Rich("\n") + body
    locale = "zh" if cjk_count(body.text) else "en"  # the answer's own language
    sources = [_source(citation, site, locale) for citation in data.get("citations") or []]
    drawn = join([body, *sources], "\n\n")
    return split(drawn if data["author"] == "agent" else _unlinked(drawn, domains))


def keyboard(data: dict[str, Any]) -> InlineKeyboardMarkup | None:
    """Return a message's buttons, short ones side by side; each carries only its opaque token."""
    rows: list[list[InlineKeyboardButton]] = []
    used = _ROW_WIDTH
    for button in data.get("buttons") or []:
        width = _width(button["label"]) + 2
        if used + width > _ROW_WIDTH or len(rows[-1]) == _ROW_BUTTONS:
            rows.append([])
            used = 0
        rows[-1].append(InlineKeyboardButton(button["label"], callback_data=button["token"]))
        used += width
    return InlineKeyboardMarkup(rows) if rows else None


def _unlinked(rich: Rich, domains: Sequence[str]) -> Rich:
    """Return what the bot says so that Telegram makes no links of it by itself, except to official domains."""
    codes = [mark for mark in rich.marks if mark.type in ("code", "pre")]  # where Telegram makes none
    places = [at for at in breaks(rich.text, domains) if not any(code.start < at < code.end for code in codes)]
    return rich.insert(places, _JOINER)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _source(citation: dict[str, Any], site: Site, locale: str) -> Rich:
    url = _absolute(citation["url"], site)
    title = styled(citation["title"], "text_link" if url else None, url)
    before, after = wording.text("source", locale, reviewed_on=citation["reviewed_on"]).split("{title}")
    return Rich(before) + title + Rich(after)


def _absolute(url: str, site: Site) -> str | None:
    """Return an address one can open from a chat, or None where there is none or it is not official."""
    if not may_link(url, site.domains):
        return None
    return url if url.startswith("https://") else site.url + url if site.url else None


def _blocks(blocks: list[Block], site: Site) -> Rich:
    drawn = [_block(block, site) for block in blocks]
    return join([block for block in drawn if block.text.strip()], "\n\n")


def _block(block: Block, site: Site) -> Rich:
    kind = block["type"]
    if kind == "heading":
        return styled(_spans(block["spans"], site).text, "bold")
    if kind == "note":
        return _over(_spans(block["spans"], site), "blockquote")
    if kind == "list":
        return join([Rich("• ") + _spans(item, site) for item in block["items"]], "\n")
    if kind == "steps":
        steps = enumerate(block["items"], start=1)
        return join([Rich(f"{number}. ") + _spans(item, site) for number, item in steps], "\n")
    if kind == "table":
        return _table(block["rows"], site)
    if kind == "code":
        return styled(block["text"], "pre")
    if kind == "image":
        url = _absolute(block["url"], site)
        return styled(block["alt"], "text_link" if url else None, url)
    return _spans(block["spans"], site)


def _table(rows: list[list[list[Span]]], site: Site) -> Rich:
    """Return a row a line, cells parted by bars: columns do not line up on a phone."""
    lines = [join([_spans(cell, site) for cell in row], " | ") for row in rows]
    return join([styled(line.text, "bold") if i == 0 else line for i, line in enumerate(lines)], "\n")


def _over(rich: Rich, type: str) -> Rich:
    return Rich(rich.text, (*styled(rich.text, type).marks, *rich.marks))


def _spans(spans: list[Span], site: Site) -> Rich:
    return join([_span(span, site) for span in spans], "")


def _span(span: Span, site: Site) -> Rich:
    if span.get("code"):
        return styled(span["text"], "code")  # Telegram allows no other style inside code
    drawn = styled(span["text"], "bold" if span.get("bold") else None)
    url = _absolute(span["link"], site) if span.get("link") else None
    return Rich(drawn.text, (*drawn.marks, *styled(drawn.text, "text_link", url).marks)) if url else drawn
