"""Requests with an API token instead of a session: `Authorization: Bearer pharos_...`."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import inspect

from conversations.database import Database
from escalation.accounts import tokens as api_tokens
from escalation.models import Agent
from kit.clock import Clock

_READING = ("GET", "HEAD")


def bearer_of(request: Request) -> str | None:
    """Return the API token a request carries, if it carries one."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" and text.strip().startswith(api_tokens.PREFIX) else None


async def agent_by_bearer(
    request: Request, database: Database, clock: Clock, limit: api_tokens.CallLimit, text: str
) -> Agent:
    """Return the agent a token acts as; its scopes decide what it may call, so any ticket is its to change.

    Raises:
        NotSignedIn: unknown, expired or revoked.
        NotPermitted: this is closed to tokens, or to this one.
        TooMany: it called too often.
    """
    now = clock.now()
    async with database.read() as session:
        token = await api_tokens.access(session, now, text)
    limit.hit(now, token.id)
    api_tokens.check_scope(token, api_tokens.scope_of(request.method, request.url.path))
    change = None if request.method in _READING else f"{request.method} {request.url.path}"
    if change is not None or api_tokens.must_note_use(token, now):
        async with database.write() as session:
            await api_tokens.note_use(session, now, token, change)
    agent = token.agent
    assert inspect(agent).detached, "the role below is for this request only"
    agent.role = "lead"
    return agent
