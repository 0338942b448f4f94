"""Business calendars: which time counts as working time, and when an amount of it has passed.

The wall clock of the calendar's zone decides: an instant is working time when a clock there shows
a time inside one of that weekday's windows, on a date that is no holiday. So an hour that daylight
saving skips is not there to be worked, and an hour it repeats counts twice. A window holds its
opening instant and not its closing one. Nothing here reads a clock or a file.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

#: Monday first, as `date.weekday()` counts.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)
#: How far ahead an amount of working time is searched for.
HORIZON = timedelta(days=20 * 366)
_WINDOW = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


class InvalidCalendar(ValueError):
    """A calendar that cannot be meant: the message says what to write instead."""


@dataclass(frozen=True, order=True)
class Window:
    """Working time within one day, as durations since local midnight; `closes` may be 24 h."""

    opens: timedelta
    closes: timedelta

    def __post_init__(self) -> None:
        if not _NO_TIME <= self.opens < self.closes <= _DAY:
            raise InvalidCalendar(
                f"The window {self} does not open before it closes. One over midnight is written as two: "
                "until 24:00, and from 00:00 on the next day."
            )

    def __str__(self) -> str:
        return f"{_hh_mm(self.opens)}-{_hh_mm(self.closes)}"

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read a window such as 09:00-12:30."""
        match = _WINDOW.fullmatch(text)
        if match is None or int(match[2]) > 59 or int(match[4]) > 59:
            raise InvalidCalendar(f"{text!r} is not a window. Write it as 09:00-12:30.")
        hours, minutes, end_hours, end_minutes = map(int, match.groups())
        return cls(timedelta(hours=hours, minutes=minutes), timedelta(hours=end_hours, minutes=end_minutes))


@dataclass(frozen=True)
class Calendar:
    """When people work; without a `week` they always do."""

    name: str
    zone: ZoneInfo
    #: Seven lists of windows, Monday first; None is round the clock.
    week: tuple[tuple[Window, ...], ...] | None = None
    #: Local dates without working time.
    holidays: frozenset[date] = frozenset()
    #: The working time that "1 d" stands for in a policy.
    day: timedelta = _DAY

    def __post_init__(self) -> None:
        if self.week is None:
            return
        if len(self.week) != len(WEEKDAYS) or not any(self.week):
            raise InvalidCalendar(
                f"The calendar {self.name!r} has no working time. Give at least one weekday a window."
            )
        for weekday, windows in zip(WEEKDAYS, self.week, strict=True):
            for earlier, later in pairwise(windows):
                if later.opens < earlier.closes:
                    raise InvalidCalendar(
                        f"On {weekday} the window {later} starts before {earlier} has ended. "
                        "List a day's windows in order and apart."
                    )

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two instants; zero when `end` is not after `start`."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return _NO_TIME
        if self.week is None:
            return end - start
        return sum((closes - opens for opens, closes in self._working_spans(start, end)), _NO_TIME)

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first instant, in UTC, by which `amount` of working time has passed since `start`.

        Working time used up as a window closes ends at that close, not at the next opening.

        Raises:
            ValueError: there is not that much working time within HORIZON.
        """
        start = _utc(start)
        if amount <= _NO_TIME:
            return start
        if self.week is None:
            return start + amount
        for opens, closes in self._working_spans(start, start + HORIZON):
            if amount <= closes - opens:
                return opens + amount
            amount -= closes - opens
        raise ValueError(f"The calendar {self.name!r} still lacks {amount} of working time after {HORIZON.days} days.")

    def _working_spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield working time between two instants, span by span, in UTC."""
        for begins, ends, offset in _spans_of_one_offset(self.zone, start, end):
            # Within one offset, local time is a straight line and needs no zone.
            local_begin, local_end = (at.replace(tzinfo=None) + offset for at in (begins, ends))
            midnight = datetime.combine(local_begin.date(), time())
            while midnight < local_end:
                for window in self._windows_on(midnight.date()):
                    opens, closes = max(midnight + window.opens, local_begin), min(midnight + window.closes, local_end)
                    if opens < closes:
                        yield _from_local(opens, offset), _from_local(closes, offset)
                midnight += _DAY

    def _windows_on(self, day: date) -> tuple[Window, ...]:
        return () if self.week is None or day in self.holidays else self.week[day.weekday()]


#: Round the clock: an exchange never closes.
ALWAYS = Calendar("always", ZoneInfo("UTC"))


def _hh_mm(since_midnight: timedelta) -> str:
    return "{:02}:{:02}".format(*divmod(since_midnight // timedelta(minutes=1), 60))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"A calendar needs an aware datetime, got {at!r}")
    return at.astimezone(timezone.utc)


def _from_local(local: datetime, offset: timedelta) -> datetime:
    return (local - offset).replace(tzinfo=timezone.utc)


def _spans_of_one_offset(
    zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Split a stretch of UTC into pieces of at most a day in which the zone's offset stays the same."""
    while start < end:
        stop, offset = min(start + _DAY, end), _offset(zone, start)
        if _offset(zone, stop) != offset:
            stop = _change_between(zone, start, stop)
        yield start, stop, offset
        start = stop


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the instant at which the offset changes; zones change on whole seconds, at most once a day."""
    offset = _offset(zone, before)
    base = before.replace(microsecond=0)
    low, high = 0, (after - base) // timedelta(seconds=1)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, base + timedelta(seconds=middle)) == offset:
            low = middle
        else:
            high = middle
    return base + timedelta(seconds=high)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset


def add_months(at: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC with the same local day and time some months on; on a shorter month its last day."""
    local = _utc(at).astimezone(zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return _utc(local.replace(year=year, month=month + 1, day=day))
