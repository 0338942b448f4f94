"""Redaction of the transcript: words taken out of a message afterwards, wherever the record still has them.

A message is redacted whole, or a part of its text is; a *mark* stands in its place. It is overwritten, not
hidden: event, inbox, dialogue state, traces and buttons keep none of it, its files are erased with the whole
message, and what waits in the outbox is sent as it reads then. Whoever was shown the message is told by a
`message.redacted`. Other messages lose what they quote of it, when that is long enough to be a quote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import redaction_repository as repository
from conversations import service
from conversations.attachments import service as attachments
from conversations.models import Conversation, Event
from kit import wire
from kit.errors import InvalidRequest, NotFound

MARKS = {"en": "[redacted]", "zh": "[已隐去]"}
#: Shorter words stand elsewhere by chance, in code points.
SHORTEST_QUOTE = 6
#: What of an event's or a payload's data is not said by anybody.
STRUCTURE = frozenset(
    "action article_id author case client_id due_at event event_id expected holder id intent name number outcome "
    "slot status steps token turn_id type url version".split()
)


class NotInMessage(InvalidRequest):
    """The part to be redacted does not stand in the message."""


@dataclass(frozen=True)
class Cut:
    """Words that must go, whatever their case and spacing, and the mark that takes their place."""

    pieces: tuple[str, ...]
    mark: str

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = sorted((r"\s+".join(map(re.escape, piece.split())) for piece in self.pieces), key=len, reverse=True)
        return re.compile("|".join([re.escape(self.mark), *forms]), re.IGNORECASE)

    def text(self, text: str) -> str:
        return self._pattern.sub(lambda _: self.mark, text) if self.pieces else text

    def value(self, value: Any) -> Any:
        """Return a JSON value without the words; what is structure stays."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {key: each if key in STRUCTURE else self.value(each) for key, each in value.items()}
        return value


@dataclass(frozen=True)
class Redacted:
    """What was taken out. `cut` is for whatever else is kept about the conversation."""

    cut: Cut
    is_new: bool
    #: Files to remove after the commit.
    files: list[str] = field(default_factory=list)
    #: What went of the message's text, and the other messages that quoted it.
    words: str = ""
    quoting: list[int] = field(default_factory=list)


def mark_of(locale: str) -> str:
    """Return the mark in a customer's language."""
    return MARKS["zh" if locale.lower().startswith("zh") else "en"]


def words_of(value: Any) -> Iterator[str]:
    """Give every text in a JSON value."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from words_of(each)


async def redact(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    event_id: int,
    *,
    part: str | None,
    facts: Collection[str] = (),
) -> Redacted:
    """Take a message's text, or every occurrence of a part of it, out of the record. Repeated it changes nothing.

    Args:
        conversation: locked.
        facts: what was read out of this customer's messages; those that stand in the removed words go with them.

    Raises:
        NotFound: there is no such message.
        NotInMessage: the part is not in it.
    """
    events = await repository.events(session, conversation.id)
    target = next((event for event in events if event.id == event_id and event.type == wire.MESSAGE_CREATED), None)
    if target is None:
        raise NotFound("There is no such message.")
    mark, text = mark_of(conversation.locale), str(target.data["text"])
    shown = mark if part is None else Cut((part,), mark).text(text)
    if part is not None and shown == text:
        raise NotInMessage("This does not stand in the message. Select it there again.")
    has_files = part is None and any(not file.get("is_erased") for file in target.data.get("attachments") or ())
    if shown == text and not has_files:
        return Redacted(Cut((), mark), is_new=False)
    quoted = Cut(_long_enough([text if part is None else part]), mark)
    cut = Cut((*quoted.pieces, *_long_enough(fact for fact in facts if _stands_in(fact, quoted.pieces))), mark)
    files = await _erase_files(session, now, target) if part is None else []
    await _rewrite(session, now, conversation, events, target, shown, quoted)
    quoting = [
        event.id
        for event in events
        if event is not target and await _cut_quotes(session, now, conversation, events, event, quoted)
    ]
    await _cut_elsewhere(session, conversation, event_id, shown, cut, is_whole=part is None)
    return Redacted(cut, is_new=True, files=files, words=text if part is None else part, quoting=quoting)


def _long_enough(pieces: Iterable[str]) -> tuple[str, ...]:
    stripped = (piece.strip(" \n\t/") for piece in pieces)
    return tuple({piece for piece in stripped if len(piece) >= SHORTEST_QUOTE and piece not in MARKS.values()})


def _stands_in(fact: str, texts: Iterable[str]) -> bool:
    return any(fact.casefold() in text.casefold() for text in texts)


async def _erase_files(session: AsyncSession, now: datetime, event: Event) -> list[str]:
    files = [file["id"] for file in event.data.get("attachments") or () if not file.get("is_erased")]
    for file in files:
        await attachments.overwrite(session, now, event.conversation_id, file)
    return files


async def _rewrite(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    events: list[Event],
    event: Event,
    text: str,
    cut: Cut,
) -> None:
    """Overwrite a message and what earlier redactions of it said, and tell who was shown it."""
    rest = {name: cut.value(event.data.get(name) or []) for name in ("buttons", "citations")}
    if text == cut.mark:
        rest = {name: [] for name in rest}
    event.data = {**event.data, "text": text, "blocks": [], **rest, "is_redacted": True}
    for other in events:
        if other.type == wire.MESSAGE_REDACTED and other.data["event_id"] == event.id:
            other.data = {**other.data, "message": event.data}
    data = {"event_id": event.id, "message": event.data}
    await service.append(session, now, conversation, wire.MESSAGE_REDACTED, data, audience=event.audience)


async def _cut_quotes(
    session: AsyncSession, now: datetime, conversation: Conversation, events: list[Event], event: Event, quoted: Cut
) -> bool:
    """Take quotes out of an event; tells whether it is a message that had some."""
    if event.type == wire.MESSAGE_REDACTED:
        return False
    is_article = event.data.get("author") == "bot" and event.data.get("citations")
    data = event.data if is_article else quoted.value(event.data)
    if data == event.data:
        return False
    if event.type == wire.MESSAGE_CREATED:
        await _rewrite(session, now, conversation, events, event, quoted.text(str(event.data["text"])), quoted)
        return True
    event.data = data
    return False


async def _cut_elsewhere(
    session: AsyncSession, conversation: Conversation, event_id: int, shown: str, cut: Cut, *, is_whole: bool
) -> None:
    conversation.state = cut.value(conversation.state)
    for row in await repository.inbox(session, conversation.id):
        is_its = row.event_id == event_id
        text = shown if is_its else cut.text(row.text)
        if is_its or text != row.text:
            row.text, row.digest, row.payload = text, "", cut.value(row.payload)
            row.is_done = row.is_done or (is_its and is_whole)
    for turn in await repository.turns(session, conversation.id):
        turn.trace = cut.value(turn.trace)
    for button in await repository.buttons(session, conversation.id):
        button.label, button.payload = cut.text(button.label), cut.value(button.payload)
    await session.flush()
