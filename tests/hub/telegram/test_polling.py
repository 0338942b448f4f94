"""Where Telegram cannot reach us: updates are fetched, stored, and only then confirmed; one replica at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from conversations.database import Database
from hub.app import create_context
from hub.channels.telegram import repository
from hub.channels.telegram.channel import Telegram
from hub.channels.telegram.poller import Poller
from hub.settings import Settings
from kit.clock import ManualClock
from kit.errors import Misconfigured
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Customer, FakeTelegram, Refused
from tests.hub.site import settings_for
from tests.hub.telegram.chat import TelegramSite, running_telegram


class Stopped(Exception):
    """The test has seen enough."""


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def channel(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram
) -> AsyncIterator[Telegram]:
    """The channel with nothing of it running; a poll finds at once that there is nothing."""
    context = create_context(settings, assistant, clock)
    yield Telegram(settings, context.database, clock, context.limits, context.key, bot=telegram.bot())
    await context.database.close()


def poller(channel: Telegram, database: Database, clock: ManualClock, rests: list[float]) -> Poller:
    async def rest(seconds: float) -> None:
        rests.append(seconds)
        raise Stopped

    return Poller(channel.bot, channel.receiver, channel.follow_ups, database, clock, sleep=rest)


async def test_message_is_fetched_and_answered(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    telegram.offer(wei.write("What is funding?"))

    assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]
    await site.wait_until(lambda: telegram.queue == [])


async def test_button_pressed_is_answered(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    telegram.offer(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    press = wei.press("Withdrawal limits, please.")

    telegram.offer(press)

    await site.wait_for_texts(2)
    assert press["callback_query"]["id"] in telegram.answered


async def test_official_address_is_that_of_the_exchange_where_the_service_has_none(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer
) -> None:
    telegram.offer(wei.write("/verify"))

    assert (await site.wait_for_texts(1))[0].endswith("The official address: https://bitmex.com")


async def test_webhook_is_removed_first(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram, wei: Customer
) -> None:
    telegram.webhook = {"url": "https://old.example"}
    telegram.offer(wei.write("What is funding?"))

    async with running_telegram(settings, clock, assistant, telegram) as site:
        assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]


async def test_batch_that_was_stored_but_not_confirmed_changes_nothing_when_it_comes_again(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram, wei: Customer
) -> None:
    updates = [wei.write("What is funding?"), wei.write("Who pays it?")]
    for _ in range(3):
        telegram.queue = list(updates)  # the confirmation never arrived
        telegram.offer()
        async with running_telegram(settings, clock, assistant, telegram) as site:
            await site.wait_until(lambda: telegram.queue == [])
            texts = [text for _audience, author, text in await site.transcript() if author == "customer"]

    assert texts == ["What is funding?", "Who pays it?"]


async def test_update_that_cannot_be_read_holds_up_no_other(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer
) -> None:
    telegram.offer({"update_id": 1, "message": {"message_id": "no"}}, wei.write("What is funding?"))

    assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]


async def test_ids_that_begin_anew_lower_are_fetched(
    settings: Settings,
    clock: ManualClock,
    assistant: FakeAssistant,
    telegram: FakeTelegram,
    wei: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hub.channels.telegram.poller.POLL_SECONDS", 0.05)
    telegram.offer({**wei.write("What is funding?"), "update_id": 900})
    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.wait_for_texts(1)
        await site.wait_until(lambda: telegram.queue == [])

        telegram.offer({**wei.write("Who pays it?"), "update_id": 3})

        assert (await site.wait_for_texts(2))[1] == "You wrote: Who pays it?"


@pytest.mark.parametrize(
    ("failure", "rest"),
    [
        pytest.param(Refused(409, "Conflict: terminated by other getUpdates request"), 5.0, id="conflict"),
        pytest.param(Refused(502, "Bad Gateway"), 5.0, id="down"),
        pytest.param(Refused(429, "Too Many Requests: retry after 17", retry_after=17), 17.0, id="told-to-wait"),
    ],
)
async def test_poller_rests_after_a_refusal(
    channel: Telegram, database: Database, telegram: FakeTelegram, clock: ManualClock, failure: Refused, rest: float
) -> None:
    telegram.failures["GetUpdates"] = [failure]
    rests: list[float] = []

    with pytest.raises(Stopped):
        await poller(channel, database, clock, rests).run()

    assert rests == [rest]


async def test_poller_goes_on_after_what_nobody_thought_of(
    channel: Telegram, database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object, **_more: object) -> bool:
        raise RuntimeError("as the test asked")

    monkeypatch.setattr(repository, "hold_lease", fail)
    rests: list[float] = []

    with pytest.raises(Stopped):
        await poller(channel, database, clock, rests).run()

    assert rests == [5.0]


async def test_one_replica_polls_at_a_time_and_another_follows_when_it_dies(
    database: Database, clock: ManualClock
) -> None:
    async def hold(owner: str) -> bool:
        async with database.write() as session:
            return await repository.hold_lease(session, clock.now(), owner, timedelta(seconds=60))

    assert [await hold("first"), await hold("second"), await hold("first")] == [True, False, True]

    clock.advance(seconds=60)

    assert [await hold("second"), await hold("first")] == [True, False]


async def test_replica_that_stops_leaves_the_lease_to_the_next(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram, database: Database
) -> None:
    async with running_telegram(settings, clock, assistant, telegram):
        await asyncio.sleep(0.1)

    async with database.write() as session:
        assert await repository.hold_lease(session, clock.now(), "next", timedelta(seconds=60))


async def test_telegram_that_is_down_at_the_start_does_not_stop_the_service(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram
) -> None:
    telegram.is_down = True

    async with running_telegram(settings, clock, assistant, telegram) as site:
        assert (await site.client().get("/healthz")).status_code == 200


def test_webhook_without_a_public_address_is_refused_at_the_start(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it, its plugin-less types do not
        data_dir=tmp_path,
        telegram_token="1:a",  # type: ignore[arg-type]  # made a SecretStr
        telegram_mode="webhook",
    )

    with pytest.raises(Misconfigured, match="PHAROS_PUBLIC_URL"):
        create_context(settings)
