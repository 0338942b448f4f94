"""What deciding a complaint needs: its points and the past decisions nearest to it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from escalation.access import access_ticket
from escalation.api.context import Desk, Me
from escalation.complaints import desk as complaints_desk

router = APIRouter()


@router.get("/tickets/{number}/complaint")
async def get_complaint(
    number: str,
    me: Me,
    desk: Desk,
    topic: Annotated[str | None, Query(max_length=32)] = None,
    root_cause: Annotated[str | None, Query(max_length=32)] = None,
) -> dict[str, Any]:
    """Return a complaint's points, topic, similar past decisions, and how it was decided if it was."""
    async with desk.database.read() as session:
        ticket, _ = await access_ticket(session, me, number)
        return await complaints_desk.show(session, ticket, topic or None, root_cause or None)
