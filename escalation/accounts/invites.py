"""Links that set a password: an invite for who has none, a reset for who has lost it.

A link is good for 72 h and once; a new one voids the one before. Its token is stored hashed and stands behind the `#`
of the address, so no server on the way sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from escalation import agents_repository, audit
from escalation.access import access_agent, check_admin
from escalation.accounts import repository
from escalation.accounts.models import PasswordLink
from escalation.agents import check_password, hash_password
from escalation.models import Agent
from kit.errors import Conflict, NotFound
from kit.ids import new_token, token_hash

LINK_LIFETIME = timedelta(hours=72)


class LinkNotFound(NotFound):
    """The link is unknown, used, revoked or too old."""


class AgentDeactivated(Conflict):
    """The agent may not sign in."""


@dataclass(frozen=True)
class Link:
    """A link's token, which is told only now, and until when it counts."""

    token: str
    kind: str
    expires_at: datetime


async def issue(session: AsyncSession, now: datetime, admin: Agent | str, agent_id: str) -> Link:
    """Make a link for an agent: an invite until they have a password, then a reset.

    Args:
        admin: who issues it, or a name for who is not signed in.

    Raises:
        WrongRole: not an admin.
        AgentDeactivated: the agent may not sign in.
    """
    if isinstance(admin, Agent):
        check_admin(admin, "invite agents and reset passwords")
    await access_agent(session, agent_id)
    agent = await repository.lock_agent(session, agent_id)
    if agent is None or agent.deactivated_at is not None:
        raise AgentDeactivated("This agent is deactivated. Reactivate them first.")
    link = Link(new_token(), "reset" if agent.password_hash else "invite", now + LINK_LIFETIME)
    await repository.forget_link(session, agent_id)
    session.add(
        PasswordLink(agent_id=agent_id, token_hash=token_hash(link.token), kind=link.kind, expires_at=link.expires_at)
    )
    await audit.record(session, now, admin, "link.issued", f"agent:{agent_id}", {"kind": link.kind})
    return link


async def revoke(session: AsyncSession, now: datetime, admin: Agent, agent_id: str) -> None:
    """Void an agent's link.

    Raises:
        LinkNotFound: there is none.
    """
    check_admin(admin, "revoke links")
    link = await repository.link_of(session, agent_id)
    if link is None:
        raise LinkNotFound("There is no link to revoke.")
    await repository.forget_link(session, agent_id)
    await audit.record(session, now, admin, "link.revoked", f"agent:{agent_id}", {"kind": link.kind})


async def look(session: AsyncSession, now: datetime, token: str) -> tuple[Agent, PasswordLink]:
    """Return whose password a link sets, or raise LinkNotFound."""
    found = await repository.agent_by_link(session, token)
    if found is None or found[1].expires_at <= now or found[0].deactivated_at is not None:
        raise LinkNotFound("This link is not valid any more. Ask an admin for a new one.")
    return found


async def use(
    session: AsyncSession, now: datetime, token: str, password: str, *, address_hash: str | None = None
) -> Agent:
    """Set the password; the link is spent, every session of the agent ends, failed attempts are forgotten.

    Marks of tickets nobody can work on follow in a transaction of their own (`skills.refresh_marks`).

    Raises:
        LinkNotFound: not a link that counts.
        InvalidRequest: the password breaks a rule; the link stays good.
    """
    agent, _ = await look(session, now, token)
    check_password(agent.login, password)
    hashed = await hash_password(password)
    await repository.lock_agent(session, agent.id)
    agent, link = await look(session, now, token)  # somebody may have used it meanwhile
    agent.password_hash = hashed
    await repository.forget_link(session, agent.id)
    await repository.end_sessions(session, agent.id)
    await agents_repository.forget_failures(session, token_hash(agent.login))
    await audit.record(
        session, now, agent, "password.set", f"agent:{agent.id}", {"kind": link.kind}, address_hash=address_hash
    )
    return agent
