"""What the bot did: outcomes of its turns, and contacts it settled without people (see `deflection`).

Turns belong to no queue, so a report of a queue has none. Small talk is left out: nobody asked anything.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import CTE

from conversations.database import UtcDateTime
from conversations.models import Conversation, Turn
from escalation.models import Ticket, TicketEvent
from escalation.reports.deflection import LONGEST, PAUSE, QUIET, Contact, judge
from escalation.reports.figures import share
from escalation.reports.scope import Scope
from escalation.reports.sql import microseconds_between, pairs, speaks, within
from kit.taxonomy import OUTCOMES

#: What nobody asked for anything with.
SMALL_TALK = "instant"
COUNTED = tuple(name for name in OUTCOMES if name != SMALL_TALK)
#: Entries of a ticket's log that mean that people have to do with its customer.
TOUCHES = (
    "ticket.opened",
    "ticket.facts_added",
    "ticket.taken",
    "ticket.replied",
    "ticket.customer_replied",
    "ticket.reopened",
)
_MICROSECOND = 1e-6


async def measure(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    """Return turns by outcome and contacts by verdict; None for a queue."""
    if scope.queue is not None:
        return {"turns": None, "contacts": None}
    outcomes = await _outcomes(session, scope)
    verdicts = judge(await _contacts(session, scope), await _touched(session, scope), scope.now)
    return {
        "turns": {
            "total": sum(outcomes.values()),
            "answered": outcomes["answer"],
            "clarified": outcomes["clarify"],
            "handed_over": outcomes["handoff"],
            "outcomes": [{"outcome": name, "count": count} for name, count in outcomes.items()],
        },
        "contacts": {
            "total": verdicts.contacts,
            "judged": verdicts.judged,
            "deflected": verdicts.settled,
            "not_yet": verdicts.contacts - verdicts.judged,
            "deflection_rate": share(verdicts.settled, verdicts.judged),
        },
    }


async def _outcomes(session: AsyncSession, scope: Scope) -> dict[str, int]:
    query = (
        select(Turn.outcome, func.count())
        .where(within(Turn.committed_at, scope), Turn.outcome.in_(COUNTED))
        .group_by(Turn.outcome)
    )
    if scope.channel is not None or scope.language is not None:
        query = query.join(Conversation, Conversation.id == Turn.conversation_id).where(_fits(scope))
    found = await pairs(session, query)
    return {name: found.get(name, 0) for name in COUNTED}


def _fits(scope: Scope) -> ColumnElement[bool]:
    asked = [Conversation.channel == scope.channel] if scope.channel is not None else []
    asked += [speaks(Conversation.locale, scope.language)] if scope.language is not None else []
    return and_(*asked) if asked else literal(True)


def _customer() -> ColumnElement[str]:
    verified, conversation = literal("customer:"), literal("conversation:")
    return func.coalesce(verified + Conversation.customer_id, conversation + Conversation.id)


async def _contacts(session: AsyncSession, scope: Scope) -> list[Contact]:
    """Return the contacts that began in the range; a filter looks at the conversation they began in."""
    numbered = _numbered(scope)
    whose = numbered.c.customer
    last = func.row_number().over(
        partition_by=(whose, numbered.c.contact), order_by=(numbered.c.at.desc(), numbered.c.turn.desc())
    )
    ranked = select(*numbered.c, last.label("from_end")).cte("ranked")
    one = (
        select(
            ranked.c.customer,
            func.min(ranked.c.at).label("started_at"),
            func.max(ranked.c.at).label("ended_at"),
            func.max(case((ranked.c.from_end == 1, ranked.c.outcome))).label("last_outcome"),
            func.max(case((and_(ranked.c.begins == 1, ranked.c.fits), 1), else_=0)).label("fits"),
        )
        .group_by(ranked.c.customer, ranked.c.contact)
        .cte("contacts")
    )
    following = func.lead(one.c.started_at, type_=UtcDateTime).over(
        partition_by=one.c.customer, order_by=one.c.started_at
    )
    known = select(*one.c, following.label("next_at")).cte("known")
    query = select(known).where(within(known.c.started_at, scope), known.c.fits == 1)
    rows = (await session.execute(query)).all()
    return [Contact(row.customer, row.started_at, row.ended_at, row.last_outcome, row.next_at) for row in rows]


def _numbered(scope: Scope) -> CTE:
    """Return the turns around the range with the number of their contact, counted per customer."""
    until = scope.ends_at + LONGEST + QUIET + PAUSE
    around = and_(Turn.committed_at >= scope.starts_at - PAUSE, Turn.committed_at < until)
    turns = (
        select(
            _customer().label("customer"),
            Turn.id.label("turn"),
            Turn.committed_at.label("at"),
            Turn.outcome.label("outcome"),
            _fits(scope).label("fits"),
        )
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .where(around, Turn.outcome.in_(COUNTED))
        .cte("turns")
    )
    order: dict[str, Any] = {"partition_by": turns.c.customer, "order_by": (turns.c.at, turns.c.turn)}
    before = select(*turns.c, func.lag(turns.c.at).over(**order).label("before")).cte("after")
    pause = microseconds_between(before.c.before, before.c.at)
    is_first = or_(before.c.before.is_(None), pause >= round(PAUSE.total_seconds() / _MICROSECOND))
    marked = select(*before.c, case((is_first, 1), else_=0).label("begins")).cte("marked")
    order = {"partition_by": marked.c.customer, "order_by": (marked.c.at, marked.c.turn)}
    return select(*marked.c, func.sum(marked.c.begins).over(**order).label("contact")).cte("numbered")


async def _touched(session: AsyncSession, scope: Scope) -> dict[str, list[datetime]]:
    until = scope.ends_at + LONGEST + QUIET
    query = (
        select(_customer(), TicketEvent.at)
        .select_from(TicketEvent)
        .join(Ticket, Ticket.number == TicketEvent.ticket_number)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(TicketEvent.type.in_(TOUCHES), TicketEvent.at >= scope.starts_at, TicketEvent.at < until)
        .order_by(TicketEvent.at)
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for customer, at in (await session.execute(query)).all():
        found[customer].append(at)
    return found
