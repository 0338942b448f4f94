"""What customers do with their cases: write, add facts, reopen, rate.

A customer reaches the tickets of their conversation and, once verified, of their other conversations; any other
ticket does not exist for them. Each verb runs inside the caller's transaction and only flushes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as transcripts
from conversations import service as conversations
from conversations.database import hint
from conversations.domain import Incoming
from conversations.models import Conversation
from escalation import repository
from escalation.customers import csat, wording
from escalation.domain import OPEN_STATUSES, REOPEN_WITHIN, NotAllowedNow, TicketNotFound
from escalation.life_cycle import change_status, hint_work, pass_on, record
from escalation.life_cycle import reopen as reopen_ticket
from escalation.models import Ticket
from kit.text import check_message


@dataclass(frozen=True)
class Added:
    """A fact as it was stored: as a message of the ticket's conversation."""

    event_id: int
    is_new: bool
    secrets: list[str]
    conversation: Conversation


async def access_own(session: AsyncSession, asking: Conversation, number: str) -> tuple[Ticket, Conversation]:
    """Return a ticket of this conversation's or this verified customer's, with its own conversation, locked.

    Raises:
        TicketNotFound: it is somebody else's, or nobody's.
    """
    home_id = await repository.conversation_of(session, number)
    home = await transcripts.get(session, home_id) if home_id else None
    if home is None or not _is_same_customer(asking, home):
        raise TicketNotFound(f"You have no case {number}.")
    conversation = await conversations.access_conversation(session, home.id)
    return await session.get_one(Ticket, number), conversation


def _is_same_customer(one: Conversation, other: Conversation) -> bool:
    return one.id == other.id or (one.customer_id is not None and one.customer_id == other.customer_id)


async def note_message(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket) -> None:
    """Note on an open ticket that its customer wrote.

    It is an event where the customer begins to wait for an answer; more messages before it change nothing.
    """
    is_news = ticket.waiting_since is None or ticket.status in ("waiting_on_customer", "on_hold")
    if ticket.held_by == "bot" or not is_news:
        hint(session, conversation.id)
        return
    ticket.waiting_since = ticket.waiting_since or now
    moved = await change_status(session, now, conversation, ticket, "customer_wrote")
    await record(session, now, ticket, "ticket.customer_replied", "customer", "Customer", moved)
    hint_work(session)


async def add_facts(
    session: AsyncSession,
    now: datetime,
    asking: Conversation,
    number: str,
    *,
    channel: str,
    client_id: str,
    text: object,
) -> Added:
    """Store what the customer adds to an open case, once per client id: people read it, the bot does not answer it.

    Raises:
        TicketNotFound: it is not theirs.
        NotAllowedNow: the case is over.
        ClientIdReused: the client id came before with other text.
    """
    ticket, home = await access_own(session, asking, number)
    external_id = f"{asking.id}:{number}:{client_id}"
    incoming = Incoming(channel, external_id, home.id, check_message(text), client_id=client_id, ticket=number)
    received, secrets = await conversations.receive(session, now, incoming)
    if received.is_new:
        if ticket.status not in OPEN_STATUSES:
            raise NotAllowedNow(f"Case {number} is {ticket.status}. Reopen it, or open a new one.")
        await _no_turn(session, channel, external_id)
        if ticket.held_by == "bot":  # handed back once, and now there is something for people again
            ticket.held_by = "queue"
            await pass_on(session, now, home)
            hint_work(session)
        data = {"event_id": received.event_id}
        await record(session, now, ticket, "ticket.facts_added", "customer", "Customer", data)
        await note_message(session, now, home, ticket)
    return Added(received.event_id, received.is_new, secrets, home)


async def _no_turn(session: AsyncSession, channel: str, external_id: str) -> None:
    """Keep a message that was just received from the assistant."""
    row = await transcripts.inbox_by_external_id(session, channel, external_id)
    if row is not None:
        await transcripts.mark_done(session, [row.id])


async def reopen(session: AsyncSession, now: datetime, asking: Conversation, number: str) -> Ticket:
    """Open a resolved ticket again; people have it, its agent first if they are there. An open one stays as it is.

    Raises:
        TicketNotFound: it is not theirs.
        NotAllowedNow: it is closed, or it was resolved 14 days ago or more.
        AlreadyOpen: another ticket of the same case is open.
    """
    ticket, home = await access_own(session, asking, number)
    if ticket.status in OPEN_STATUSES:
        return ticket
    if ticket.resolved_at is not None and now - ticket.resolved_at >= REOPEN_WITHIN:
        raise NotAllowedNow("The case was resolved 14 days ago or more and is closed. A new case can be opened.")
    await reopen_ticket(session, now, home, ticket, "customer", "Customer", {})
    await conversations.say(session, now, home, wording.text("reopened", home.locale, number=number))
    return ticket


async def rate(
    session: AsyncSession, now: datetime, asking: Conversation, number: str, score: int, comment: str | None
) -> tuple[Conversation, list[str]]:
    """Rate a resolved case of this customer's (see csat).

    Returns:
        The case's conversation, and the kinds of secrets that were masked in the comment.
    """
    ticket, home = await access_own(session, asking, number)
    return home, await csat.rate(session, now, ticket, score, comment)
