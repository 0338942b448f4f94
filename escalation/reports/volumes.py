"""How many tickets were opened and resolved on each day.

Opened counts duplicates too: somebody wrote them. Resolved counts a ticket on the day of its present resolution; one
that was reopened is not resolved, one that was merged was never.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from escalation.models import Ticket
from escalation.reports.scope import Scope
from escalation.reports.sql import days, narrow, pairs


async def measure(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    opened = await _by_day(session, scope, Ticket.created_at)
    resolved = await _by_day(session, scope, Ticket.resolved_at)
    names = [day.day.isoformat() for day in scope.days()]
    return {
        "opened": sum(opened.values()),
        "resolved": sum(resolved.values()),
        "days": [{"day": day, "opened": opened.get(day, 0), "resolved": resolved.get(day, 0)} for day in names],
    }


async def _by_day(session: AsyncSession, scope: Scope, at: InstrumentedAttribute[Any]) -> dict[str, int]:
    table = days(scope)
    query = select(table.c.day, func.count()).select_from(table)
    query = query.join(Ticket, and_(at >= table.c.starts_at, at < table.c.ends_at)).group_by(table.c.day)
    if at is Ticket.resolved_at:
        query = query.where(Ticket.merged_into.is_(None))
    return await pairs(session, narrow(query, scope))
