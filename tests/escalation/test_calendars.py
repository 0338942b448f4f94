from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.sla.calendars import ALWAYS, Calendar, InvalidCalendar, Window, add_months
from tests.escalation.sla_cases import CHANGES, ZONES, calendar_of, instant, minute_of, random_office
from tests.escalation.sla_model import DAY, Office

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
starts = st.builds(
    lambda day, minutes: minute_of(day) + minutes, st.sampled_from(CHANGES), st.integers(-3 * DAY, 3 * DAY)
)
offices = st.builds(lambda seed: random_office(Random(seed)), st.integers(0, 2**32))


def calendar(zone: str = "Europe/Berlin", *windows: str, holidays: tuple[str, ...] = ()) -> Calendar:
    """Return a calendar with the same windows every day."""
    day = tuple(Window.parse(window) for window in windows)
    return Calendar("office", ZoneInfo(zone), (day,) * 7, frozenset(map(date.fromisoformat, holidays)))


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@settings(max_examples=60, deadline=None)
@given(office=offices, start=starts, minutes=st.integers(0, 4 * DAY))
def test_working_time_is_the_minutes_the_wall_clock_shows_inside_windows(
    office: Office, start: int, minutes: int
) -> None:
    counted = sum(office.is_working(minute) for minute in range(start, start + minutes))

    time = calendar_of(office).working_time(instant(start), instant(start + minutes))

    assert time == counted * MINUTE


@settings(max_examples=60, deadline=None)
@given(office=offices, start=starts, minutes=st.integers(1, 1500))
def test_amount_has_passed_at_the_first_minute_that_has_seen_it(office: Office, start: int, minutes: int) -> None:
    minute, seen = start, 0
    while seen < minutes:
        seen += office.is_working(minute)
        minute += 1

    assert calendar_of(office).after(instant(start), minutes * MINUTE) == instant(minute)


@settings(max_examples=100, deadline=None)
@given(office=offices, start=starts, amount=st.timedeltas(timedelta(0), timedelta(days=2)), data=st.data())
def test_time_until_an_amount_has_passed_is_that_amount_to_the_microsecond(
    office: Office, start: int, amount: timedelta, data: st.DataObject
) -> None:
    engine = calendar_of(office)
    begin = instant(start) + data.draw(st.timedeltas(timedelta(0), timedelta(minutes=1)))

    end = engine.after(begin, amount)

    assert engine.working_time(begin, end) == amount
    if amount:
        assert engine.working_time(begin, end - timedelta(microseconds=1)) == amount - timedelta(microseconds=1)


@settings(max_examples=100, deadline=None)
@given(office=offices, start=starts, cuts=st.lists(st.timedeltas(timedelta(0), timedelta(days=4)), min_size=3))
def test_working_time_of_the_parts_is_that_of_the_whole(office: Office, start: int, cuts: list[timedelta]) -> None:
    engine = calendar_of(office)
    first, *_, last = edges = [instant(start) + cut for cut in sorted(cuts)]

    parts = [engine.working_time(begin, end) for begin, end in pairwise(edges)]

    assert sum(parts, timedelta(0)) == engine.working_time(first, last)


