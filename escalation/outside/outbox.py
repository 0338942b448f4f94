"""The outbox to the outside: at least once, in order for each destination, retried for a day.

Putting in happens in the transaction of what caused it. An attempt is noted before it is made, so that a process that
dies in it makes the next one wait and then repeat it under the same delivery id; whoever reports late on an attempt
that was given up only ever adds that it arrived.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database, hint
from escalation.outside import repository
from escalation.outside.domain import GIVEN_UP_AFTER, wait_after
from escalation.outside.models import Delivery
from kit.clock import Clock
from kit.errors import DeliveryFailed
from kit.ids import new_id, token_hash

log = logging.getLogger(__name__)

#: Hinted when there is something to do here; begins like the desk's own hints, which no stream passes on.
OUTSIDE_TOPIC = "desk-work:outside"
#: An attempt that takes longer counts as failed, in seconds.
ATTEMPT_DEADLINE_SECONDS = 20.0
#: An attempt nobody reported on is made again after this long.
ATTEMPT_TIMEOUT = timedelta(seconds=30)
#: How long attempts may go on when the service stops, in seconds.
STOP_SECONDS = 2.0
#: Attempts at once.
_BATCH = 20
_LONGEST_ERROR = 300


@dataclass(frozen=True)
class Parcel:
    """One delivery as a sender gets it; `id` is the same at every attempt."""

    id: str
    destination_id: str
    type: str
    payload: dict[str, Any]
    attempt: int


class Refused(DeliveryFailed):
    """A webhook's receiver answered, and not with success."""

    def __init__(self, detail: str, status_code: int, *, permanent: bool = False, ends: bool = False) -> None:
        super().__init__(detail, permanent=permanent)
        self.status_code = status_code
        #: It wants nothing any more.
        self.ends = ends


class Sender(Protocol):
    async def send(self, parcel: Parcel) -> int | None:
        """Hand it over and return what was answered, if that is a number; or raise DeliveryFailed."""


async def put(
    session: AsyncSession,
    now: datetime,
    destination_id: str,
    kind: str,
    type: str,
    payload: dict[str, Any],
    *,
    id: str | None = None,
) -> str:
    """Add a delivery behind those that wait for its destination; returns its id."""
    destination = await repository.lock_destination(session, destination_id, kind)
    destination.next_attempt_at = destination.next_attempt_at or now
    delivery = Delivery(
        id=id or new_id(),
        destination_id=destination_id,
        type=type,
        payload=payload,
        status="pending",
        attempts=0,
        created_at=now,
        given_up_at=now + GIVEN_UP_AFTER,
    )
    session.add(delivery)
    await session.flush()
    hint(session, OUTSIDE_TOPIC)
    return delivery.id


async def put_mail(
    session: AsyncSession, now: datetime, address: str, type: str, letter: dict[str, Any], *, id: str | None = None
) -> str:
    """Add a mail behind those that wait for its address; destinations hold no address, only its hash."""
    place = f"mail:{token_hash(address.lower())[:32]}"
    return await put(session, now, place, "mail", type, {**letter, "to": address}, id=id)


async def resume(session: AsyncSession, now: datetime, destination_id: str) -> None:
    """Let a paused destination go on, with its circuit closed."""
    destination = await repository.locked_destination(session, destination_id)
    if destination is not None:
        destination.is_paused, destination.failures = False, 0
        if await repository.first_waiting(session, destination_id) is not None:
            destination.next_attempt_at = now
        await session.flush()
        hint(session, OUTSIDE_TOPIC)


async def send_again(session: AsyncSession, now: datetime, delivery: Delivery) -> None:
    """Let a delivery be made once more under its id, at once; it takes its old place before all that wait."""
    destination = await repository.locked_destination(session, delivery.destination_id)
    if destination is not None and (destination.failures or destination.next_attempt_at is None):
        destination.next_attempt_at = now
    delivery.status, delivery.error, delivery.delivered_at = "pending", None, None
    delivery.given_up_at = now + GIVEN_UP_AFTER
    await session.flush()
    hint(session, OUTSIDE_TOPIC)


