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
from conversations.service import OUTBOX_TOPIC, as_wire
from kit.clock import Clock
from kit.errors import DeliveryFailed

log = logging.getLogger(__name__)

#: How often the outbox is looked through, in seconds.
SWEEP_SECONDS = 1.0
#: An attempt that takes longer counts as failed, so that no two are under way.
ATTEMPT_DEADLINE_SECONDS = 25.0
#: How long attempts may go on when the service stops, in seconds.
STOP_SECONDS = 2.0
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
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled; a slow attempt holds up its own conversation only."""
        if not self._channels:
            return
        with self._database.signals.subscribe(OUTBOX_TOPIC) as subscription:
            try:
                while True:
                    await self._start_due()
                    await subscription.wait(SWEEP_SECONDS)
            finally:
                await self._stop()

    async def _stop(self) -> None:
        """Let attempts end, so that what was handed over is written down; then no longer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _start_due(self) -> None:
        try:
            attempts = await self._due(_BATCH - len(self._tasks)) if len(self._tasks) < _BATCH else []
        except Exception:
            log.exception("Looking for what is to be delivered failed; trying again in %s s.", SWEEP_SECONDS)
            return
        for row, delivery in attempts:
            task = asyncio.create_task(self._attempt(row, delivery), name=f"delivery {delivery.id}")
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s broke off; it is attempted again.", task.get_name(), exc_info=error)
        self._database.signals.publish(OUTBOX_TOPIC)  # the conversation's next message may go

    async def deliver_due(self) -> int:
        """Attempt what is due now, the oldest message of each conversation; returns how many were attempted."""
        attempts = await self._due(_BATCH)
        await asyncio.gather(*(self._attempt(row, delivery) for row, delivery in attempts))
        return len(attempts)

    async def _due(self, limit: int) -> list[tuple[Outbox, Delivery]]:
        """Note an attempt at what is due now and return it."""
        now = self._clock.now()
        async with self._database.write() as session:
            rows = await repository.due_deliveries(session, now, list(self._channels), limit)
            attempts = []
            for row in rows:
                event = await repository.event(session, row.conversation_id, row.event_id)
                row.attempts += 1
                row.next_attempt_at = now + ATTEMPT_TIMEOUT
                if event is not None:
                    attempts.append((row, Delivery(row.id, row.conversation_id, as_wire(event))))
        return attempts

    async def _attempt(self, row: Outbox, delivery: Delivery) -> None:
        try:
            try:
                async with asyncio.timeout(ATTEMPT_DEADLINE_SECONDS):
                    await self._channels[row.channel].deliver(delivery)
            except TimeoutError as error:
                raise DeliveryFailed(f"The attempt took over {ATTEMPT_DEADLINE_SECONDS:.0f} s.") from error
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
