"""When a case is likely to be answered or resolved, judged only by what the desk really did lately.

Pure. The past is how long comparable tickets took that were done in the last 30 days. Read from it is the middle half,
from the first quartile to the third, of those that took longer than this ticket has waited already: so the range
always lies ahead, and grows as a ticket turns out to be one of the slow ones. From few tickets nothing is read.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

#: How far back the past reaches.
WINDOW = timedelta(days=30)
#: Tickets that a range is read from, at least.
MIN_TICKETS = 20


@dataclass(frozen=True)
class Range:
    """Durations since a ticket was opened; `based_on` is how many tickets they were read from."""

    low: timedelta
    high: timedelta
    based_on: int


def expected_range(past: Iterable[timedelta], waited: timedelta) -> Range | None:
    """Return the middle half of the past durations beyond `waited`; None when there is not enough data."""
    longer = [duration.total_seconds() for duration in past if duration > waited]
    if len(longer) < MIN_TICKETS:
        return None
    low, _, high = statistics.quantiles(longer, n=4, method="inclusive")
    return Range(timedelta(seconds=low), timedelta(seconds=high), len(longer))
