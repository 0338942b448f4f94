"""Taking a ticket and talking to its customer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictBool, StrictInt

from conversations.http import JsonBody, parse
from escalation import agents_desk
from escalation.access import access_ticket, check_holds
from escalation.api.context import Desk, Me, show_ticket
from kit import wire

router = APIRouter()


class TakeRequest(BaseModel):
    version: StrictInt
    force: StrictBool = False


class MessageRequest(BaseModel):
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    text: Any = None


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
    """Write to the customer; a ticket assigned to me is taken by it."""
    asked = parse(MessageRequest, body)
    async with desk.database.write() as session:
        await agents_desk.reply(session, desk.clock.now(), me, number, asked.client_id, asked.text)
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
