"""Reading: the inbox, a ticket, its transcript, why the bot said what it said."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from conversations import service as conversations
from escalation import brief, repository
from escalation.access import access_ticket
from escalation.api.context import Desk, Me, show_ticket
from escalation.inbox import service as inbox
from escalation.inbox import views
from escalation.service import MAX_BRIEFS
from kit.errors import NotFound

router = APIRouter()


@router.get("/tickets")
async def list_tickets(
    me: Me,
    desk: Desk,
    view: Literal["open", "mine", "unassigned", "no_skill", "due", "waiting", "resolved", "all"] = "open",
    q: str = "",
    priority: Annotated[str | None, Query(max_length=2)] = None,
    queue: Annotated[str | None, Query(max_length=16)] = None,
    language: Annotated[str | None, Query(max_length=16)] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Return a page of a view, filtered, most urgent first; with `q` what holds all its words, and where."""
    asked = {"priority": priority, "queue": queue, "language": language}
    filters = {column: value for column, value in asked.items() if value is not None}
    now = desk.clock.now()
    async with desk.database.read() as session:
        page = await inbox.list_tickets(session, now, me, view, filters, q=q, after=after, limit=limit)
    return {
        "tickets": [
            {**views.row(ticket, conversation, now), **views.snippet(page.snippets.get(ticket.number))}
            for ticket, conversation in page.tickets
        ],
        "next": page.next,
        "counts": vars(page.counts),
    }


@router.get("/tickets/{number}")
async def get_ticket(number: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Return a ticket with its facts, its history and who else looks at it."""
    return await show_ticket(desk, me, number)


@router.get("/tickets/{number}/transcript")
async def get_transcript(number: str, me: Me, desk: Desk, after: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
    """Return the conversation's events after an id, internal notes included; page until `last_event_id`."""
    async with desk.database.read() as session:
        _, conversation = await access_ticket(session, me, number)
        events = await conversations.events_after(
            session, conversation.id, after, audiences=conversations.AGENT_AUDIENCE
        )
    warned = [views.with_lookalikes(event, desk.domains) for event in events]
    return {"events": warned, "last_event_id": conversation.last_event_id}


@router.get("/tickets/{number}/brief")
async def get_brief(number: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Return the case at a glance, each line with the message it is from."""
    async with desk.database.read() as session:
        ticket, conversation = await access_ticket(session, me, number)
        messages = await repository.messages_before(session, ticket, brief.MAX_READ)
        earlier = await repository.tickets_of(session, conversation.id, conversation.customer_id, MAX_BRIEFS)
    return brief.brief(ticket, brief.said(messages), earlier)


@router.get("/turns/{turn_id}")
async def get_turn(turn_id: str, _me: Me, desk: Desk) -> dict[str, Any]:
    """Return why the bot answered as it did."""
    async with desk.database.read() as session:
        turn = await repository.turn(session, turn_id)
    if turn is None:
        raise NotFound("There is no such turn.")
    return {"turn_id": turn.id, "outcome": turn.outcome, "trace": turn.trace}
