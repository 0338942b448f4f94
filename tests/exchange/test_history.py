"""What is asked of the exchange about a past hour, and what is known to be lacking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from exchange.answers import Bucket
from exchange.client import ExchangeClient, ExchangeUnavailable, RateLimited
from exchange.history import MAX_PAGES, PAGE_ROWS, empty_minutes, minute_buckets, trades_around
from tests.fakes.exchange import FakeExchange, bucket, trade

MOMENT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
START, END = MOMENT - timedelta(minutes=30), MOMENT + timedelta(minutes=30)
SECOND = timedelta(seconds=1)


async def test_trades_of_the_window_come_in_order_of_time(client: ExchangeClient, exchange: FakeExchange) -> None:
    offsets = (-1801, -1800, -5, 0, 7, 1800, 1801)
    exchange.trades = [trade(MOMENT + SECOND * offset, 97000.5) for offset in offsets]

    found = await trades_around(client, "XBTUSD", MOMENT, START, END)

    assert [(row.timestamp - MOMENT) // SECOND for row in found.rows] == [-1800, -5, 0, 7, 1800]
    assert (found.start, found.end, found.is_cut, found.failure) == (START, END, False, None)
    assert all("/trade?symbol=XBTUSD&" in address for address in found.addresses)


async def test_a_trade_is_kept_exactly_as_published(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.trades = [trade(MOMENT, 97000.5, trdMatchID="4a5313f5-9878-fca9-6056-9b021f5f77a1")]

    [row] = (await trades_around(client, "XBTUSD", MOMENT, START, END)).rows

    assert (str(row.price), str(row.size), row.side) == ("97000.5", "100", "Sell")
    assert row.trd_match_id == "4a5313f5-9878-fca9-6056-9b021f5f77a1"


async def test_other_symbols_are_left_out(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.trades = [trade(MOMENT, 97000.5), trade(MOMENT, 3300, "ETHUSD")]

    found = await trades_around(client, "XBTUSD", MOMENT, START, END)

    assert [row.symbol for row in found.rows] == ["XBTUSD"]


async def test_pages_are_joined_without_loss(client: ExchangeClient, exchange: FakeExchange) -> None:
    step = timedelta(milliseconds=500)
    exchange.trades = [trade(MOMENT + step * number, 97000 + number) for number in range(1, PAGE_ROWS * 2 + 51)]

    found = await trades_around(client, "XBTUSD", MOMENT, START, END)

    assert [int(row.price) for row in found.rows] == list(range(97001, 97001 + PAGE_ROWS * 2 + 50))
    assert exchange.requests["/trade"] == 1 + 3


async def test_too_many_trades_are_cut_farthest_from_the_moment(client: ExchangeClient, exchange: FakeExchange) -> None:
    step = timedelta(milliseconds=100)
    kept = PAGE_ROWS * MAX_PAGES
    exchange.trades = [trade(MOMENT + step * number, 97000) for number in range(-kept - 500, kept + 500)]

    found = await trades_around(client, "XBTUSD", MOMENT, START, END)

    assert found.is_cut
    assert (found.start, found.end) == (found.rows[0].timestamp, found.rows[-1].timestamp)
    assert found.start <= MOMENT - step * (kept - 1)
    assert found.end == MOMENT + step * (kept - 1)
    assert exchange.requests["/trade"] == 2 * MAX_PAGES


async def test_a_broken_row_neither_stops_the_paging_nor_is_hidden(
    client: ExchangeClient, exchange: FakeExchange
) -> None:
    exchange.trades = [trade(MOMENT + SECOND * number, 97000) for number in range(PAGE_ROWS + 10)]
    exchange.trades[3]["price"] = -1

    found = await trades_around(client, "XBTUSD", MOMENT, START, END)

    assert (len(found.rows), found.left_out) == (PAGE_ROWS + 9, 1)


async def test_an_outage_between_pages_keeps_what_was_given(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.trades = [trade(MOMENT - SECOND, 97000)]
    exchange.trades += [trade(MOMENT + SECOND * number, 97000) for number in range(PAGE_ROWS + 10)]
    exchange.behaviour.status, exchange.behaviour.status_after = 503, 2

    found = await trades_around(client, "XBTUSD", MOMENT, START, END)

    assert len(found.rows) == 1 + PAGE_ROWS
    assert (found.start, found.end) == (START, found.rows[-1].timestamp)
    assert isinstance(found.failure, ExchangeUnavailable)
    assert not found.is_cut


async def test_an_exchange_that_is_down_says_so(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.behaviour.down = True

    with pytest.raises(ExchangeUnavailable):
        await trades_around(client, "XBTUSD", MOMENT, START, END)


async def test_a_rate_limit_is_told_from_an_outage(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.behaviour.status, exchange.behaviour.retry_after = 429, "60"

    with pytest.raises(RateLimited):
        await minute_buckets(client, "XBTUSD", START, END)
    assert exchange.requests.total() == 1


async def test_buckets_are_those_whose_minute_touches_the_window(
    client: ExchangeClient, exchange: FakeExchange
) -> None:
    exchange.buckets = [bucket(MOMENT + timedelta(minutes=m), 97000, 97010, 97005) for m in range(-40, 40)]
    start = START + timedelta(seconds=34)

    found = await minute_buckets(client, "XBTUSD", start, start + timedelta(minutes=60))

    assert len(found.rows) == 61
    assert found.rows[0].timestamp == START + timedelta(minutes=1)
    assert found.rows[-1].timestamp == END + timedelta(minutes=1)


async def test_a_minute_without_prices_is_no_error(client: ExchangeClient, exchange: FakeExchange) -> None:
    nothing = {"open": None, "high": None, "low": None, "close": None, "vwap": None, "trades": 0}
    exchange.buckets = [bucket(MOMENT, 1, 1, 1) | nothing]

    [row] = (await minute_buckets(client, "XBTUSD", START, END)).rows

    assert (row.close, row.trades) == (None, 0)


def test_minutes_without_a_bucket_are_counted() -> None:
    rows = [Bucket("XBTUSD", START + timedelta(minutes=minute)) for minute in (1, 2, 5)]

    missing = empty_minutes(rows, START, START + timedelta(minutes=5, seconds=59))

    assert missing == 2
