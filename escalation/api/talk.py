"""Taking a ticket and talking to its customer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictBool, StrictInt

from conversations.http import JsonBody, parse
from escalation import agents_desk, replies
from escalation.access import access_ticket, check_holds
from escalation.api.context import Desk, Me, show_ticket
from escalation.knowledge import suggestions
from escalation.knowledge.quotes import MAX_QUOTES
from kit import wire

router = APIRouter()


class TakeRequest(BaseModel):
    version: StrictInt
    force: StrictBool = False


class MessageRequest(BaseModel):
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    text: Any = None


class QuoteRequest(BaseModel):
    article_id: str = Field(max_length=120)
    language: str = Field(max_length=16)
    version: str = Field(max_length=64)
    passage_id: str = Field(max_length=240)


class ReplyRequest(MessageRequest):
    #: Passages of the help centre, quoted after the text.
    quotes: list[QuoteRequest] = Field([], max_length=MAX_QUOTES)
    #: Added to the ticket's, once it is sent.
    tags: list[str] = Field([], max_length=50)
    #: on_hold or resolved: what the ticket becomes instead of waiting on the customer.
    status: str | None = None


class HandBackRequest(BaseModel):
    version: StrictInt | None = None


@router.post("/tickets/claim-next")
async def claim_next(me: Me, desk: Desk) -> dict[str, Any]:
    """Take the next ticket I have the skills for: `{"ticket": ...}`, null when none waits."""
    async with desk.database.write() as session:
        number = await agents_desk.claim_next(session, desk.clock.now(), me)
    return {"ticket": await show_ticket(desk, me, number) if number else None}


@router.post("/tickets/{number}/take")
async def take(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Make the ticket mine; the bot falls silent."""
    asked = parse(TakeRequest, body)
    async with desk.database.write() as session:
        await agents_desk.take(session, desk.clock.now(), me, number, asked.version, force=asked.force)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/reply")
async def reply(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Write to the customer, quote articles, and do what a macro adds; a ticket assigned to me is taken by it."""
    asked = parse(ReplyRequest, body)
    quotes = [suggestions.quote(desk.help_centre(), **each.model_dump()) for each in asked.quotes]
    sent = replies.Reply(asked.client_id, asked.text, quotes, asked.tags, asked.status)
    async with desk.database.write() as session:
        await replies.send(session, desk.clock.now(), me, number, sent)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/note")
async def note(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Leave a note that only agents read."""
    asked = parse(MessageRequest, body)
    async with desk.database.write() as session:
        await agents_desk.note(session, desk.clock.now(), me, number, asked.client_id, asked.text)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/hand-back")
async def hand_back(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Give the conversation back to the bot; the ticket stays open."""
    asked = parse(HandBackRequest, body)
    async with desk.database.write() as session:
        await agents_desk.hand_back(session, desk.clock.now(), me, number, asked.version)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/typing", status_code=204)
async def typing(number: str, me: Me, desk: Desk) -> None:
    """Show the customer that somebody is writing."""
    async with desk.database.read() as session:
        ticket, conversation = await access_ticket(session, me, number)
    check_holds(ticket, me)
    await desk.database.publish(conversation.id, wire.TYPING)
