"""What the desk does by itself: returns what was left behind, watches clocks, assigns, closes what is long resolved.

Each part is one transaction that locks what it changes and passes over what others have
locked, so it never waits and any number of replicas may run it; assigning counts
everybody's load and is therefore done by one replica at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database
from conversations.models import Conversation
from escalation import agents_repository, repository, viewing
from escalation.assignment import WaitingTicket, Worker, assign
from escalation.domain import REOPEN_WITHIN
from escalation.erasure import service as erasure
from escalation.life_cycle import WORK_TOPIC, change_status, give, put_back, record
from escalation.models import Ticket
from escalation.skills import tell_no_skill
from escalation.sla import clocks, policy_running
from escalation.sla.watch import watch_clocks
from kit.clock import Clock

log = logging.getLogger(__name__)

#: How often the desk is looked through, besides hints.
SWEEP_SECONDS = 2.0
#: Tickets changed in one transaction.
_BATCH = 100

Found = tuple[Ticket, Conversation]
#: One part of the work on a batch: returns how much it did.
Part = Callable[[AsyncSession, datetime], Awaitable[int]]


class Upkeep:
    """Keeps the desk in order while it runs."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        clocks.in_force()  # policies with an error are refused here, at start

    async def run(self) -> None:
        """Work until cancelled: whenever there may be something to assign, and every two seconds."""
        with self._database.signals.subscribe(WORK_TOPIC) as subscription:
            while True:
                try:
                    await self.sweep()
                except Exception:
                    log.exception("Keeping the desk in order failed; trying again in %s s.", SWEEP_SECONDS)
                    await asyncio.sleep(SWEEP_SECONDS)
                await subscription.wait(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Do everything that is due now; looks first, so that a quiet desk writes nothing."""
        now = self._clock.now()
        before = now - REOPEN_WITHIN
        if policy_running.KEEPER.reload_if_changed():
            async with self._database.write() as session:
                await policy_running.look_again(session, now)
        async with self._database.read() as session:
            has_left_behind = await repository.has_left_behind(session, now)
            has_of_deactivated = await repository.has_of_deactivated(session)
            has_resolved = await repository.has_resolved_before(session, before)
            has_watched = await repository.has_watched(session, now)
            has_erasures = await erasure.has_due(session)
        if has_left_behind:
            await self._repeat(return_left_behind, now)
        if has_of_deactivated:
            await self._repeat(return_of_deactivated, now)
        if has_resolved:
            await self._repeat(close_resolved, now)
        if has_watched:
            await self._repeat(watch_clocks, now)
        if has_erasures:
            await self._repeat(erasure.erase_due, now)
        async with self._database.read() as session:
            may_assign = await agents_repository.online_agents(session, now) and await repository.has_waiting(session)
        if may_assign:
            await self._repeat(assign_waiting, now)

    async def _repeat(self, part: Part, now: datetime) -> None:
        while True:
            async with self._database.write() as session:
                done = await part(session, now)
            if not done:
                return


async def assign_waiting(session: AsyncSession, now: datetime) -> int:
    """Assign as many waiting tickets as agents who are online have room for; returns how many.

    Call it again until it returns 0: it looks only at the first tickets in line for those with room.
    """
    if not await repository.lock_work(session, "assignment"):
        return 0
    workers = await _workers(session, now)
    free = [worker for worker in workers if worker.room]
    if not free:
        return 0
    skills = list({(tuple(worker.queues), tuple(worker.languages)) for worker in free})
    limit = min(sum(worker.room for worker in free), _BATCH)
    urgent = await repository.lock_waiting(session, skills, limit)
    oldest = await repository.lock_waiting(session, skills, limit, oldest=True)
    found = {ticket.number: (ticket, conversation) for ticket, conversation in (*urgent, *oldest)}
    pairs = assign(_as_waiting(found.values()), workers, now)
    for number, agent_id in pairs:
        await _assign(session, now, *found[number], agent_id)
    return len(pairs)


async def _workers(session: AsyncSession, now: datetime) -> list[Worker]:
    loads = await agents_repository.loads(session, now)
    return [
        Worker(
            id=agent.id,
            queues=agent.queues,
            languages=agent.languages,
            capacity=agent.capacity,
            load=loads.get(agent.id, 0),
            given=agent.assigned_count,
            last_assigned_at=agent.last_assigned_at,
        )
        for agent in await agents_repository.online_agents(session, now)
    ]


def _as_waiting(found: Iterable[Found]) -> list[WaitingTicket]:
    return [
        WaitingTicket(
            number=ticket.number,
            queue=ticket.queue,
            language=ticket.language,
            priority=ticket.priority,
            due_at=ticket.first_response_due_at,
            created_at=ticket.created_at,
        )
        for ticket, _ in found
    ]


async def _assign(
    session: AsyncSession, now: datetime, ticket: Ticket, conversation: Conversation, agent_id: str
) -> None:
    agent = await agents_repository.agent(session, agent_id)
    assert agent is not None, "it was read in this transaction"
    moved = await change_status(session, now, conversation, ticket, "assign")
    await give(session, now, conversation, ticket, agent)
    data = {"from": None, "to": agent.name, **moved}
    await record(session, now, ticket, "ticket.assigned", "system", "Pharos", data)


async def return_left_behind(session: AsyncSession, now: datetime) -> int:
    """Put back what offline agents had and never answered; returns how many tickets that were."""
    return await _return(session, now, await repository.lock_left_behind(session, now, _BATCH), "offline")


async def return_of_deactivated(session: AsyncSession, now: datetime) -> int:
    """Put back all that deactivated agents had; returns how many tickets that were."""
    return await _return(session, now, await repository.lock_of_deactivated(session, _BATCH), "deactivated")


async def _return(session: AsyncSession, now: datetime, found: Sequence[Found], reason: str) -> int:
    for ticket, conversation in found:
        data = {"from": ticket.assignee.name if ticket.assignee else None, "reason": reason}
        moved = await change_status(session, now, conversation, ticket, "release")
        await put_back(session, now, conversation, ticket)
        await record(session, now, ticket, "ticket.released", "system", "Pharos", {**data, **moved})
        await tell_no_skill(session, now, ticket)
    return len(found)


async def close_resolved(session: AsyncSession, now: datetime) -> int:
    """Close what was resolved 14 days ago or more; returns how many tickets that were."""
    found = await repository.lock_resolved_before(session, now - REOPEN_WITHIN, _BATCH)
    for ticket, conversation in found:
        moved = await change_status(session, now, conversation, ticket, "close")
        await record(session, now, ticket, "ticket.closed", "system", "Pharos", moved)
    await viewing.forget_viewers(session, now)
    return len(found)
