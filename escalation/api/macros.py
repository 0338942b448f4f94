"""Macros: the list, what leads change, and one filled in for a ticket."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation import repository
from escalation.access import access_ticket
from escalation.api.context import Desk, Me
from escalation.macros import service
from escalation.macros.domain import PLACEHOLDERS, STATUSES
from escalation.macros.models import Macro
from kit.clock import to_wire

router = APIRouter()


class MacroRequest(BaseModel):
    name: Any = None
    texts: dict[str, Any] = {}
    status: str | None = None
    tags: list[str] = Field([], max_length=50)

    def content(self) -> service.Content:
        return service.Content(self.name, self.texts, self.status, self.tags)


class MacroChange(MacroRequest):
    version: StrictInt


@router.get("/macros")
async def list_macros(_me: Me, desk: Desk) -> dict[str, Any]:
    """Return every macro, and the placeholders and statuses one may have."""
    async with desk.database.read() as session:
        found = await service.list_macros(session)
    return {"macros": [_shown(macro) for macro in found], "placeholders": PLACEHOLDERS, "statuses": STATUSES}


@router.post("/macros", status_code=201)
async def create_macro(body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Add a macro; for leads."""
    asked = parse(MacroRequest, body)
    async with desk.database.write() as session:
        macro = await service.create(session, desk.clock.now(), me, asked.content())
    return _shown(macro)


@router.put("/macros/{macro_id}")
async def edit_macro(macro_id: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Write a macro anew; for leads."""
    asked = parse(MacroChange, body)
    async with desk.database.write() as session:
        macro = await service.edit(session, desk.clock.now(), me, macro_id, asked.version, asked.content())
    return _shown(macro)


@router.delete("/macros/{macro_id}", status_code=204)
async def delete_macro(macro_id: str, me: Me, desk: Desk, version: Annotated[int, Query()]) -> None:
    """Remove a macro; for leads."""
    async with desk.database.write() as session:
        await service.delete(session, me, macro_id, version)


@router.get("/tickets/{number}/macros/{macro_id}")
async def prepare_macro(number: str, macro_id: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Return a macro filled in for a ticket; `missing` names what the agent must write."""
    async with desk.database.read() as session:
        macro = await service.access_macro(session, macro_id)
        ticket, conversation = await access_ticket(session, me, number)
        log = await repository.history(session, number)
    prepared = service.prepare(macro, ticket, conversation, log, me, desk.clock.now())
    return {**vars(prepared), "status": macro.status, "tags": macro.tags, "name": macro.name}


def _shown(macro: Macro) -> dict[str, Any]:
    return {
        "id": macro.id,
        "name": macro.name,
        "texts": macro.texts,
        "status": macro.status,
        "tags": macro.tags,
        "edited_by": macro.edited_by,
        "edited_at": to_wire(macro.edited_at),
        "version": macro.version,
    }