class Dispatcher:
    """Delivers while it runs; `senders` by the destinations' kinds, others wait."""

    def __init__(self, database: Database, clock: Clock, senders: Mapping[str, Sender]) -> None:
        self._database = database
        self._clock = clock
        self._senders = senders
        self._tasks: set[asyncio.Task[None]] = set()

    async def start_due(self) -> None:
        """Begin attempts at what is due; a slow one holds up its own destination only."""
        if len(self._tasks) >= _BATCH:
            return
        for parcel in await self._claim(_BATCH - len(self._tasks)):
            task = asyncio.create_task(self._attempt(parcel), name=f"delivery {parcel.id}")
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s broke off; it is attempted again.", task.get_name(), exc_info=error)
        self._database.signals.publish(OUTSIDE_TOPIC)  # the destination's next may go

    async def stop(self) -> None:
        """Let attempts end, so that what was handed over is written down; then no longer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Attempt what is due now, the first of each destination; returns how many attempts that were."""
        parcels = await self._claim(_BATCH)
        await asyncio.gather(*(self._attempt(parcel) for parcel in parcels))
        return len(parcels)

    async def _claim(self, limit: int) -> list[Parcel]:
        """Note an attempt at what is due and return it."""
        now, kinds = self._clock.now(), list(self._senders)
        async with self._database.read() as session:  # a quiet outbox writes nothing
            if not await repository.has_due(session, kinds, now):
                return []
        parcels = []
        async with self._database.write() as session:
            for destination in await repository.lock_due(session, kinds, now, limit):
                first = await _first_alive(session, destination.id, now)
                destination.next_attempt_at = now + ATTEMPT_TIMEOUT if first else None
                if first is not None:
                    first.attempts += 1
                    first.attempted_at = now
                    parcels.append(Parcel(first.id, destination.id, first.type, first.payload, first.attempts))
        return parcels

    async def _attempt(self, parcel: Parcel) -> None:
        kind = parcel.destination_id.partition(":")[0]
        try:
            try:
                async with asyncio.timeout(ATTEMPT_DEADLINE_SECONDS):
                    status_code = await self._senders[kind].send(parcel)
            except TimeoutError as error:
                raise DeliveryFailed(f"The attempt took over {ATTEMPT_DEADLINE_SECONDS:.0f} s.") from error
        except DeliveryFailed as error:
            await self._note_failure(parcel, error)
        else:
            await self._note_arrival(parcel, status_code)

    async def _note_arrival(self, parcel: Parcel, status_code: int | None) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            destination = await repository.locked_destination(session, parcel.destination_id)
            delivery = await repository.delivery(session, parcel.id)
            if delivery is None or destination is None:
                return
            is_current = delivery.attempts == parcel.attempt
            delivery.status, delivery.delivered_at = "delivered", delivery.delivered_at or now
            delivery.status_code, delivery.error = status_code, None
            if is_current:  # else another attempt is under way, and keeps its destination's turn
                destination.failures = 0
                await session.flush()
                is_more = await repository.first_waiting(session, destination.id) is not None
                destination.next_attempt_at = now if is_more else None

    async def _note_failure(self, parcel: Parcel, error: DeliveryFailed) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            destination = await repository.locked_destination(session, parcel.destination_id)
            delivery = await repository.delivery(session, parcel.id)
            if destination is None or delivery is None:
                return
            if delivery.attempts != parcel.attempt or delivery.status != "pending":
                return
            destination.failures += 1
            wait = max(wait_after(destination.failures), timedelta(seconds=error.retry_after_seconds or 0))
            delivery.error = str(error)[:_LONGEST_ERROR]
            delivery.status_code = getattr(error, "status_code", None)
            is_over = error.permanent or now + wait >= delivery.given_up_at
            delivery.status = "failed" if is_over else "pending"
            destination.is_paused = destination.is_paused or getattr(error, "ends", False)
            # A refusal for good speaks of one delivery: the next may go at once.
            destination.next_attempt_at = now if error.permanent else now + wait


async def _first_alive(session: AsyncSession, destination_id: str, now: datetime) -> Delivery | None:
    """Return the first delivery that waits, giving up those that waited for a day."""
    while (first := await repository.first_waiting(session, destination_id)) is not None:
        if first.given_up_at > now:
            return first
        first.status, first.error = "failed", first.error or "It waited for a day."
        await session.flush()
    return None
