"""What the rest of the service asks of the desk: open or join a ticket, say where tickets stand.

Each verb runs inside the caller's transaction and only flushes. What agents do is in `agents_desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation
from escalation import repository
from escalation.complaints import receipt
from escalation.customers.buttons import press
from escalation.customers.service import note_message
from escalation.domain import TooManyTickets, language_of
from escalation.life_cycle import hint_work, record
from escalation.models import Ticket
from escalation.skills import tell_no_skill
from escalation.sla import clocks
from kit import wire
from kit.clock import to_wire
from kit.ids import new_ticket_number
from kit.taxonomy import CASES

__all__ = ["Opened", "TooManyTickets", "acknowledge", "briefs", "customer_wrote", "open_or_join"]

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
    priority, language = CASES[case].priority, language_of(conversation.locale)
    due_at = clocks.first_response_due_at(conversation, case, priority, language, now)
    ticket = Ticket(
        number=new_ticket_number(),
        conversation_id=conversation.id,
        case=case,
        priority=priority,
        queue=CASES[case].queue,
        status="new",
        held_by="queue",
        waiting_since=now,
        fields=draft.fields,
        missing=draft.missing,
        summary=draft.summary,
        tags=[],
        language=language,
        has_no_skill=False,
        address_hash=conversation.address_hash if conversation.customer_id is None else None,
        first_response_due_at=due_at,
        next_due_at=due_at,
        next_due_clock="first_response",
        created_at=now,
        updated_at=now,
        version=0,
    )
    session.add(ticket)
    await session.flush()
    data = {"status": "new", "priority": ticket.priority, "queue": ticket.queue, "confirmed": draft.confirmed}
    await record(session, now, ticket, "ticket.opened", "bot", "Pharos", data)
    await tell_no_skill(session, now, ticket)
    hint_work(session)
    return Opened(ticket.number, case, ticket.status, due_at, is_new=True)


async def acknowledge(session: AsyncSession, now: datetime, conversation: Conversation, number: str) -> None:
    """Say what the law wants said at once: a complaint gets its receipt, other cases nothing more than their card."""
    ticket = await session.get_one(Ticket, number)
    if ticket.case == "complaint":
        await receipt.send(session, now, conversation, ticket)


async def _join(session: AsyncSession, now: datetime, ticket: Ticket, draft: wire.CaseDraft) -> Opened:
    if ticket.held_by == "bot":  # handed back once, and now people are asked for again
        ticket.held_by = "queue"
        hint_work(session)
    news = {name: value for name, value in draft.fields.items() if ticket.fields.get(name) != value}
    if news or (draft.summary and draft.summary != ticket.summary):
        ticket.fields = {**ticket.fields, **news}
        ticket.missing = [name for name in ticket.missing if name not in ticket.fields]
        ticket.summary = ticket.summary or draft.summary
        data = {"case": draft.type, "fields": news, "summary": draft.summary}
        await record(session, now, ticket, "ticket.facts_added", "bot", "Pharos", data)
    return Opened(ticket.number, ticket.case, ticket.status, ticket.owed_at, is_new=False)


async def briefs(session: AsyncSession, conversation_id: str, customer_id: str | None) -> list[wire.TicketBrief]:
    """Return the tickets this conversation, or this verified customer, may hear about; newest first."""
    tickets = await repository.tickets_of(session, conversation_id, customer_id, MAX_BRIEFS)
    return [
        wire.TicketBrief(ticket.number, ticket.case, ticket.status, to_wire(due) if (due := ticket.owed_at) else None)
        for ticket in tickets
    ]


async def customer_wrote(session: AsyncSession, now: datetime, conversation: Conversation) -> None:
    """Do what a button of the desk's means, or note the message on the open tickets people are working on."""
    if await press(session, now, conversation) or conversation.holder not in ("queue", "agent"):
        return
    for ticket in await repository.open_tickets(session, conversation.id):
        await note_message(session, now, conversation, ticket)
