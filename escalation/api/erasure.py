"""Erasing a customer's data, for admins."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StrictBool
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as transcripts
from conversations.attachments.http import Files
from conversations.http import JsonBody, parse
from escalation import repository
from escalation.access import check_admin
from escalation.api.context import Desk, Me
from escalation.erasure import repository as erasure_repository
from escalation.erasure import service as erasure
from escalation.erasure.models import Erasure
from escalation.life_cycle import MAX_REASON_LENGTH
from escalation.models import Agent
from kit.clock import to_wire
from kit.errors import InvalidRequest, NotFound
from kit.text import check_message

router = APIRouter()

#: Erasures listed, newest first.
_LISTED = 100
_ID = r"^[\x21-\x7e]{1,128}$"


class Subject(BaseModel):
    """Whose data: of one conversation, named by its id or by a ticket of it, or of all of a verified customer's."""

    conversation_id: str | None = Field(None, pattern=_ID)
    ticket: str | None = Field(None, pattern=_ID)
    customer_id: str | None = Field(None, max_length=128)


class EraseRequest(Subject):
    reason: str = Field(max_length=MAX_REASON_LENGTH)
    #: What is held is erased by itself once nothing holds it; otherwise it is refused.
    may_wait: StrictBool = False


def admin_of(me: Me) -> Agent:
    check_admin(me, "erase a customer's data")
    return me


Admin = Annotated[Agent, Depends(admin_of)]


async def _conversations(session: AsyncSession, asked: Subject) -> list[str]:
    given = [value for value in (asked.conversation_id, asked.ticket, asked.customer_id) if value]
    if len(given) != 1:
        raise InvalidRequest("Give one of 'conversation_id', 'ticket' and 'customer_id'.")
    if asked.customer_id:
        found = await erasure_repository.conversations_of(session, asked.customer_id)
    else:
        id = await repository.conversation_of(session, asked.ticket) if asked.ticket else asked.conversation_id
        found = [id] if id and await transcripts.get(session, id) else []
    if not found:
        raise NotFound("Nothing is stored under this. It may have been erased before.")
    return found


@router.post("/erasures/preview")
async def preview(body: JsonBody, _admin: Admin, desk: Desk) -> dict[str, Any]:
    """Return what an erasure would overwrite, and which tickets hold it."""
    asked = parse(Subject, body)
    async with desk.database.read() as session:
        ids = await _conversations(session, asked)
        tickets = await erasure_repository.tickets(session, ids)
        holding = await erasure_repository.tickets_that_may_hold(session, ids)
        messages, files = await erasure_repository.count(session, ids)
    return {
        "conversations": len(ids),
        "messages": messages,
        "files": files,
        "tickets": [{"number": each.number, "case": each.case, "status": each.status} for each in tickets],
        "held_by": erasure.holds(holding, is_own=False),
    }


@router.post("/erasures")
async def erase(body: JsonBody, admin: Admin, desk: Desk, files: Files) -> dict[str, Any]:
    """Erase for good. 409 legal_hold names the complaints that must be closed first, unless it `may_wait`."""
    asked = parse(EraseRequest, body)
    reason = check_message(asked.reason, limit=MAX_REASON_LENGTH).strip()
    async with desk.database.write() as session:
        ids = await _conversations(session, asked)
        done = await erasure.ask(session, desk.clock.now(), admin, ids, reason=reason, may_wait=asked.may_wait)
    await files.remove(*done.files)
    return {"erased": len(done.erased), "waiting": len(ids) - len(done.erased), "held_by": done.held_by}


@router.get("/erasures")
async def list_erasures(_admin: Admin, desk: Desk) -> dict[str, Any]:
    """Return the last hundred erasures, newest first; one that waits has no `done_at`."""
    async with desk.database.read() as session:
        found = await erasure_repository.newest(session, _LISTED)
        held = {
            each.id: erasure.holds(
                await erasure_repository.tickets_that_may_hold(session, [each.conversation_id]), is_own=each.is_own
            )
            for each in found
            if each.done_at is None
        }
    return {"erasures": [_shown(each, held.get(each.id, [])) for each in found]}


def _shown(found: Erasure, held_by: list[str]) -> dict[str, Any]:
    return {
        "id": found.id,
        "conversation_id": found.conversation_id,
        "asked_by": found.asked_by,
        "is_own": found.is_own,
        "reason": found.reason,
        "asked_at": to_wire(found.asked_at),
        "done_at": to_wire(found.done_at) if found.done_at else None,
        "held_by": held_by,
    }
