"""Hints of what happened, as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from conversations import service as conversations
from conversations.signals import ANY
from escalation import agents, repository
from escalation.api.context import COOKIE, Desk, DeskContext, Me
from escalation.life_cycle import WORK_TOPIC
from kit.errors import NotSignedIn

#: How long a stream rests before it looks whether its session still holds, in seconds.
LOOK_SECONDS = 5.0

router = APIRouter()


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
    inner = (conversations.INBOX_TOPIC, WORK_TOPIC, agents.SIGNED_OUT)
    conversation_ids = {topic for topic in topics if not topic.startswith(inner)}
    if not conversation_ids:
        return []
    async with desk.database.read() as session:
        return list(await repository.hints(session, conversation_ids))
