"""Statistics of complaints: how they ended, why they came to be, how long each step took, which limits were missed.

Counted are the complaints decided in the range, by the decision in force; received and missed limits are counted by
their own instants. A step's time runs from the step before it, as the customer's clock shows it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation
from escalation.complaints.domain import OUTCOMES, REMEDIES
from escalation.complaints.models import ComplaintDecision
from escalation.domain import OPEN_STATUSES, ROOT_CAUSES
from escalation.models import Ticket, TicketEvent
from escalation.reports.figures import spread
from escalation.reports.scope import Scope
from escalation.reports.sql import count_if, instant, narrow, pairs, within
from escalation.sla import clocks
from escalation.sla.policies import TIERS
from escalation.sla.watch import BREACHED
from kit.clock import to_wire
from kit.taxonomy import TOPICS

#: From what to what each step runs; the last is the whole.
STEPS = ("received_to_taken", "taken_to_answered", "answered_to_decided", "received_to_decided")
#: Missed limits: the clocks, and the two months nothing moves.
LIMITS = (*clocks.NAMES, "hard_limit")
#: Columns of the list of decided complaints.
LISTED = (
    *("number", "received_at", "decided_at", "language", "topic", "outcome", "root_cause"),
    *("remedy", "amount", "currency", "remedy_text", *(f"{name}_seconds" for name in STEPS)),
)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Closed:
    """One decided complaint."""

    ticket: Ticket
    decision: ComplaintDecision
    #: When a person first had it; at the latest by answering.
    taken_at: datetime | None

    def steps(self) -> dict[str, timedelta | None]:
        """Return how long each step took; None where one of its ends is not known."""
        opened, answered, decided = self.ticket.created_at, self.ticket.first_response_at, self.decision.decided_at
        return {
            "received_to_taken": _between(opened, self.taken_at),
            "taken_to_answered": _between(self.taken_at, answered),
            "answered_to_decided": _between(answered, decided),
            "received_to_decided": _between(opened, decided),
        }


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return None if start is None or end is None else max(end - start, timedelta(0))


async def measure(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    closed = await decided(session, scope)
    return {
        **await _counts(session, scope),
        "decided": len(closed),
        "outcomes": _counted("outcome", OUTCOMES, (each.decision.outcome for each in closed)),
        "topics": _topics(closed),
        "root_causes": _counted("root_cause", ROOT_CAUSES, (each.decision.root_cause for each in closed)),
        "remedies": _counted("remedy", REMEDIES, (each.decision.remedy for each in closed)),
        "paid": _paid(closed),
        "steps": _steps(closed),
        "missed_limits": await _missed(session, scope),
    }


async def decided(session: AsyncSession, scope: Scope) -> list[Closed]:
    """Return the complaints decided in the range, the earliest first."""
    query = (
        select(Ticket, ComplaintDecision)
        .join(ComplaintDecision, ComplaintDecision.ticket_number == Ticket.number)
        .where(within(ComplaintDecision.decided_at, scope), Ticket.status.not_in(OPEN_STATUSES))
        .order_by(ComplaintDecision.decided_at, Ticket.number)
    )
    rows = (await session.execute(narrow(query, scope))).all()
    taken = (
        select(TicketEvent.ticket_number, func.min(TicketEvent.at))
        .join(ComplaintDecision, ComplaintDecision.ticket_number == TicketEvent.ticket_number)
        .where(
            within(ComplaintDecision.decided_at, scope),
            TicketEvent.actor_kind == "agent",
            TicketEvent.type.in_(("ticket.taken", "ticket.replied", "ticket.resolved")),
        )
        .group_by(TicketEvent.ticket_number)
    )
    taken_at = await pairs(session, taken)
    return [Closed(ticket, decision, taken_at.get(ticket.number)) for ticket, decision in rows]


async def _counts(session: AsyncSession, scope: Scope) -> dict[str, int]:
    received = count_if(within(Ticket.created_at, scope))
    query = select(received, count_if(Ticket.status.in_(OPEN_STATUSES))).select_from(Ticket)
    query = query.where(_is_complaint(), or_(Ticket.status.in_(OPEN_STATUSES), within(Ticket.created_at, scope)))
    found = (await session.execute(narrow(query, scope))).one()
    return {"received": found[0], "open_now": found[1]}


def _is_complaint() -> Any:
    return Ticket.case == "complaint"


def _counted(name: str, known: Sequence[str], found: Iterable[str]) -> list[dict[str, Any]]:
    counts = Counter(found)
    return [{name: each, "count": counts[each]} for each in known]


def _topics(closed: Sequence[Closed]) -> list[dict[str, Any]]:
    """Return outcomes by topic, the topics most complained about first; a topic without complaints is left out."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for each in closed:
        table[each.decision.topic][each.decision.outcome] += 1
    order = sorted(table, key=lambda topic: (-table[topic].total(), list(TOPICS).index(topic)))
    return [
        {"topic": topic, "count": table[topic].total(), **{name: table[topic][name] for name in OUTCOMES}}
        for topic in order
    ]


