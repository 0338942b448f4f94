from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from exchange.breaker import CircuitBreaker
from exchange.client import ExchangeClient, ExchangeUnavailable, NotListed
from kit.clock import ManualClock, from_wire
from kit.errors import Misconfigured
from tests.exchange.conftest import Sleeper
from tests.fakes.exchange import BASE_URL, FakeExchange


async def test_an_instrument_comes_with_its_terms_as_published(client: ExchangeClient, clock: ManualClock) -> None:
    answer = await client.instrument("XBTUSD")

    assert answer.at == clock.now()
    assert (answer.value.tick_size, answer.value.lot_size) == (Decimal("0.1"), Decimal(100))
    assert (answer.value.init_margin, answer.value.maint_margin) == (Decimal("0.01"), Decimal("0.005"))
    assert (answer.value.mark_price, answer.value.indicative_settle_price) == (Decimal("97849.76"), Decimal("97843.77"))
    assert answer.value.funding_interval == timedelta(hours=8)
    assert answer.value.funding_timestamp == from_wire("2026-11-22T04:00:00Z")


async def test_numbers_keep_every_digit(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.behaviour.body = '[{"symbol": "XBTUSD", "state": "Open", "markPrice": 97843.770000000000017}]'

    answer = await client.instrument("XBTUSD")

    assert answer.value.mark_price == Decimal("97843.770000000000017")


@pytest.mark.parametrize(("symbol", "near"), [("BTCUSD", "XBTUSD"), ("XBUTSD", "XBTUSD"), ("SOL", "SOLUSDT")])
async def test_an_unknown_symbol_brings_near_ones(client: ExchangeClient, symbol: str, near: str) -> None:
    with pytest.raises(NotListed) as raised:
        await client.instrument(symbol)

    assert raised.value.near[0] == near
    assert near in raised.value.detail


async def test_a_bare_series_is_not_taken_for_its_nearest_contract(client: ExchangeClient) -> None:
    with pytest.raises(NotListed):
        await client.instrument("XBT")


async def test_a_404_means_not_listed(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.behaviour.status = 404

    with pytest.raises(NotListed):
        await client.instrument("XBTUSD")


async def test_funding_history_is_newest_first(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.funding = [
        {"symbol": "XBTUSD", "timestamp": f"2026-11-21T{hour}:00:00.000Z", "fundingRate": rate}
        for hour, rate in (("04", 0.0001), ("12", -0.0002), ("20", 0.0003))
    ]

    answer = await client.funding_history("XBTUSD", 2)

    assert [row.funding_rate for row in answer.value] == [Decimal("0.0003"), Decimal("-0.0002")]


async def test_titles_of_announcements_carry_no_markup(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.announcements = [{"id": 7, "title": "<b>Trading</b>\n halted <script>x</script>", "date": None}]

    answer = await client.urgent_announcements()

    assert [row.title for row in answer.value] == ["Trading halted x"]


async def test_wallet_terms_are_read(client: ExchangeClient) -> None:
    assets, networks = await client.assets(), await client.networks()

    assert {row.asset: row.scale for row in assets.value} == {"XBT": 8, "USDT": 6, "SOL": 9}
    assert {row.network: row.deposit_confirmations for row in networks.value} == {"btc": 1, "eth": 12}


async def test_an_answer_is_kept_until_it_is_too_old(
    client: ExchangeClient, exchange: FakeExchange, clock: ManualClock
) -> None:
    first = await client.active_instruments()
    clock.advance(seconds=9.9)
    second = await client.active_instruments()
    clock.advance(seconds=0.1)
    third = await client.active_instruments()

    assert (second.at, third.at) == (first.at, clock.now())
    assert exchange.requests["/instrument/active"] == 2


async def test_many_who_ask_at_once_cost_one_request(client: ExchangeClient, exchange: FakeExchange) -> None:
    await asyncio.gather(*(client.active_instruments() for _ in range(20)))

    assert exchange.requests["/instrument/active"] == 1


async def test_a_request_outlives_whoever_gave_up_on_it(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.may_answer.clear()
    impatient = asyncio.create_task(client.active_instruments())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    exchange.may_answer.set()

    await client.active_instruments()

    assert exchange.requests["/instrument/active"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_tried_again_with_growing_pauses(
    client: ExchangeClient, exchange: FakeExchange, sleeper: Sleeper, status: int
) -> None:
    exchange.behaviour.status, exchange.behaviour.failures = status, 2

    answer = await client.active_instruments()

    assert answer.value
    assert len(sleeper.slept) == 2
    assert 0.125 <= sleeper.slept[0] <= 0.375
    assert 0.25 <= sleeper.slept[1] <= 0.75


async def test_retries_end(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.behaviour.status = 503

    with pytest.raises(ExchangeUnavailable):
        await client.active_instruments()

    assert exchange.requests["/instrument/active"] == 3


@pytest.mark.parametrize("status", [301, 400, 401, 403])
async def test_a_refusal_is_not_repeated(client: ExchangeClient, exchange: FakeExchange, status: int) -> None:
    exchange.behaviour.status = status

    with pytest.raises(ExchangeUnavailable):
        await client.active_instruments()

    assert exchange.requests["/instrument/active"] == 1


async def test_an_exchange_that_hangs_is_given_up(exchange: FakeExchange, clock: ManualClock, sleeper: Sleeper) -> None:
    client = ExchangeClient(BASE_URL, clock, transport=exchange.transport(), timeout_seconds=0.01, sleep=sleeper)
    exchange.may_answer.clear()

    with pytest.raises(ExchangeUnavailable):
        await client.active_instruments()

    await client.close()


async def test_a_short_retry_after_is_waited_for(
    client: ExchangeClient, exchange: FakeExchange, sleeper: Sleeper
) -> None:
    exchange.behaviour.status, exchange.behaviour.failures, exchange.behaviour.retry_after = 429, 1, "2"

    answer = await client.active_instruments()

    assert answer.value
    assert sleeper.slept == [2.0]


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        pytest.param("30", 30, id="seconds"),
        pytest.param("Sun, 22 Nov 2026 03:13:00 GMT", 60, id="date"),
        pytest.param(None, 5, id="none"),
        pytest.param("soon", 5, id="nonsense"),
        pytest.param("999999", 3600, id="absurd"),
    ],
)
async def test_nothing_is_sent_before_a_long_retry_after(
    client: ExchangeClient, exchange: FakeExchange, clock: ManualClock, retry_after: str | None, seconds: int
) -> None:
    exchange.behaviour.status, exchange.behaviour.failures, exchange.behaviour.retry_after = 429, 1, retry_after
    with pytest.raises(ExchangeUnavailable):
        await client.assets()

    clock.advance(seconds=seconds - 0.1)
    with pytest.raises(ExchangeUnavailable):
        await client.active_instruments()
    clock.advance(seconds=0.1)
    answer = await client.active_instruments()

    assert answer.value
    assert exchange.requests.total() == 2


async def test_an_exchange_that_is_down_is_left_alone_then_probed_once(
    client: ExchangeClient, exchange: FakeExchange, clock: ManualClock
) -> None:
    exchange.behaviour.down = True
    for ask in (client.assets, client.networks, client.urgent_announcements):
        with pytest.raises(ExchangeUnavailable):
            await ask()
    assert exchange.requests["down"] == 5  # five failures in a row open the breaker

    clock.advance(seconds=8)
    outcomes = await asyncio.gather(client.assets(), client.networks(), return_exceptions=True)

    assert all(isinstance(outcome, ExchangeUnavailable) for outcome in outcomes)
    assert exchange.requests["down"] == 6


async def test_a_probe_that_succeeds_lets_all_pass(
    client: ExchangeClient, exchange: FakeExchange, clock: ManualClock
) -> None:
    exchange.behaviour.down = True
    for ask in (client.assets, client.networks):
        with pytest.raises(ExchangeUnavailable):
            await ask()
    exchange.behaviour.down = False
    clock.advance(seconds=8)

    await client.assets()

    assert (await client.networks()).value


async def test_a_flapping_exchange_is_answered_by_in_the_end(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.behaviour.answer_one_of = 3

    assert (await client.assets()).value
    assert (await client.networks()).value
    assert (await client.active_instruments()).value


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<html>Maintenance</html>", id="html"),
        pytest.param("", id="empty"),
        pytest.param('{"error": {}}', id="object"),
        pytest.param("[1, null, []]", id="no-rows"),
        pytest.param('[{"symbol": "XBTUSD", "state": "Open", "markPrice": -1}]', id="negative-price"),
        pytest.param('[{"symbol": "XBTUSD", "state": "Open", "markPrice": NaN}]', id="nan"),
        pytest.param('[{"symbol": "XBTUSD", "state": "Open", "markPrice": 1e999999}]', id="huge"),
        pytest.param('[{"symbol": "X\\u0000", "state": "Open"}]', id="nul"),
        pytest.param('[{"symbol": "XBTUSD", "state": "Open", "fundingTimestamp": "2026-11-22T04:00"}]', id="no-zone"),
        pytest.param("[" * 100_000, id="deep"),
    ],
)
async def test_nonsense_is_not_believed(client: ExchangeClient, exchange: FakeExchange, body: str) -> None:
    exchange.behaviour.body = body

    with pytest.raises(ExchangeUnavailable):
        await client.active_instruments()


async def test_one_broken_row_does_not_cost_the_others(client: ExchangeClient, exchange: FakeExchange) -> None:
    exchange.instruments[0]["markPrice"] = "soon"

    answer = await client.active_instruments()

    assert [row.symbol for row in answer.value] == ["XBTUSDT", "ETHUSD", "SOLUSDT", "XBTM27", "XBT_USDT"]


async def test_an_address_that_is_none_is_refused_at_the_start(clock: ManualClock) -> None:
    with pytest.raises(Misconfigured):
        ExchangeClient("www.bitmex.com/api/v1", clock)


def test_a_breaker_forgets_failures_that_were_not_in_a_row(clock: ManualClock) -> None:
    breaker = CircuitBreaker(failures=2, open_for=timedelta(seconds=30))
    breaker.failed(clock.now())
    breaker.succeeded()
    breaker.failed(clock.now())

    assert breaker.allow(clock.now())


def test_a_probe_nobody_reports_back_is_followed_by_another(clock: ManualClock) -> None:
    breaker = CircuitBreaker(failures=1, open_for=timedelta(seconds=30))
    breaker.failed(clock.now())
    clock.advance(seconds=30)

    first, second = breaker.allow(clock.now()), breaker.allow(clock.now())
    clock.advance(seconds=30)

    assert (first, second, breaker.allow(clock.now())) == (True, False, True)
