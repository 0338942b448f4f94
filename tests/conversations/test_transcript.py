"""What clients read back, and what wakes them."""

from __future__ import annotations

import asyncio
from datetime import datetime

import anyio
import pytest

from conversations import service
from conversations.database import Database
from conversations.models import Conversation
from conversations.signals import Signals
from kit.clock import ManualClock
from tests.conversations.record import Record, open_record


@pytest.fixture
async def record(database: Database, clock: ManualClock) -> Record:
    return await open_record(database, clock)


async def test_reader_resumes_after_the_last_event_it_saw(record: Record) -> None:
    for number in range(5):
        await record.receive(f"message {number}")

    assert [event["id"] for event in await record.events(after=3)] == [4, 5]
    assert await record.events(after=5) == []


async def test_internal_notes_are_for_agents_only(record: Record) -> None:
    await record.say("Looks like phishing.", audience="agents")
    await record.say("One moment.")

    assert [event["id"] for event in await record.events()] == [2]
    assert [event["id"] for event in await record.events(audiences=service.AGENT_AUDIENCE)] == [1, 2]


async def test_events_come_in_pages_oldest_first(record: Record) -> None:
    for number in range(4):
        await record.say(f"message {number}")

    async with record.database.read() as session:
        page = await service.events_after(session, record.id, 1, limit=2)

    assert [event["id"] for event in page] == [2, 3]


async def test_instants_are_utc_with_milliseconds(record: Record) -> None:
    await record.say("Now.")

    (event,) = await record.events()

    assert event["at"] == record.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def test_naive_instant_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 -- the mistake under test

    with pytest.raises(Exception, match="no time zone"):
        async with database.write() as session:
            await service.open_conversation(session, naive, channel="web", locale="en")


async def test_reader_is_woken_after_the_commit_not_before(record: Record) -> None:
    with record.database.signals.subscribe(record.id) as subscription:
        async with record.database.write() as session:
            conversation = await service.access_conversation(session, record.id)
            await service.say(session, record.clock.now(), conversation, "Hello.")
            early = await subscription.wait(0.05)

        woken = await subscription.wait(5)

    assert early == set()
    assert woken == {record.id}


async def test_nobody_is_woken_by_what_was_rolled_back(record: Record) -> None:
    with record.database.signals.subscribe(record.id) as subscription:
        with pytest.raises(RuntimeError):
            async with record.database.write() as session:
                conversation = await service.access_conversation(session, record.id)
                await service.say(session, record.clock.now(), conversation, "Hello.")
                raise RuntimeError("the power went")

        assert await subscription.wait(0.05) == set()


async def test_waiter_that_is_stopped_as_news_comes_stops() -> None:
    signals = Signals()
    with signals.subscribe("topic") as subscription:
        waiting = asyncio.create_task(subscription.wait(60))
        await asyncio.sleep(0.01)

        signals.publish("topic")
        waiting.cancel()

        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_reading_is_finished_although_its_reader_left(record: Record) -> None:
    await record.receive("What is funding?")
    events = []

    with anyio.CancelScope() as reader:
        reader.cancel()
        events = await record.events()

    assert [event["id"] for event in events] == [1]


async def test_writers_at_once_lose_no_event(record: Record) -> None:
    ids = await asyncio.gather(*(record.say(f"line {number}") for number in range(20)))

    assert sorted(ids) == list(range(1, 21))
    assert len(await record.events()) == 20


async def test_reading_keeps_nothing(record: Record) -> None:
    async with record.database.read() as session:
        conversation = await session.get(Conversation, record.id)
        assert conversation is not None
        conversation.locale = "zh"
        await session.flush()

    async with record.database.read() as session:
        stored = await session.get(Conversation, record.id)
        assert stored is not None
        assert stored.locale == "en"
