"""Sums of a report as people read them: medians, shares, and nothing where there is nothing.

Pure. No data is None, never 0. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """How long things took: how many there were, the middle one, and the one that nine of ten stayed below."""

    count: int
    median: float | None
    p90: float | None

    def as_json(self) -> dict[str, float | int | None]:
        return {"count": self.count, "median_seconds": self.median, "p90_seconds": self.p90}


def spread(values: list[int]) -> Spread:
    """Return the spread of durations in microseconds, interpolated between neighbours."""
    ordered = sorted(values)
    return spread_at(len(ordered), lambda place: ordered[place - 1])


def places(count: int) -> list[int]:
    """Return the ranks, from 1, that the spread of so many is read from."""
    if not count:
        return []
    wanted = {(count - 1) // 2 + 1, count // 2 + 1, 9 * (count - 1) // 10 + 1}
    return sorted(wanted | {min(9 * (count - 1) // 10 + 2, count)})


def spread_at(count: int, value_at: Callable[[int], int]) -> Spread:
    """Return the spread of `count` durations of which those at `places` are known, in microseconds."""
    if not count:
        return Spread(0, None, None)
    low, high = value_at((count - 1) // 2 + 1), value_at(count // 2 + 1)
    base, tenths = divmod(9 * (count - 1), 10)
    ninth, after = value_at(base + 1), value_at(min(base + 2, count))
    return Spread(count, _seconds((low + high) / 2), _seconds(ninth + (after - ninth) * tenths / 10))


def _seconds(microseconds: float) -> float:
    return round(microseconds / 1_000_000, 3)


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole, 0 to 1; None of nothing."""
    return round(part / whole, 4) if whole else None
