"""The case as its customer sees it: steps, clock, place in the queue, and when an answer is likely.

A *state* is what events tell at the moment they happen; a *card* is all there is, read when it is asked for. Every
number is counted or measured; what is not known is None. Of the agent only the display name is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as conversations
from conversations.models import Conversation
from escalation import repository
from escalation.customers import repository as customer_repository
from escalation.customers.expectation import WINDOW, expected_range
from escalation.domain import OPEN_STATUSES, REOPEN_WITHIN
from escalation.models import Rating, Ticket
from escalation.sla import clocks
from kit import wire
from kit.clock import to_wire

#: Cases shown at once, newest first.
MAX_CARDS = 20


@dataclass(frozen=True)
class OwedClock:
    """What the desk owes next, one of clocks.NAMES, as a target."""

    of: str
    due_at: str
    is_late: bool


@dataclass(frozen=True)
class GivenRating:
    score: int
    comment: str


@dataclass(frozen=True)
class Card(wire.TicketState):
    """A case with what may be done about it.

    `is_here` unless it belongs to another conversation of the same customer: it is answered there.
    """

    opened_at: str
    #: None while nothing is owed: it is over, or it waits for the customer.
    clock: OwedClock | None
    #: Display name of who has it.
    agent: str | None
    is_here: bool
    #: The open ticket this one was a duplicate of.
    merged_into: str | None
    #: Until when a resolved ticket may be reopened, and rated.
    reopen_until: str | None
    rating: GivenRating | None


async def state(session: AsyncSession, now: datetime, ticket: Ticket) -> wire.TicketState:
    """Return where a ticket stands; its changes need not be flushed."""
    owed_at = ticket.owed_at if ticket.status in OPEN_STATUSES else None
    return wire.TicketState(
        number=ticket.number,
        case=ticket.case,
        status=ticket.status,
        due_at=_instant(owed_at),
        position=1 + await customer_repository.count_ahead(session, ticket) if ticket.is_waiting else None,
        expected=await _expected(session, now, ticket),
        steps=_steps(ticket),
    )


async def state_of(session: AsyncSession, now: datetime, number: str) -> wire.TicketState:
    """Return where the ticket of a number that exists stands."""
    return await state(session, now, await session.get_one(Ticket, number))


async def cards(session: AsyncSession, now: datetime, conversation: Conversation) -> list[Card]:
    """Return the cases of this conversation and of this verified customer, newest first."""
    found = await repository.tickets_of(session, conversation.id, conversation.customer_id, MAX_CARDS)
    return [await card(session, now, ticket, conversation) for ticket in found]


async def card(session: AsyncSession, now: datetime, ticket: Ticket, seen_from: Conversation) -> Card:
    """Return a case as the customer sees it from one of their conversations."""
    standing = await state(session, now, ticket)
    is_resolved = ticket.status == "resolved"
    return Card(
        **vars(standing),
        opened_at=to_wire(ticket.created_at),
        clock=await _clock(session, now, ticket),
        agent=ticket.assignee.name if ticket.assignee else None,
        is_here=ticket.conversation_id == seen_from.id,
        merged_into=ticket.merged_into,
        reopen_until=_instant(ticket.resolved_at + REOPEN_WITHIN) if ticket.resolved_at and is_resolved else None,
        rating=_given(await customer_repository.rating(session, ticket)),
    )


async def card_of(session: AsyncSession, now: datetime, number: str, seen_from: Conversation) -> Card:
    """Return the card of a ticket that exists and is theirs."""
    return await card(session, now, await session.get_one(Ticket, number), seen_from)


def _steps(ticket: Ticket) -> list[wire.Step]:
    reached = {
        "received": ticket.created_at,
        "assigned": ticket.assigned_at,
        "answered": ticket.first_response_at,
        "resolved": ticket.resolved_at,
    }
    return [wire.Step(name, _instant(at)) for name, at in reached.items()]


async def _expected(session: AsyncSession, now: datetime, ticket: Ticket) -> wire.Expected | None:
    """Return when the first answer is likely, or after that the resolution; only while the desk has the ball."""
    if ticket.status not in ("new", "open"):
        return None
    since = now - WINDOW
    if ticket.first_response_at is None:
        of, past = "first_response", await customer_repository.response_times(session, ticket.queue, since)
    else:
        of, past = "resolution", await customer_repository.resolution_times(session, ticket.queue, since)
    found = expected_range(past, waited=now - ticket.created_at)
    if found is None:
        return None
    from_at, to_at = ticket.created_at + found.low, ticket.created_at + found.high
    return wire.Expected(of, to_wire(from_at), to_wire(to_at), found.based_on)


async def _clock(session: AsyncSession, now: datetime, ticket: Ticket) -> OwedClock | None:
    """Return the clock that runs: the first answer, else the next one, else the resolution."""
    home = await conversations.get(session, ticket.conversation_id)
    if ticket.status not in OPEN_STATUSES or home is None:
        return None
    standing = clocks.read(ticket, home, await repository.history(session, ticket.number), now)
    for name in clocks.NAMES:
        clock = getattr(standing, name)
        if clock.due_at is not None:
            return OwedClock(name, to_wire(clock.due_at), clock.is_breached)
    return None


def _given(rating: Rating | None) -> GivenRating | None:
    return GivenRating(rating.score, rating.comment) if rating else None


def _instant(at: datetime | None) -> str | None:
    return to_wire(at) if at is not None else None
