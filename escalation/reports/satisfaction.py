"""What customers thought of the resolutions of the range (CSAT), whenever they said it.

Everybody is asked once per resolution, also of one that was reopened later; the response rate is rated of asked.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.customers.csat import SCORES
from escalation.models import Rating, Ticket, TicketEvent
from escalation.reports.figures import share
from escalation.reports.scope import Scope
from escalation.reports.sql import narrow, pairs, within


async def measure(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    rated = (
        select(Rating.score, func.count())
        .select_from(Rating)
        .join(Ticket, Ticket.number == Rating.ticket_number)
        .where(within(Rating.resolved_at, scope))
        .group_by(Rating.score)
    )
    counts = await pairs(session, narrow(rated, scope))
    asked = (
        select(func.count())
        .select_from(TicketEvent)
        .join(Ticket, Ticket.number == TicketEvent.ticket_number)
        .where(TicketEvent.type == "ticket.resolved", within(TicketEvent.at, scope))
    )
    asked_count = (await session.execute(narrow(asked, scope))).scalar_one()
    rated_count = sum(counts.values())
    total = sum(score * count for score, count in counts.items())
    return {
        "asked": asked_count,
        "rated": rated_count,
        "response_rate": share(rated_count, asked_count),
        "mean": round(total / rated_count, 2) if rated_count else None,
        "scores": [{"score": score, "count": counts.get(score, 0)} for score in SCORES],
    }
