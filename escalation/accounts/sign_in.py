"""Signing in: a password, and the second factor of who has one.

An attempt counts as failed before its password is looked at, so that many at once cannot
outrun the lock. A login nobody has is counted, locked and timed like any other: an answer
never tells whether a login exists. A right password that still lacks its code is taken off
the count again and forgets nothing, so that codes cannot be tried without end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database
from escalation import agents_repository as repository
from escalation import audit
from escalation.accounts import repository as accounts
from escalation.accounts import second_factor
from escalation.accounts.second_factor import FactorPolicy, WrongCode
from escalation.agents import SESSION_LIFETIME, SignedIn, is_password, normal
from escalation.domain import TooManySignIns, lock_after
from escalation.models import Agent, AgentSession
from kit.errors import NotSignedIn
from kit.ids import new_token, token_hash

#: Failed attempts are forgotten after this long without another.
_FAILURES_KEPT = timedelta(days=1)


class CodeNeeded(NotSignedIn):
    """The password is right; the agent has a second factor and must send its code too."""


class WrongSignInCode(NotSignedIn):
    """The password is right and the code is not."""


@dataclass(frozen=True)
class Attempt:
    """Somebody who wants to sign in; `code` is None when they were not asked for one yet."""

    login: str
    password: str
    code: str | None = None
    #: Keyed hash of where they are.
    address_hash: str | None = None


async def sign_in(database: Database, now: datetime, policy: FactorPolicy, attempt: Attempt) -> tuple[SignedIn, str]:
    """Start a session; returns it with its token, which is stored only hashed.

    Raises:
        NotSignedIn: no such login, not its password, or deactivated.
        CodeNeeded: the agent has a second factor and no code came.
        WrongSignInCode: the code is wrong, too old, or was used before.
        TooManySignIns: the login is locked for a while.
    """
    login = normal(attempt.login)
    async with database.write() as session:
        failures = await count_attempt(session, now, login)
        agent = await repository.agent_by_login(session, login)
    is_right = await is_password(agent.password_hash if agent and agent.is_active else None, attempt.password)
    if agent is None or not is_right:
        async with database.write() as session:
            await _note_refusal(session, now, agent, attempt, failures, "password")
        raise NotSignedIn("Login or password is wrong.")
    async with database.write() as session:
        started = await _start(session, now, policy, agent, attempt, failures)
    if isinstance(started, NotSignedIn):
        raise started
    return started


async def _start(
    session: AsyncSession, now: datetime, policy: FactorPolicy, checked: Agent, attempt: Attempt, failures: int
) -> tuple[SignedIn, str] | NotSignedIn:
    """Return a session, or why there is none: a refusal is written down, so it must not undo the transaction."""
    agent = await accounts.lock_agent(session, checked.id)
    if agent is None or not agent.is_active or agent.password_hash != checked.password_hash:
        return NotSignedIn("Login or password is wrong.")  # changed while it was looked at
    used = None
    has_factor = await second_factor.is_enrolled(session, agent.id)
    if has_factor and attempt.code is None:
        await _take_back(session, now, agent.login, failures)
        return CodeNeeded("Send the code of the second factor too.")
    if has_factor:
        used = await second_factor.accepts(session, now, policy, agent, attempt.code or "")
        if used is None:
            await _note_refusal(session, now, agent, attempt, failures, "code")
            return WrongSignInCode("The code is wrong, too old, or was used before. Wait for the next one.")
    await repository.forget_failures(session, token_hash(agent.login))
    await repository.forget_expired_sessions(session, now)
    data = {"second_factor": used} if used else {}
    await audit.record(
        session, now, agent, "session.started", f"agent:{agent.id}", data, address_hash=attempt.address_hash
    )
    return _add_session(session, now, agent, has_factor=has_factor)


def _add_session(session: AsyncSession, now: datetime, agent: Agent, *, has_factor: bool) -> tuple[SignedIn, str]:
    token, signed_in = new_token(), SignedIn(agent, new_token(), now + SESSION_LIFETIME, has_factor)
    session.add(
        AgentSession(
            token_hash=token_hash(token),
            agent_id=agent.id,
            csrf=signed_in.csrf,
            expires_at=signed_in.expires_at,
        )
    )
    return signed_in, token


async def prove(database: Database, now: datetime, policy: FactorPolicy, agent: Agent, code: str) -> None:
    """Spend a code of somebody who is signed in, before their second factor is changed; counted like signing in.

    Raises:
        WrongCode: the code is wrong, too old, or was used before.
        TooManySignIns: too many were wrong.
    """
    async with database.write() as session:
        await accounts.lock_agent(session, agent.id)
        await count_attempt(session, now, agent.login)
        is_right = await second_factor.accepts(session, now, policy, agent, code) is not None
        if is_right:
            await repository.forget_failures(session, token_hash(agent.login))
        else:
            await audit.record(session, now, agent, "second_factor.refused", f"agent:{agent.id}")
    if not is_right:
        raise WrongCode("The code is wrong, too old, or was used before. Wait for the next one.")


async def count_attempt(session: AsyncSession, now: datetime, login: str) -> int:
    """Count an attempt as failed until it turns out right; returns how many failed in a row, this one included.

    Raises:
        TooManySignIns: the login is locked for a while.
    """
    await repository.forget_old_failures(session, now - _FAILURES_KEPT)
    failures = await repository.lock_failures(session, token_hash(login), now)
    if failures.locked_until > now:
        wait = math.ceil((failures.locked_until - now).total_seconds())
        raise TooManySignIns(f"Too many failed attempts. Try again in {wait} s.", retry_after_seconds=wait)
    failures.count += 1
    failures.failed_at = now
    failures.locked_until = now + lock_after(failures.count)
    return failures.count


async def _take_back(session: AsyncSession, now: datetime, login: str, counted: int) -> None:
    """Take an attempt off the count; a lock that it caused ends, unless others failed meanwhile."""
    failures = await repository.lock_failures(session, token_hash(login), now)
    if failures.count == counted:
        failures.locked_until = now
    failures.count = max(failures.count - 1, 0)


async def _note_refusal(
    session: AsyncSession, now: datetime, agent: Agent | None, attempt: Attempt, failures: int, reason: str
) -> None:
    """Write down who was refused; what was typed is not, people type passwords there."""
    object = f"agent:{agent.id}" if agent else "login:unknown"
    refused = {"reason": reason, **({"login": agent.login} if agent else {})}
    address = attempt.address_hash
    await audit.record(session, now, "nobody", "session.refused", object, refused, address_hash=address)
    await note_lock(session, now, object, failures, address)


async def note_lock(session: AsyncSession, now: datetime, object: str, failures: int, address_hash: str | None) -> None:
    """Write down that a login is locked, if so many failures in a row lock it."""
    if seconds := int(lock_after(failures).total_seconds()):
        data = {"seconds": seconds}
        await audit.record(session, now, "nobody", "session.locked", object, data, address_hash=address_hash)
