"""SQL of the lists that agents look at. Each list has an index of its own, in the list's order, which it walks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, select, text, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, defer

from conversations import search
from conversations.models import Conversation
from escalation.domain import OPEN_STATUSES
from escalation.models import Ticket
from kit.search_terms import Query

#: Where a page of tickets ended: priority, deadline, number.
Position = tuple[str, datetime, str]
RESTING = ("waiting_on_customer", "on_hold")
DONE = ("resolved", "closed")
#: View -> the index whose order it is. SQLite keeps no statistics, and would sort what another index finds.
_INDEX = {
    "open": "ix_ticket_list_open",
    "mine": "ix_ticket_list_mine",
    "unassigned": "ix_ticket_list_unassigned",
    "no_skill": "ix_ticket_list_no_skill",
    "due": "ix_ticket_list_due",
    "waiting": "ix_ticket_list_resting",
    "resolved": "ix_ticket_list_done",
    "all": "ix_ticket_list_all",
}
_QUEUE_INDEX = {
    "open": "ix_ticket_list_queue",
    "resolved": "ix_ticket_list_queue_all",
    "all": "ix_ticket_list_queue_all",
}


@dataclass(frozen=True)
class Counts:
    open: int
    mine: int
    unassigned: int
    no_skill: int
    due: int
    waiting: int


@dataclass(frozen=True)
class Wanted:
    """What an agent asks to see.

    Args:
        filters: columns of a ticket and what they must be.
        due_before: what the view `due` shows.
    """

    view: str
    agent_id: str
    due_before: datetime
    filters: Mapping[str, str]
    query: Query | None = None


def _is(statuses: Sequence[str]) -> ColumnElement[bool]:
    """A condition in literal words, so that both stores see that a partial index holds it."""
    return Ticket.status.in_([literal_column(f"'{status}'") for status in statuses])


def _in_view(view: str, wanted: Wanted) -> ColumnElement[bool]:
    is_open = _is(OPEN_STATUSES)
    return {
        "open": is_open,
        "mine": and_(is_open, Ticket.assignee_id == wanted.agent_id),
        "unassigned": and_(is_open, Ticket.assignee_id.is_(None)),
        "no_skill": and_(is_open, text("ticket.has_no_skill")),
        "due": and_(is_open, Ticket.next_due_at.is_not(None), Ticket.next_due_at <= wanted.due_before),
        "waiting": _is(RESTING),
        "resolved": _is(DONE),
        "all": true(),
    }[view]


def deadline(view: str) -> InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]:
    """Return what a view is ordered by after the priority."""
    return Ticket.next_due_at if view == "due" else Ticket.first_response_due_at


async def page(
    session: AsyncSession, wanted: Wanted, after: Position | None, limit: int
) -> Sequence[tuple[Ticket, Conversation]]:
    """Return tickets with their conversations: most urgent first, then the earliest deadline."""
    order = (Ticket.priority, deadline(wanted.view), Ticket.number)
    query = (
        select(Ticket, Conversation)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(_in_view(wanted.view, wanted), *_filters(wanted))
        .order_by(*order)
        .limit(limit)
        .options(defer(Conversation.state))
    )
    if wanted.query is not None:
        query = query.where(Ticket.search_document_id.in_(search.matching(session, wanted.query)))
    if after is not None:
        priority, due_at, number = after
        due = literal(due_at, Ticket.first_response_due_at.type)
        query = query.where(tuple_(*order) > tuple_(literal(priority), due, literal(number)))
    found = (await session.execute(_walk(query, wanted))).all()
    return [(ticket, conversation) for ticket, conversation in found]


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [getattr(Ticket, column) == value for column, value in wanted.filters.items()]


def _walk(query: Select[Ticket, Conversation], wanted: Wanted) -> Select[Ticket, Conversation]:
    index = _INDEX[wanted.view]
    if "queue" in wanted.filters:
        index = _QUEUE_INDEX.get(wanted.view, index)
    return query.with_hint(Ticket, f"INDEXED BY {index}", "sqlite")


async def count(session: AsyncSession, wanted: Wanted) -> Counts:
    """Count the views whose numbers agents see, whatever the list is narrowed by."""
    views = ("mine", "unassigned", "no_skill", "due", "waiting")
    query = select(func.count(), *(func.count().filter(_in_view(view, wanted)) for view in views))
    query = query.select_from(Ticket).where(_is(OPEN_STATUSES))
    found = (await session.execute(query.with_hint(Ticket, "INDEXED BY ix_ticket_counts", "sqlite"))).one()
    return Counts(*(int(number) for number in found))
