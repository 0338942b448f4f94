"""Public trades and their one-minute buckets around a moment, as the exchange still has them.

A busy hour has more trades than may be asked for (30 requests a minute in all, F125), so pages
are taken from the moment outwards: what is cut off is what lies farthest from it. What the rows
cover without a hole is part of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from exchange.answers import Answer, Bucket, Trade
from exchange.client import ExchangeClient, ExchangeUnavailable, Params
from kit.clock import to_wire

T = TypeVar("T")

#: Most rows the API gives at once.
PAGE_ROWS = 1000
#: Pages on either side of the moment.
MAX_PAGES = 3
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class History(Generic[T]):
    """Rows in the order of time, covering `start` to `end` without a hole."""

    rows: list[T]
    start: datetime
    end: datetime
    #: When the last answer arrived.
    at: datetime
    #: Every address that was asked.
    addresses: list[str]
    #: Rows that could not be believed.
    left_out: int = 0
    #: There are more rows than are asked for.
    is_cut: bool = False
    #: Why the exchange was not asked to the end.
    failure: ExchangeUnavailable | None = None


@dataclass
class _Side:
    """The pages on one side of the moment."""

    answers: list[Answer[list[Trade]]] = field(default_factory=list)
    is_whole: bool = False
    failure: ExchangeUnavailable | None = None

    @property
    def trades(self) -> list[Trade]:
        return [trade for answer in self.answers for trade in answer.value]

    def reach(self, whole: datetime, nothing: datetime) -> datetime:
        """Return how far from the moment the pages go, given the window's end and the moment itself."""
        if self.is_whole:
            return whole
        return self.trades[-1].timestamp if self.trades else nothing


async def trades_around(
    client: ExchangeClient, symbol: str, moment: datetime, start: datetime, end: datetime
) -> History[Trade]:
    """Return the trades of a window, those nearest the moment when there are too many.

    Raises:
        ExchangeUnavailable: the exchange gave nothing at all.
    """
    before = await _pages(client, {"symbol": symbol, "reverse": "true"}, start, moment)
    if before.failure and not before.answers:
        raise before.failure
    after = await _pages(client, {"symbol": symbol, "reverse": "false"}, moment, end)
    earlier = [trade for trade in before.trades if trade.symbol == symbol and start <= trade.timestamp < moment]
    later = [trade for trade in after.trades if trade.symbol == symbol and moment <= trade.timestamp <= end]
    failure = before.failure or after.failure
    answers = [*before.answers, *after.answers]
    return History(
        [*reversed(earlier), *later],
        start=before.reach(start, moment),
        end=after.reach(end, moment),
        at=answers[-1].at,
        addresses=[answer.address for answer in answers],
        left_out=sum(answer.left_out for answer in answers),
        is_cut=failure is None and not (before.is_whole and after.is_whole),
        failure=failure,
    )


async def _pages(client: ExchangeClient, params: Params, start: datetime, end: datetime) -> _Side:
    side = _Side()
    params = {**params, "startTime": to_wire(start), "endTime": to_wire(end), "count": PAGE_ROWS}
    for page in range(MAX_PAGES):
        try:
            answer = await client.rows("/trade", {**params, "start": page * PAGE_ROWS}, Trade)
        except ExchangeUnavailable as error:
            side.failure = error
            return side
        side.answers.append(answer)
        if len(answer.value) + answer.left_out < PAGE_ROWS:
            side.is_whole = True
            return side
    return side


async def minute_buckets(client: ExchangeClient, symbol: str, start: datetime, end: datetime) -> History[Bucket]:
    """Return the finished minutes that touch a window of at most PAGE_ROWS minutes.

    Raises:
        ExchangeUnavailable: the exchange cannot be asked now.
    """
    first, last = _minute(start) + MINUTE, _minute(end - timedelta(microseconds=1)) + MINUTE
    params: Params = {"symbol": symbol, "binSize": "1m", "partial": "false", "reverse": "false", "count": PAGE_ROWS}
    params |= {"startTime": to_wire(first), "endTime": to_wire(last)}
    answer = await client.rows("/trade/bucketed", params, Bucket)
    rows = [row for row in answer.value if row.symbol == symbol and first <= row.timestamp <= last]
    rows.sort(key=lambda row: row.timestamp)
    return History(rows, start, end, answer.at, [answer.address], answer.left_out)


def empty_minutes(rows: Sequence[Bucket], start: datetime, end: datetime) -> int:
    """Return of how many whole minutes between two instants there is no bucket."""
    known = {row.timestamp for row in rows}
    minute, missing = _minute(start) + MINUTE, 0
    while minute <= end:
        missing += minute not in known
        minute += MINUTE
    return missing


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