def _paid(closed: Sequence[Closed]) -> list[dict[str, Any]]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    counts: Counter[str] = Counter()
    for each in closed:
        if each.decision.amount and each.decision.currency:
            sums[each.decision.currency] += Decimal(each.decision.amount)
            counts[each.decision.currency] += 1
    return [{"currency": name, "count": counts[name], "amount": f"{sums[name]:f}"} for name in sorted(sums)]


def _steps(closed: Sequence[Closed]) -> list[dict[str, Any]]:
    times: dict[str, list[int]] = {name: [] for name in STEPS}
    for each in closed:
        for name, took in each.steps().items():
            if took is not None:
                times[name].append(took // _MICROSECOND)
    return [{"step": name, **spread(times[name]).as_json()} for name in STEPS]


async def _missed(session: AsyncSession, scope: Scope) -> list[dict[str, Any]]:
    clock = TicketEvent.data["clock"].as_string()
    query = (
        select(clock, func.count())
        .select_from(TicketEvent)
        .join(Ticket, Ticket.number == TicketEvent.ticket_number)
        .where(TicketEvent.type == BREACHED, within(TicketEvent.at, scope), _is_complaint())
        .group_by(clock)
    )
    found = await pairs(session, narrow(query, scope))
    found["hard_limit"] = await _past_hard_limit(session, scope)
    return [{"limit": name, "count": found.get(name, 0)} for name in LIMITS]


async def _past_hard_limit(session: AsyncSession, scope: Scope) -> int:
    """Count the complaints that were unresolved as their hard limit passed, in the range and before now."""
    until = min(scope.ends_at, scope.now)
    query = (
        select(Ticket.created_at, Ticket.resolved_at, Ticket.priority, Ticket.language, Conversation.customer_id)
        .join_from(Ticket, Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            _is_complaint(),
            Ticket.created_at < instant(until),
            or_(Ticket.resolved_at.is_(None), and_(Ticket.resolved_at > scope.starts_at)),
        )
    )
    if scope.channel is not None:
        query = query.where(Conversation.channel == scope.channel)
    without = Scope(scope.first, scope.last, scope.zone, scope.now, scope.queue, scope.language)
    policy_for = cache(clocks.in_force().policy_for)
    count = 0
    for created_at, resolved_at, priority, language, customer_id in (
        await session.execute(narrow(query, without))
    ).all():
        tier = TIERS[customer_id is None]
        limit = policy_for("complaint", priority, language, tier).hard_limit_at(created_at)
        was_open = resolved_at is None or (limit is not None and resolved_at > limit)
        count += limit is not None and was_open and scope.starts_at <= limit < until
    return count


def listed(closed: Iterable[Closed]) -> list[dict[str, Any]]:
    """Return the decided complaints one by one, as rows of LISTED: no word of a customer's."""
    return [
        {
            "number": each.ticket.number,
            "received_at": to_wire(each.ticket.created_at),
            "decided_at": to_wire(each.decision.decided_at),
            "language": each.ticket.language,
            "topic": each.decision.topic,
            "outcome": each.decision.outcome,
            "root_cause": each.decision.root_cause,
            "remedy": each.decision.remedy,
            "amount": each.decision.amount,
            "currency": each.decision.currency,
            "remedy_text": each.decision.remedy_text,
            **{
                f"{name}_seconds": None if took is None else round(took.total_seconds(), 3)
                for name, took in each.steps().items()
            },
        }
        for each in closed
    ]