@pytest.mark.parametrize(
    ("zone", "windows", "start", "end", "hours"),
    [
        pytest.param(
            "Europe/Berlin", ["09:00-12:00", "13:00-18:00"], "2026-03-02 08:00", "2026-03-02 20:00", 8, id="two-windows"
        ),
        pytest.param(
            "Europe/Berlin", ["09:00-12:00"], "2026-03-02 12:00", "2026-03-03 09:00", 0, id="from-close-to-open"
        ),
        pytest.param(
            "Europe/Berlin", ["09:00-12:00"], "2026-03-02 09:00", "2026-03-02 12:00", 3, id="from-open-to-close"
        ),
        pytest.param(
            "Europe/Berlin", ["00:00-24:00"], "2026-03-29 00:00", "2026-03-30 00:00", 23, id="berlin-spring-day"
        ),
        pytest.param(
            "Europe/Berlin", ["00:00-24:00"], "2026-10-25 00:00", "2026-10-26 00:00", 25, id="berlin-autumn-day"
        ),
        pytest.param(
            "Europe/Berlin", ["02:00-03:00"], "2026-03-29 00:00", "2026-03-30 00:00", 0, id="skipped-hour-is-none"
        ),
        pytest.param(
            "Europe/Berlin", ["02:00-03:00"], "2026-10-25 00:00", "2026-10-26 00:00", 2, id="repeated-hour-is-two"
        ),
        pytest.param(
            "Europe/Berlin", ["01:00-02:30"], "2026-10-25 00:00", "2026-10-26 00:00", 2, id="repeated-half-of-a-window"
        ),
        pytest.param(
            "America/New_York", ["00:00-04:00"], "2026-03-08 00:00", "2026-03-09 00:00", 3, id="new-york-spring"
        ),
        pytest.param(
            "America/New_York", ["00:00-04:00"], "2026-11-01 00:00", "2026-11-02 00:00", 5, id="new-york-autumn"
        ),
        pytest.param(
            "Australia/Lord_Howe", ["00:00-04:00"], "2026-10-04 00:00", "2026-10-05 00:00", 3.5, id="lord-howe-spring"
        ),
        pytest.param(
            "Australia/Lord_Howe", ["00:00-04:00"], "2026-04-05 00:00", "2026-04-06 00:00", 4.5, id="lord-howe-autumn"
        ),
        pytest.param(
            "Asia/Hong_Kong", ["09:00-18:00"], "2026-03-28 00:00", "2026-03-30 00:00", 18, id="hong-kong-never-changes"
        ),
        pytest.param(
            "Pacific/Apia", ["09:00-10:00"], "2011-12-29 00:00", "2012-01-01 00:00", 2, id="day-that-never-was"
        ),
        pytest.param(
            "Europe/Berlin",
            ["02:00-03:00"],
            "2026-10-24 12:00:00.250",
            "2026-10-26 00:00",
            2,
            id="from-within-a-second",
        ),
        pytest.param(
            "Europe/Berlin",
            ["09:00-12:00", "12:00-13:00"],
            "2026-03-02 09:00",
            "2026-03-02 13:00",
            4,
            id="windows-touch",
        ),
    ],
)
def test_working_time(zone: str, windows: list[str], start: str, end: str, hours: float) -> None:
    assert calendar(zone, *windows).working_time(at(start, zone), at(end, zone)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        pytest.param("2026-03-02 09:00", 3, "2026-03-02 12:00", id="used-up-at-the-close-ends-there"),
        pytest.param("2026-03-02 12:00", 1, "2026-03-02 14:00", id="starts-at-a-close"),
        pytest.param("2026-03-02 17:00", 2, "2026-03-03 10:00", id="goes-on-next-day"),
        pytest.param("2026-03-02 20:00", 0, "2026-03-02 20:00", id="nothing-is-now"),
        pytest.param("2026-03-28 17:00", 2, "2026-03-29 10:00", id="over-the-spring-change"),
        pytest.param("2026-12-24 17:00", 2, "2026-12-27 10:00", id="over-holidays"),
    ],
)
def test_instant_after_working_time(start: str, hours: int, end: str) -> None:
    office = calendar("Europe/Berlin", "09:00-12:00", "13:00-18:00", holidays=("2026-12-25", "2026-12-26"))

    assert office.after(at(start), timedelta(hours=hours)) == at(end)


def test_round_the_clock_takes_no_notice_of_the_zone_an_instant_is_given_in() -> None:
    before, behind = at("2026-03-28 12:00"), at("2026-03-29 12:00")

    assert ALWAYS.working_time(before, behind) == timedelta(hours=23)
    assert ALWAYS.after(before, timedelta(hours=23)) == behind


@pytest.mark.parametrize("office", [ALWAYS, calendar("Europe/Berlin", "09:00-12:00")])
def test_time_that_runs_backwards_is_no_time(office: Calendar) -> None:
    assert office.working_time(at("2026-03-02 11:00"), at("2026-03-02 10:00")) == timedelta(0)


@pytest.mark.parametrize("zone", ZONES)
def test_office_that_is_always_open_counts_like_round_the_clock(zone: str) -> None:
    office = calendar(zone, "00:00-24:00")
    start, end = instant(minute_of("2026-01-01")), instant(minute_of("2027-01-01"))

    assert office.working_time(start, end) == end - start
    assert office.after(start, end - start) == end


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        pytest.param("22:00-06:00", "until 24:00, and from 00:00 on the next day", id="over-midnight"),
        pytest.param("09:00-09:00", "does not open before it closes", id="empty"),
        pytest.param("09:00-24:30", "does not open before it closes", id="after-midnight"),
        pytest.param("9-12", "Write it as 09:00-12:30", id="no-minutes"),
        pytest.param("09:60-12:00", "Write it as 09:00-12:30", id="no-such-minute"),
    ],
)
def test_window_that_cannot_be_meant_is_refused(text: str, remedy: str) -> None:
    with pytest.raises(InvalidCalendar, match=remedy):
        Window.parse(text)


def test_windows_that_overlap_are_refused() -> None:
    with pytest.raises(InvalidCalendar, match="11:00-14:00 starts before 09:00-12:00 has ended"):
        calendar("Europe/Berlin", "09:00-12:00", "11:00-14:00")


def test_calendar_without_working_time_is_refused() -> None:
    with pytest.raises(InvalidCalendar, match="has no working time"):
        calendar("Europe/Berlin")


def test_amount_a_calendar_never_gets_to_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(ValueError, match="still lacks"):
        calendar("Europe/Berlin", "09:00-09:01").after(at("2026-03-02 09:00"), timedelta(days=30))


def test_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        ALWAYS.after(datetime(2026, 3, 2), MINUTE)  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("2026-01-15 10:00", "2026-03-15 10:00", id="same-day"),
        pytest.param("2026-12-31 10:00", "2027-02-28 10:00", id="last-day-of-a-shorter-month"),
        pytest.param("2027-12-31 10:00", "2028-02-29 10:00", id="leap-year"),
        pytest.param("2026-02-10 10:00", "2026-04-10 10:00", id="same-wall-time-over-a-change"),
    ],
)
def test_two_months_later(start: str, end: str) -> None:
    later = add_months(at(start), 2, BERLIN)

    assert later == at(end)
    assert later.tzinfo == timezone.utc
