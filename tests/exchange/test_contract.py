"""What Pharos relies on in the API's answers: run against the fake, and the real one when its address is given.

PHAROS_TEST_EXCHANGE_URL=https://testnet.bitmex.com/api/v1 adds the real one.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from exchange.client import ExchangeClient
from exchange.facts import Fact, LiveFacts
from kit.clock import ManualClock, SystemClock, from_wire, to_wire
from tests.fakes.exchange import BASE_URL, FakeExchange, bucket, trade

REAL_URL = os.environ.get("PHAROS_TEST_EXCHANGE_URL")
Ask = Callable[..., Awaitable[Any]]
#: A minute of the past that has fewer than a thousand trades.
PAST = from_wire("2026-11-21T12:00:00.000Z")


@pytest.fixture(params=["fake", *(["real"] if REAL_URL else [])])
def target(request: pytest.FixtureRequest) -> tuple[str, httpx.AsyncBaseTransport | None]:
    return (REAL_URL, None) if request.param == "real" and REAL_URL else (BASE_URL, _fake().transport())


def _fake() -> FakeExchange:
    funding = {"symbol": "XBTUSD", "fundingInterval": "2000-01-01T08:00:00.000Z", "fundingRate": 0.0001}
    exchange = FakeExchange()
    exchange.funding = [{**funding, "timestamp": f"2026-11-21T{hour}:00:00.000Z"} for hour in ("04", "12", "20")]
    exchange.trades = [trade(PAST + timedelta(seconds=second), 97000) for second in range(120)]
    exchange.buckets = [bucket(PAST + timedelta(minutes=minute), 97000, 97000, 97000) for minute in (1, 2)]
    return exchange


@pytest.fixture
async def ask(target: tuple[str, httpx.AsyncBaseTransport | None]) -> AsyncIterator[Ask]:
    base_url, transport = target
    async with httpx.AsyncClient(base_url=base_url, transport=transport) as http:

        async def get(path: str, **params: str | int) -> Any:
            response = await http.get(path, params=params)
            assert response.status_code == 200, response.text
            return response.json()

        yield get


@pytest.fixture
async def live(target: tuple[str, httpx.AsyncBaseTransport | None]) -> AsyncIterator[LiveFacts]:
    client = ExchangeClient(target[0], SystemClock(), transport=target[1])
    yield LiveFacts(client)
    await client.close()


async def test_an_instrument_is_a_list_of_one(ask: Ask) -> None:
    [row] = await ask("/instrument", symbol="XBTUSD", count=1)

    assert row["symbol"] == "XBTUSD"
    assert {"tickSize", "lotSize", "multiplier", "makerFee", "takerFee", "initMargin", "maintMargin"} <= set(row)
    assert {"fundingRate", "fundingTimestamp", "fundingInterval", "markPrice", "indicativeSettlePrice"} <= set(row)


async def test_an_unknown_symbol_is_an_empty_list(ask: Ask) -> None:
    assert await ask("/instrument", symbol="NOSUCHTHING", count=1) == []


async def test_a_bare_series_is_a_contract_of_another_name(ask: Ask) -> None:
    rows = await ask("/instrument", symbol="XBT", count=1)

    assert all(row["symbol"] != "XBT" for row in rows)


async def test_the_active_list_holds_symbol_state_and_mark(ask: Ask) -> None:
    rows = await ask("/instrument/active")

    assert "XBTUSD" in {row["symbol"] for row in rows}
    assert all({"symbol", "state", "markPrice"} <= set(row) for row in rows)


async def test_fundings_come_newest_first(ask: Ask) -> None:
    rows = await ask("/funding", symbol="XBTUSD", count=3, reverse="true")

    assert len(rows) == 3
    assert [row["timestamp"] for row in rows] == sorted((row["timestamp"] for row in rows), reverse=True)


async def test_trades_of_a_window_come_in_order_and_both_ends_are_in_it(ask: Ask) -> None:
    window = {"startTime": to_wire(PAST), "endTime": to_wire(PAST + timedelta(minutes=1))}
    rows = await ask("/trade", symbol="XBTUSD", count=1000, **window)
    reverse = await ask("/trade", symbol="XBTUSD", count=1000, reverse="true", **window)

    times = [row["timestamp"] for row in rows]
    assert times == sorted(times)
    assert [row["timestamp"] for row in reverse] == times[::-1]
    assert window["startTime"] <= times[0] <= times[-1] <= window["endTime"]
    assert {"symbol", "price", "size", "side", "trdMatchID"} <= set(rows[0])


async def test_a_buckets_time_is_the_end_of_its_minute(ask: Ask) -> None:
    end = PAST + timedelta(minutes=1)
    window = {"startTime": to_wire(end), "endTime": to_wire(end)}
    [bucketed] = await ask("/trade/bucketed", symbol="XBTUSD", binSize="1m", partial="false", **window)
    window = {"startTime": to_wire(PAST), "endTime": to_wire(end - timedelta(milliseconds=1))}
    trades = await ask("/trade", symbol="XBTUSD", count=1000, **window)

    prices = [row["price"] for row in trades]
    assert (bucketed["timestamp"], bucketed["low"], bucketed["high"]) == (to_wire(end), min(prices), max(prices))


async def test_urgent_announcements_are_a_list(ask: Ask) -> None:
    assert all({"id", "title"} <= set(row) for row in await ask("/announcement/urgent"))


async def test_assets_carry_scale_limits_and_networks(ask: Ask) -> None:
    rows = await ask("/wallet/assets")

    bitcoin = next(row for row in rows if row["currency"] == "XBt")
    assert bitcoin["scale"] == 8
    assert {"minDepositAmount", "minWithdrawalAmount", "maxWithdrawalAmount"} <= set(bitcoin)
    assert {"asset", "depositEnabled", "withdrawalEnabled", "withdrawalFee"} <= set(bitcoin["networks"][0])


async def test_an_assets_networks_are_among_the_networks(ask: Ask) -> None:
    assets, networks = await ask("/wallet/assets"), await ask("/wallet/networks")

    bitcoin = next(row for row in assets if row["currency"] == "XBt")
    assert {entry["asset"].lower() for entry in bitcoin["networks"]} <= {row["network"].lower() for row in networks}
    assert all("depositConfirmations" in row for row in networks)


@pytest.mark.parametrize(
    "fact",
    [
        Fact("instrument", "XBTUSD", "fundingRate"),
        Fact("asset", "XBT", "depositEnabled"),
        Fact("asset", "XBT", "minDepositAmount"),
        Fact("network", "btc", "depositConfirmations"),
        Fact("announcement", "", "urgent"),
    ],
    ids=lambda fact: f"{fact.kind}-{fact.field}",
)
async def test_facts_are_said_in_both_languages(live: LiveFacts, fact: Fact) -> None:
    finding = await live.lookup(fact, deadline_seconds=5)

    assert finding.reason is None
    assert "exchange API" in (finding.text("en") or "")
    assert "交易所 API" in (finding.text("zh") or "")


async def test_the_fake_hangs_limits_and_recovers_when_told(clock: ManualClock) -> None:
    exchange = FakeExchange()
    async with httpx.AsyncClient(base_url="http://exchange.test", transport=exchange.transport()) as http:
        await http.put("/_behaviour", json={"status": 429, "retry_after": "7", "failures": 1})
        limited = await http.get("/api/v1/instrument/active")
        recovered = await http.get("/api/v1/instrument/active")

    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert limited.json() == {"error": {"message": "Rate limit exceeded", "name": "HTTPError"}}
    assert recovered.status_code == 200
