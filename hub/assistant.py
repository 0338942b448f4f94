"""Client of the assistant: posts turns and searches to any worker that is ready."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import httpx

from kit import wire
from kit.codec import decode, encode
from kit.errors import InvalidRequest, SupportError, Unavailable

T = TypeVar("T")


class NoWorkerReady(Unavailable):
    """No assistant worker can be reached or says it is ready; the turn may be tried again."""


class TurnFailed(SupportError):
    """A ready worker failed at this turn, answered nonsense, or took longer than the deadline."""

    status_code = 502


class Assistant(Protocol):
    """What the service needs of the assistant; the contract suite runs against each kind."""

    async def turn(self, request: wire.TurnRequest) -> wire.TurnReply: ...

    async def search(self, request: wire.SearchRequest) -> wire.SearchReply: ...

    async def health(self) -> wire.Health: ...


class HttpAssistant:
    """The assistant over loopback HTTP. Workers take turns; a dead one is passed over."""

    def __init__(self, urls: Sequence[str], secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._urls = itertools.cycle(urls)
        self._count = len(urls)
        self._client = httpx.AsyncClient(
            headers={wire.SECRET_HEADER: secret},
            timeout=httpx.Timeout(wire.TURN_DEADLINE_SECONDS, connect=1.0),
            transport=transport,
            trust_env=False,
        )

    async def turn(self, request: wire.TurnRequest) -> wire.TurnReply:
        """Run one turn.

        Raises:
            NoWorkerReady: nobody took it.
            TurnFailed: a ready worker failed at it.
        """
        return await self._post("/turn", request, wire.TurnReply)

    async def search(self, request: wire.SearchRequest) -> wire.SearchReply:
        return await self._post("/search", request, wire.SearchReply)

    async def health(self) -> wire.Health:
        """Return the health of the first worker that answers."""
        reasons = []
        for url in itertools.islice(self._urls, self._count):
            try:
                response = await self._client.get(f"{url}/health")
                return decode(wire.Health, response.json())
            except (httpx.HTTPError, ValueError, InvalidRequest) as error:
                reasons.append(f"{url}: {type(error).__name__}")
        return wire.Health(ready=False, reasons=reasons or ["no assistant is configured"])

    async def _post(self, path: str, request: Any, kind: type[T]) -> T:
        refusals = []
        for url in itertools.islice(self._urls, self._count):
            try:
                response = await self._client.post(url + path, json=encode(request))
            except httpx.ReadTimeout as error:
                raise TurnFailed(f"{url}{path}: no answer in {wire.TURN_DEADLINE_SECONDS:g} s.") from error
            except httpx.TransportError as error:
                refusals.append(f"{url}: {type(error).__name__}")
                continue
            if response.status_code == 503:
                refusals.append(f"{url}: not ready")
                continue
            return _read(response, kind)
        raise NoWorkerReady("; ".join(refusals) or "No assistant is configured: set PHAROS_ASSISTANT_URLS.")

    async def close(self) -> None:
        await self._client.aclose()


def _read(response: httpx.Response, kind: type[T]) -> T:
    if response.status_code != 200:
        raise TurnFailed(f"{response.url}: HTTP {response.status_code}: {response.text[:500]}")
    try:
        return decode(kind, response.json())
    except (ValueError, InvalidRequest) as error:
        raise TurnFailed(f"{response.url}: not a {kind.__name__}: {error}") from error
