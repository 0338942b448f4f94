"""Hands on what agents say about a case to where its customer wrote last, as a channel of the outbox."""

from __future__ import annotations

from conversations.database import Database
from escalation.relay import service
from hub.deliveries import Delivery
from kit.clock import Clock


class Relay:
    """A pushed channel whose receiver is another conversation of the same customer."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Say it there once (see PushChannel)."""
        async with self._database.write() as session:
            await service.hand_over(session, self._clock.now(), delivery.id)
