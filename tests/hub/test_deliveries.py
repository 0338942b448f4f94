"""The outbox reaches a pushed channel at least once, in order, whatever the channel answers."""

from __future__ import annotations

import pytest

from conversations.database import Database
from hub.deliveries import ATTEMPT_TIMEOUT, Delivery, Dispatcher
from kit.clock import ManualClock
from kit.errors import DeliveryFailed
from tests.conversations.record import Record, open_record


class Killed(BaseException):
    """The process ended here."""


class FakeChannel:
    """A pushed channel that remembers what it got, and fails when told to."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self.deliveries: list[Delivery] = []

    async def deliver(self, delivery: Delivery) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.deliveries.append(delivery)

    @property
    def texts(self) -> list[str]:
        return [delivery.event["data"]["text"] for delivery in self.deliveries]


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def dispatcher(database: Database, clock: ManualClock, channel: FakeChannel) -> Dispatcher:
    return Dispatcher(database, clock, {"telegram": channel})


@pytest.fixture
async def telegram(database: Database, clock: ManualClock) -> Record:
    record = await open_record(database, clock, channel="telegram")
    for text in ("One.", "Two.", "Three."):
        await record.say(text, author="bot")
    return record


async def empty(dispatcher: Dispatcher) -> None:
    while await dispatcher.deliver_due():
        pass


async def test_messages_arrive_once_and_in_order(
    dispatcher: Dispatcher, channel: FakeChannel, telegram: Record
) -> None:
    await empty(dispatcher)

    assert channel.texts == ["One.", "Two.", "Three."]


async def test_transient_failure_holds_later_messages_back_and_is_retried_when_told(
    dispatcher: Dispatcher, channel: FakeChannel, telegram: Record, clock: ManualClock
) -> None:
    channel.failures = [DeliveryFailed("429", retry_after_seconds=7)]
    await empty(dispatcher)
    clock.advance(seconds=6)
    await empty(dispatcher)
    assert channel.texts == []

    clock.advance(seconds=1)
    await empty(dispatcher)

    assert channel.texts == ["One.", "Two.", "Three."]


async def test_permanent_failure_is_given_up_and_the_next_message_goes_on(
    dispatcher: Dispatcher, channel: FakeChannel, telegram: Record
) -> None:
    channel.failures = [DeliveryFailed("blocked", permanent=True)]

    await empty(dispatcher)

    assert channel.texts == ["Two.", "Three."]


async def test_process_that_died_in_an_attempt_makes_it_again_under_the_same_id(
    dispatcher: Dispatcher, channel: FakeChannel, telegram: Record, clock: ManualClock
) -> None:
    ids: list[str] = []

    class Dying(FakeChannel):
        async def deliver(self, delivery: Delivery) -> None:
            ids.append(delivery.id)
            raise Killed

    dying = Dispatcher(telegram.database, clock, {"telegram": Dying()})
    with pytest.raises(Killed):
        await dying.deliver_due()
    await empty(dispatcher)
    assert channel.texts == []

    clock.advance(seconds=ATTEMPT_TIMEOUT.total_seconds())
    await empty(dispatcher)

    assert channel.texts == ["One.", "Two.", "Three."]
    assert channel.deliveries[0].id == ids[0]
