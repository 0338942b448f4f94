from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.customers.expectation import MIN_TICKETS, Range, expected_range

NOW = timedelta(0)
durations = st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=90))


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


@pytest.mark.parametrize(
    ("past", "waited", "expected"),
    [
        pytest.param([], 0, None, id="no-past-tells-nothing"),
        pytest.param(minutes(*range(1, 20)), 0, None, id="nineteen-tickets-are-too-few"),
        pytest.param(minutes(*range(1, 22)), 0, (6, 16, 21), id="the-middle-half"),
        pytest.param(minutes(*range(21, 0, -1)), 0, (6, 16, 21), id="order-does-not-matter"),
        pytest.param(minutes(*[30] * 20), 0, (30, 30, 20), id="always-the-same"),
        pytest.param(minutes(*range(1, 32)), 10, (16, 26, 21), id="only-those-that-took-longer-than-this-one-waited"),
        pytest.param(minutes(*range(1, 32)), 12, None, id="too-few-took-longer"),
        pytest.param(minutes(*[30] * 20), 30, None, id="done-at-this-very-moment-is-not-longer"),
    ],
)
def test_range_is_read_from_the_past(past: list[timedelta], waited: int, expected: tuple[int, int, int] | None) -> None:
    found = expected_range(past, timedelta(minutes=waited))

    assert found == (expected and Range(timedelta(minutes=expected[0]), timedelta(minutes=expected[1]), expected[2]))


@given(st.lists(durations, max_size=80), st.timedeltas(min_value=NOW, max_value=timedelta(days=90)))
def test_range_lies_ahead_and_among_what_really_happened(past: list[timedelta], waited: timedelta) -> None:
    longer = sorted(duration for duration in past if duration > waited)

    found = expected_range(past, waited)

    if len(longer) < MIN_TICKETS:
        assert found is None
    else:
        assert found is not None
        assert waited < longer[0] <= found.low <= found.high <= longer[-1]
        assert found.based_on == len(longer)
        slack = timedelta(milliseconds=1)  # quartiles are worked out in seconds as floats
        inside = [duration for duration in longer if found.low - slack <= duration <= found.high + slack]
        assert 2 * (len(inside) + 1) >= len(longer)  # a quartile may lie between two of them
