"""Which sites' pages may talk to the customer API from a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit.clock import ManualClock
from tests.conversations.record import dump
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import running, settings_for


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://exchange.example", "null", "https://pharos.evil.example"]
)
async def test_page_of_a_site_that_may_not_embed_the_chat_is_refused_and_nothing_stored(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant, origin: str
) -> None:
    settings = settings_for(tmp_path, database_url, allowed_origins="https://exchange.example")
    async with running(settings, clock, assistant) as site:
        visitor = await site.visit()
        before = await dump(site.database)
        plain = {"Origin": origin, "Content-Type": "text/plain"}  # what a browser sends without asking first

        opened = await site.client().post("/api/v1/conversations", content="{}", headers=plain)
        visitor.client.headers["Origin"] = origin
        written = await visitor.post(text="What is funding?")

        assert (opened.status_code, opened.json()["error"], written.status_code) == (403, "not_permitted", 403)
        assert await dump(site.database) == before


@pytest.mark.parametrize("origin", ["https://exchange.example", "https://support.example", "http://pharos"])
async def test_named_sites_and_our_own_pages_may_embed_the_chat(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant, origin: str
) -> None:
    settings = settings_for(
        tmp_path, database_url, allowed_origins="https://exchange.example", public_url="https://support.example/"
    )
    async with running(settings, clock, assistant) as site:
        answer = await site.client().post("/api/v1/conversations", json={}, headers={"Origin": origin})

        assert answer.status_code == 201
