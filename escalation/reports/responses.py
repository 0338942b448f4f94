"""How long customers waited for the first answer and for the resolution, against the targets.

Counted is what was done in the range, whenever it was opened: of the tickets opened lately only the quick ones are
done. Durations are from opening, as the customer's clock shows them; *in time* is by the ticket's own clock, with its
calendar and pauses. Breaches are those the desk's log tells of, by the instant they were noticed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.domain import PRIORITIES
from escalation.models import Ticket, TicketEvent
from escalation.reports.figures import Spread, share
from escalation.reports.scope import Scope
from escalation.reports.sql import count_if, microseconds_between, narrow, pairs, spreads, within
from escalation.sla import clocks
from escalation.sla.policies import TIERS
from escalation.sla.watch import BREACHED
from kit.taxonomy import CASES

_NOTHING = Spread(0, None, None)


async def measure(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    answered = within(Ticket.first_response_at, scope)
    is_late = Ticket.first_response_at > Ticket.first_response_due_at
    resolved = and_(within(Ticket.resolved_at, scope), Ticket.merged_into.is_(None))
    return {
        "first_response": await _clock(session, scope, "first_response", Ticket.first_response_at, answered, is_late),
        "resolution": await _clock(session, scope, "resolution", Ticket.resolved_at, resolved, _was_breached()),
    }


def _was_breached() -> Any:
    told = (TicketEvent.ticket_number == Ticket.number, TicketEvent.type == BREACHED)
    return exists().where(*told, TicketEvent.data["clock"].as_string() == "resolution")


async def _clock(
    session: AsyncSession, scope: Scope, name: str, done_at: Any, is_counted: Any, is_late: Any
) -> dict[str, Any]:
    durations = select(Ticket.priority, microseconds_between(Ticket.created_at, done_at)).where(is_counted)
    found = await spreads(session, narrow(durations, scope))
    late = select(Ticket.priority, count_if(is_late)).where(is_counted).group_by(Ticket.priority)
    late_by = await pairs(session, narrow(late, scope))
    rows = [_row(found.get(priority, _NOTHING), late_by.get(priority, 0)) for priority in PRIORITIES]
    return {
        **_row(found["all"], sum(late_by.values())),
        "by_priority": [
            {"priority": priority, **row, "target": _target(priority, name, scope)}
            for priority, row in zip(PRIORITIES, rows, strict=True)
        ],
    }


def _row(found: Spread, late: int) -> dict[str, Any]:
    in_time = found.count - late
    return {**found.as_json(), "in_time": in_time, "late": late, "in_time_share": share(in_time, found.count)}


def _target(priority: str, name: str, scope: Scope) -> dict[str, float]:
    """Return the shortest and the longest target that tickets of a priority have now, in seconds of working time."""
    cases = [case for case in CASES.values() if scope.queue in (None, case.queue)]
    languages = [scope.language] if scope.language else ["en", "zh"]
    policies = [
        clocks.in_force().policy_for(case.name, priority, language, tier)
        for case in cases
        for language in languages
        for tier in TIERS
    ]
    seconds = [getattr(policy, name).total_seconds() for policy in policies]
    return {"shortest_seconds": min(seconds), "longest_seconds": max(seconds)}


async def breaches(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    """Count the targets missed in the range, by clock."""
    clock = TicketEvent.data["clock"].as_string()
    query = (
        select(clock, func.count())
        .select_from(TicketEvent)
        .join(Ticket, Ticket.number == TicketEvent.ticket_number)
        .where(TicketEvent.type == BREACHED, within(TicketEvent.at, scope))
        .group_by(clock)
    )
    found = await pairs(session, narrow(query, scope))
    return {"breaches": [{"clock": name, "count": found.get(name, 0)} for name in clocks.NAMES]}
