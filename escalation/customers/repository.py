"""SQL of the customer's side of a case. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from escalation.models import IS_WAITING, Rating, Ticket

#: The latest tickets of a queue that its times are read from; more would say the same and take longer.
MAX_PAST = 500


async def count_ahead(session: AsyncSession, ticket: Ticket) -> int:
    """Count the waiting tickets of the same queue that are more urgent, in the order agents see them."""
    place = tuple_(Ticket.priority, Ticket.first_response_due_at, Ticket.number)
    due = literal(ticket.first_response_due_at, Ticket.first_response_due_at.type)
    own = tuple_(literal(ticket.priority), due, literal(ticket.number))
    query = select(func.count()).select_from(Ticket).where(text(IS_WAITING), Ticket.queue == ticket.queue, place < own)
    # SQLite keeps no statistics: it would go through everybody's waiting tickets by another index.
    query = query.with_hint(Ticket, "INDEXED BY ix_ticket_queue_waiting", "sqlite")
    return (await session.execute(query)).scalar_one()


async def response_times(session: AsyncSession, queue: str, since: datetime) -> Sequence[timedelta]:
    """Return how long the tickets first answered since then had waited for it, the latest first."""
    return await _times(session, queue, Ticket.first_response_at, since)


async def resolution_times(session: AsyncSession, queue: str, since: datetime) -> Sequence[timedelta]:
    """Return how long the tickets resolved since then had taken, the latest first; duplicates were not resolved."""
    return await _times(session, queue, Ticket.resolved_at, since)


async def _times(
    session: AsyncSession, queue: str, done_at: InstrumentedAttribute[datetime | None], since: datetime
) -> Sequence[timedelta]:
    # Done since then, not opened since then: of those opened lately only the quick ones are done.
    query = (
        select(Ticket.created_at, done_at)
        .where(Ticket.queue == queue, done_at > since, Ticket.merged_into.is_(None))
        .order_by(done_at.desc())
        .limit(MAX_PAST)
    )
    return [done - opened for opened, done in (await session.execute(query)).all() if done is not None]


async def rating(session: AsyncSession, ticket: Ticket) -> Rating | None:
    """Return the rating of the ticket's present resolution."""
    if ticket.resolved_at is None:
        return None
    return await session.get(Rating, (ticket.number, ticket.resolved_at))


async def not_offered(session: AsyncSession, conversation_id: str) -> Sequence[Ticket]:
    """Return the resolved tickets whose customer was not asked yet whether to reopen them, latest first."""
    query = (
        select(Ticket)
        .where(
            Ticket.conversation_id == conversation_id,
            Ticket.status == "resolved",
            Ticket.reopen_offered_at.is_(None),
        )
        .order_by(Ticket.resolved_at.desc())
    )
    return (await session.execute(query)).scalars().all()
