"""A service whose Telegram is a fake, reached by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.settings import Settings
from kit.clock import ManualClock
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Customer, FakeTelegram
from tests.hub.site import settings_for
from tests.hub.telegram.chat import KEY, SECRET, SITE, TelegramSite, running_telegram


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(
        tmp_path,
        database_url,
        identity_key=KEY,
        public_url=SITE,
        telegram_mode="webhook",
        telegram_webhook_secret=SECRET,
    )


@pytest.fixture
async def site(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram
) -> AsyncIterator[TelegramSite]:
    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.wait_until(lambda: bool(telegram.menus))
        yield site


@pytest.fixture
def wei(telegram: FakeTelegram) -> Customer:
    return telegram.customer(7)
