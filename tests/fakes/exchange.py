"""A fake of the exchange's public REST API: an ASGI application that can be slow, wrong, limiting, down or flapping.

In tests: `FakeExchange().transport()`. By itself: `uvicorn tests.fakes.exchange:create_app --factory --port 9100`,
then PUT /_behaviour with some of Behaviour's fields. What its shapes rest on is written in exchange.md.
"""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.clock import from_wire, to_wire

Row = dict[str, Any]
BASE_URL = "http://exchange.test/api/v1"
ERRORS = {
    400: "Invalid symbol",
    404: "Not Found",
    429: "Rate limit exceeded",
    503: "The system is currently overloaded.",
}


@dataclass
class Behaviour:
    """How the fake answers; the default is well."""

    #: No connection can be made (over HTTP: 503).
    down: bool = False
    #: Every request waits this long.
    delay_seconds: float = 0.0
    #: Answer with this status instead.
    status: int | None = None
    #: Sent with a 429; None sends none.
    retry_after: str | None = None
    #: 200 with this text in place of the rows.
    body: str | None = None
    #: Of so many requests in a row answer one; the others fail with 502.
    answer_one_of: int = 1
    #: So many requests fail with `status`, then all is well; None: as long as a status is set.
    failures: int | None = None
    #: So many requests are answered before `status` is given.
    status_after: int = 0


def perpetual(symbol: str, underlying: str, quote: str, settle: str, price: float, **more: Any) -> Row:
    """A perpetual as GET /instrument gives it, with the fields Pharos reads and some it does not."""
    return {
        "symbol": symbol,
        "rootSymbol": underlying,
        "state": "Open",
        "typ": "FFWCSX",
        "underlying": underlying,
        "quoteCurrency": quote,
        "settlCurrency": settle,
        "isQuanto": False,
        "isInverse": False,
        "maxOrderQty": 10000000,
        "lotSize": 1000,
        "tickSize": 0.01,
        "multiplier": 100,
        "underlyingToPositionMultiplier": 10000,
        "initMargin": 0.02,
        "maintMargin": 0.01,
        "riskLimit": 1000000000000,
        "riskStep": 1000000000000,
        "makerFee": -0.0001,
        "takerFee": 0.0005,
        "fundingTimestamp": "2026-11-22T04:00:00.000Z",
        "fundingInterval": "2000-01-01T08:00:00.000Z",
        "fundingRate": 0.0001,
        "indicativeFundingRate": 0.0001,
        "lastPrice": price,
        "markPrice": price,
        "indicativeSettlePrice": price,
        "timestamp": "2026-11-22T03:11:58.000Z",
        **more,
    }


#: The inverse bitcoin perpetual, with terms of the snapshot behind F159 and F160.
XBTUSD = perpetual(
    "XBTUSD",
    "XBT",
    "USD",
    "XBt",
    97849.76,
    isInverse=True,
    lotSize=100,
    tickSize=0.1,
    multiplier=-100000000,
    underlyingToPositionMultiplier=None,
    underlyingToSettleMultiplier=-100000000,
    initMargin=0.01,
    maintMargin=0.005,
    riskLimit=20000000000,
    riskStep=15000000000,
    makerFee=0.0005,
    fundingRate=0.00011,
    indicativeFundingRate=0.000125,
    indicativeSettlePrice=97843.77,
)
XBTUSDT = perpetual(
    "XBTUSDT", "XBT", "USDT", "USDt", 97850.5, tickSize=0.5, multiplier=1, underlyingToPositionMultiplier=1000000
)
ETHUSD = perpetual("ETHUSD", "ETH", "USD", "XBt", 3301.25, isQuanto=True, lotSize=1, tickSize=0.05)
SOLUSDT = perpetual("SOLUSDT", "SOL", "USDT", "USDt", 251.3, fundingRate=-0.00021)
FUTURE = perpetual(
    "XBTM27", "XBT", "USD", "XBt", 99000.5, typ="FFCCSX", isInverse=True, fundingRate=None, fundingTimestamp=None
) | {"settle": "2027-06-25T12:00:00.000Z"}
SPOT = {
    "symbol": "XBT_USDT",
    "state": "Open",
    "typ": "IFXXXP",
    "underlying": "XBT",
    "quoteCurrency": "USDT",
    "tickSize": 0.5,
    "lotSize": 1000,
    "markPrice": 97850.0,
    "timestamp": "2026-11-22T03:11:58.000Z",
}


