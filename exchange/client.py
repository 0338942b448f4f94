"""Client of the exchange's public REST API: nothing but GET, no credentials.

Without login the exchange allows 30 requests a minute and may ban an address that keeps breaking
rules (facts F125, F131), so every answer is cached and asked for once at a time, a 429 silences
this client until its Retry-After, and failures in a row open a circuit breaker. Retries are a
loop of our own: tenacity, stamina and httpx-retries would still need our rules for which error,
how long and when the breaker forbids it, and httpx-retries reads the system's clock.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from exchange import names
from exchange.answers import Announcement, Answer, Asset, Funding, Instrument, Network
from exchange.breaker import CircuitBreaker
from exchange.cache import AnswerCache
from kit.clock import Clock
from kit.errors import Misconfigured, NotFound, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
Params = dict[str, str | int]

LIVE_URL = "https://www.bitmex.com/api/v1"

#: How old an answer may be; prices move, wallet terms hardly ever do.
PRICES_AGE = timedelta(seconds=10)
NOTICES_AGE = timedelta(minutes=1)
WALLET_AGE = timedelta(minutes=5)
#: A list of symbols for near matches may be older than prices.
NAMES_AGE = timedelta(hours=1)

MAX_ATTEMPTS = 3
FIRST_DELAY_SECONDS = 0.25
#: A longer Retry-After is obeyed by the breaker, not waited for.
MAX_WAIT_SECONDS = 2.0
#: Assumed when a 429 says nothing of its own.
DEFAULT_RETRY_AFTER = timedelta(seconds=5)


class ExchangeUnavailable(Unavailable):
    """The exchange could not be reached, refused, or answered what cannot be understood."""


class RateLimited(ExchangeUnavailable):
    """The exchange wants to be asked less often."""


class NotListed(NotFound):
    """The exchange lists nothing of this name; `near` holds what may be meant."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"The exchange lists no {name[: names.MAX_LENGTH]}.{meant}")
        self.name = name
        self.near = near


class _TryAgain(Exception):
    """One attempt failed in a way that may pass."""

    def __init__(self, cause: str, retry_after: timedelta | None = None) -> None:
        super().__init__(cause)
        self.retry_after = retry_after


