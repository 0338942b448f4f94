"""Changing one's own password while signed in: by the one they have now, counted and locked like signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database
from escalation import agents_repository, audit
from escalation.accounts import repository
from escalation.accounts.sign_in import count_attempt, note_lock
from escalation.agents import check_password, hash_password, is_password
from escalation.models import Agent
from kit.errors import InvalidRequest
from kit.ids import token_hash


class WrongPassword(InvalidRequest):
    """It is not the password they have now. No NotSignedIn: their session goes on."""


@dataclass(frozen=True)
class Change:
    """What somebody who is signed in typed."""

    current: str
    password: str
    #: Of the session that goes on.
    token: str
    #: Keyed hash of where they are.
    address_hash: str | None = None


async def change(database: Database, now: datetime, agent: Agent, asked: Change) -> None:
    """Set the password; every other session of the agent ends, a link that would set it is void.

    Raises:
        InvalidRequest: the new password breaks a rule; that is no failed attempt.
        WrongPassword: the current one is wrong.
        TooManySignIns: the login is locked for a while.
    """
    check_password(agent.login, asked.password)
    async with database.write() as session:
        failures = await count_attempt(session, now, agent.login)
    is_right = await is_password(agent.password_hash, asked.current)
    hashed = await hash_password(asked.password) if is_right else ""
    async with database.write() as session:
        is_changed = is_right and await _replace(session, now, agent, hashed, asked)
        if not is_changed:
            object, address = f"agent:{agent.id}", asked.address_hash
            await audit.record(session, now, agent, "password.refused", object, address_hash=address)
            await note_lock(session, now, object, failures, address)
    if not is_changed:
        raise WrongPassword("This is not the password you have now.")


async def _replace(session: AsyncSession, now: datetime, checked: Agent, hashed: str, asked: Change) -> bool:
    """Put the new password in force; False when the old one was replaced while it was looked at."""
    agent = await repository.lock_agent(session, checked.id)
    if agent is None or not agent.is_active or agent.password_hash != checked.password_hash:
        return False
    agent.password_hash = hashed
    await repository.forget_link(session, agent.id)
    await repository.end_sessions(session, agent.id, but_token=asked.token)
    await agents_repository.forget_failures(session, token_hash(agent.login))
    await audit.record(session, now, agent, "password.changed", f"agent:{agent.id}", address_hash=asked.address_hash)
    return True