def trade(at: datetime, price: float, symbol: str = "XBTUSD", **more: Any) -> Row:
    """A public trade as GET /trade gives it, with a field Pharos does not read."""
    return {
        "timestamp": to_wire(at),
        "symbol": symbol,
        "side": "Sell",
        "size": 100,
        "price": price,
        "tickDirection": "ZeroMinusTick",
        "trdMatchID": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{symbol} {at} {price}")),
        "grossValue": 102198,
        "trdType": "Regular",
        **more,
    }


def bucket(end: datetime, low: float, high: float, close: float, symbol: str = "XBTUSD", **more: Any) -> Row:
    """A minute of trades as GET /trade/bucketed gives it; its time is the minute's end."""
    prices = {"open": close, "high": high, "low": low, "close": close, "vwap": close}
    return {"timestamp": to_wire(end), "symbol": symbol, **prices, "trades": 12, "volume": 1200, **more}


def _network(asset: str, *, deposit: bool = True, withdrawal: bool = True, fee: int = 0) -> Row:
    flags = {"depositEnabled": deposit, "withdrawalEnabled": withdrawal}
    return {"asset": asset, "tokenAddress": "", **flags, "withdrawalFee": fee, "minFee": fee, "maxFee": fee}


def _asset(asset: str, currency: str, name: str, scale: int, networks: list[Row]) -> Row:
    flags = {"enabled": True, "isMarginCurrency": True, "memoRequired": False}
    limits = {"minDepositAmount": 10000, "minWithdrawalAmount": 1000, "maxWithdrawalAmount": 100000000000000}
    names = {"asset": asset, "currency": currency, "majorCurrency": asset, "name": name, "currencyType": "Crypto"}
    return {**names, "scale": scale, **flags, **limits, "networks": networks}


ASSETS = [
    _asset("XBT", "XBt", "Bitcoin", 8, [_network("btc", fee=20000)]),
    _asset("USDT", "USDt", "Tether", 6, [_network("eth", fee=3000000), _network("tron", deposit=False, fee=1000000)]),
    _asset("SOL", "LAMp", "Solana", 9, [_network("sol", deposit=False, withdrawal=False)]),
]
NETWORKS = [
    {"network": "btc", "name": "Bitcoin", "currency": "XBt", "networkSymbol": "BTC", "depositConfirmations": 1},
    {"network": "eth", "name": "Ethereum", "currency": "Gwei", "networkSymbol": "ETH", "depositConfirmations": 12},
]


