"""The desk as the console sees it: over HTTP, with a bot that answers from a table and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from escalation import agents
from hub.app import create_app, create_context
from hub.settings import Settings
from kit.clock import ManualClock
from tests.escalation.desk import Desk
from tests.fakes.assistant import FakeAssistant, handoff


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(
        {
            "My deposit is missing.": handoff(
                "missing_deposit", summary="Deposit missing", fields={"coin": "XBT", "transaction_id": "ab" * 32}
            ),
            "My account was hacked.": handoff("security_incident", summary="Account at risk"),
            "I want a person.": handoff("human_request"),
            "The API answers 400.": handoff("api_fault"),
            "I want to complain.": handoff("complaint", summary="Complaint about a delay"),
        }
    )


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in no time: a hash carries its own cost, so everything else stays as it is."""
    monkeypatch.setattr(agents, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def desk(
    database_url: str, tmp_path: Path, clock: ManualClock, assistant: FakeAssistant, cheap_passwords: None
) -> AsyncIterator[Desk]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings, not to its types
        data_dir=tmp_path,
        database_url=database_url,
        limit_open="1000/minute",
        limit_tickets_per_day=1000,
    )
    app = create_app(create_context(settings, assistant, clock))
    async with app.router.lifespan_context(app):
        yield Desk(app, app.state.context.database, clock)
