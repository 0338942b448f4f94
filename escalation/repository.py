"""All SQL of the desk. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, true, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation, Turn
from escalation.domain import OPEN_STATUSES
from escalation.models import Agent, AgentMessage, AgentSession, FailedSignIn, Ticket, TicketEvent

#: Where a page of tickets ended: priority, first_response_due_at, number.
Position = tuple[str, datetime, str]


@dataclass(frozen=True)
class Counts:
    open: int
    mine: int
    unassigned: int


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


def _in_view(view: str, agent_id: str) -> ColumnElement[bool]:
    is_open = Ticket.status.in_(OPEN_STATUSES)
    return {
        "open": is_open,
        "mine": and_(is_open, Ticket.assignee_id == agent_id),
        "unassigned": and_(is_open, Ticket.assignee_id.is_(None)),
        "resolved": ~is_open,
        "all": true(),
    }[view]


async def tickets_in_view(
    session: AsyncSession, view: str, agent_id: str, after: Position | None, limit: int
) -> Sequence[tuple[Ticket, Conversation]]:
    """Return a view's tickets with their conversations: most urgent first, then the earliest deadline."""
    place = tuple_(Ticket.priority, Ticket.first_response_due_at, Ticket.number)
    query = (
        select(Ticket, Conversation)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(_in_view(view, agent_id))
        .order_by(Ticket.priority, Ticket.first_response_due_at, Ticket.number)
        .limit(limit)
    )
    if after is not None:
        priority, due_at, number = after
        due = literal(due_at, Ticket.first_response_due_at.type)
        query = query.where(place > tuple_(literal(priority), due, literal(number)))
    return [(ticket, conversation) for ticket, conversation in (await session.execute(query)).all()]


async def count_tickets(session: AsyncSession, agent_id: str) -> Counts:
    """Count the open tickets, this agent's and nobody's."""
    query = select(*(func.count().filter(_in_view(view, agent_id)) for view in ("open", "mine", "unassigned")))
    found = (await session.execute(query.select_from(Ticket))).one()
    return Counts(open=found[0], mine=found[1], unassigned=found[2])


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


async def agent_by_login(session: AsyncSession, login: str) -> Agent | None:
    return (await session.execute(select(Agent).where(Agent.login == login))).scalar_one_or_none()


async def agent_by_token(session: AsyncSession, hashed: str) -> tuple[Agent, AgentSession] | None:
    query = (
        select(Agent, AgentSession)
        .join(AgentSession, AgentSession.agent_id == Agent.id)
        .where(AgentSession.token_hash == hashed)
    )
    found = (await session.execute(query)).one_or_none()
    return (found[0], found[1]) if found else None


async def end_session(session: AsyncSession, hashed: str) -> None:
    await session.execute(delete(AgentSession).where(AgentSession.token_hash == hashed))


async def forget_expired_sessions(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(AgentSession).where(AgentSession.expires_at <= now))


async def lock_failures(session: AsyncSession, login_hash: str, now: datetime) -> FailedSignIn:
    """Return the login's count of wrong passwords, locked; made when there is none."""
    try:
        async with session.begin_nested():
            session.add(FailedSignIn(login_hash=login_hash, count=0, locked_until=now, failed_at=now))
    except IntegrityError:
        pass  # it is there already
    query = select(FailedSignIn).where(FailedSignIn.login_hash == login_hash).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one()


async def forget_failures(session: AsyncSession, login_hash: str) -> None:
    await session.execute(delete(FailedSignIn).where(FailedSignIn.login_hash == login_hash))


async def forget_old_failures(session: AsyncSession, before: datetime) -> None:
    await session.execute(delete(FailedSignIn).where(FailedSignIn.failed_at < before))