@dataclass
class FakeExchange:
    """The rows it serves are plain data: a test changes them."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    instruments: list[Row] = field(
        default_factory=lambda: copy.deepcopy([XBTUSD, XBTUSDT, ETHUSD, SOLUSDT, FUTURE, SPOT])
    )
    assets: list[Row] = field(default_factory=lambda: copy.deepcopy(ASSETS))
    networks: list[Row] = field(default_factory=lambda: copy.deepcopy(NETWORKS))
    announcements: list[Row] = field(default_factory=list)
    funding: list[Row] = field(default_factory=list)
    trades: list[Row] = field(default_factory=list)
    buckets: list[Row] = field(default_factory=list)
    #: How often each path was asked.
    requests: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        #: Requests wait for this; cleared, the exchange hangs.
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        prefix = "/api/v1"
        self.app = Starlette(
            routes=[
                Route(f"{prefix}/instrument", self._instrument),
                Route(f"{prefix}/instrument/active", self._active),
                Route(f"{prefix}/funding", self._funding),
                Route(f"{prefix}/trade", self._trades),
                Route(f"{prefix}/trade/bucketed", self._bucketed),
                Route(f"{prefix}/announcement/urgent", self._urgent),
                Route(f"{prefix}/wallet/assets", self._assets),
                Route(f"{prefix}/wallet/networks", self._networks),
                Route("/_behaviour", self._behave, methods=["PUT"]),
            ]
        )

    def transport(self) -> httpx.AsyncBaseTransport:
        """The way to it inside a test; while down, no connection can be made."""
        return _Transport(self)

    async def _instrument(self, request: Request) -> Response:
        wanted = request.query_params.get("symbol")
        rows = [row for row in self.instruments if wanted in (None, row["symbol"], row.get("rootSymbol"))]
        return await self._answer(request, rows[: int(request.query_params.get("count", 100))])

    async def _active(self, request: Request) -> Response:
        return await self._answer(request, self.instruments)

    async def _funding(self, request: Request) -> Response:
        rows = [row for row in self.funding if row["symbol"] == request.query_params.get("symbol")]
        rows.sort(key=lambda row: str(row["timestamp"]), reverse=request.query_params.get("reverse") == "true")
        return await self._answer(request, rows[: int(request.query_params.get("count", 100))])

    async def _trades(self, request: Request) -> Response:
        return await self._answer(request, _history(self.trades, request.query_params))

    async def _bucketed(self, request: Request) -> Response:
        assert request.query_params["binSize"] == "1m"
        return await self._answer(request, _history(self.buckets, request.query_params))

    async def _urgent(self, request: Request) -> Response:
        return await self._answer(request, self.announcements)

    async def _assets(self, request: Request) -> Response:
        return await self._answer(request, self.assets)

    async def _networks(self, request: Request) -> Response:
        return await self._answer(request, self.networks)

    async def _behave(self, request: Request) -> Response:
        self.behaviour = dataclasses.replace(self.behaviour, **await request.json())
        return JSONResponse(dataclasses.asdict(self.behaviour))

    async def _answer(self, request: Request, rows: list[Row]) -> Response:
        path = request.url.path.removeprefix("/api/v1")
        self.requests[path] += 1
        behaviour = self.behaviour
        await asyncio.sleep(behaviour.delay_seconds)
        await self.may_answer.wait()
        if behaviour.status and behaviour.status_after:
            behaviour.status_after -= 1
        elif behaviour.status and behaviour.failures != 0:
            behaviour.failures = behaviour.failures and behaviour.failures - 1
            return _error(behaviour.status, behaviour.retry_after)
        if behaviour.down or self.requests.total() % behaviour.answer_one_of:
            return _error(503 if behaviour.down else 502, None)
        text = behaviour.body if behaviour.body is not None else json.dumps(rows)
        return Response(text, media_type="application/json", headers={"x-ratelimit-limit": "30"})


def _history(rows: list[Row], asked: QueryParams) -> list[Row]:
    """Rows of a symbol between two instants, both included, a thousand at most."""
    start, end = from_wire(asked["startTime"]), from_wire(asked["endTime"])
    found = [r for r in rows if r["symbol"] == asked["symbol"] and start <= from_wire(r["timestamp"]) <= end]
    found.sort(key=lambda row: str(row["timestamp"]), reverse=asked.get("reverse") == "true")
    first, count = int(asked.get("start", 0)), min(int(asked.get("count", 100)), 1000)
    return found[first : first + count]


class _Transport(httpx.ASGITransport):
    def __init__(self, exchange: FakeExchange) -> None:
        super().__init__(exchange.app)
        self._exchange = exchange

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._exchange.behaviour.down:
            self._exchange.requests["down"] += 1
            raise httpx.ConnectError("The exchange is down, as the test asked.", request=request)
        return await super().handle_async_request(request)


def _error(status: int, retry_after: str | None) -> Response:
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    message = ERRORS.get(status, "Error")
    return JSONResponse({"error": {"message": message, "name": "HTTPError"}}, status_code=status, headers=headers)


def create_app() -> Starlette:
    """The fake by itself, for uvicorn."""
    return FakeExchange().app
