"""The desk API: what the console uses. An agent's session is a cookie; every change needs its CSRF token.

Each endpoint is one verb in one transaction, committed before the answer is made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.requests import HTTPConnection

from conversations import service as conversations
from conversations.database import Database
from conversations.http import JsonBody, parse
from conversations.signals import ANY
from escalation import agents, agents_desk, repository, views
from escalation.agents import SignedIn
from escalation.models import Agent
from kit import wire
from kit.clock import Clock
from kit.errors import NotFound, NotSignedIn

COOKIE = "pharos_session"
#: How long a stream rests before it looks whether its session still holds, in seconds.
LOOK_SECONDS = 5.0
_READING = ("GET", "HEAD")


@dataclass(frozen=True)
class DeskContext:
    """What the desk needs of the application."""

    database: Database
    clock: Clock


class SignInRequest(BaseModel):
    login: str = Field(max_length=128)
    password: str = Field(max_length=1024)


class TakeRequest(BaseModel):
    version: StrictInt
    force: StrictBool = False


class MessageRequest(BaseModel):
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    text: Any = None


def desk_of(connection: HTTPConnection) -> DeskContext:
    """FastAPI dependency: the desk's context."""
    desk: DeskContext = connection.app.state.desk
    return desk


def keep_private(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


Desk = Annotated[DeskContext, Depends(desk_of)]
router = APIRouter(prefix="/desk/v1", dependencies=[Depends(keep_private)])


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


@router.post("/session")
async def sign_in(body: JsonBody, request: Request, response: Response, desk: Desk) -> dict[str, Any]:
    """Sign in: sets the session cookie."""
    asked = parse(SignInRequest, body)
    signed_in, token = await agents.sign_in(desk.database, desk.clock.now(), asked.login, asked.password)
    is_https = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_https, path="/")
    return views.session(signed_in)


@router.get("/session")
async def get_session(signed_in: Session) -> dict[str, Any]:
    """Return who is signed in."""
    return views.session(signed_in)


@router.delete("/session", status_code=204)
async def sign_out(_signed_in: Session, request: Request, response: Response, desk: Desk) -> None:
    """Sign out: ends the session, not only its cookie."""
    async with desk.database.write() as session:
        await agents.sign_out(session, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, path="/")


@router.get("/tickets")
async def list_tickets(
    me: Me,
    desk: Desk,
    view: Literal["open", "mine", "unassigned", "resolved", "all"] = "open",
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Return a page of a view, most urgent first."""
    async with desk.database.read() as session:
        page = await agents_desk.list_tickets(session, me, view, after, limit)
    now = desk.clock.now()
    return {
        "tickets": [views.row(ticket, conversation, now) for ticket, conversation in page.tickets],
        "next": page.next,
        "counts": vars(page.counts),
    }


@router.get("/tickets/{number}")
async def get_ticket(number: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Return a ticket with its facts and history."""
    return await _ticket(desk, me, number)


async def _ticket(desk: DeskContext, me: Agent, number: str) -> dict[str, Any]:
    async with desk.database.read() as session:
        ticket, conversation = await agents_desk.access_ticket(session, me, number)
        history = await repository.history(session, number)
    return views.detail(ticket, conversation, history, desk.clock.now())


@router.get("/tickets/{number}/transcript")
async def get_transcript(number: str, me: Me, desk: Desk, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """Return the conversation's events after an id, internal notes included; page until `last_event_id`."""
    async with desk.database.read() as session:
        _, conversation = await agents_desk.access_ticket(session, me, number)
        events = await conversations.events_after(
            session, conversation.id, after, audiences=conversations.AGENT_AUDIENCE
        )
    return {"events": events, "last_event_id": conversation.last_event_id}


@router.get("/turns/{turn_id}")
async def get_turn(turn_id: str, _me: Me, desk: Desk) -> dict[str, Any]:
    """Return why the bot answered as it did."""
    async with desk.database.read() as session:
        turn = await repository.turn(session, turn_id)
    if turn is None:
        raise NotFound("There is no such turn.")
    return {"turn_id": turn.id, "outcome": turn.outcome, "trace": turn.trace}


@router.post("/tickets/{number}/take")
async def take(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Make the ticket mine; the bot falls silent."""
    asked = parse(TakeRequest, body)
    async with desk.database.write() as session:
        await agents_desk.take(session, desk.clock.now(), me, number, asked.version, force=asked.force)
    return await _ticket(desk, me, number)


@router.post("/tickets/{number}/reply")
async def reply(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Write to the customer."""
    asked = parse(MessageRequest, body)
    async with desk.database.write() as session:
        await agents_desk.reply(session, desk.clock.now(), me, number, asked.client_id, asked.text)
    return await _ticket(desk, me, number)


@router.post("/tickets/{number}/note")
async def note(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Leave a note that only agents read."""
    asked = parse(MessageRequest, body)
    async with desk.database.write() as session:
        await agents_desk.note(session, desk.clock.now(), me, number, asked.client_id, asked.text)
    return await _ticket(desk, me, number)


@router.post("/tickets/{number}/hand-back")
async def hand_back(number: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Give the conversation back to the bot; the ticket stays open."""
    async with desk.database.write() as session:
        await agents_desk.hand_back(session, desk.clock.now(), me, number)
    return await _ticket(desk, me, number)


@router.post("/tickets/{number}/resolve")
async def resolve(number: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Close the case."""
    async with desk.database.write() as session:
        await agents_desk.resolve(session, desk.clock.now(), me, number)
    return await _ticket(desk, me, number)


@router.post("/tickets/{number}/typing", status_code=204)
async def typing(number: str, me: Me, desk: Desk) -> None:
    """Show the customer that somebody is writing."""
    async with desk.database.read() as session:
        ticket, conversation = await agents_desk.access_ticket(session, me, number)
    agents_desk.check_has(ticket, conversation, me)
    await desk.database.publish(conversation.id, wire.TYPING)


@router.get("/stream", response_class=EventSourceResponse)
async def stream_hints(_me: Me, request: Request, desk: Desk) -> AsyncIterator[ServerSentEvent]:
    """Name every ticket something happened to, until the session ends; whoever listens fetches it."""
    with desk.database.signals.subscribe(ANY) as subscription:
        yield ServerSentEvent(comment="listening")
        while await _still_holds(desk, request):
            for number, last_event_id in await _hinted(desk, await subscription.wait(LOOK_SECONDS)):
                yield ServerSentEvent(data={"ticket": number, "last_event_id": last_event_id}, event="hint")


async def _still_holds(desk: DeskContext, request: Request) -> bool:
    try:
        async with desk.database.read() as session:
            await agents.access_session(session, desk.clock.now(), request.cookies.get(COOKIE))
    except NotSignedIn:
        return False
    return True


async def _hinted(desk: DeskContext, topics: set[str]) -> list[tuple[str, int]]:
    conversation_ids = {topic for topic in topics if not topic.startswith(conversations.INBOX_TOPIC)}
    if not conversation_ids:
        return []
    async with desk.database.read() as session:
        return list(await repository.hints(session, conversation_ids))
