"""All SQL about the people of the desk: who they are, their sessions, skills and presence. Nothing here decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.accounts.models import SecondFactor
from escalation.assignment import WARM_FOR
from escalation.domain import HEARTBEAT_LASTS, TOKEN_ROLE
from escalation.models import Agent, AgentSession, FailedSignIn, Ticket

#: Hinted when a session ends, so that its streams look at once.
SIGNED_OUT = "signed-out"


async def agent(session: AsyncSession, agent_id: str) -> Agent | None:
    return await session.get(Agent, agent_id)


async def agents(session: AsyncSession) -> Sequence[Agent]:
    """Return everybody there ever was; not those API tokens act as."""
    query = select(Agent).where(Agent.role != TOKEN_ROLE).order_by(Agent.name, Agent.id)
    return (await session.execute(query)).scalars().all()


async def active_agents(session: AsyncSession) -> Sequence[Agent]:
    """Return who can work here: not the deactivated, nor who was invited and has no password yet."""
    return [agent for agent in await agents(session) if agent.is_active]


async def online_agents(session: AsyncSession, now: datetime) -> Sequence[Agent]:
    """Return who said they are online and was heard of lately."""
    is_there = (Agent.presence == "online", Agent.heartbeat_at > now - HEARTBEAT_LASTS)
    query = select(Agent).where(*is_there, Agent.role != TOKEN_ROLE)
    return (await session.execute(query)).scalars().all()


async def loads(session: AsyncSession, now: datetime) -> dict[str, int]:
    """Count the tickets that take room, by agent; who is missing has none."""
    is_warm = Ticket.status.in_(("new", "open")) | (
        (Ticket.status == "waiting_on_customer") & (Ticket.replied_at > now - WARM_FOR)
    )
    query = (
        select(Ticket.assignee_id, func.count())
        .where(Ticket.assignee_id.is_not(None), is_warm)
        .group_by(Ticket.assignee_id)
    )
    return {agent_id: count for agent_id, count in (await session.execute(query)).all() if agent_id}


async def note_assignment(session: AsyncSession, agent_id: str, now: datetime) -> None:
    change = update(Agent).where(Agent.id == agent_id)
    await session.execute(change.values(assigned_count=Agent.assigned_count + 1, last_assigned_at=now))


async def set_presence(session: AsyncSession, agent_id: str, presence: str, now: datetime) -> None:
    change = update(Agent).where(Agent.id == agent_id).values(presence=presence, heartbeat_at=now)
    await session.execute(change)


async def agent_by_login(session: AsyncSession, login: str) -> Agent | None:
    return (await session.execute(select(Agent).where(Agent.login == login))).scalar_one_or_none()


async def agent_by_token(session: AsyncSession, hashed: str) -> tuple[Agent, AgentSession, bool] | None:
    """Return whose session it is, and whether they have a second factor."""
    query = (
        select(Agent, AgentSession, SecondFactor.confirmed_at.is_not(None))
        .join(AgentSession, AgentSession.agent_id == Agent.id)
        .outerjoin(SecondFactor, SecondFactor.agent_id == Agent.id)
        .where(AgentSession.token_hash == hashed)
    )
    found = (await session.execute(query)).one_or_none()
    return (found[0], found[1], found[2]) if found else None


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
