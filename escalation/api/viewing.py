"""Who else looks at a ticket, and what I have begun to write."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, StrictBool

from conversations.http import JsonBody, parse
from escalation import viewing
from escalation.access import access_ticket
from escalation.api.context import Desk, Me
from escalation.inbox import views

router = APIRouter()


class ViewingRequest(BaseModel):
    writing: StrictBool = False


class DraftRequest(BaseModel):
    text: str
    mode: Literal["reply", "note"] = "reply"


@router.post("/tickets/{number}/viewing")
async def view(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Say that I have the ticket open, and whether I write; counts for 30 s. Returns who else has."""
    asked, now = parse(ViewingRequest, body), desk.clock.now()
    async with desk.database.write() as session:
        ticket, _ = await access_ticket(session, me, number)
        await viewing.view(session, now, me, ticket, is_writing=asked.writing)
        others = await viewing.others(session, now, me, number)
    return {"viewers": views.viewers(others)}


@router.get("/tickets/{number}/draft")
async def get_drafts(number: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Return my drafts on the ticket, by mode."""
    async with desk.database.read() as session:
        await access_ticket(session, me, number)
        return {"drafts": views.drafts(await viewing.drafts(session, me, number))}


@router.put("/tickets/{number}/draft")
async def save_draft(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Keep what I have begun to write; an empty text forgets it, and so does sending."""
    asked = parse(DraftRequest, body)
    async with desk.database.write() as session:
        await access_ticket(session, me, number)
        await viewing.save_draft(session, desk.clock.now(), me, number, asked.mode, asked.text)
        return {"drafts": views.drafts(await viewing.drafts(session, me, number))}
