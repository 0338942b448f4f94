"""Empties the outbox: hands messages to channels that must be pushed to, at least once, in event order.

An attempt is recorded before it is made and its result after, so a process that dies in
between makes the next one wait and then repeat under the same delivery id. Transient
failures are retried with the receiver's own delay; permanent ones are given up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from conversations import repository
from conversations.database import Database
from conversations.models import Outbox
from conversations.service import as_wire
from kit.clock import Clock
from kit.errors import DeliveryFailed

log = logging.getLogger(__name__)

#: How often the outbox is looked through, in seconds.
SWEEP_SECONDS = 1.0
#: An attempt nobody reported on is made again after this long.
ATTEMPT_TIMEOUT = timedelta(seconds=30)
#: Waits between failed attempts: 1 s, doubling, at most this.
MAX_WAIT = timedelta(minutes=5)
_BATCH = 50


@dataclass(frozen=True)
class Delivery:
    """One message for one customer; `id` is the same at every attempt."""

    id: str
    conversation_id: str
    event: dict[str, Any]


class PushChannel(Protocol):
    async def deliver(self, delivery: Delivery) -> None:
        """Hand the message over, or raise DeliveryFailed."""


class Dispatcher:
    """Delivers while it runs; `channels` by the name conversations carry."""

    def __init__(self, database: Database, clock: Clock, channels: Mapping[str, PushChannel]) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                while await self.deliver_due():
                    pass
            except Exception:
                log.exception("Delivering failed; trying again in %s s.", SWEEP_SECONDS)
            await asyncio.sleep(SWEEP_SECONDS)

    async def deliver_due(self) -> int:
        """Attempt what is due now, the oldest message of each conversation; returns how many were attempted."""
        now = self._clock.now()
        async with self._database.write() as session:
            rows = await repository.due_deliveries(session, now, list(self._channels), _BATCH)
            attempts = []
            for row in rows:
                event = await repository.event(session, row.conversation_id, row.event_id)
                row.attempts += 1
                row.next_attempt_at = now + ATTEMPT_TIMEOUT
                if event is not None:
                    attempts.append((row, Delivery(row.id, row.conversation_id, as_wire(event))))
        await asyncio.gather(*(self._attempt(row, delivery) for row, delivery in attempts))
        return len(attempts)

    async def _attempt(self, row: Outbox, delivery: Delivery) -> None:
        try:
            await self._channels[row.channel].deliver(delivery)
        except DeliveryFailed as error:
            status = "failed" if error.permanent else "pending"
            wait = timedelta(seconds=error.retry_after_seconds or 0) or _wait(row.attempts)
            await self._record(row, status, self._clock.now() + wait, error=str(error))
        else:
            await self._record(row, "delivered", self._clock.now())

    async def _record(self, row: Outbox, status: str, at: datetime, error: str | None = None) -> None:
        async with self._database.write() as session:
            await repository.record_delivery(session, row.id, status, at, error)


def _wait(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** (attempts - 1)), MAX_WAIT)
