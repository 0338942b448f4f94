"""Who may work at the desk: agents, their passwords and their sessions."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import hint
from escalation import agents_repository as repository
from escalation.agents_repository import SIGNED_OUT as SIGNED_OUT
from escalation.domain import DEFAULT_CAPACITY, DEFAULT_LANGUAGES, QUEUES
from escalation.models import Agent
from escalation.skills import refresh_marks
from kit.errors import Conflict, InvalidRequest, NotPermitted, NotSignedIn
from kit.ids import new_id, new_token, token_hash

ROLES = ("agent", "lead", "admin")
SHORTEST_PASSWORD = 12
#: A session lives this long after its last use; its expiry is written anew only once in a while.
SESSION_LIFETIME = timedelta(hours=12)
_SLIDE_AFTER = timedelta(minutes=10)

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
    has_second_factor: bool

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
    check_role(role)
    check_password(normal(login), password)
    agent = await new_agent(session, now, login, name, role)
    agent.password_hash = await hash_password(password)
    await session.flush()
    await refresh_marks(session)
    return agent


async def new_agent(
    session: AsyncSession,
    now: datetime,
    login: str,
    name: str,
    role: str,
    *,
    queues: Sequence[str] = QUEUES,
    languages: Sequence[str] = DEFAULT_LANGUAGES,
    capacity: int = DEFAULT_CAPACITY,
) -> Agent:
    """Make an agent who has no password yet (see add_agent)."""
    login, name = normal(login), check_name(name)
    if not 0 < len(login) <= 128:
        raise InvalidRequest("An agent needs a login of at most 128 characters.")
    check_role(role)
    if await repository.agent_by_login(session, login):
        raise LoginTaken(f"There is already an agent with the login {login}.")
    agent = Agent(
        id=new_id(),
        login=login,
        name=name,
        role=role,
        password_hash="",
        created_at=now,
        queues=list(queues),
        languages=list(languages),
        capacity=capacity,
        presence="offline",
        assigned_count=0,
    )
    session.add(agent)
    await session.flush()
    return agent


def normal(login: str) -> str:
    """Return a login as it is stored: whatever its case, it is one person's."""
    return login.strip().casefold()


def check_name(name: str) -> str:
    if not 0 < len(name.strip()) <= 80:
        raise InvalidRequest("An agent needs a name of at most 80 characters.")
    return name.strip()


def check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidRequest(f"The role must be one of {', '.join(ROLES)}.")


def check_password(login: str, password: str) -> None:
    """Raise InvalidRequest for a password that is too short, or is the login."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidRequest(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    if password.strip().casefold() in (login, login.partition("@")[0]):
        raise InvalidRequest("The password must not be the login.")


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(_HASHER.hash, password)


async def is_password(password_hash: str | None, password: str) -> bool:
    """Tell whether it is the password, taking as long when there is none."""
    return await asyncio.to_thread(_is_password, password_hash, password)


def _is_password(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _hash_of_nobody(), password)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(password_hash)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _HASHER.hash(new_token())


async def access_session(session: AsyncSession, now: datetime, token: str | None) -> SignedIn:
    """Return who a session's token belongs to, or raise NotSignedIn."""
    found = await repository.agent_by_token(session, token_hash(token)) if token else None
    if found is None or found[1].expires_at <= now or not found[0].is_active:
        raise NotSignedIn("Sign in first.")
    agent, agent_session, has_second_factor = found
    return SignedIn(agent, agent_session.csrf, agent_session.expires_at, has_second_factor)


async def slide_session(session: AsyncSession, now: datetime, token: str) -> None:
    """Let a session live its full time from now on."""
    found = await repository.agent_by_token(session, token_hash(token))
    if found is not None:
        found[1].expires_at = now + SESSION_LIFETIME


async def sign_out(session: AsyncSession, token: str) -> None:
    """End a session; its streams end with it."""
    await repository.end_session(session, token_hash(token))
    hint(session, SIGNED_OUT)