class ExchangeClient:
    """Typed answers of the public API, each with the time it arrived."""

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_seconds: float = 3.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._sleep = sleep
        self._breaker = breaker or CircuitBreaker()
        self._cache = AnswerCache(clock)
        if not base_url.startswith(("https://", "http://")):
            raise Misconfigured(f"{base_url!r} is no address of the exchange's API; the live one is {LIVE_URL}.")
        self._http = httpx.AsyncClient(base_url=base_url, timeout=timeout_seconds, transport=transport)
        self.is_testnet = "testnet" in self._http.base_url.host
        #: Of the API, without a slash at the end.
        self.address = str(self._http.base_url).rstrip("/")

    async def instrument(self, symbol: str) -> Answer[Instrument]:
        """Return one instrument, listed for trading or not.

        Raises:
            NotListed: there is none of this symbol.
            ExchangeUnavailable: the exchange cannot be asked now.
        """
        wanted = names.normal(symbol)
        if not wanted or len(wanted) > names.MAX_LENGTH:
            raise NotListed(symbol)
        answer = await self._get("/instrument", {"symbol": wanted, "count": 1}, Instrument, PRICES_AGE)
        for row in answer.value:
            if row.symbol == wanted:  # a bare series (XBT) is answered with its nearest contract
                return Answer(row, answer.at, answer.is_testnet)
        raise NotListed(symbol, await self._near_symbols(symbol))

    async def active_instruments(self, max_age: timedelta = PRICES_AGE) -> Answer[list[Instrument]]:
        """Return every instrument that trades, and those that expired within a day."""
        return await self._get("/instrument/active", {}, Instrument, max_age)

    async def funding_history(self, symbol: str, count: int = 10) -> Answer[list[Funding]]:
        """Return the last `count` fundings, newest first."""
        params: Params = {"symbol": names.normal(symbol), "count": count, "reverse": "true"}
        return await self._get("/funding", params, Funding, NOTICES_AGE)

    async def urgent_announcements(self) -> Answer[list[Announcement]]:
        return await self._get("/announcement/urgent", {}, Announcement, NOTICES_AGE)

    async def assets(self) -> Answer[list[Asset]]:
        return await self._get("/wallet/assets", {}, Asset, WALLET_AGE)

    async def networks(self) -> Answer[list[Network]]:
        return await self._get("/wallet/networks", {}, Network, WALLET_AGE)

    async def rows(self, path: str, params: Params, kind: type[T]) -> Answer[list[T]]:
        """Ask anew and keep nothing; for what is long and wanted once.

        Raises:
            ExchangeUnavailable: the exchange cannot be asked now.
        """
        response = await self._request(path, params)
        rows, left_out = self._read(response, kind)
        return Answer(rows, self._clock.now(), self.is_testnet, str(response.url), left_out)

    async def close(self) -> None:
        await self._cache.close()
        await self._http.aclose()

    async def _near_symbols(self, symbol: str) -> tuple[str, ...]:
        try:
            active = await self.active_instruments(NAMES_AGE)
        except ExchangeUnavailable:
            return ()
        return names.near(symbol, (row.symbol for row in active.value))

    async def _get(self, path: str, params: Params, kind: type[T], max_age: timedelta) -> Answer[list[T]]:
        key = (path, *sorted(params.items()))
        return await self._cache.get(key, max_age, lambda: self.rows(path, params, kind))

    async def _request(self, path: str, params: Params) -> httpx.Response:
        """Send until it is answered, as often as retries and the breaker allow."""
        attempt = 0
        while True:
            attempt += 1
            if not self._breaker.allow(self._clock.now()):
                raise ExchangeUnavailable("The exchange did not answer lately; it is asked again soon.")
            try:
                return await self._attempt(path, params)
            except _TryAgain as failure:
                log.info("GET %s: %s (attempt %s)", path, failure, attempt)
                delay = self._failed(failure, attempt)
                if attempt == MAX_ATTEMPTS or delay > MAX_WAIT_SECONDS:
                    raise _gave_up(failure) from failure
            await self._sleep(delay)

    def _failed(self, failure: _TryAgain, attempt: int) -> float:
        """Tell the breaker, and return how long to wait before the next attempt."""
        now = self._clock.now()
        if failure.retry_after is not None:
            self._breaker.failed(now, not_before=now + failure.retry_after)
            return failure.retry_after.total_seconds()
        self._breaker.failed(now)
        return FIRST_DELAY_SECONDS * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 -- jitter

    async def _attempt(self, path: str, params: Params) -> httpx.Response:
        try:
            async with asyncio.timeout(self._timeout_seconds):  # httpx's own limits are per read, not in total
                response = await self._http.get(path, params=params)
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            raise _TryAgain(type(error).__name__) from error
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise _TryAgain("HTTP 429", _retry_after(response, self._clock.now()))
        if response.status_code >= 500:
            raise _TryAgain(f"HTTP {response.status_code}")
        return response

    def _read(self, response: httpx.Response, kind: type[T]) -> tuple[list[T], int]:
        """Return the rows that can be believed, and how many cannot."""
        if response.status_code == httpx.codes.NOT_FOUND:
            self._breaker.succeeded()
            return [], 0
        if response.status_code != httpx.codes.OK:
            self._breaker.failed(self._clock.now())
            raise ExchangeUnavailable(f"The exchange refused the request (HTTP {response.status_code}).")
        try:
            rows, left_out = _rows(response.content, kind)
        except (ValueError, RecursionError) as error:
            self._breaker.failed(self._clock.now())
            raise ExchangeUnavailable("The exchange's answer cannot be understood.") from error
        self._breaker.succeeded()
        return rows, left_out


def _gave_up(failure: _TryAgain) -> ExchangeUnavailable:
    if failure.retry_after is not None:
        return RateLimited("The exchange wants to be asked less often; it is asked again later.")
    return ExchangeUnavailable("The exchange does not answer now.")


def _rows(body: bytes, kind: type[T]) -> tuple[list[T], int]:
    """Parse rows one by one: a broken one is left out, but not all of them may be. Returns also how many were."""
    raw = json.loads(body, parse_float=Decimal)
    if not isinstance(raw, list):
        raise ValueError("Not a list.")
    rows: list[T] = []
    for entry in raw:
        try:
            rows.append(_adapter(kind).validate_python(entry))
        except ValidationError as error:
            log.warning("A row of %s was left out: %s", kind.__name__, error.errors(include_input=False)[:2])
    if raw and not rows:
        raise ValueError(f"None of {len(raw)} rows is a {kind.__name__}.")
    return rows, len(raw) - len(rows)


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def _retry_after(response: httpx.Response, now: datetime) -> timedelta:
    """Read Retry-After (seconds or a date), else x-ratelimit-reset (seconds since 1970)."""
    try:
        if value := response.headers.get("Retry-After"):
            wait = timedelta(seconds=float(value)) if value[0].isdigit() else parsedate_to_datetime(value) - now
        else:
            wait = datetime.fromtimestamp(int(response.headers["x-ratelimit-reset"]), UTC) - now
    except (KeyError, ValueError, TypeError, OverflowError):
        return DEFAULT_RETRY_AFTER
    return min(max(wait, timedelta(0)), timedelta(hours=1))
