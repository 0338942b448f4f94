"""A running service with one agent at its desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from escalation import agents
from hub.settings import Settings
from kit.clock import ManualClock
from tests.escalation.desk import Desk
from tests.fakes.assistant import FakeAssistant
from tests.hub.cases.desk import KEY, CaseDesk
from tests.hub.site import running, settings_for


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    verified = {"identity_key": KEY, "identity_issuer": "exchange"}
    return settings_for(tmp_path, database_url, limit_tickets_per_day=1000, **verified)


@pytest.fixture
async def desk(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[CaseDesk]:
    monkeypatch.setattr(agents, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    async with running(settings, clock, assistant) as site:
        ana = await Desk(site.app, site.database, site.clock).agent("ana@exchange", "Ana")
        yield CaseDesk(site, ana)
