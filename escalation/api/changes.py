"""Whose a ticket is, whether it rests, how it ends, how urgent it is, what it belongs to.

Every body has `version`, most have an optional `reason`.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation import changes, duplicates
from escalation.api.context import Desk, Me, show_ticket
from escalation.complaints.domain import MAX_POINTS, Remedy, Ruling
from escalation.life_cycle import MAX_REASON_LENGTH

router = APIRouter()

#: Of an agent or a ticket.
ID = r"^[A-Za-z0-9-]{1,32}$"


class Change(BaseModel):
    version: StrictInt
    reason: str | None = Field(None, max_length=MAX_REASON_LENGTH)


class AssignRequest(Change):
    agent_id: str = Field(pattern=ID)


class TransferRequest(BaseModel):
    version: StrictInt
    queue: str | None = None
    agent_id: str | None = Field(None, pattern=ID)
    note: Any = None


class AnswerRequest(BaseModel):
    point: StrictInt
    text: str


class RemedyRequest(BaseModel):
    kind: str
    amount: str | None = None
    currency: str | None = None
    text: str = ""


class ResolveRequest(BaseModel):
    version: StrictInt | None = None
    reason: str | None = Field(None, max_length=MAX_REASON_LENGTH)
    root_cause: str | None = None
    decision: str | None = None
    #: Of a complaint only; see `escalation.complaints.domain`.
    outcome: str | None = None
    topic: str | None = None
    answers: list[AnswerRequest] = Field([], max_length=MAX_POINTS)
    remedy: RemedyRequest | None = None

    def ruling(self) -> Ruling:
        remedy = Remedy(**self.remedy.model_dump()) if self.remedy else None
        return Ruling(self.outcome, self.topic, remedy, {answer.point: answer.text for answer in self.answers})


class PriorityRequest(Change):
    priority: str


class TagsRequest(BaseModel):
    version: StrictInt
    add: list[str] = Field([], max_length=50)
    remove: list[str] = Field([], max_length=50)


class MergeRequest(Change):
    into: str = Field(pattern=ID)


class LinkRequest(BaseModel):
    version: StrictInt
    to: str = Field(pattern=ID)


@router.post("/tickets/{number}/release")
async def release(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Put my ticket back into its queue."""
    asked = parse(Change, body)
    async with desk.database.write() as session:
        await changes.release(session, desk.clock.now(), me, number, asked.version, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/assign")
async def assign(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Make the ticket somebody's; for leads."""
    asked = parse(AssignRequest, body)
    async with desk.database.write() as session:
        await changes.assign(session, desk.clock.now(), me, number, asked.version, asked.agent_id, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/transfer")
async def transfer(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Pass my ticket to a queue or to an agent, with a note."""
    asked = parse(TransferRequest, body)
    async with desk.database.write() as session:
        await changes.transfer(
            session,
            desk.clock.now(),
            me,
            number,
            asked.version,
            asked.note,
            queue=asked.queue,
            agent_id=asked.agent_id,
        )
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/hold")
async def hold(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Let my ticket rest."""
    asked = parse(Change, body)
    async with desk.database.write() as session:
        await changes.hold(session, desk.clock.now(), me, number, asked.version, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/unhold")
async def unhold(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Go on with my ticket."""
    asked = parse(Change, body)
    async with desk.database.write() as session:
        await changes.unhold(session, desk.clock.now(), me, number, asked.version, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/resolve")
async def resolve(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """End the case. A complaint needs `decision`, `root_cause`, `outcome`, `remedy` and an answer to each point."""
    asked = parse(ResolveRequest, body)
    async with desk.database.write() as session:
        await changes.resolve(
            session,
            desk.clock.now(),
            me,
            number,
            asked.version,
            reason=asked.reason,
            root_cause=asked.root_cause,
            decision=asked.decision,
            ruling=asked.ruling(),
        )
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/reopen")
async def reopen(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Open a resolved ticket again."""
    asked = parse(Change, body)
    async with desk.database.write() as session:
        await changes.reopen(session, desk.clock.now(), me, number, asked.version, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/priority")
async def set_priority(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Say how urgent my ticket is."""
    asked = parse(PriorityRequest, body)
    async with desk.database.write() as session:
        await changes.set_priority(session, desk.clock.now(), me, number, asked.version, asked.priority, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/tags")
async def tag(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Add and remove tags."""
    asked = parse(TagsRequest, body)
    async with desk.database.write() as session:
        await changes.tag(session, desk.clock.now(), me, number, asked.version, asked.add, asked.remove)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/merge")
async def merge(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Close the ticket as a duplicate of another."""
    asked = parse(MergeRequest, body)
    async with desk.database.write() as session:
        await duplicates.merge(session, desk.clock.now(), me, number, asked.version, asked.into, asked.reason)
    return await show_ticket(desk, me, number)


@router.post("/tickets/{number}/link")
async def link(number: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Show another ticket as related, on both."""
    asked = parse(LinkRequest, body)
    async with desk.database.write() as session:
        await duplicates.link(session, desk.clock.now(), me, number, asked.version, asked.to)
    return await show_ticket(desk, me, number)
