"""A client against the fake exchange; time moves only when the client sleeps or a test says so."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from exchange.client import ExchangeClient
from exchange.facts import LiveFacts
from kit.clock import ManualClock
from tests.fakes.exchange import BASE_URL, FakeExchange


class Sleeper:
    """Sleeping is moving the clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.advance(seconds=seconds)


@pytest.fixture
def exchange() -> FakeExchange:
    return FakeExchange()


@pytest.fixture
def sleeper(clock: ManualClock) -> Sleeper:
    return Sleeper(clock)


@pytest.fixture
async def client(exchange: FakeExchange, clock: ManualClock, sleeper: Sleeper) -> AsyncIterator[ExchangeClient]:
    client = ExchangeClient(BASE_URL, clock, transport=exchange.transport(), sleep=sleeper)
    yield client
    await client.close()


@pytest.fixture
def facts(client: ExchangeClient) -> LiveFacts:
    return LiveFacts(client)
