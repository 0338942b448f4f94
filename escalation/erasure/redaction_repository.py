"""What of the desk a redaction looks through. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.complaints.models import ComplaintDecision
from escalation.evidence.models import EvidencePack
from escalation.models import AgentMessage, Draft, Rating, Ticket, TicketEvent


async def tickets(session: AsyncSession, conversation_ids: Collection[str]) -> list[Ticket]:
    query = select(Ticket).where(Ticket.conversation_id.in_(conversation_ids)).order_by(Ticket.created_at)
    return list((await session.execute(query)).scalars())


async def packs(session: AsyncSession, numbers: list[str]) -> list[EvidencePack]:
    query = select(EvidencePack).where(EvidencePack.ticket_number.in_(numbers))
    return list((await session.execute(query)).scalars())


async def log(session: AsyncSession, numbers: list[str]) -> Sequence[TicketEvent]:
    query = select(TicketEvent).where(TicketEvent.ticket_number.in_(numbers))
    return (await session.execute(query)).scalars().all()


async def ratings(session: AsyncSession, numbers: list[str]) -> Sequence[Rating]:
    return (await session.execute(select(Rating).where(Rating.ticket_number.in_(numbers)))).scalars().all()


async def drafts(session: AsyncSession, numbers: list[str]) -> Sequence[Draft]:
    return (await session.execute(select(Draft).where(Draft.ticket_number.in_(numbers)))).scalars().all()


async def decisions(session: AsyncSession, numbers: list[str]) -> Sequence[ComplaintDecision]:
    query = select(ComplaintDecision).where(ComplaintDecision.ticket_number.in_(numbers))
    return (await session.execute(query)).scalars().all()


async def forget_digest(session: AsyncSession, numbers: list[str], event_id: int) -> None:
    """Let a repeat of an agent's message be recognised by its id alone: a hash of few words tells them."""
    is_its = (AgentMessage.ticket_number.in_(numbers), AgentMessage.event_id == event_id)
    await session.execute(update(AgentMessage).where(*is_its).values(digest=""))
