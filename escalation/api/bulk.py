"""The same change of many tickets."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation.api.changes import ID
from escalation.api.context import Desk, Me
from escalation.inbox import bulk
from kit.errors import InvalidRequest

router = APIRouter()


class SeenRow(BaseModel):
    number: str = Field(pattern=ID)
    version: StrictInt


class BulkRequest(BaseModel):
    action: str
    tickets: list[SeenRow] = Field(min_length=1, max_length=bulk.MAX_TICKETS)
    queue: str | None = None
    note: Any = None
    add: list[str] = Field([], max_length=50)
    remove: list[str] = Field([], max_length=50)


@router.post("/tickets/bulk")
async def change_many(body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Assign to me, transfer to a queue, tag or resolve up to 100 tickets: `done`, and `refused` with the reasons."""
    asked = parse(BulkRequest, body)
    work = bulk.work_of(asked.action, queue=asked.queue, note=asked.note, add=asked.add, remove=asked.remove)
    tickets = [bulk.Seen(row.number, row.version) for row in asked.tickets]
    if len({seen.number for seen in tickets}) < len(tickets):
        raise InvalidRequest("'tickets' names a ticket twice.")
    outcomes = await bulk.run(desk.database, desk.clock, me, work, tickets)
    return {
        "done": [each.number for each in outcomes if each.error is None],
        "refused": [
            {"number": each.number, "error": each.error.code, "detail": each.error.detail}
            for each in outcomes
            if each.error is not None
        ],
    }
