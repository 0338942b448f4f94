"""Who else looks at a ticket, who writes, and what each agent has begun to write.

Presence on a ticket fades by itself: a console says again and again that it is there.
Drafts are each agent's own; no change of the ticket, its owner or its status touches them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import hint
from escalation.domain import VIEWING_LASTS
from escalation.models import Agent, Draft, Ticket, TicketViewer
from kit.text import check_message

#: Viewers with the agent each is.
Viewers = Sequence[tuple[TicketViewer, Agent]]


async def view(session: AsyncSession, now: datetime, agent: Agent, ticket: Ticket, *, is_writing: bool) -> None:
    """Say that the agent has the ticket open; the others are hinted when that is news to them."""
    known = await session.get(TicketViewer, (ticket.number, agent.id))
    is_news = known is None or known.is_writing != is_writing or now - known.seen_at >= VIEWING_LASTS
    await _put(
        session, TicketViewer(ticket_number=ticket.number, agent_id=agent.id, is_writing=is_writing, seen_at=now)
    )
    if is_news:
        hint(session, ticket.conversation_id)


async def _put(session: AsyncSession, row: TicketViewer | Draft) -> None:
    """Add the row, or write over the one there is, also when another tab of the same agent adds it just now."""
    try:
        async with session.begin_nested():
            await session.merge(row)
    except IntegrityError:
        await session.merge(row)
    await session.flush()


async def others(session: AsyncSession, now: datetime, agent: Agent, number: str) -> Viewers:
    """Return who else has the ticket open now."""
    query = (
        select(TicketViewer, Agent)
        .join(Agent, Agent.id == TicketViewer.agent_id)
        .where(
            TicketViewer.ticket_number == number,
            TicketViewer.agent_id != agent.id,
            TicketViewer.seen_at > now - VIEWING_LASTS,
        )
        .order_by(Agent.name)
    )
    return [(viewer, other) for viewer, other in (await session.execute(query)).all()]


async def forget_viewers(session: AsyncSession, now: datetime) -> None:
    """Remove who is long gone."""
    await session.execute(delete(TicketViewer).where(TicketViewer.seen_at <= now - VIEWING_LASTS))


async def save_draft(session: AsyncSession, now: datetime, agent: Agent, number: str, mode: str, text: str) -> None:
    """Keep what the agent has begun to write; an empty text forgets it."""
    if text == "":
        await forget_draft(session, agent, number, mode)
        return
    draft = Draft(agent_id=agent.id, ticket_number=number, mode=mode, text=check_message(text), saved_at=now)
    await _put(session, draft)


async def forget_draft(session: AsyncSession, agent: Agent, number: str, mode: str) -> None:
    mine = (Draft.agent_id == agent.id, Draft.ticket_number == number, Draft.mode == mode)
    await session.execute(delete(Draft).where(*mine))


async def drafts(session: AsyncSession, agent: Agent, number: str) -> Sequence[Draft]:
    query = select(Draft).where(Draft.agent_id == agent.id, Draft.ticket_number == number).order_by(Draft.mode)
    return (await session.execute(query)).scalars().all()
