"""The service as customers see it: over HTTP, with a bot that answers from a table and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from hub.app import create_app, create_context
from hub.settings import Settings
from kit import wire
from kit.clock import ManualClock
from tests.fakes.assistant import FakeAssistant, answer, handoff
from tests.hub.site import Site, Visitor, running, settings_for

LIMITS = wire.Button("Withdrawal limits, please.", wire.Payload("choose_article", {"article_id": "withdrawal-limits"}))
PERSON = wire.Button("Talk to a person.", wire.Payload("human_request"))


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(
        {
            "How do I withdraw?": answer("Which of these?", outcome="clarify", buttons=[LIMITS, PERSON]),
            "choose_article": answer("The limits are on the withdrawal page."),
            "My deposit is missing.": handoff("missing_deposit", summary="Deposit missing"),
            "My account was hacked.": handoff("security_incident", summary="Account at risk"),
            "I want a person.": handoff("human_request"),
        }
    )


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def site(settings: Settings, clock: ManualClock, assistant: FakeAssistant) -> AsyncIterator[Site]:
    async with running(settings, clock, assistant) as site:
        yield site


@pytest.fixture
async def visitor(site: Site) -> Visitor:
    return await site.visit()


@pytest.fixture
async def client(tmp_path: Path, clock: ManualClock, assistant: FakeAssistant) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_for(
        tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'unused.db'}", allowed_origins="https://exchange.example"
    )
    app = create_app(create_context(settings, assistant, clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pharos") as client:
        yield client
