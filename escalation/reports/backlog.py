"""What is open now and how old it is; the range of the report does not matter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.domain import OPEN_STATUSES
from escalation.models import Ticket
from escalation.reports.scope import Scope
from escalation.reports.sql import count_if, instant, microseconds_between, narrow, spreads

#: Ages by name, each from where the one before it ends; the last has no end.
AGES: dict[str, timedelta | None] = {
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "older": None,
}


async def measure(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    is_open = Ticket.status.in_(OPEN_STATUSES)
    now = instant(scope.now)
    ages = select(literal("open"), microseconds_between(Ticket.created_at, now)).where(is_open)
    found = (await spreads(session, narrow(ages, scope)))["all"]
    limits = [scope.now - age for age in AGES.values() if age is not None]
    younger = [count_if(Ticket.created_at > limit) for limit in limits]
    query = select(func.min(Ticket.created_at), count_if(Ticket.assignee_id.is_(None)), *younger).where(is_open)
    oldest, unassigned, *below = (await session.execute(narrow(query, scope))).one()
    steps = [*below, found.count]
    counts = [count - before for count, before in zip(steps, [0, *steps[:-1]], strict=True)]
    return {
        "open": found.count,
        "unassigned": unassigned,
        "median_seconds": found.median,
        "p90_seconds": found.p90,
        "oldest_seconds": round((scope.now - oldest).total_seconds(), 3) if oldest is not None else None,
        "ages": [{"age": name, "count": count} for name, count in zip(AGES, counts, strict=True)],
    }
