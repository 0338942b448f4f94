"""All SQL of the desk. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation, Event, Turn
from escalation.domain import HEARTBEAT_LASTS, OPEN_STATUSES
from escalation.models import IS_WAITING, Agent, AgentMessage, DeskLock, Ticket, TicketEvent, TicketLink
from kit import wire

#: Queues and languages of one agent.
Skills = tuple[Collection[str], Collection[str]]


async def open_tickets(session: AsyncSession, conversation_id: str) -> Sequence[Ticket]:
    """Return the conversation's open tickets, newest first."""
    query = (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id, Ticket.status.in_(OPEN_STATUSES))
        .order_by(Ticket.created_at.desc())
    )
    return (await session.execute(query)).scalars().all()


async def count_open_from(session: AsyncSession, address_hash: str, since: datetime) -> int:
    """Count the open tickets an anonymous address opened since then."""
    query = select(func.count()).where(
        Ticket.address_hash == address_hash, Ticket.created_at > since, Ticket.status.in_(OPEN_STATUSES)
    )
    return (await session.execute(query)).scalar_one()


async def tickets_of(
    session: AsyncSession, conversation_id: str, customer_id: str | None, limit: int
) -> Sequence[Ticket]:
    """Return the tickets of a conversation and, when the customer is verified, of their other conversations."""
    mine = Ticket.conversation_id == conversation_id
    if customer_id is not None:
        theirs = select(Conversation.id).where(Conversation.customer_id == customer_id)
        mine = or_(mine, Ticket.conversation_id.in_(theirs))
    query = select(Ticket).where(mine).order_by(Ticket.created_at.desc()).limit(limit)
    return (await session.execute(query)).scalars().all()


async def messages_before(session: AsyncSession, ticket: Ticket, limit: int) -> Sequence[Event]:
    """Return the newest messages the customer reads from before a ticket was opened, oldest first."""
    mine = (
        Event.conversation_id == ticket.conversation_id,
        Event.audience == "customer",
        Event.at <= ticket.created_at,
    )
    query = select(Event).where(*mine, Event.type == wire.MESSAGE_CREATED).order_by(Event.id.desc()).limit(limit)
    return list(reversed((await session.execute(query)).scalars().all()))


async def count_by_status(session: AsyncSession) -> dict[str, int]:
    query = select(Ticket.status, func.count()).group_by(Ticket.status)
    return dict((await session.execute(query)).tuples().all())


async def count_resolutions(session: AsyncSession) -> int:
    """Count how often a ticket was resolved; one that was reopened may be resolved again."""
    query = select(func.count()).where(TicketEvent.type == "ticket.resolved")
    return (await session.execute(query)).scalar_one()


async def conversation_of(session: AsyncSession, number: str) -> str | None:
    return (await session.execute(select(Ticket.conversation_id).where(Ticket.number == number))).scalar_one_or_none()


async def ticket(session: AsyncSession, number: str) -> tuple[Ticket, Conversation] | None:
    """Return a ticket as it is now, with its conversation."""
    query = (
        select(Ticket, Conversation)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Ticket.number == number)
    )
    found = (await session.execute(query)).one_or_none()
    return (found[0], found[1]) if found else None


async def history(session: AsyncSession, number: str) -> Sequence[TicketEvent]:
    query = select(TicketEvent).where(TicketEvent.ticket_number == number).order_by(TicketEvent.id)
    return (await session.execute(query)).scalars().all()


