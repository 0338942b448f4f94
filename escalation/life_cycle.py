"""The moves of a ticket that the verbs share: record, change status, give, release, reopen.

Each runs under the conversation's lock, inside the caller's transaction. An event's `data`
says `status` whenever the status changed, so that the clocks can be told from the log alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.database import hint
from conversations.models import Conversation
from escalation import agents_repository, repository
from escalation.customers import cards
from escalation.domain import AlreadyOpen, next_status, presence, strongest_holder
from escalation.inbox import search
from escalation.models import Agent, Ticket, TicketEvent
from escalation.outside.announce import announce
from escalation.relay import service as relay
from escalation.ticket_log import DONE
from kit import wire
from kit.codec import encode
from kit.text import check_message

#: Hinted when there may be something to assign.
WORK_TOPIC = "desk-work"


#: Longest reason of a change, in code points.
MAX_REASON_LENGTH = 500


def said(reason: str | None) -> dict[str, Any]:
    """Return what an event says of why, if anything was said."""
    return {"reason": check_message(reason, limit=MAX_REASON_LENGTH)} if reason and reason.strip() else {}


def hint_work(session: AsyncSession) -> None:
    """Let the assigner look at once."""
    hint(session, WORK_TOPIC)


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
    ticket.updated_at = ticket.watch_at = now
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
    announce(session, now, ticket, type, actor_kind, actor_name, data or {})
    hint(session, ticket.conversation_id)
    await session.flush()
    await search.follow(session, ticket.conversation_id, type)


async def change_status(
    session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket, verb: str, **more: Any
) -> dict[str, Any]:
    """Move a ticket along its life cycle and tell the customer's case card, with what `more` there is to tell.

    Returns:
        What the event of this change says of it: the new status, or nothing when it stays.
    """
    status = next_status(ticket.status, verb)
    has_moved = status != ticket.status
    ticket.status = status
    if status in DONE:
        ticket.resolved_at = ticket.resolved_at or now
    if has_moved or verb == "reply":
        data = {**encode(await cards.state(session, now, ticket)), **more}
        event_id = await conversations.append(session, now, conversation, wire.TICKET_UPDATED, data)
        if has_moved and status in relay.TOLD:
            await relay.send_on(session, now, conversation, ticket, event_id)
    return {"status": status} if has_moved else {}


async def pass_on(session: AsyncSession, now: datetime, conversation: Conversation) -> None:
    """Give the conversation to the strongest holder of its open tickets; to the bot when there are none."""
    await session.flush()
    tickets = await repository.open_tickets(session, conversation.id)
    holder = strongest_holder(ticket.held_by for ticket in tickets)
    if holder != conversation.holder:
        name = next((ticket.assignee.name for ticket in tickets if ticket.held_by == holder and ticket.assignee), None)
        await conversations.set_holder(session, now, conversation, holder, name=name)


async def give(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket, agent: Agent) -> None:
    """Make a ticket this agent's, who is expected to take it; until then the customer talks to the bot."""
    ticket.assignee_id, ticket.assigned_at, ticket.held_by = agent.id, now, "queue"
    ticket.has_no_skill = False
    await agents_repository.note_assignment(session, agent.id, now)
    await pass_on(session, now, conversation)


async def put_back(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket) -> None:
    """Make a ticket nobody's, waiting in its queue."""
    ticket.assignee_id, ticket.assigned_at, ticket.held_by = None, None, "queue"
    await pass_on(session, now, conversation)
    hint_work(session)


async def finish(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket) -> None:
    """Let go of a ticket that is over: the conversation goes to who has its other tickets, or to the bot."""
    ticket.waiting_since, ticket.held_by, ticket.has_no_skill = None, "bot", False
    await pass_on(session, now, conversation)
    hint_work(session)


async def reopen(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    ticket: Ticket,
    actor_kind: str,
    actor_name: str,
    data: dict[str, Any],
) -> None:
    """Open a resolved ticket again: assigned to who had it if they are there, else waiting in its queue.

    Raises:
        NotAllowedNow: it is not resolved.
        AlreadyOpen: another ticket of the same case is open.
    """
    next_status(ticket.status, "reopen")
    for other in await repository.open_tickets(session, conversation.id):
        if other.case == ticket.case:
            raise AlreadyOpen(f"{other.number} is open for the same case. Link or merge them, or go on there.")
    agent = await agents_repository.agent(session, ticket.assignee_id) if ticket.assignee_id else None
    is_there = agent is not None and presence(agent.presence, agent.heartbeat_at, now) != "offline"
    ticket.resolved_at, ticket.reopen_offered_at, ticket.waiting_since = None, None, now
    if not is_there:  # before the customer's card says where it stands
        ticket.assignee_id, ticket.assigned_at, ticket.held_by = None, None, "queue"
    moved = await change_status(session, now, conversation, ticket, "reopen")
    if agent is not None and is_there:
        await give(session, now, conversation, ticket, agent)
    else:
        await put_back(session, now, conversation, ticket)
    await record(session, now, ticket, "ticket.reopened", actor_kind, actor_name, {**moved, **data})
