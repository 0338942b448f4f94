"""Tokens of the public desk API: who has one may do what its scopes say, under the token's own name.

A token is `pharos_` and 256 random bits, shown once and stored hashed. It acts as an agent of role `token`, who never
signs in, is never online and is assigned nothing by itself; what it changes stands in events and audit log like
anybody's. What is not listed here is closed to tokens.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation import audit
from escalation.accounts.tokens_models import ApiToken
from escalation.domain import TOKEN_ROLE
from escalation.models import Agent
from kit.errors import Conflict, InvalidRequest, NotFound, NotPermitted, NotSignedIn, TooMany
from kit.ids import new_id, new_token, token_hash

PREFIX = "pharos_"
SCOPES = ("tickets:read", "tickets:write", "reports:read")
LONGEST_LIFE_DAYS = 3650
#: Calls a token may make within a minute, in each process.
CALLS_PER_MINUTE = 120
_USED_AGAIN_AFTER = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)

_TICKET = "/desk/v1/tickets/{number}"
_VERBS = (
    "assign",
    "hand-back",
    "hold",
    "link",
    "merge",
    "note",
    "priority",
    "release",
    "reopen",
    "reply",
    "resolve",
    "tags",
    "take",
    "transfer",
    "unhold",
)
#: What tokens may call, and the scope each needs.
OPEN: dict[tuple[str, str], str] = {
    ("GET", "/desk/v1/tickets"): "tickets:read",
    ("GET", _TICKET): "tickets:read",
    ("GET", f"{_TICKET}/transcript"): "tickets:read",
    ("GET", f"{_TICKET}/attachments/{{attachment_id}}"): "tickets:read",
    ("GET", f"{_TICKET}/evidence"): "tickets:read",
    ("GET", "/desk/v1/turns/{turn_id}"): "tickets:read",
    **{("POST", f"{_TICKET}/{verb}"): "tickets:write" for verb in _VERBS},
    ("GET", "/desk/v1/reports/{name}"): "reports:read",
    ("GET", "/desk/v1/reports/{name}.csv"): "reports:read",
}
_PATTERNS = [
    (method, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), scope)
    for (method, path), scope in OPEN.items()
]


class NotForTokens(NotPermitted):
    """Only a person who is signed in may call this."""


class MissingScope(NotPermitted):
    """The token may not do this."""


class TokenNameTaken(Conflict):
    """Another token in use has this name."""


@dataclass
class CallLimit:
    """Counts a token's calls of the last minute."""

    _calls: dict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def hit(self, now: datetime, token_id: str) -> None:
        calls = self._calls[token_id]
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        if len(calls) >= CALLS_PER_MINUTE:
            wait = max(1, round((calls[0] + _MINUTE - now).total_seconds()))
            raise TooMany(f"This token made {CALLS_PER_MINUTE} calls within a minute. Wait {wait} s.", wait)
        calls.append(now)


def scope_of(method: str, path: str) -> str:
    """Return the scope a call needs, or raise NotForTokens."""
    method = "GET" if method == "HEAD" else method
    found = next((scope for known, form, scope in _PATTERNS if known == method and form.fullmatch(path)), None)
    if found is None:
        raise NotForTokens("This is not open to API tokens. Sign in to the console for it.")
    return found


async def create(
    session: AsyncSession, now: datetime, admin: Agent, name: str, scopes: Sequence[str], days: int | None
) -> tuple[ApiToken, str]:
    """Make a token; returns it with its text, which is not to be had again.

    Raises:
        InvalidRequest: name, scopes or lifetime break a rule.
        TokenNameTaken: another token in use has the name.
    """
    name, wanted = name.strip(), sorted(set(scopes))
    if not 0 < len(name) <= 80 or "\x00" in name:
        raise InvalidRequest("A token needs a name of at most 80 characters.")
    if not wanted or not set(wanted) <= set(SCOPES):
        raise InvalidRequest(f"'scopes' must be some of {', '.join(SCOPES)}.")
    if days is not None and not 1 <= days <= LONGEST_LIFE_DAYS:
        raise InvalidRequest(f"'expires_in_days' must lie between 1 and {LONGEST_LIFE_DAYS}, or be null.")
    if any(other.agent.name == name and other.revoked_at is None for other in await tokens(session)):
        raise TokenNameTaken(f"There is a token named {name} already. Take another name, or revoke it first.")
    id, text = new_id(), PREFIX + new_token()
    agent = Agent(
        id=new_id(),
        login=f"token:{id}",
        name=name,
        role=TOKEN_ROLE,
        password_hash="",  # nobody signs in with it
        created_at=now,
        queues=[],
        languages=[],
        capacity=0,
        presence="offline",
        assigned_count=0,
    )
    token = ApiToken(
        id=id,
        agent=agent,
        token_hash=token_hash(text),
        scopes=wanted,
        created_by=admin.name,
        created_at=now,
        expires_at=now + timedelta(days=days) if days is not None else None,
    )
    session.add_all([agent, token])
    await session.flush()
    data = {"name": name, "scopes": wanted, "expires_in_days": days}
    await audit.record(session, now, admin, "api_token.created", f"api_token:{id}", data)
    return token, text


async def revoke(session: AsyncSession, now: datetime, admin: Agent, token_id: str) -> ApiToken:
    """End a token for good; its tickets go back to their queues. Revoked again it stays as it is."""
    token = await session.get(ApiToken, token_id, with_for_update={"of": ApiToken})
    if token is None:
        raise NotFound("There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = token.agent.deactivated_at = now
        data = {"name": token.agent.name}
        await audit.record(session, now, admin, "api_token.revoked", f"api_token:{token_id}", data)
    return token


async def tokens(session: AsyncSession) -> Sequence[ApiToken]:
    """Return every token there ever was, newest first."""
    return (await session.execute(select(ApiToken).order_by(ApiToken.created_at.desc(), ApiToken.id))).scalars().all()


async def access(session: AsyncSession, now: datetime, text: str) -> ApiToken:
    """Return the token that is used, or raise NotSignedIn."""
    query = select(ApiToken).where(ApiToken.token_hash == token_hash(text))
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None or found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        raise NotSignedIn("This API token is unknown, expired or revoked.")
    return found


def check_scope(token: ApiToken, scope: str) -> None:
    if scope not in token.scopes:
        raise MissingScope(f"This token needs the scope {scope}.")


def must_note_use(token: ApiToken, now: datetime) -> bool:
    """Tell whether the token's last use should be written anew."""
    return token.last_used_at is None or now - token.last_used_at >= _USED_AGAIN_AFTER


async def note_use(session: AsyncSession, now: datetime, token: ApiToken, change: str | None) -> None:
    """Write down that a token was used, and what it set out to change, if anything."""
    row = await session.get_one(ApiToken, token.id)
    row.last_used_at = now
    if change is not None:
        await audit.record(session, now, row.agent, "api.called", change)
