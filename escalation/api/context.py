"""What an endpoint of the desk is given: the desk, who asks, and the ticket as an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timezone, tzinfo
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from conversations.database import Database
from escalation import agents, repository, viewing
from escalation.access import access_ticket
from escalation.accounts.second_factor import FactorPolicy, SecondFactorRequired
from escalation.accounts.tokens import CallLimit
from escalation.agents import SignedIn
from escalation.api.bearer import agent_by_bearer, bearer_of
from escalation.inbox import views
from escalation.knowledge.suggestions import HelpArticles, HelpCentreMissing
from escalation.models import Agent
from escalation.sla import clocks
from kit.clock import Clock

COOKIE = "pharos_session"
_READING = ("GET", "HEAD")


@dataclass(frozen=True)
class DeskContext:
    """What the desk needs of the application."""

    database: Database
    clock: Clock
    factors: FactorPolicy
    #: The articles agents quote; None where the application has none.
    articles: HelpArticles | None = None
    #: Official domains: agents are warned of addresses in customers' messages that read like one.
    domains: tuple[str, ...] = ()
    #: In which days of reports begin and end.
    zone: tzinfo = timezone.utc
    #: How often API tokens called lately.
    token_calls: CallLimit = field(default_factory=CallLimit)

    def help_centre(self) -> HelpArticles:
        if self.articles is None:
            raise HelpCentreMissing("This service has no help centre.")
        return self.articles

    def must_enrol(self, signed_in: SignedIn) -> bool:
        """Tell whether somebody signed in lacks the second factor that their role must have."""
        return self.factors.demands(signed_in.agent) and not signed_in.has_second_factor


def desk_of(connection: HTTPConnection) -> DeskContext:
    """FastAPI dependency: the desk's context."""
    desk: DeskContext = connection.app.state.desk
    return desk


def keep_private(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


Desk = Annotated[DeskContext, Depends(desk_of)]


async def any_session_of(request: Request, desk: Desk) -> SignedIn:
    """Return who sent the request, also one who must set up a second factor before anything else.

    A request that changes something must carry the session's CSRF token.
    """
    now, token = desk.clock.now(), request.cookies.get(COOKIE)
    async with desk.database.read() as session:
        signed_in = await agents.access_session(session, now, token)
    if request.method not in _READING:
        signed_in.check_csrf(request.headers.get("x-csrf-token"))
    if token and signed_in.must_slide(now):
        async with desk.database.write() as session:
            await agents.slide_session(session, now, token)
    return signed_in


AnySession = Annotated[SignedIn, Depends(any_session_of)]


async def sign_in_of(signed_in: AnySession, desk: Desk) -> SignedIn:
    """Return who sent the request, or raise SecondFactorRequired."""
    if desk.must_enrol(signed_in):
        raise SecondFactorRequired("Set up your second factor first.")
    return signed_in


async def address_of(request: Request, desk: Desk) -> str | None:
    """Return a keyed hash of where the request came from."""
    return desk.factors.hashed(request.client.host) if request.client else None


Address = Annotated[str | None, Depends(address_of)]


async def agent_of(request: Request, desk: Desk) -> Agent:
    """Return who sent the request: somebody signed in, or an API token's agent."""
    text = bearer_of(request)
    if text is not None:
        return await agent_by_bearer(request, desk.database, desk.clock, desk.token_calls, text)
    return (await sign_in_of(await any_session_of(request, desk), desk)).agent


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
