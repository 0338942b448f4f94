"""What agents do: look at tickets, take them, talk to the customer, hand back, resolve.

Every change locks the conversation first, so that event ids, holder and ticket agree.
An agent *has* a ticket when they took it and the conversation is still with people; only
then may they reply. The two *repeats* that matter, of take and of reply, change nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.domain import ClientIdReused
from conversations.models import Conversation
from escalation import repository
from escalation.domain import NotTaken, StalePage, TakenBySomeoneElse, TicketNotFound, next_status
from escalation.models import Agent, AgentMessage, Ticket
from escalation.service import change_status, record
from kit import wire
from kit.errors import InvalidRequest
from kit.text import check_message


@dataclass(frozen=True)
class Page:
    """Tickets of a view with their conversations; `next` is the cursor of what follows, if anything does."""

    tickets: Sequence[tuple[Ticket, Conversation]]
    next: str | None
    counts: repository.Counts


async def list_tickets(session: AsyncSession, agent: Agent, view: str, after: str | None, limit: int) -> Page:
    """Return a page of a view, most urgent first, then by the target of the first answer."""
    position = _read_cursor(after) if after else None
    found = await repository.tickets_in_view(session, view, agent.id, position, limit + 1)
    page = found[:limit]
    cursor = _write_cursor(page[-1][0]) if len(found) > limit else None
    return Page(page, cursor, await repository.count_tickets(session, agent.id))


def _write_cursor(ticket: Ticket) -> str:
    position = [ticket.priority, ticket.first_response_due_at.isoformat(), ticket.number]
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _read_cursor(text: str) -> repository.Position:
    try:
        priority, due_at, number = json.loads(base64.urlsafe_b64decode(text))
        position = str(priority), datetime.fromisoformat(due_at), str(number)
    except (ValueError, TypeError) as error:
        raise InvalidRequest("'after' is not a cursor of this list. Start from the first page.") from error
    if position[1].tzinfo is None:
        raise InvalidRequest("'after' is not a cursor of this list. Start from the first page.")
    return position


async def access_ticket(session: AsyncSession, _agent: Agent, number: str) -> tuple[Ticket, Conversation]:
    """Return a ticket this agent may see, with its conversation; today every agent may see every ticket."""
    found = await repository.ticket(session, number)
    if found is None:
        raise TicketNotFound(f"There is no ticket {number}.")
    return found


async def _lock(session: AsyncSession, agent: Agent, number: str) -> tuple[Ticket, Conversation]:
    conversation_id = await repository.conversation_of(session, number)
    if conversation_id is not None:
        await conversations.access_conversation(session, conversation_id)
    return await access_ticket(session, agent, number)


async def take(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, *, force: bool = False
) -> None:
    """Make the ticket this agent's and the conversation people's: the bot falls silent.

    Raises:
        TakenBySomeoneElse: another agent has it; `force` takes it over.
        StalePage: the ticket changed since `version`.
    """
    ticket, conversation = await _lock(session, agent, number)
    next_status(ticket.status, "take")
    if ticket.assignee_id == agent.id and conversation.holder == "agent":
        return
    if not force:
        _check_not_others(ticket, agent)
    if ticket.version != version:
        raise StalePage("The ticket changed since this page was loaded. Look at it again, then take it.")
    previous = ticket.assignee.name if ticket.assignee else None
    ticket.assignee_id = agent.id
    await _give_to_agent(session, now, conversation, agent)
    await change_status(session, now, conversation, ticket, "take")
    await record(session, now, ticket, "ticket.taken", "agent", agent.name, {"from": previous})


async def _give_to_agent(session: AsyncSession, now: datetime, conversation: Conversation, agent: Agent) -> None:
    """Tell the customer who is there now, also when people had the conversation before."""
    if conversation.holder == "agent":
        data = {"holder": "agent", "name": agent.name}
        await conversations.append(session, now, conversation, wire.HOLDER_CHANGED, data)
    else:
        await conversations.set_holder(session, now, conversation, "agent", name=agent.name)


def _check_not_others(ticket: Ticket, agent: Agent) -> None:
    if ticket.assignee is not None and ticket.assignee_id != agent.id:
        raise TakenBySomeoneElse(f"{ticket.assignee.name} has this ticket.")


def check_has(ticket: Ticket, conversation: Conversation, agent: Agent) -> None:
    """Raise unless the agent may talk to the customer now."""
    _check_not_others(ticket, agent)
    if ticket.assignee_id != agent.id or conversation.holder != "agent":
        raise NotTaken("Take the ticket first; until then the bot talks to the customer.")


async def reply(session: AsyncSession, now: datetime, agent: Agent, number: str, client_id: str, text: str) -> None:
    """Send the customer a message under the agent's display name, once per client id."""
    ticket, conversation = await _lock(session, agent, number)
    text = check_message(text)
    digest = _digest("reply", number, text)
    if await _is_repeat(session, agent, client_id, digest):
        return
    check_has(ticket, conversation, agent)
    next_status(ticket.status, "reply")
    event_id = await conversations.say(session, now, conversation, text, author="agent", name=agent.name)
    session.add(_sent(agent, client_id, number, event_id, digest))
    ticket.first_response_at = ticket.first_response_at or now
    await change_status(session, now, conversation, ticket, "reply")
    await record(session, now, ticket, "ticket.replied", "agent", agent.name, {"event_id": event_id})


async def note(session: AsyncSession, now: datetime, agent: Agent, number: str, client_id: str, text: str) -> None:
    """Leave a message that only agents read, once per client id."""
    ticket, conversation = await _lock(session, agent, number)
    text = check_message(text)
    digest = _digest("note", number, text)
    if await _is_repeat(session, agent, client_id, digest):
        return
    event_id = await conversations.say(
        session, now, conversation, text, author="agent", audience="agents", name=agent.name
    )
    session.add(_sent(agent, client_id, number, event_id, digest))
    await record(session, now, ticket, "ticket.noted", "agent", agent.name, {"event_id": event_id})


def _digest(kind: str, number: str, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{number}\0{text}".encode()).hexdigest()


async def _is_repeat(session: AsyncSession, agent: Agent, client_id: str, digest: str) -> bool:
    known = await repository.agent_message(session, agent.id, client_id)
    if known is not None and known.digest != digest:
        raise ClientIdReused("This client_id was used before with other text. Use a new one for a new message.")
    return known is not None


def _sent(agent: Agent, client_id: str, number: str, event_id: int, digest: str) -> AgentMessage:
    return AgentMessage(agent_id=agent.id, client_id=client_id, ticket_number=number, event_id=event_id, digest=digest)


async def hand_back(session: AsyncSession, now: datetime, agent: Agent, number: str) -> None:
    """Give the conversation back to the bot, which starts afresh; the ticket stays open and is nobody's."""
    ticket, conversation = await _lock(session, agent, number)
    _check_not_others(ticket, agent)
    await change_status(session, now, conversation, ticket, "hand_back")
    ticket.assignee_id = None
    await conversations.set_holder(session, now, conversation, "bot")
    await record(session, now, ticket, "ticket.handed_back", "agent", agent.name)


async def resolve(session: AsyncSession, now: datetime, agent: Agent, number: str) -> None:
    """Close the case; the conversation goes back to the bot. Other tickets of it stay as they are."""
    ticket, conversation = await _lock(session, agent, number)
    _check_not_others(ticket, agent)
    await change_status(session, now, conversation, ticket, "resolve")
    await conversations.set_holder(session, now, conversation, "bot")
    await record(session, now, ticket, "ticket.resolved", "agent", agent.name)
