"""What the rest of the service asks of the desk: open or join a ticket, say where tickets stand.

Each verb runs inside the caller's transaction and only flushes. What agents do is in `agents_desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.database import hint
from conversations.models import Conversation
from escalation import repository
from escalation.domain import OPEN_STATUSES, TooManyTickets, first_response_due_at, next_status
from escalation.models import Ticket, TicketEvent
from kit import wire
from kit.clock import to_wire
from kit.ids import new_ticket_number
from kit.taxonomy import CASES

__all__ = ["Opened", "TooManyTickets", "briefs", "customer_wrote", "open_or_join", "record"]

#: Tickets an assistant is told of, newest first.
MAX_BRIEFS = 10


@dataclass(frozen=True)
class Opened:
    """A ticket as the customer is told of it; `due_at` is None once a person has answered."""

    number: str
    case: str
    status: str
    due_at: datetime | None
    is_new: bool


async def open_or_join(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    draft: wire.CaseDraft,
    *,
    tickets_per_day: int | None,
) -> Opened:
    """Open a ticket for a case, or add its facts to one that is open already.

    Joined is the open ticket of the same case; while the conversation waits for or talks
    to people, or when the customer just asks for a person, any open ticket.

    Args:
        tickets_per_day: limit for an anonymous address, or None for no limit.

    Raises:
        TooManyTickets: the address reached its limit.
    """
    case = draft.type if draft.type in CASES else "other"
    open_tickets = list(await repository.open_tickets(session, conversation.id))
    same = [ticket for ticket in open_tickets if ticket.case == case]
    if not same and (conversation.holder != "bot" or case in ("human_request", "other")):
        same = open_tickets
    if same:
        return await _join(session, now, same[0], draft)
    if conversation.customer_id is None and tickets_per_day is not None:
        await _check_limit(session, now, conversation, tickets_per_day)
    return await _open(session, now, conversation, case, draft)


async def _check_limit(session: AsyncSession, now: datetime, conversation: Conversation, tickets_per_day: int) -> None:
    if conversation.address_hash is None:
        return
    since = now - timedelta(days=1)
    if await repository.count_open_from(session, conversation.address_hash, since) >= tickets_per_day:
        raise TooManyTickets(f"{tickets_per_day} tickets were opened from this address in the last 24 hours.")


async def _open(
    session: AsyncSession, now: datetime, conversation: Conversation, case: str, draft: wire.CaseDraft
) -> Opened:
    due_at = first_response_due_at(case, now)
    ticket = Ticket(
        number=new_ticket_number(),
        conversation_id=conversation.id,
        case=case,
        priority=CASES[case].priority,
        queue=CASES[case].queue,
        status="new",
        fields=draft.fields,
        missing=draft.missing,
        summary=draft.summary,
        language=conversation.locale,
        address_hash=conversation.address_hash if conversation.customer_id is None else None,
        first_response_due_at=due_at,
        created_at=now,
        updated_at=now,
        version=0,
    )
    session.add(ticket)
    await session.flush()
    await record(session, now, ticket, "ticket.opened", "bot", "Pharos", {"confirmed": draft.confirmed})
    return Opened(ticket.number, case, ticket.status, due_at, is_new=True)


async def _join(session: AsyncSession, now: datetime, ticket: Ticket, draft: wire.CaseDraft) -> Opened:
    news = {name: value for name, value in draft.fields.items() if ticket.fields.get(name) != value}
    if news or (draft.summary and draft.summary != ticket.summary):
        ticket.fields = {**ticket.fields, **news}
        ticket.missing = [name for name in ticket.missing if name not in ticket.fields]
        ticket.summary = ticket.summary or draft.summary
        data = {"case": draft.type, "fields": news, "summary": draft.summary}
        await record(session, now, ticket, "ticket.facts_added", "bot", "Pharos", data)
    return Opened(ticket.number, ticket.case, ticket.status, _due(ticket), is_new=False)


def _due(ticket: Ticket) -> datetime | None:
    return ticket.first_response_due_at if ticket.first_response_at is None else None


async def record(
    session: AsyncSession,
    now: datetime,
    ticket: Ticket,
    type: str,
    actor_kind: str,
    actor_name: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Append to the ticket's history; every change goes through here."""
    ticket.version += 1
    ticket.updated_at = now
    session.add(
        TicketEvent(
            ticket_number=ticket.number,
            type=type,
            at=now,
            actor_kind=actor_kind,
            actor_name=actor_name,
            data=data or {},
        )
    )
    hint(session, ticket.conversation_id)
    await session.flush()


async def briefs(session: AsyncSession, conversation_id: str, customer_id: str | None) -> list[wire.TicketBrief]:
    """Return the tickets this conversation, or this verified customer, may hear about; newest first."""
    tickets = await repository.tickets_of(session, conversation_id, customer_id, MAX_BRIEFS)
    return [
        wire.TicketBrief(ticket.number, ticket.case, ticket.status, to_wire(due) if (due := _due(ticket)) else None)
        for ticket in tickets
    ]


async def customer_wrote(session: AsyncSession, now: datetime, conversation: Conversation) -> None:
    """Note a customer's message on the open tickets people are working on."""
    if conversation.holder not in ("queue", "agent"):
        return
    for ticket in await repository.open_tickets(session, conversation.id):
        if ticket.status == "waiting_on_customer":
            await change_status(session, now, conversation, ticket, "customer_wrote")
            await record(session, now, ticket, "ticket.customer_replied", "customer", "Customer")
        else:
            hint(session, conversation.id)


async def change_status(
    session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket, verb: str
) -> None:
    """Move a ticket along its life cycle and tell the customer's case card."""
    status = next_status(ticket.status, verb)
    if status == ticket.status and verb != "reply":
        return
    ticket.status = status
    due = _due(ticket)
    data = {
        "number": ticket.number,
        "case": ticket.case,
        "status": status,
        "due_at": to_wire(due) if due and status in OPEN_STATUSES else None,
    }
    await conversations.append(session, now, conversation, wire.TICKET_UPDATED, data)
