"""Taking words out of a message afterwards."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from conversations.attachments.http import Files
from conversations.http import JsonBody, parse
from escalation.api.context import Desk, Me, show_ticket
from escalation.erasure import redaction
from escalation.life_cycle import MAX_REASON_LENGTH
from kit.text import MAX_MESSAGE_LENGTH

router = APIRouter()


class RedactRequest(BaseModel):
    event_id: StrictInt = Field(ge=1, le=2**31 - 1)
    reason: str = Field(min_length=1, max_length=MAX_REASON_LENGTH)
    #: What of the text goes, every occurrence of it; nothing said, the whole message and its files go.
    part: str | None = Field(None, min_length=1, max_length=MAX_MESSAGE_LENGTH)


@router.post("/tickets/{number}/redact")
async def redact(number: str, body: JsonBody, me: Me, desk: Desk, files: Files) -> dict[str, Any]:
    """Redact a message for good, for everybody: whole, or a part of its text."""
    asked = parse(RedactRequest, body)
    async with desk.database.write() as session:
        removed = await redaction.redact(
            session, desk.clock.now(), me, number, asked.event_id, reason=asked.reason, part=asked.part
        )
    await files.remove(*removed)
    return await show_ticket(desk, me, number)
