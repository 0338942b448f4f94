"""Rules of turn-taking, without a database or a clock.

A *batch* is the run of waiting messages that one turn answers. A *claim* is the right
to answer it, good while its *fence* and *epoch* are current. *Answer-by* is the promise
that a waiting message is never met with silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit import wire
from kit.errors import Conflict, SupportError
from kit.text import is_fragment

#: How long a short fragment waits for more.
FRAGMENT_WAIT = timedelta(seconds=0.8)
#: A claim outlives the assistant's deadline and its commit; after that another may take over.
LEASE_DURATION = timedelta(seconds=12)
#: After this long without a reply the customer is told it takes longer.
DELAY_TOLD_AFTER = timedelta(seconds=10)
#: After this long, or this many failures with a ready worker, people take over.
FAIL_OVER_AFTER = timedelta(seconds=60)
FAIL_OVER_ATTEMPTS = 3
#: How often a newer message may discard a finished reply before the reply is sent all the same.
MAX_DISCARDS = 2


class ClientIdReused(Conflict):
    """The same id came with other text."""


class StaleTurn(SupportError):
    """The reply came too late: another worker or another holder has the conversation."""

    status_code = 409


class Superseded(SupportError):
    """The customer wrote more before the reply was committed."""

    status_code = 409


@dataclass(frozen=True)
class Incoming:
    """One message as a channel hands it in: `text`, or a button's token; `payload` if it is a channel's command."""

    channel: str
    external_id: str
    conversation_id: str
    text: str = ""
    button: str | None = None
    client_id: str | None = None
    payload: dict[str, Any] | None = None
    #: Files that came with it, and the hash of what was sent; the text may be empty then.
    attachments: tuple[wire.Attachment, ...] = ()
    upload: str = ""
    #: Number of the ticket it adds to, when it is meant for people and not for the assistant.
    ticket: str | None = None


@dataclass(frozen=True)
class Received:
    event_id: int
    is_new: bool


@dataclass(frozen=True)
class Waiting:
    """A message that no turn has dealt with yet."""

    inbox_id: int
    event_id: int
    text: str
    payload: dict[str, Any] | None
    received_at: datetime
    attempts: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """The right to answer one batch, and the conversation as it was when claimed."""

    conversation_id: str
    owner: str
    fence: int
    epoch: int
    holder: str
    locale: str
    timezone: str
    customer_id: str | None
    state: dict[str, Any] | None
    batch: list[Waiting]
    discards: int = 0

    @property
    def text(self) -> str | None:
        """The batch as one text, or None for a button; empty when it is only files."""
        return None if self.payload else "\n".join(waiting.text for waiting in self.batch if waiting.text)

    @property
    def payload(self) -> wire.Payload | None:
        found = self.batch[0].payload
        return wire.Payload(found["intent"], found["entities"]) if found else None

    @property
    def last_event_id(self) -> int:
        return self.batch[-1].event_id


def next_batch(waiting: list[Waiting]) -> list[Waiting]:
    """Return the leading messages one turn answers: a button alone, or texts up to the next button."""
    batch: list[Waiting] = []
    for message in waiting:
        if message.payload and batch:
            break
        batch.append(message)
        if message.payload:
            break
    return batch


def ready_at(waiting: list[Waiting]) -> datetime:
    """Return when the turn over these messages may start: at once, unless all that came is a fragment."""
    batch = next_batch(waiting)
    last = batch[-1]
    complete = len(waiting) > len(batch) or last.payload is not None or not is_fragment(last.text)
    start = last.received_at if complete else last.received_at + FRAGMENT_WAIT
    return max([start, *(message.retry_at for message in batch if message.retry_at)])


def must_fail_over(waiting: list[Waiting], now: datetime) -> bool:
    """Tell whether people must take over because the assistant did not answer, although it was asked."""
    return any(
        message.attempts >= FAIL_OVER_ATTEMPTS
        or (message.retry_at is not None and now - message.received_at >= FAIL_OVER_AFTER)
        for message in waiting
    )


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after the nth failure: half a second, doubling, at most four seconds."""
    return timedelta(seconds=min(0.5 * 2 ** (attempts - 1), 4))
