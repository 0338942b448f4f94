"""Watches the clocks: warns before a deadline and escalates when one was missed, each once, in the ticket's log.

A ticket is looked at again at `watch_at`: at once after every change of it, then when the
next of its clocks warns or runs out. At a breach that still stands the priority rises by
one step, and the history says so; what came too late but was done is only written down.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import hint
from escalation import repository
from escalation.domain import OPEN_STATUSES, PRIORITIES
from escalation.life_cycle import record
from escalation.models import Ticket, TicketEvent
from escalation.sla import clocks
from escalation.sla import engine as sla
from kit.clock import to_wire

WARNED, BREACHED = "ticket.warned", "ticket.breached"
#: A deadline is kept at its very instant, so it is looked at just after.
_JUST_AFTER = timedelta(milliseconds=1)
#: A hard limit is warned of so long before, whatever share of it that is.
_BEFORE_HARD_LIMIT = timedelta(days=7)
_BATCH = 100

#: What was told already: type, clock, and since when that clock ran.
Told = set[tuple[str, str, str]]
#: Clocks by name.
Watched = list[tuple[str, sla.Clock]]


async def watch_clocks(session: AsyncSession, now: datetime) -> int:
    """Look at the tickets whose time has come; returns how many that were."""
    found = await repository.lock_watched(session, now, _BATCH)
    for ticket, conversation in found:
        log = await repository.history(session, ticket.number)
        told = _told(log)
        before = ticket.priority
        standing = clocks.read(ticket, conversation, log, now)
        watched = _watched(standing, ticket, now)
        for type, data, is_owed in _news(watched, told):
            await record(session, now, ticket, type, "system", "Pharos", data)
            if type == BREACHED and is_owed:
                await _raise_priority(session, now, ticket, data["clock"])
        has_changed = ticket.priority != before  # then its other clocks are measured anew
        ticket.watch_at = now + _JUST_AFTER if has_changed else _next_look(watched, told, now)
        _note_next_due(session, standing, ticket)
    return len(found)


def _note_next_due(session: AsyncSession, standing: sla.Clocks, ticket: Ticket) -> None:
    """Keep the deadline that comes next with the ticket, for lists; who looks at one is told to look again."""
    running = [(clock.due_at, name) for name, clock in _started(standing) if clock.due_at is not None]
    is_open = ticket.status in OPEN_STATUSES
    due_at, name = min(running, default=(None, None)) if is_open else (None, None)
    if (ticket.next_due_at, ticket.next_due_clock) != (due_at, name):
        ticket.next_due_at, ticket.next_due_clock = due_at, name
        hint(session, ticket.conversation_id)


def _told(log: Iterable[TicketEvent]) -> Told:
    return {(entry.type, entry.data["clock"], entry.data["since"]) for entry in log if entry.type in (WARNED, BREACHED)}


def _news(watched: Watched, told: Told) -> list[tuple[str, dict[str, Any], bool]]:
    """Return what is to be told now and was not: event type, its data, and whether the clock still runs."""
    news = []
    for name, clock in watched:
        type = BREACHED if clock.is_breached else WARNED if clock.warned and clock.due_at is not None else None
        if type is None or (type, *(key := (name, _since(clock)))) in told:
            continue
        told.add((type, *key))
        due_at = to_wire(clock.due_at) if clock.due_at else None
        news.append((type, {"clock": name, "since": key[1], "due_at": due_at}, clock.due_at is not None))
    return news


def _started(standing: sla.Clocks) -> Watched:
    named = [(name, getattr(standing, name)) for name in clocks.NAMES]
    return [(name, clock) for name, clock in named if clock.started_at is not None]


def _watched(standing: sla.Clocks, ticket: Ticket, now: datetime) -> Watched:
    """Return what is warned of and escalated: the clocks, and the hard limit as one that nothing pauses.

    A ticket that waits has no other clock that runs, and must not reach its limit unnoticed.
    """
    limit = standing.hard_limit_at
    if limit is None or ticket.status not in OPEN_STATUSES:
        return _started(standing)
    opened_at, warn_at = standing.first_response.started_at, limit - _BEFORE_HARD_LIMIT
    as_clock = sla.Clock(
        _BEFORE_HARD_LIMIT,
        started_at=opened_at,
        due_at=limit,
        warn_at=warn_at,
        warned=now >= warn_at,
        is_breached=standing.is_past_hard_limit,
    )
    return [*_started(standing), ("hard_limit", as_clock)]


def _since(clock: sla.Clock) -> str:
    assert clock.started_at is not None, "only clocks that have started are told of"
    return to_wire(clock.started_at)


async def _raise_priority(session: AsyncSession, now: datetime, ticket: Ticket, clock: str) -> None:
    higher = PRIORITIES[max(PRIORITIES.index(ticket.priority) - 1, 0)]
    if higher != ticket.priority:
        data = {"from": ticket.priority, "priority": higher, "reason": "breached", "clock": clock}
        ticket.priority = higher
        await record(session, now, ticket, "ticket.priority_changed", "system", "Pharos", data)


def _next_look(watched: Watched, told: Told, now: datetime) -> datetime | None:
    """Return when the next clock warns or runs out; None when nothing runs."""
    instants = []
    for name, clock in watched:
        if clock.due_at is not None and (BREACHED, name, _since(clock)) not in told:
            instants.append(clock.due_at + _JUST_AFTER)
            if clock.warn_at is not None and (WARNED, name, _since(clock)) not in told:
                instants.append(clock.warn_at)
    return min((max(at, now + _JUST_AFTER) for at in instants), default=None)
