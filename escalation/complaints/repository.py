"""SQL of deciding complaints. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.complaints.models import ComplaintDecision
from escalation.domain import OPEN_STATUSES
from escalation.models import Ticket, TicketLink


async def decision(session: AsyncSession, number: str) -> ComplaintDecision | None:
    return await session.get(ComplaintDecision, number)


async def latest_decided(session: AsyncSession, limit: int) -> Sequence[tuple[Ticket, ComplaintDecision]]:
    """Return the complaints decided last; one that was reopened is not decided."""
    query = (
        select(Ticket, ComplaintDecision)
        .join(ComplaintDecision, ComplaintDecision.ticket_number == Ticket.number)
        .where(Ticket.status.not_in(OPEN_STATUSES))
        .order_by(ComplaintDecision.decided_at.desc(), Ticket.number)
        .limit(limit)
    )
    return [(ticket, decided) for ticket, decided in (await session.execute(query)).all()]


async def cases_around(session: AsyncSession, ticket: Ticket, limit: int) -> Sequence[str]:
    """Return the cases of the tickets linked to this one and of the same conversation, the newest first."""
    linked = select(TicketLink.related_number).where(TicketLink.ticket_number == ticket.number)
    around = or_(Ticket.number.in_(linked), Ticket.conversation_id == ticket.conversation_id)
    query = (
        select(Ticket.case)
        .where(around, Ticket.number != ticket.number)
        .order_by(Ticket.created_at.desc(), Ticket.number)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()
