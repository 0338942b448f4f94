"""The customer API: what the bubble and other clients use. Stable; design in docs/architecture.md.

A message is acknowledged only when it is committed. Everything after that, the
answer included, reaches the client as events with rising ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from conversations import service
from conversations.domain import Incoming
from conversations.http import JsonBody, parse
from conversations.models import Conversation
from escalation import service as desk
from escalation.outside import away
from escalation.relay import service as relay
from hub import wording
from hub.context import Context, context_of
from hub.limits import address_hash
from kit import wire
from kit.errors import InvalidRequest, NotFound, NotPermitted
from kit.text import check_message

router = APIRouter(prefix="/api/v1")
CHANNEL = "web"

#: Longest wait of a long poll, and how long a stream rests before it looks by itself, in seconds.
MAX_WAIT_SECONDS = 50
LOOK_SECONDS = 5.0
#: Largest event id a store can compare with.
MAX_EVENT_ID = 2**31 - 1

Ctx = Annotated[Context, Depends(context_of)]
After = Annotated[int, Query(ge=0, le=MAX_EVENT_ID)]


class OpenRequest(BaseModel):
    locale: str = Field("en", max_length=16, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$")
    timezone: str = Field("UTC", max_length=64, pattern=r"^[A-Za-z0-9_+\-/]+$")
    identity: str | None = Field(None, max_length=4096)


class MessageRequest(BaseModel):
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    text: Any = None
    button: str | None = Field(None, min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")


def check_origin(request: Request, context: Ctx) -> None:
    """Refuse a call from a page of a site that may not embed the bubble; what is no browser names no origin."""
    origin = request.headers.get("origin")
    is_own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    settings = context.settings
    if not is_own and origin not in (*settings.origins, settings.public_site):
        raise NotPermitted("This site may not embed the chat: its origin is not in PHAROS_ALLOWED_ORIGINS.")


async def limit_address(request: Request, context: Ctx) -> str:
    """Count a call against the caller's address and return that address."""
    address = request.client.host if request.client else "unknown"
    await context.limits.hit("address", address)
    return address


Address = Annotated[str, Depends(limit_address)]


async def access(conversation_id: str, request: Request, context: Ctx, _address: Address) -> Conversation:
    """Return the conversation if the bearer token is its own; another's is as if it did not exist."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    now = context.clock.now()
    async with context.database.read() as session:
        conversation = await service.sign_in(session, now, token if scheme.lower() == "bearer" else None)
    if conversation.id != conversation_id:
        raise NotFound("There is no such conversation.")
    await _slide_token(context, conversation)
    return conversation


async def _slide_token(context: Context, conversation: Conversation) -> None:
    """Extend the token once a day at most: it lives 30 days after its last use."""
    now = context.clock.now()
    if conversation.token_expires_at is None or conversation.token_expires_at <= now:
        return  # another token was shown; this one stays dead
    if (now + service.TOKEN_LIFETIME - conversation.token_expires_at).days >= 1:
        async with context.database.write() as session:
            await service.extend_token(session, now, conversation.id)


Access = Annotated[Conversation, Depends(access)]


@router.post("/conversations", status_code=201)
async def open_conversation(body: JsonBody, context: Ctx, address: Address) -> dict[str, Any]:
    """Open a conversation; with an `identity` the customer is verified, without it anonymous."""
    await context.limits.hit("open", address)
    request = parse(OpenRequest, body)
    now = context.clock.now()
    identity = await context.identity.check(request.identity, now) if request.identity else None
    async with context.database.write() as session:
        if identity is not None:
            await context.identity.use(session, identity, now)
            await away.note_mail_address(session, identity.customer_id, identity.mail_address)
        conversation, token = await service.open_conversation(
            session,
            now,
            channel=CHANNEL,
            locale=request.locale,
            timezone=request.timezone,
            customer_id=identity.customer_id if identity else None,
            address_hash=address_hash(address, context.key),
        )
    return {"conversation_id": conversation.id, "token": token, "last_event_id": 0}


@router.post("/conversations/{conversation_id}/messages")
async def post_message(conversation: Access, body: JsonBody, context: Ctx) -> JSONResponse:
    """Store a message: 202, or 200 with the same event id when it came before."""
    request = parse(MessageRequest, body)
    if (request.text is None) == (request.button is None):
        raise InvalidRequest("Send either 'text' or 'button'.")
    text = "" if request.button else check_message(request.text)
    await context.limits.hit("messages", conversation.id)
    now = context.clock.now()
    incoming = Incoming(
        channel=CHANNEL,
        external_id=f"{conversation.id}:{request.client_id}",
        conversation_id=conversation.id,
        text=text,
        button=request.button,
        client_id=request.client_id,
    )
    async with context.database.write() as session:
        received, secrets = await service.receive(session, now, incoming)
        if received.is_new:
            fresh = await service.access_conversation(session, conversation.id)
            if secrets:
                kinds = wording.secret_kinds(secrets, fresh.locale)
                await service.say(session, now, fresh, wording.text("secret", fresh.locale, kinds=kinds))
            await desk.customer_wrote(session, now, fresh)
            await relay.note_use(session, now, fresh)
    return JSONResponse({"event_id": received.event_id}, 202 if received.is_new else 200)


@router.get("/conversations/{conversation_id}/events")
async def get_events(
    conversation: Access,
    context: Ctx,
    after: After = 0,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
) -> dict[str, Any]:
    """Return events after an id, waiting up to `wait` seconds for the first one."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + wait
    with context.database.signals.subscribe(conversation.id) as subscription:
        events = await _events(context, conversation.id, after)
        while not events and not context.is_stopping and (left := deadline - clock()) > 0:
            await subscription.wait(min(left, LOOK_SECONDS))  # a hint may be no event: someone is typing
            events = await _events(context, conversation.id, after)
    return {"events": events, "last_event_id": events[-1]["id"] if events else after}


@router.get("/conversations/{conversation_id}/stream", response_class=EventSourceResponse)
async def stream_events(
    conversation: Access, request: Request, context: Ctx, after: After = 0
) -> AsyncIterator[ServerSentEvent]:
    """Send events as they happen, from `Last-Event-ID` (or `after`) on; `typing` carries no id."""
    last = _last_event_id(request, after)
    with context.database.signals.subscribe(conversation.id) as subscription:
        while not context.is_stopping:
            while events := await _events(context, conversation.id, last):
                for event in events:
                    yield ServerSentEvent(data=event, event=event["type"], id=str(event["id"]))
                last = events[-1]["id"]
            if wire.TYPING in await subscription.wait(LOOK_SECONDS):
                yield ServerSentEvent(data={"type": wire.TYPING, "data": {}}, event=wire.TYPING)


def _last_event_id(request: Request, after: int) -> int:
    header = request.headers.get("last-event-id", "")
    return min(int(header), MAX_EVENT_ID) if header.isdecimal() and len(header) < 16 else after


async def _events(context: Context, conversation_id: str, after: int) -> list[dict[str, Any]]:
    async with context.database.read() as session:
        return await service.events_after(session, conversation_id, after)