async def hints(session: AsyncSession, conversation_ids: Collection[str]) -> Sequence[tuple[str, int]]:
    """Return the tickets of these conversations with the last event of each."""
    query = (
        select(Ticket.number, Conversation.last_event_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(Conversation.id.in_(conversation_ids))
        .order_by(Ticket.number)
    )
    return [(number, last_event_id) for number, last_event_id in (await session.execute(query)).all()]


async def agent_message(session: AsyncSession, agent_id: str, client_id: str) -> AgentMessage | None:
    query = select(AgentMessage).where(AgentMessage.agent_id == agent_id, AgentMessage.client_id == client_id)
    return (await session.execute(query)).scalar_one_or_none()


async def turn(session: AsyncSession, turn_id: str) -> Turn | None:
    return await session.get(Turn, turn_id)


async def related(session: AsyncSession, number: str) -> Sequence[Ticket]:
    """Return the tickets linked to this one, and those that were merged into it."""
    linked = select(TicketLink.related_number).where(TicketLink.ticket_number == number)
    query = select(Ticket).where(or_(Ticket.number.in_(linked), Ticket.merged_into == number)).order_by(Ticket.number)
    return (await session.execute(query)).scalars().all()


async def is_linked(session: AsyncSession, number: str, other: str) -> bool:
    return await session.get(TicketLink, (number, other)) is not None


# What background work and claims take: locked, and whatever somebody else has locked is passed over, so that
# nothing here ever waits for a lock while it holds one.


async def lock_work(session: AsyncSession, name: str) -> bool:
    """Lock a kind of background work until the end of the transaction; False when another replica is at it."""
    query = select(DeskLock).where(DeskLock.name == name).with_for_update(skip_locked=True)
    return (await session.execute(query)).scalar_one_or_none() is not None


def _locked(limit: int) -> Select[Ticket, Conversation]:
    return (
        select(Ticket, Conversation)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .limit(limit)
        .with_for_update(of=(Ticket, Conversation), skip_locked=True)
        .execution_options(populate_existing=True)
    )


async def lock_waiting(
    session: AsyncSession, skills: Collection[Skills], limit: int, *, oldest: bool = False
) -> Sequence[tuple[Ticket, Conversation]]:
    """Return tickets that wait for somebody with any of these skills: the most urgent first, or the oldest."""
    fits = [and_(Ticket.queue.in_(queues), Ticket.language.in_(languages)) for queues, languages in skills]
    order = (Ticket.created_at,) if oldest else (Ticket.priority, Ticket.first_response_due_at)
    query = _locked(limit).where(text(IS_WAITING), or_(*fits)).order_by(*order, Ticket.number)
    # SQLite keeps no statistics: it would find all of nobody's tickets by another index, and sort them.
    query = query.with_hint(Ticket, f"INDEXED BY ix_ticket_waiting_{'oldest' if oldest else 'urgent'}", "sqlite")
    return [(ticket, conversation) for ticket, conversation in (await session.execute(query)).all()]


async def has_waiting(session: AsyncSession) -> bool:
    query = select(Ticket.number).where(text(IS_WAITING)).limit(1)
    return (await session.execute(query)).first() is not None


def _left_behind(now: datetime) -> ColumnElement[bool]:
    """Tickets nobody has touched whose assignee was there and has gone."""
    has_gone = or_(Agent.presence == "offline", Agent.heartbeat_at <= now - HEARTBEAT_LASTS)
    is_untouched = or_(Ticket.replied_at.is_(None), Ticket.replied_at < Ticket.assigned_at)
    return and_(Ticket.status.in_(("new", "open")), is_untouched, Agent.heartbeat_at.is_not(None), has_gone)


async def has_left_behind(session: AsyncSession, now: datetime) -> bool:
    query = select(Ticket.number).join(Agent, Agent.id == Ticket.assignee_id).where(_left_behind(now)).limit(1)
    return (await session.execute(query)).first() is not None


async def lock_left_behind(session: AsyncSession, now: datetime, limit: int) -> Sequence[tuple[Ticket, Conversation]]:
    query = _locked(limit).join(Agent, Agent.id == Ticket.assignee_id).where(_left_behind(now))
    return [(ticket, conversation) for ticket, conversation in (await session.execute(query)).all()]


def _is_of_deactivated() -> ColumnElement[bool]:
    deactivated = select(Agent.id).where(Agent.deactivated_at.is_not(None))
    return and_(Ticket.assignee_id.in_(deactivated), Ticket.status.in_(OPEN_STATUSES))


async def has_of_deactivated(session: AsyncSession) -> bool:
    query = select(Ticket.number).where(_is_of_deactivated()).limit(1)
    query = query.with_hint(Ticket, "INDEXED BY ix_ticket_assignee_id", "sqlite")
    return (await session.execute(query)).first() is not None


async def lock_of_deactivated(session: AsyncSession, limit: int) -> Sequence[tuple[Ticket, Conversation]]:
    """Return open tickets whose assignee may not sign in any more."""
    query = _locked(limit).where(_is_of_deactivated())
    query = query.with_hint(Ticket, "INDEXED BY ix_ticket_assignee_id", "sqlite")
    return [(ticket, conversation) for ticket, conversation in (await session.execute(query)).all()]


async def has_resolved_before(session: AsyncSession, before: datetime) -> bool:
    query = select(Ticket.number).where(Ticket.status == "resolved", Ticket.resolved_at <= before).limit(1)
    return (await session.execute(query)).first() is not None


async def lock_resolved_before(
    session: AsyncSession, before: datetime, limit: int
) -> Sequence[tuple[Ticket, Conversation]]:
    query = _locked(limit).where(Ticket.status == "resolved", Ticket.resolved_at <= before)
    return [(ticket, conversation) for ticket, conversation in (await session.execute(query)).all()]


async def has_watched(session: AsyncSession, now: datetime) -> bool:
    return (await session.execute(select(Ticket.number).where(Ticket.watch_at <= now).limit(1))).first() is not None


async def lock_watched(session: AsyncSession, now: datetime, limit: int) -> Sequence[tuple[Ticket, Conversation]]:
    query = _locked(limit).where(Ticket.watch_at <= now).order_by(Ticket.watch_at)
    return [(ticket, conversation) for ticket, conversation in (await session.execute(query)).all()]


async def unassigned_skills(session: AsyncSession) -> Sequence[tuple[str, str, bool]]:
    """Return what nobody's open tickets need: queue, language, and whether they are marked as having no skill."""
    query = (
        select(Ticket.queue, Ticket.language, Ticket.has_no_skill)
        .where(Ticket.status.in_(OPEN_STATUSES), Ticket.assignee_id.is_(None))
        .distinct()
    )
    return [(queue, language, is_marked) for queue, language, is_marked in (await session.execute(query)).all()]


async def mark_skill(session: AsyncSession, queue: str, language: str, *, has_no_skill: bool) -> None:
    """Mark nobody's open tickets of a queue and language; no change of the ticket itself, so no version."""
    change = update(Ticket).where(
        Ticket.queue == queue,
        Ticket.language == language,
        Ticket.assignee_id.is_(None),
        Ticket.status.in_(OPEN_STATUSES),
    )
    await session.execute(change.values(has_no_skill=has_no_skill))
