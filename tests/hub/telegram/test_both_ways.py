"""What Telegram has for us arrives once and in order, by webhook and by polling, whatever happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from hub.channels.telegram import repository
from hub.settings import Settings
from kit.clock import ManualClock
from tests.conversations.attachments.files import TEXT
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Customer, Cut, FakeTelegram, Refused, Update
from tests.fakes.telegram_deliveries import Deliveries
from tests.hub.site import settings_for
from tests.hub.telegram.chat import SECRET, SITE, TelegramSite, running_telegram

Bring = Callable[..., Awaitable[None]]


@pytest.fixture(params=["webhook", "polling"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Settings:
    webhook = {"public_url": SITE, "telegram_mode": "webhook", "telegram_webhook_secret": SECRET}
    return settings_for(tmp_path, database_url, **(webhook if request.param == "webhook" else {}))


@pytest.fixture
async def site(
    settings: Settings,
    clock: ManualClock,
    assistant: FakeAssistant,
    telegram: FakeTelegram,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TelegramSite]:
    monkeypatch.setattr("hub.channels.telegram.poller.POLL_SECONDS", 0.05)
    monkeypatch.setattr("hub.channels.telegram.poller.REST_SECONDS", 0.05)
    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.wait_until(lambda: bool(telegram.menus))
        yield site


@pytest.fixture
def bring(settings: Settings, site: TelegramSite, telegram: FakeTelegram) -> Bring:
    """Let Telegram bring these updates, with trouble on the way: each is said to be there more than once."""

    async def bring(*updates: Update) -> None:
        if settings.telegram_mode == "webhook":
            deliveries = Deliveries(site.post, cuts=["before", "after", "", "after"])
            deliveries.put(*updates)
            await deliveries.run()
            assert deliveries.dropped == []
        else:
            telegram.failures["GetUpdates"] = [Cut(), Refused(502, "Bad Gateway"), None, Cut()]
            telegram.offer(*updates)
            await site.wait_until(lambda: not telegram.queue and "offset" not in telegram.called("GetUpdates")[-1])

    return bring


async def written(site: TelegramSite, chat_id: int = 7) -> list[str]:
    return [text for _audience, author, text in await site.transcript(chat_id) if author == "customer"]


async def test_messages_are_stored_once_and_in_order(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    other = site.telegram.customer(8)
    texts = [f"Question {number}." for number in range(9)]

    await bring(*(update for text in texts for update in (wei.write(text), other.write(text))))

    assert await written(site) == await written(site, 8) == texts


async def test_store_that_fails_loses_nothing(
    site: TelegramSite, wei: Customer, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    see, failures = repository.see, [True, False, True, False]

    async def fail_now_and_then(*args: object) -> bool:
        if failures and failures.pop():
            raise OperationalError("INSERT", {}, Exception("disk full"))
        return await see(*args)  # type: ignore[arg-type]  # whatever it was called with

    monkeypatch.setattr(repository, "see", fail_now_and_then)
    await bring(wei.write("What is funding?"), wei.write("Who pays it?"))

    assert await written(site) == ["What is funding?", "Who pays it?"]


async def test_press_is_answered_and_counts_once(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    await bring(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    press = wei.press("Withdrawal limits, please.")

    await bring(press)

    assert press["callback_query"]["id"] in site.telegram.answered
    assert (await site.wait_for_texts(2))[1] == "The limits are on the withdrawal page."
    assert await written(site) == ["How do I withdraw?", "Withdrawal limits, please."]


async def test_edit_is_noted_once_and_starts_no_turn(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    message = wei.write("I lost 100 XBT.")
    await bring(message)
    await site.wait_for_texts(1)

    await bring(wei.edit(message, "I lost 10 XBT."))

    assert len(await site.notes()) == 1
    assert len(site.assistant.requests) == 1


async def test_file_becomes_one_message(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    await bring(wei.send_file(TEXT, "order.log"))
    await site.wait_until_delivered()
    site.clock.advance(seconds=1)

    assert "I have your file" in (await site.wait_for_texts(1))[0]
    files = [file["name"] for event in await site.events() for file in event["data"].get("attachments", [])]
    assert files == ["order.log"]


async def test_what_cannot_be_read_holds_up_nothing(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    await bring({"update_id": 1, "message": {"message_id": "no"}}, wei.write("What is funding?"))

    assert await written(site) == ["What is funding?"]


async def test_customer_who_blocked_the_bot_is_noted_once(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    await bring(wei.write("What is funding?"))
    await site.wait_for_texts(1)

    await bring(wei.block())

    assert (await site.chat()).unreachable_at is not None
    assert len(await site.notes()) == 1


async def test_ids_may_begin_anew_lower(site: TelegramSite, wei: Customer, bring: Bring) -> None:
    await bring({**wei.write("What is funding?"), "update_id": 900})
    await bring({**wei.write("Who pays it?"), "update_id": 3})

    assert await written(site) == ["What is funding?", "Who pays it?"]


class Answers:
    """A webhook that answers by a list, then with 200."""

    def __init__(self, answers: dict[int, list[httpx.Response]]) -> None:
        self._answers = answers

    async def post(self, update: Update) -> httpx.Response:
        mine = self._answers.get(update["update_id"]) or [httpx.Response(200)]
        return mine.pop(0)


async def test_fake_waits_longer_and_longer_and_holds_up_one_chat_only(telegram: FakeTelegram) -> None:
    wei, other = telegram.customer(7), telegram.customer(8)
    first, second, third = wei.write("One."), wei.write("Two."), other.write("Three.")
    bad = [httpx.Response(500)] * 4 + [httpx.Response(503, headers={"Retry-After": "30"})]
    deliveries = Deliveries(Answers({first["update_id"]: bad}).post)

    deliveries.put(first, second, third)
    await deliveries.run()

    times = [at for at, id, _status in deliveries.tries if id == first["update_id"]]
    assert times == [0, 0, 2, 6, 14, 44]
    assert [(at, id) for at, id, _status in deliveries.tries if id != first["update_id"]] == [
        (0, third["update_id"]),
        (44, second["update_id"]),
    ]


async def test_fakes_presses_overtake_and_expire(telegram: FakeTelegram) -> None:
    wei = telegram.customer(7)
    message, late = wei.write("One."), wei.press_token("late", 1)
    press = telegram.customer(8).press_token("a", 2)
    held = {message["update_id"]: [httpx.Response(500)] * 3, late["update_id"]: [httpx.Response(500)] * 99}
    deliveries = Deliveries(Answers(held).post)

    deliveries.put(message, late, press)
    await deliveries.run()

    done = [id for _at, id, status in deliveries.tries if status == 200]
    assert done == [press["update_id"], message["update_id"]]
    assert deliveries.dropped == [late["update_id"]]
    assert deliveries.now <= 150
