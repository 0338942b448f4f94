"""What a report is about: days in the desk's zone, and a queue, a language or a channel.

Pure. A *day* runs from midnight to midnight of the desk's clock, so it may have 23 or 25 hours; the days of a range
follow one another without gap or overlap. What filters leave out (None) matches all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from escalation.domain import QUEUES
from kit.errors import InvalidRequest

#: Days of a report when nobody says which.
USUAL_DAYS = 28
MAX_DAYS = 366
CHANNELS = ("web", "telegram")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One day with its instants in UTC; `ends_at` is the next one's beginning."""

    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Scope:
    """The days from `first` to `last`, both included, and what else narrows a report."""

    first: date
    last: date
    zone: tzinfo
    now: datetime
    queue: str | None = None
    language: str | None = None
    channel: str | None = None

    @property
    def starts_at(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant after the last day."""
        return _midnight(self.last + _DAY, self.zone)

    def days(self) -> list[Day]:
        """Return every day of the range."""
        count = (self.last - self.first).days + 1
        marks = [_midnight(self.first + place * _DAY, self.zone) for place in range(count + 1)]
        return [Day(self.first + place * _DAY, marks[place], marks[place + 1]) for place in range(count)]

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the report, by name."""
        asked = {"queue": self.queue, "language": self.language, "channel": self.channel}
        return {name: value for name, value in asked.items() if value is not None}


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(timezone.utc)


def scope_of(
    now: datetime,
    zone: tzinfo,
    first: date | None,
    last: date | None,
    *,
    queue: str | None = None,
    language: str | None = None,
    channel: str | None = None,
) -> Scope:
    """Return the scope somebody asked for; without dates the last 28 days, today included.

    Raises:
        InvalidRequest: the days are in the wrong order or too many, or there is no such queue.
    """
    last = last or (now.astimezone(zone).date() if first is None else min(now.astimezone(zone).date(), _far(first)))
    first = first or last - (USUAL_DAYS - 1) * _DAY
    if first > last:
        raise InvalidRequest("'from' must not be after 'to'.")
    if (last - first).days >= MAX_DAYS:
        raise InvalidRequest(f"A report covers at most {MAX_DAYS} days.")
    if not date(2000, 1, 1) <= first <= last < date(2200, 1, 1):
        raise InvalidRequest("'from' and 'to' must lie between 2000 and 2199.")
    if queue is not None and queue not in QUEUES:
        raise InvalidRequest(f"'queue' must be one of {', '.join(QUEUES)}.")
    return Scope(first, last, zone, now, queue, language, channel)


def _far(first: date) -> date:
    return first + (MAX_DAYS - 1) * _DAY
