"""What an endpoint of the desk is given: the desk, who asks, and the ticket as an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from conversations.database import Database
from escalation import agents, clocks, repository, viewing, views
from escalation.access import access_ticket
from escalation.agents import SignedIn
from escalation.models import Agent
from kit.clock import Clock

COOKIE = "pharos_session"
_READING = ("GET", "HEAD")


@dataclass(frozen=True)
class DeskContext:
    """What the desk needs of the application."""

    database: Database
    clock: Clock


def desk_of(connection: HTTPConnection) -> DeskContext:
    """FastAPI dependency: the desk's context."""
    desk: DeskContext = connection.app.state.desk
    return desk


def keep_private(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


Desk = Annotated[DeskContext, Depends(desk_of)]


async def sign_in_of(request: Request, desk: Desk) -> SignedIn:
    """Return who sent the request; a request that changes something must carry the session's CSRF token."""
    now, token = desk.clock.now(), request.cookies.get(COOKIE)
    async with desk.database.read() as session:
        signed_in = await agents.access_session(session, now, token)
    if request.method not in _READING:
        signed_in.check_csrf(request.headers.get("x-csrf-token"))
    if token and signed_in.must_slide(now):
        async with desk.database.write() as session:
            await agents.slide_session(session, now, token)
    return signed_in


async def agent_of(signed_in: Annotated[SignedIn, Depends(sign_in_of)]) -> Agent:
    return signed_in.agent


Session = Annotated[SignedIn, Depends(sign_in_of)]
Me = Annotated[Agent, Depends(agent_of)]


async def show_ticket(desk: DeskContext, me: Agent, number: str) -> dict[str, Any]:
    """Return a ticket as every verb answers with it."""
    now = desk.clock.now()
    async with desk.database.read() as session:
        ticket, conversation = await access_ticket(session, me, number)
        history = await repository.history(session, number)
        related = await repository.related(session, number)
        seen_by = await viewing.others(session, now, me, number)
    standing = clocks.read(ticket, conversation, history, now)
    return views.detail(ticket, conversation, history, now, standing=standing, related=related, seen_by=seen_by)
