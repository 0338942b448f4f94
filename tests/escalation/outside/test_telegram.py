"""Agents on Telegram: linked by a code of the console, told of what concerns them, let go when they block the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.settings import Settings
from kit.clock import ManualClock
from tests.conversations.record import dump
from tests.escalation.desk import AgentClient, Desk
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import NAME, FakeTelegram
from tests.hub.site import settings_for
from tests.hub.telegram.chat import SECRET, SITE, TelegramSite, running_telegram
from tests.hub.telegram.conftest import telegram as telegram  # the fixture

OPENED = "[P1] {}: Urgent case opened"


@pytest.fixture
async def site(
    tmp_path: Path,
    database_url: str,
    clock: ManualClock,
    assistant: FakeAssistant,
    telegram: FakeTelegram,
    cheap_passwords: None,
) -> AsyncIterator[TelegramSite]:
    settings: Settings = settings_for(
        tmp_path, database_url, public_url=SITE, telegram_mode="webhook", telegram_webhook_secret=SECRET
    )
    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.wait_until(lambda: bool(telegram.menus))
        yield site


async def linked(site: TelegramSite) -> tuple[Desk, AgentClient]:
    """A desk and an agent whose chat is linked."""
    desk = Desk(site.app, site.database, site.clock)
    ana = await desk.agent()
    made = (await ana.client.post("/me/telegram/code")).json()
    assert made["url"] == f"https://t.me/{NAME}?start={made['code']}"
    await site.deliver(site.telegram.customer(9).write(f"/start {made['code']}"))
    assert "notices for Ana" in (await site.wait_for_texts(1, chat_id=9))[0]
    return desk, ana


async def test_agent_is_told_in_their_chat(site: TelegramSite) -> None:
    desk, ana = await linked(site)

    _, number = await desk.case("My account was hacked.")

    assert OPENED.format(number) in (await site.wait_for_texts(2, chat_id=9))[1]
    assert (await ana.get("/me/notifications"))["is_telegram_linked"]


async def test_code_works_once_and_for_ten_minutes(site: TelegramSite) -> None:
    desk, ana = await linked(site)
    code = (await ana.client.post("/me/telegram/code")).json()["code"]
    desk.clock.advance(minutes=10)

    await site.deliver(site.telegram.customer(11).write(code))
    await ana.sign_in()
    await ana.client.post("/me/telegram/unlink")
    again = (await ana.client.post("/me/telegram/code")).json()["code"]
    await site.deliver(site.telegram.customer(12).write(again))
    await site.deliver(site.telegram.customer(13).write(again))
    await desk.case("My account was hacked.")
    await site.wait_for_texts(2, chat_id=12)

    assert not any("Urgent" in text for chat in (9, 11, 13) for text in site.telegram.texts(chat))


@pytest.mark.parametrize("how", ["{}", "/start {}"])
async def test_code_sent_after_too_many_tries_is_a_bad_one_and_is_stored_nowhere(site: TelegramSite, how: str) -> None:
    desk = Desk(site.app, site.database, site.clock)
    ana = await desk.agent()
    guesser = site.telegram.customer(9)
    await site.deliver(*(guesser.write(f"/start 234567892{letter}") for letter in "ABCDEFGHJKMNPQRSTVWX"))
    code = (await ana.client.post("/me/telegram/code")).json()["code"]

    await site.deliver(guesser.write(how.format(code)))

    assert "not valid" in (await site.wait_for_texts(21, chat_id=9))[20]
    assert not (await ana.get("/me/notifications"))["is_telegram_linked"]
    assert code not in await dump(site.database)
    assert site.assistant.requests == []


async def test_blocked_bot_unlinks_the_chat(site: TelegramSite) -> None:
    desk, ana = await linked(site)
    site.telegram.blocked.add(9)

    await desk.case("My account was hacked.")

    for _ in range(1000):
        if not (await ana.get("/me/notifications"))["is_telegram_linked"]:
            break
    assert not (await ana.get("/me/notifications"))["is_telegram_linked"]
