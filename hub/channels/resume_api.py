"""The customer who left and comes back: how far they have read, and the link of a mail."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation.outside import away
from hub.channels.web import MAX_EVENT_ID, Access, Address, Ctx

router = APIRouter(prefix="/api/v1")


class SeenRequest(BaseModel):
    event_id: StrictInt = Field(ge=0, le=MAX_EVENT_ID)


class ResumeRequest(BaseModel):
    token: str = Field(min_length=1, max_length=128)


@router.post("/conversations/{conversation_id}/seen", status_code=204)
async def note_seen(conversation: Access, body: JsonBody, context: Ctx) -> None:
    """Say how far the customer has read: what comes after it may be mailed."""
    asked = parse(SeenRequest, body)
    async with context.database.write() as session:
        await away.note_read(session, conversation.id, asked.event_id)


@router.post("/resume")
async def resume(body: JsonBody, context: Ctx, address: Address) -> dict[str, Any]:
    """Use up a mail's link: another token of its conversation; those the customer has stay good."""
    await context.limits.hit("open", address)
    asked = parse(ResumeRequest, body)
    now = context.clock.now()
    async with context.database.write() as session:
        conversation, token = await away.use_link(session, now, asked.token)
    return {
        "conversation_id": conversation.id,
        "token": token,
        "last_event_id": 0,
        "is_verified": conversation.customer_id is not None,
    }
