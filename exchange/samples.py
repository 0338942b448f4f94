"""Recorded prices: what a sample is, how an hour of them is packed, where the record has gaps.

An hour of one symbol is one compressed block: each column's numbers as whole multiples of its
finest decimal, written as differences. That is exact, readable with zlib and json alone, and
less than a tenth of the size of rows (measured in exchange.models).
"""

from __future__ import annotations

import itertools
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

HOUR_SECONDS = 3600
#: The recorder asks this often; the exchange publishes index prices every five seconds (F226).
POLL_SECONDS = 10
#: Samples further apart than this have a gap between them: at least two polls were missed.
GAP_AFTER = timedelta(seconds=2.5 * POLL_SECONDS)

Number = Decimal | None


@dataclass(frozen=True)
class Sample:
    """One symbol as the exchange gave it at an instant; units as in exchange.answers.Instrument."""

    at: datetime
    mark: Number
    index: Number
    funding: Number
    state: str


@dataclass(frozen=True)
class Gap:
    """A time nothing is recorded of."""

    start: datetime
    end: datetime


def to_second(instant: datetime) -> int:
    """Return the second an instant lies in, counted from 1970: how the record keeps time."""
    return int(instant.timestamp())


def from_second(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def hour_of(second: int) -> int:
    """Return the first second of the hour."""
    return second - second % HOUR_SECONDS


def pack(samples: Iterable[Sample]) -> bytes:
    """Return samples of one symbol as a block; of two at the same second the later counts."""
    ordered = sorted({to_second(sample.at): sample for sample in samples}.items())
    rows = [sample for _, sample in ordered]
    columns = {
        "at": _differences([second for second, _ in ordered]),
        "mark": _pack_numbers([row.mark for row in rows]),
        "index": _pack_numbers([row.index for row in rows]),
        "funding": _pack_numbers([row.funding for row in rows]),
        "state": [row.state for row in rows],
    }
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 9)


def unpack(block: bytes) -> list[Sample]:
    columns = json.loads(zlib.decompress(block))
    at = [from_second(second) for second in _sums(columns["at"]) if second is not None]
    numbers = (_unpack_numbers(columns[name]) for name in ("mark", "index", "funding"))
    return [Sample(*row) for row in zip(at, *numbers, columns["state"], strict=True)]


def gaps(samples: Sequence[Sample], start: datetime, end: datetime) -> list[Gap]:
    """Return where nothing is recorded between two instants, given the samples between them in order."""
    times = [start, *(sample.at for sample in samples), end]
    return [Gap(a, b) for a, b in itertools.pairwise(times) if b - a > GAP_AFTER]


def _pack_numbers(numbers: Sequence[Number]) -> dict[str, Any]:
    decimals = max((-_exponent(number) for number in numbers if number is not None), default=0)
    whole = [None if number is None else int(number.scaleb(decimals)) for number in numbers]
    return {"decimals": decimals, "steps": _differences(whole)}


def _unpack_numbers(column: dict[str, Any]) -> list[Number]:
    decimals = column["decimals"]
    return [None if whole is None else Decimal(whole).scaleb(-decimals) for whole in _sums(column["steps"])]


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{number} is no finite number.")
    return min(exponent, 0)


def _differences(values: Sequence[int | None]) -> list[int | None]:
    steps: list[int | None] = []
    last = 0
    for value in values:
        steps.append(None if value is None else value - last)
        last = last if value is None else value
    return steps


def _sums(steps: Sequence[int | None]) -> list[int | None]:
    values: list[int | None] = []
    last = 0
    for step in steps:
        last += step or 0
        values.append(None if step is None else last)
    return values
