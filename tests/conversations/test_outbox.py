"""What is pushed: every message for the customer once, in order; nothing else."""

from __future__ import annotations

import pytest

from conversations import repository
from conversations.database import Database
from conversations.models import Outbox
from kit.clock import ManualClock
from tests.conversations.record import Record, open_record, reply


@pytest.fixture
async def telegram(database: Database, clock: ManualClock) -> Record:
    return await open_record(database, clock, channel="telegram")


async def due(record: Record) -> list[int]:
    """The event ids that are to be delivered now."""
    async with record.database.read() as session:
        found = await repository.due_deliveries(session, record.clock.now(), ["telegram"], 100)
    return [row.event_id for row in found if row.conversation_id == record.id]


async def settle(record: Record, event_id: int, **changes: object) -> None:
    """Write down what became of a delivery."""
    async with record.database.write() as session:
        (row,) = [
            row
            for row in await repository.due_deliveries(session, record.clock.now(), ["telegram"], 100)
            if row.event_id == event_id
        ]
        for name, value in changes.items():
            setattr(row, name, value)


async def test_every_message_for_the_customer_is_delivered_in_event_order(telegram: Record) -> None:
    await telegram.receive("how do I withdraw funds?")
    await telegram.commit(await telegram.claimed(), reply("One.", "Two."))
    await telegram.say("Three.", author="agent")
    await telegram.say("Four.", author="system")

    delivered: list[int] = []
    while now := await due(telegram):
        assert len(now) == 1
        delivered += now
        await settle(telegram, now[0], status="delivered", delivered_at=telegram.clock.now())

    assert delivered == [2, 3, 4, 5]


async def test_customers_own_words_notes_and_state_are_not_pushed(telegram: Record) -> None:
    await telegram.receive("how do I withdraw funds?")
    await telegram.say("Looks like phishing.", audience="agents")
    await telegram.set_holder("queue")

    assert await due(telegram) == []


async def test_channel_that_reads_by_itself_has_no_outbox(database: Database, clock: ManualClock) -> None:
    web = await open_record(database, clock)
    await web.receive("how do I withdraw funds?")
    await web.answer(reply("So."))

    assert await due(web) == []


async def test_retry_holds_back_what_comes_after_it(telegram: Record) -> None:
    await telegram.say("One.")
    await telegram.say("Two.")
    retry_at = telegram.clock.now()
    telegram.clock.advance(seconds=-5)
    await telegram.say("Zero is not first: order is by id.")
    telegram.clock.advance(seconds=5)
    await settle(telegram, 1, attempts=1, next_attempt_at=retry_at.replace(year=retry_at.year + 1))

    assert await due(telegram) == []


async def test_delivery_given_up_lets_the_next_one_through(telegram: Record) -> None:
    await telegram.say("One.")
    await telegram.say("Two.")

    await settle(telegram, 1, status="failed", error="blocked by the user")

    assert await due(telegram) == [2]


async def test_conversations_do_not_hold_each_other_back(database: Database, clock: ManualClock) -> None:
    stuck = await open_record(database, clock, channel="telegram")
    other = await open_record(database, clock, channel="telegram")
    await stuck.say("One.")
    await other.say("One.")

    await settle_later(stuck)

    assert await due(stuck) == []
    assert await due(other) == [1]


async def settle_later(record: Record) -> None:
    """Put the conversation's delivery off."""
    async with record.database.write() as session:
        for row in await repository.due_deliveries(session, record.clock.now(), ["telegram"], 100):
            if row.conversation_id == record.id:
                row.next_attempt_at = row.next_attempt_at.replace(year=row.next_attempt_at.year + 1)


async def test_delivery_id_survives_retries(telegram: Record) -> None:
    await telegram.say("One.")

    async def delivery() -> Outbox:
        async with telegram.database.read() as session:
            (row,) = await repository.due_deliveries(session, telegram.clock.now(), ["telegram"], 100)
            return row

    first = await delivery()
    await settle(telegram, 1, attempts=1)

    assert (await delivery()).id == first.id
