"""A desk that is connected to an exchange with a past."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.evidence import worker
from exchange.client import ExchangeClient
from hub.app import create_app, create_context
from hub.settings import Settings
from kit.clock import ManualClock
from tests.escalation.desk import Desk
from tests.escalation.evidence.dispute import APPEAL, Dispute, Open, facts, fill
from tests.exchange.conftest import Sleeper
from tests.fakes.assistant import FakeAssistant, handoff
from tests.fakes.exchange import BASE_URL, FakeExchange


@pytest.fixture
def moment(clock: ManualClock) -> datetime:
    return clock.now() - timedelta(hours=2)


@pytest.fixture
def exchange(moment: datetime) -> FakeExchange:
    exchange = FakeExchange()
    fill(exchange, moment)
    return exchange


@pytest.fixture
async def desk(
    database_url: str,
    tmp_path: Path,
    clock: ManualClock,
    assistant: FakeAssistant,
    exchange: FakeExchange,
    cheap_passwords: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Desk]:
    """A desk connected to the exchange; nothing is collected unless a test says so."""
    monkeypatch.setattr(worker, "LOOK_SECONDS", 3600)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings, not to its types
        data_dir=tmp_path,
        database_url=database_url,
        limit_open="1000/minute",
        limit_tickets_per_day=1000,
    )
    context = create_context(settings, assistant, clock)
    context.exchange = ExchangeClient(BASE_URL, clock, transport=exchange.transport(), sleep=Sleeper(clock))
    app = create_app(context)
    async with app.router.lifespan_context(app):
        yield Desk(app, context.database, clock)


@pytest.fixture
def dispute(desk: Desk, assistant: FakeAssistant, exchange: FakeExchange, clock: ManualClock, moment: datetime) -> Open:
    """Open a ticket with these facts and look at it as an agent."""

    agents = itertools.count(1)

    async def opened(given: dict[str, Any] | None = None, case: str = "liquidation_appeal") -> Dispute:
        known = facts(moment) if given is None else given
        assistant.answers[APPEAL] = handoff(case, summary="Liquidated", fields=known)
        _, number = await desk.case(APPEAL)
        return Dispute(desk, exchange, clock, moment, number, await desk.agent(f"ana{next(agents)}"))

    return opened
