"""Who may work at the desk: agents, their passwords and their sessions.

An attempt to sign in counts as failed before its password is looked at, so that many at
once cannot outrun the lock. A login nobody has is counted, locked and timed like any
other: an answer never tells whether a login exists.
"""

from __future__ import annotations

import asyncio
import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database, hint
from escalation import agents_repository as repository
from escalation.domain import DEFAULT_CAPACITY, DEFAULT_LANGUAGES, QUEUES, TooManySignIns, lock_after
from escalation.models import Agent, AgentSession
from escalation.skills import refresh_marks
from kit.errors import Conflict, InvalidRequest, NotPermitted, NotSignedIn
from kit.ids import new_id, new_token, token_hash

ROLES = ("agent", "lead", "admin")
SHORTEST_PASSWORD = 10
#: A session lives this long after its last use; its expiry is written anew only once in a while.
SESSION_LIFETIME = timedelta(hours=12)
_SLIDE_AFTER = timedelta(minutes=10)
#: Wrong passwords are forgotten after this long without another.
_FAILURES_KEPT = timedelta(days=1)
#: Hinted when a session ends, so that its streams look at once.
SIGNED_OUT = "signed-out"

_HASHER = PasswordHasher()  # argon2id; the library's defaults follow RFC 9106


class LoginTaken(Conflict):
    """Another agent signs in with this login."""


class WrongCsrfToken(NotPermitted):
    """The request does not prove that the console sent it."""


@dataclass(frozen=True)
class SignedIn:
    """An agent and the session they act in."""

    agent: Agent
    csrf: str
    expires_at: datetime

    def must_slide(self, now: datetime) -> bool:
        """Tell whether the session's expiry should be written anew."""
        return now + SESSION_LIFETIME - self.expires_at >= _SLIDE_AFTER

    def check_csrf(self, token: str | None) -> None:
        if not hmac.compare_digest((token or "").encode(), self.csrf.encode()):
            raise WrongCsrfToken("The X-CSRF-Token header is missing or is not this session's. Load the page again.")


async def add_agent(session: AsyncSession, now: datetime, login: str, name: str, password: str, role: str) -> Agent:
    """Let a person sign in; they serve every queue in English until a lead says otherwise.

    Raises:
        InvalidRequest: login, name, password or role break a rule.
        LoginTaken: the login is in use.
    """
    login, name = _normal(login), name.strip()
    if not 0 < len(login) <= 128 or not 0 < len(name) <= 80:
        raise InvalidRequest("An agent needs a login of at most 128 and a name of at most 80 characters.")
    if role not in ROLES:
        raise InvalidRequest(f"The role must be one of {', '.join(ROLES)}.")
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidRequest(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    if await repository.agent_by_login(session, login):
        raise LoginTaken(f"There is already an agent with the login {login}.")
    hashed = await asyncio.to_thread(_HASHER.hash, password)
    agent = Agent(
        id=new_id(),
        login=login,
        name=name,
        role=role,
        password_hash=hashed,
        created_at=now,
        queues=list(QUEUES),
        languages=list(DEFAULT_LANGUAGES),
        capacity=DEFAULT_CAPACITY,
        presence="offline",
        assigned_count=0,
    )
    session.add(agent)
    await session.flush()
    await refresh_marks(session)
    return agent


async def sign_in(database: Database, now: datetime, login: str, password: str) -> tuple[SignedIn, str]:
    """Start a session; returns it with its token, which is stored only hashed.

    Raises:
        NotSignedIn: no such login, or not its password.
        TooManySignIns: the login is locked for a while.
    """
    login = _normal(login)
    async with database.write() as session:
        await _count_attempt(session, now, login)
        agent = await repository.agent_by_login(session, login)
    is_right = await asyncio.to_thread(_is_right, agent.password_hash if agent else None, password)
    if agent is None or not is_right:
        raise NotSignedIn("Login or password is wrong.")
    token, signed_in = new_token(), SignedIn(agent, new_token(), now + SESSION_LIFETIME)
    async with database.write() as session:
        await repository.forget_failures(session, token_hash(login))
        await repository.forget_expired_sessions(session, now)
        session.add(
            AgentSession(
                token_hash=token_hash(token),
                agent_id=agent.id,
                csrf=signed_in.csrf,
                expires_at=signed_in.expires_at,
            )
        )
    return signed_in, token


def _normal(login: str) -> str:
    return login.strip().casefold()


async def _count_attempt(session: AsyncSession, now: datetime, login: str) -> None:
    await repository.forget_old_failures(session, now - _FAILURES_KEPT)
    failures = await repository.lock_failures(session, token_hash(login), now)
    if failures.locked_until > now:
        wait = math.ceil((failures.locked_until - now).total_seconds())
        raise TooManySignIns(f"Too many wrong passwords. Try again in {wait} s.", retry_after_seconds=wait)
    failures.count += 1
    failures.failed_at = now
    failures.locked_until = now + lock_after(failures.count)


def _is_right(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _hash_of_nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return password_hash is not None


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _HASHER.hash(new_token())


async def access_session(session: AsyncSession, now: datetime, token: str | None) -> SignedIn:
    """Return who a session's token belongs to, or raise NotSignedIn."""
    found = await repository.agent_by_token(session, token_hash(token)) if token else None
    if found is None or found[1].expires_at <= now:
        raise NotSignedIn("Sign in first.")
    agent, agent_session = found
    return SignedIn(agent, agent_session.csrf, agent_session.expires_at)


async def slide_session(session: AsyncSession, now: datetime, token: str) -> None:
    """Let a session live its full time from now on."""
    found = await repository.agent_by_token(session, token_hash(token))
    if found is not None:
        found[1].expires_at = now + SESSION_LIFETIME


async def sign_out(session: AsyncSession, token: str) -> None:
    """End a session; its streams end with it."""
    await repository.end_session(session, token_hash(token))
    hint(session, SIGNED_OUT)
