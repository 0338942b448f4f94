"""A case at a glance: what, since when, what the bot said, what is known, in which mood, and earlier cases.

Extractive: every line is a quote or a stored value, with the id of the message it is from where there is one; nothing
is made up, so nothing in it can be wrong that is right in the transcript.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conversations.models import Event
from escalation.models import Ticket
from kit.clock import to_wire

#: Messages before the case was opened that are read, and articles the bot named that are told.
MAX_READ = 100
MAX_SAID = 3
#: Longest quote, in characters.
MAX_QUOTE = 200

_UPSET = re.compile(
    r"!!|\b(?:scam\w*|fraud\w*|thie(?:f|ves)|stole\w*|steal\w*|robb\w*|liars?|angry|furious|unacceptable|disgust\w*|"
    r"ridiculous|lawyer|sue|police|wtf|fuck\w*|shit\w*|worst)\b|"
    r"[!！]{2}|骗子|骗钱|诈骗|垃圾|黑平台|坑人|气死|愤怒|律师|起诉|报警|投诉你们|太过分|无语",
    re.IGNORECASE,
)
#: Hashes and ids, which say nothing to a reader.
_IDENTIFIER = re.compile(r"[A-Za-z0-9]{20,}")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
_CAPITALS = re.compile(r"(?:\b[A-Z]{3,}\b\W*){4,}")


@dataclass(frozen=True)
class Said:
    """One message of the conversation, the titles of the articles it quotes with it."""

    id: int
    author: str
    text: str
    at: str
    titles: tuple[str, ...]


def said(events: Sequence[Event]) -> list[Said]:
    """Return the messages among events."""
    return [
        Said(
            event.id,
            event.data["author"],
            event.data.get("text") or "",
            to_wire(event.at),
            tuple(citation["title"] for citation in event.data.get("citations") or ()),
        )
        for event in events
    ]


def brief(ticket: Ticket, messages: Sequence[Said], earlier: Sequence[Ticket]) -> dict[str, Any]:
    """Return the case at a glance.

    Args:
        messages: those before the case was opened, oldest first.
        earlier: other cases of the same customer, newest first.
    """
    theirs = [message for message in messages if message.author == "customer" and message.text]
    what = max(theirs, key=lambda message: len(_IDENTIFIER.sub("", message.text)), default=None)
    upset = next((quote for message in reversed(theirs) if (quote := _upset(message)) is not None), None)
    return {
        "what": _quote(what),
        "since": _since(ticket, what),
        "bot_said": _answers(messages),
        "facts": [
            {"name": name, "event_id": _source(value, theirs)}
            for name, value in ticket.fields.items()
            if value not in (None, "")
        ],
        "missing": ticket.missing,
        "language": ticket.language,
        "mood": {"is_upset": upset is not None, **(upset or {})},
        "earlier": [
            {"number": each.number, "case": each.case, "status": each.status, "created_at": to_wire(each.created_at)}
            for each in earlier
            if each.number != ticket.number
        ],
    }


def _quote(message: Said | None) -> dict[str, Any] | None:
    return {"text": _shortened(message.text), "event_id": message.id} if message else None


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUOTE else text[: MAX_QUOTE - 1] + "…"


def _since(ticket: Ticket, what: Said | None) -> dict[str, Any]:
    """Return the time the customer gave, else when they first told it, else when the case was opened."""
    given = ticket.fields.get("occurred_at")
    at = str(given) if given else what.at if what else to_wire(ticket.created_at)
    return {"at": at, "is_given": bool(given), "event_id": what.id if what else None}


def _answers(messages: Sequence[Said]) -> list[dict[str, Any]]:
    """Return the articles the bot answered with last, each once, oldest first."""
    named = {title: message.id for message in messages if message.author == "bot" for title in message.titles}
    return [{"text": title, "event_id": id} for title, id in list(named.items())[-MAX_SAID:]]


def _source(value: Any, theirs: Sequence[Said]) -> int | None:
    """Return the first message that holds a fact as it was said; None for what was derived or pressed."""
    sought = str(value).casefold()
    return next((message.id for message in theirs if sought in message.text.casefold()), None)


def _upset(message: Said) -> dict[str, Any] | None:
    """Return the sentence that shows that somebody is upset, None when none does."""
    for sentence in _SENTENCE.findall(message.text):
        if _UPSET.search(sentence) or _CAPITALS.search(sentence):
            return {"text": _shortened(sentence.strip()), "event_id": message.id}
    return None
