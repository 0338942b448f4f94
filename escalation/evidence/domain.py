"""Evidence packs: what is asked about a disputed moment, what a part is, and when it is asked again.

A *subject* is the contract, time and price as the customer or an agent gave them; nothing in it is
trusted. A *window* is the time around the moment. A *pack* has one *part* per kind of record; a
part holds content with its hash, or the reason why it is missing. A *note* is a code with values;
escalation.evidence.words says it in English and Chinese.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from kit.clock import from_wire, to_wire
from kit.errors import Conflict, SupportError, TooMany

#: Cases a pack is collected for.
DISPUTES = ("liquidation_appeal", "trade_dispute", "settlement_dispute")
PARTS = ("trades", "buckets", "record", "announcements")
#: The window reaches this far on either side of the moment.
HALF_WINDOW = timedelta(minutes=30)
#: Clocks differ: a moment this little ahead is now.
SLACK = timedelta(minutes=5)
#: No trade is older (F001).
EXCHANGE_BEGAN = datetime(2014, 1, 1, tzinfo=UTC)
#: The exchange needs a while to publish a window's last minute.
SETTLING = timedelta(minutes=2)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=5), timedelta(hours=6)
#: The same may be asked for again by hand after this long.
REFETCH_AFTER = timedelta(minutes=1)

#: Reasons that pass by themselves.
_PASSING = ("unavailable", "rate_limited", "not_connected", "broken_off")
#: Reasons that only other facts take away.
_NEEDS_FACTS = (
    "no_symbol",
    "unknown_symbol",
    "near_symbol",
    "no_time",
    "rough_time",
    "day_only",
    "in_future",
    "before_exchange",
)

_LONGEST_GIVEN = 64
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PRICE = re.compile(
    r"(?<![\w.-])\$?\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,16}(?:\.\d{1,16})?)(?!\d|e\d)\s*(k(?![a-z])|万)?", re.I | re.A
)
_TIMES = {"k": 1_000, "万": 10_000}


class NotADispute(Conflict):
    """Evidence is collected for disputes only."""


class CollectedMeanwhile(Conflict):
    """Another pack of the ticket was stored while this one was collected."""


class JustCollected(TooMany):
    """The same was collected a moment ago."""


class EvidenceDamaged(SupportError):
    """What is stored no longer has the hash it was stored with."""


@dataclass(frozen=True)
class Note:
    code: str
    values: dict[str, Any] = field(default_factory=dict)


class Missing(Exception):
    """A part cannot be had; the note says why."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.note = Note(code, values)


@dataclass(frozen=True)
class Subject:
    """What a pack is about, each as it was given or None."""

    symbol: str | None = None
    at: str | None = None
    price: str | None = None

    def with_changes(self, **given: str | None) -> Subject:
        """Return the subject with what somebody else knows better."""
        return Subject(**{**asdict(self), **{name: _given(value) for name, value in given.items() if value}})


@dataclass(frozen=True)
class Window:
    moment: datetime

    @property
    def start(self) -> datetime:
        return self.moment - HALF_WINDOW

    @property
    def end(self) -> datetime:
        return self.moment + HALF_WINDOW


@dataclass(frozen=True)
class Part:
    """One kind of record: canonical content, or why there is none."""

    name: str
    fetched_at: datetime
    #: Every address that was asked.
    sources: list[str]
    content: bytes | None = None
    notes: list[Note] = field(default_factory=list)
    missing: Note | None = None

    @property
    def sha256(self) -> str | None:
        return None if self.content is None else digest(self.content)


@dataclass(frozen=True)
class Collected:
    """A pack that is not stored yet."""

    case: str
    subject: Subject
    window: Window | None
    collected_at: datetime
    parts: list[Part]
    #: What the record says, computed.
    findings: list[Note] = field(default_factory=list)


def subject_of(facts: Mapping[str, Any]) -> Subject:
    """Return what a ticket's facts say of the dispute."""
    return Subject(_given(facts.get("symbol")), _given(facts.get("occurred_at")), _given(facts.get("price")))


def _given(value: Any) -> str | None:
    return str(value).strip()[:_LONGEST_GIVEN] or None if isinstance(value, (str, int, float)) else None


def window_of(subject: Subject, now: datetime, settled_at: datetime | None = None) -> Window:
    """Return the window around the moment; `settled_at` stands in where no time was given.

    Raises:
        Missing: no time was given, or not one at which something can have happened.
    """
    if subject.at is None and settled_at is not None and settled_at <= now:
        return Window(settled_at)
    if subject.at is None:
        raise Missing("no_time")
    if _DAY.fullmatch(subject.at):
        raise Missing("day_only", given=subject.at)
    try:
        moment = from_wire(subject.at).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Missing("rough_time", given=subject.at) from error
    if moment > now + SLACK:
        raise Missing("in_future", given=moment)
    if moment < EXCHANGE_BEGAN:
        raise Missing("before_exchange", given=subject.at)
    return Window(moment)


def price_of(subject: Subject) -> Decimal | None:
    """Return the first price that was given: 97,000.5 of "liq at $97,000.5"; None when none can be read."""
    found = _PRICE.search(subject.price or "")
    if found is None:
        return None
    price = Decimal(found[1].replace(",", "")) * _TIMES.get((found[2] or "").lower(), 1)
    return price if price else None


def canonical(value: Any) -> bytes:
    """Return the bytes that are hashed: JSON in UTF-8, keys sorted, no blanks, numbers as text exactly as published."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return to_wire(value)
    return f"{value:f}" if isinstance(value, Decimal) else value


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def again_at(pack: Collected) -> datetime | None:
    """Return when to look at the ticket again; None when nothing is expected to change."""
    reasons = {note.code for part in pack.parts for note in [*part.notes, *([part.missing] if part.missing else [])]}
    due = []
    if reasons & {*_PASSING, *_NEEDS_FACTS}:
        due.append(pack.collected_at + FIRST_DELAY)
    if pack.window is not None and pack.collected_at < pack.window.end + SETTLING:
        due.append(pack.window.end + SETTLING)
    return min(due, default=None)


def needs_facts(missing: Iterable[Note]) -> bool:
    """Tell whether asking again is useless until the facts change."""
    return any(note.code in _NEEDS_FACTS for note in missing)


def postponed(collected_at: datetime, now: datetime) -> datetime:
    """Return when to look again after a look that brought nothing: later and later."""
    return now + min(max(now - collected_at, FIRST_DELAY), LONGEST_DELAY)
