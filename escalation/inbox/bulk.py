"""The same change of many tickets: each in its own transaction, from the version its row showed.

What one refuses stops none of the others; the answer says of each whether it was done, or why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database
from escalation import changes
from escalation.access import check_not_others, lock_ticket
from escalation.domain import OPEN_STATUSES, QUEUES, AgentOffline, NotAllowedNow, clean_tags, presence
from escalation.life_cycle import change_status, give, record
from escalation.models import Agent
from escalation.replies import check_no_complaint
from kit.clock import Clock
from kit.errors import InvalidRequest, SupportError
from kit.text import check_message

#: Tickets in one request.
MAX_TICKETS = 100


@dataclass(frozen=True)
class Seen:
    """A ticket as a row of the inbox showed it."""

    number: str
    version: int


@dataclass(frozen=True)
class Outcome:
    """What came of one ticket; `error` is None where it was done."""

    number: str
    error: SupportError | None = None


class Work(Protocol):
    """What is done to each ticket."""

    async def __call__(self, session: AsyncSession, now: datetime, agent: Agent, seen: Seen) -> None: ...


@dataclass(frozen=True)
class AssignToMe:
    """Make tickets mine that nobody else has; the bot goes on talking until I take them."""

    async def __call__(self, session: AsyncSession, now: datetime, agent: Agent, seen: Seen) -> None:
        ticket, conversation = await lock_ticket(session, agent, seen.number, seen.version)
        check_not_others(ticket, agent)
        if ticket.status not in OPEN_STATUSES:
            raise NotAllowedNow("The ticket is over.")
        if ticket.assignee_id == agent.id:
            return
        if presence(agent.presence, agent.heartbeat_at, now) == "offline":
            raise AgentOffline("You are offline: what is assigned to you would go back at once.")
        previous = ticket.assignee.name if ticket.assignee else None
        moved = await change_status(session, now, conversation, ticket, "assign")
        await give(session, now, conversation, ticket, agent)
        data = {"from": previous, "to": agent.name, **moved}
        await record(session, now, ticket, "ticket.assigned", "agent", agent.name, data)


@dataclass(frozen=True)
class Transfer:
    """Pass tickets to a queue, with a note on each."""

    queue: str
    note: str

    async def __call__(self, session: AsyncSession, now: datetime, agent: Agent, seen: Seen) -> None:
        await changes.transfer(session, now, agent, seen.number, seen.version, self.note, queue=self.queue)


@dataclass(frozen=True)
class Tag:
    """Add and remove tags."""

    add: list[str]
    remove: list[str]

    async def __call__(self, session: AsyncSession, now: datetime, agent: Agent, seen: Seen) -> None:
        await changes.tag(session, now, agent, seen.number, seen.version, self.add, self.remove)


@dataclass(frozen=True)
class Resolve:
    """End cases; a complaint is refused, because each needs its own decision."""

    async def __call__(self, session: AsyncSession, now: datetime, agent: Agent, seen: Seen) -> None:
        ticket, _ = await lock_ticket(session, agent, seen.number, seen.version)
        check_no_complaint(ticket)
        await changes.resolve(session, now, agent, seen.number, seen.version)


def work_of(
    action: str, *, queue: str | None = None, note: object = None, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> Work:
    """Return what an action means, or raise InvalidRequest where it is wrong for every ticket alike."""
    if action == "assign_to_me":
        return AssignToMe()
    if action == "resolve":
        return Resolve()
    if action == "transfer":
        if queue not in QUEUES:
            raise InvalidRequest(f"'queue' must be one of {', '.join(QUEUES)}.")
        return Transfer(queue, check_message(note))
    if action == "tag":
        tags = Tag(clean_tags(add), clean_tags(remove))
        if not tags.add and not tags.remove:
            raise InvalidRequest("Name tags to 'add' or to 'remove'.")
        return tags
    raise InvalidRequest("'action' must be one of assign_to_me, transfer, tag, resolve.")


async def run(database: Database, clock: Clock, agent: Agent, work: Work, tickets: Sequence[Seen]) -> list[Outcome]:
    """Do it to each ticket, one transaction after the other."""
    outcomes = []
    for seen in tickets:
        try:
            async with database.write() as session:
                await work(session, clock.now(), agent, seen)
            outcomes.append(Outcome(seen.number))
        except SupportError as error:
            outcomes.append(Outcome(seen.number, error))
    return outcomes
