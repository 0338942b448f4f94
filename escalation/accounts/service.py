"""What admins do with accounts: invite, rename, change roles, deactivate, reset second factors.

A change of role, a deactivation and a reset end the agent's sessions at once. A deactivated agent keeps their name in
history; their open tickets return to their queues (`upkeep.return_of_deactivated`). There is always an active admin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from escalation import agents_repository, audit
from escalation.access import access_agent, check_admin, check_lead
from escalation.accounts import invites, repository
from escalation.accounts.models import PasswordLink
from escalation.accounts.second_factor import NotEnrolled
from escalation.agents import check_name, check_role, new_agent
from escalation.domain import DEFAULT_CAPACITY, DEFAULT_LANGUAGES, QUEUES
from escalation.life_cycle import hint_work
from escalation.models import Agent
from escalation.team import Skills
from kit.errors import Conflict


class LastAdmin(Conflict):
    """Nobody else could manage accounts."""


@dataclass(frozen=True)
class Account:
    """An agent as admins see them."""

    agent: Agent
    load: int
    has_second_factor: bool
    #: A link they have not used yet.
    link: PasswordLink | None


async def list_accounts(session: AsyncSession, now: datetime, reader: Agent) -> Sequence[Account]:
    """Return everybody there ever was, by name; for leads.

    Raises:
        WrongRole: the reader is not a lead.
    """
    check_lead(reader, "see accounts")
    loads, enrolled = await agents_repository.loads(session, now), await repository.enrolled(session)
    links = await repository.links(session)
    found = await agents_repository.agents(session)
    return [Account(agent, loads.get(agent.id, 0), agent.id in enrolled, links.get(agent.id)) for agent in found]


async def invite(
    session: AsyncSession, now: datetime, admin: Agent, login: str, name: str, role: str, skills: Skills
) -> tuple[Agent, invites.Link]:
    """Make an agent who sets their password by a link; until then they count nowhere.

    Raises:
        WrongRole: not an admin.
        InvalidRequest: login, name, role or skills break a rule.
        LoginTaken: the login is in use.
    """
    check_admin(admin, "invite agents")
    skills = skills.check()
    agent = await new_agent(
        session,
        now,
        login,
        name,
        role,
        queues=QUEUES if skills.queues is None else skills.queues,
        languages=DEFAULT_LANGUAGES if skills.languages is None else skills.languages,
        capacity=DEFAULT_CAPACITY if skills.capacity is None else skills.capacity,
    )
    data = {"login": agent.login, "role": role}
    await audit.record(session, now, admin, "agent.invited", f"agent:{agent.id}", data)
    return agent, await invites.issue(session, now, admin, agent.id)


async def rename(session: AsyncSession, now: datetime, admin: Agent, agent_id: str, name: str) -> None:
    """Change the name that customers and colleagues see from now on."""
    check_admin(admin, "rename agents")
    agent = await _lock(session, agent_id)
    old, agent.name = agent.name, check_name(name)
    if old != agent.name:
        await audit.record(session, now, admin, "agent.renamed", f"agent:{agent_id}", {"from": old, "to": agent.name})


async def change_role(session: AsyncSession, now: datetime, admin: Agent, agent_id: str, role: str) -> None:
    """Let somebody do more, or less; their sessions end.

    Raises:
        WrongRole: not an admin.
        LastAdmin: nobody else is one.
    """
    check_admin(admin, "change roles")
    check_role(role)
    await access_agent(session, agent_id)
    if role != "admin":
        await _check_others_manage(session, agent_id)
    agent = await _lock(session, agent_id)
    old, agent.role = agent.role, role
    if old == role:
        return
    await repository.end_sessions(session, agent_id)
    await audit.record(session, now, admin, "role.changed", f"agent:{agent_id}", {"from": old, "to": role})


async def deactivate(session: AsyncSession, now: datetime, admin: Agent, agent_id: str) -> None:
    """Let somebody sign in no more; what they had returns to its queue. A repeat changes nothing.

    Raises:
        WrongRole: not an admin.
        LastAdmin: nobody else is one.
    """
    check_admin(admin, "deactivate agents")
    await access_agent(session, agent_id)
    await _check_others_manage(session, agent_id)
    agent = await _lock(session, agent_id)
    if agent.deactivated_at is not None:
        return
    agent.deactivated_at, agent.presence = now, "offline"
    await repository.end_sessions(session, agent_id)
    await repository.forget_link(session, agent_id)
    await audit.record(session, now, admin, "agent.deactivated", f"agent:{agent_id}", {"login": agent.login})
    hint_work(session)


async def reactivate(session: AsyncSession, now: datetime, admin: Agent, agent_id: str) -> None:
    """Let somebody sign in again, as they were. A repeat changes nothing."""
    check_admin(admin, "reactivate agents")
    agent = await _lock(session, agent_id)
    if agent.deactivated_at is None:
        return
    agent.deactivated_at = None
    await audit.record(session, now, admin, "agent.reactivated", f"agent:{agent_id}", {"login": agent.login})
    hint_work(session)


async def reset_factor(session: AsyncSession, now: datetime, admin: Agent, agent_id: str) -> None:
    """Remove the second factor of somebody who lost it; their sessions end.

    Raises:
        WrongRole: not an admin.
        NotEnrolled: there is none.
    """
    check_admin(admin, "reset second factors")
    if not await forget_factor(session, now, admin, agent_id):
        raise NotEnrolled("This agent has no second factor.")


async def forget_factor(session: AsyncSession, now: datetime, actor: Agent | str, agent_id: str) -> bool:
    """Remove somebody's second factor and end their sessions; False when there was none."""
    await _lock(session, agent_id)
    if agent_id not in await repository.enrolled(session):
        return False
    await repository.forget_factor(session, agent_id)
    await repository.end_sessions(session, agent_id)
    await audit.record(session, now, actor, "second_factor.reset", f"agent:{agent_id}")
    return True


async def _lock(session: AsyncSession, agent_id: str) -> Agent:
    agent = await repository.lock_agent(session, agent_id)
    return agent or await access_agent(session, agent_id)  # which says that there is none


async def _check_others_manage(session: AsyncSession, agent_id: str) -> None:
    """Raise where the agent is the only active admin; two who go at once wait for each other here."""
    admins = [agent.id for agent in await repository.lock_active_admins(session)]
    if admins == [agent_id]:
        raise LastAdmin("This is the last active admin. Make somebody else an admin first.")
