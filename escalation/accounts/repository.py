"""All SQL about accounts: second factors, links, who is an admin, the audit log. Nothing here decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import hint
from escalation.accounts.models import AuditEntry, PasswordLink, RecoveryCode, SecondFactor
from escalation.agents_repository import SIGNED_OUT
from escalation.models import Agent, AgentSession
from kit.ids import token_hash


@dataclass(frozen=True)
class AuditFilter:
    """What entries are asked for; None asks nothing. `until` itself is left out."""

    person: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def lock_agent(session: AsyncSession, agent_id: str) -> Agent | None:
    """Return an agent as they are now, locked: who changes an account does it alone."""
    query = select(Agent).where(Agent.id == agent_id).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def lock_active_admins(session: AsyncSession) -> Sequence[Agent]:
    query = select(Agent).where(Agent.role == "admin", Agent.deactivated_at.is_(None), Agent.password_hash != "")
    query = query.order_by(Agent.id).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalars().all()


async def end_sessions(session: AsyncSession, agent_id: str, *, but_token: str | None = None) -> None:
    """End an agent's sessions, and their streams with them."""
    change = delete(AgentSession).where(AgentSession.agent_id == agent_id)
    if but_token is not None:
        change = change.where(AgentSession.token_hash != token_hash(but_token))
    await session.execute(change)
    hint(session, SIGNED_OUT)


async def factor(session: AsyncSession, agent_id: str) -> SecondFactor | None:
    return await session.get(SecondFactor, agent_id, populate_existing=True)


async def enrolled(session: AsyncSession) -> set[str]:
    """Return the ids of the agents who have a second factor."""
    query = select(SecondFactor.agent_id).where(SecondFactor.confirmed_at.is_not(None))
    return set((await session.execute(query)).scalars())


async def forget_factor(session: AsyncSession, agent_id: str) -> None:
    await session.execute(delete(SecondFactor).where(SecondFactor.agent_id == agent_id))
    await session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))


async def replace_recovery_codes(session: AsyncSession, agent_id: str, hashes: Sequence[str]) -> None:
    await session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    session.add_all(RecoveryCode(agent_id=agent_id, code_hash=hashed) for hashed in hashes)
    await session.flush()


async def spend_recovery_code(session: AsyncSession, agent_id: str, hashed: str) -> bool:
    """Remove a recovery code; False when there is none such."""
    change = delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id, RecoveryCode.code_hash == hashed)
    return cast("CursorResult[Any]", await session.execute(change)).rowcount == 1


async def count_recovery_codes(session: AsyncSession, agent_id: str) -> int:
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.agent_id == agent_id)
    return (await session.execute(query)).scalar_one()


async def link_of(session: AsyncSession, agent_id: str) -> PasswordLink | None:
    return await session.get(PasswordLink, agent_id, populate_existing=True)


async def agent_by_link(session: AsyncSession, token: str) -> tuple[Agent, PasswordLink] | None:
    """Return a link and whose it is."""
    query = select(Agent, PasswordLink).join(Agent, Agent.id == PasswordLink.agent_id)
    found = (await session.execute(query.where(PasswordLink.token_hash == token_hash(token)))).one_or_none()
    return (found[0], found[1]) if found else None


async def links(session: AsyncSession) -> dict[str, PasswordLink]:
    return {link.agent_id: link for link in (await session.execute(select(PasswordLink))).scalars()}


async def forget_link(session: AsyncSession, agent_id: str) -> None:
    await session.execute(delete(PasswordLink).where(PasswordLink.agent_id == agent_id))


async def audit_entries(
    session: AsyncSession, wanted: AuditFilter, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Return entries, the newest first, below the id `before`."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if wanted.person is not None:
        query = query.where(AuditEntry.actor_id == wanted.person)
    if wanted.action is not None:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return (await session.execute(query)).scalars().all()


async def audit_actions(session: AsyncSession) -> Sequence[str]:
    """Return the actions there are entries of."""
    query = select(AuditEntry.action).distinct().order_by(AuditEntry.action)
    return (await session.execute(query)).scalars().all()
