"""What agents do: take tickets, talk to the customer, hand back.

Every change locks the conversation first, so that event ids, holder and ticket agree.
An agent *has* a ticket when they took it and it is held by an agent; only then may they
reply. The two *repeats* that matter, of take and of reply, change nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.domain import ClientIdReused
from conversations.models import Conversation
from escalation import agents_repository, repository, viewing
from escalation.access import access_agent, check_has, check_not_others, check_version, lock_ticket
from escalation.access import access_ticket as access_ticket
from escalation.assignment import is_oldest_turn
from escalation.domain import TakenBySomeoneElse, next_status
from escalation.knowledge.quotes import Quote, as_message
from escalation.life_cycle import change_status, hint_work, pass_on, record
from escalation.models import Agent, AgentMessage, Ticket
from escalation.relay import service as relay
from kit import wire
from kit.text import check_message


async def take(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, *, force: bool = False
) -> None:
    """Make the ticket this agent's and the conversation people's: the bot falls silent.

    Raises:
        TakenBySomeoneElse: another agent has it; `force` takes it over.
        StalePage: the ticket changed since `version`.
    """
    ticket, conversation = await lock_ticket(session, agent, number)
    next_status(ticket.status, "take")
    if ticket.assignee_id == agent.id and ticket.held_by == "agent":
        return
    if ticket.assignee is not None and ticket.assignee_id != agent.id and not force:
        raise TakenBySomeoneElse(f"{ticket.assignee.name} has this ticket.")
    check_version(ticket, version)
    await _take(session, now, agent, ticket, conversation)


async def claim_next(session: AsyncSession, now: datetime, agent: Agent) -> str | None:
    """Take the ticket that is this agent's turn among those they have the skills for; None when none waits.

    Who asks gets one, also beyond their capacity. Two who ask at once get two tickets.
    """
    me = await access_agent(session, agent.id)
    oldest = is_oldest_turn(me.assigned_count)
    found = await repository.lock_waiting(session, [(me.queues, me.languages)], 1, oldest=oldest)
    for ticket, conversation in found:
        await _take(session, now, me, ticket, conversation)
        return ticket.number
    return None


async def _take(session: AsyncSession, now: datetime, agent: Agent, ticket: Ticket, conversation: Conversation) -> None:
    previous = ticket.assignee.name if ticket.assignee else None
    if ticket.assignee_id != agent.id:
        ticket.assignee_id, ticket.assigned_at = agent.id, now
        await agents_repository.note_assignment(session, agent.id, now)
    ticket.held_by, ticket.has_no_skill = "agent", False
    await _tell_who_is_there(session, now, conversation, agent)
    moved = await change_status(session, now, conversation, ticket, "take")
    await record(session, now, ticket, "ticket.taken", "agent", agent.name, {"from": previous, **moved})


async def _tell_who_is_there(session: AsyncSession, now: datetime, conversation: Conversation, agent: Agent) -> None:
    """Tell the customer who is there now, also when people had the conversation before."""
    if conversation.holder == "agent":
        data = {"holder": "agent", "name": agent.name}
        await conversations.append(session, now, conversation, wire.HOLDER_CHANGED, data)
    else:
        await conversations.set_holder(session, now, conversation, "agent", name=agent.name)


async def reply(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    number: str,
    client_id: str,
    text: str,
    quotes: Sequence[Quote] = (),
) -> bool:
    """Send the customer a message under the agent's display name, once per client id; return whether it was new.

    A reply to a ticket that is assigned and not taken yet takes it.
    """
    ticket, conversation = await lock_ticket(session, agent, number)
    text = check_message(text)
    quoted = "".join(f"\0{quote.passage_id}@{quote.citation.version}" for quote in quotes)
    digest = _digest("reply", number, text + quoted)
    if await _is_repeat(session, agent, client_id, digest):
        return False
    check_has(ticket, agent)
    next_status(ticket.status, "reply")
    if ticket.held_by != "agent":
        await _take(session, now, agent, ticket, conversation)
    message = as_message(text, quotes)
    event_id = await conversations.say(session, now, conversation, author="agent", name=agent.name, **message)
    session.add(_sent(agent, client_id, number, event_id, digest))
    await viewing.forget_draft(session, agent, number, "reply")
    await note_reply(session, now, conversation, ticket, agent, event_id)
    return True


async def note_reply(
    session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket, agent: Agent, event_id: int
) -> None:
    """Note that a person answered: the customer waits no longer, it is their turn."""
    ticket.first_response_at = ticket.first_response_at or now
    ticket.replied_at, ticket.waiting_since = now, None
    await relay.send_on(session, now, conversation, ticket, event_id)
    moved = await change_status(session, now, conversation, ticket, "reply")
    await record(session, now, ticket, "ticket.replied", "agent", agent.name, {"event_id": event_id, **moved})


async def note(session: AsyncSession, now: datetime, agent: Agent, number: str, client_id: str, text: str) -> None:
    """Leave a message that only agents read, once per client id."""
    ticket, conversation = await lock_ticket(session, agent, number)
    text = check_message(text)
    digest = _digest("note", number, text)
    if await _is_repeat(session, agent, client_id, digest):
        return
    event_id = await conversations.say(
        session, now, conversation, text, author="agent", audience="agents", name=agent.name
    )
    session.add(_sent(agent, client_id, number, event_id, digest))
    await viewing.forget_draft(session, agent, number, "note")
    await record(session, now, ticket, "ticket.noted", "agent", agent.name, {"event_id": event_id})


def _digest(kind: str, number: str, text: str) -> str:
    return hashlib.sha256(f"{kind}\0{number}\0{text}".encode()).hexdigest()


async def _is_repeat(session: AsyncSession, agent: Agent, client_id: str, digest: str) -> bool:
    known = await repository.agent_message(session, agent.id, client_id)
    if known is not None and known.digest not in ("", digest):  # redacted, it has none
        raise ClientIdReused("This client_id was used before with other text. Use a new one for a new message.")
    return known is not None


def _sent(agent: Agent, client_id: str, number: str, event_id: int, digest: str) -> AgentMessage:
    return AgentMessage(agent_id=agent.id, client_id=client_id, ticket_number=number, event_id=event_id, digest=digest)


async def hand_back(session: AsyncSession, now: datetime, agent: Agent, number: str, version: int | None) -> None:
    """Give the conversation back to the bot, which starts afresh; the ticket stays open and is nobody's.

    It is assigned to nobody by itself until the customer asks for people again.
    """
    ticket, conversation = await lock_ticket(session, agent, number, version)
    check_not_others(ticket, agent)
    moved = await change_status(session, now, conversation, ticket, "hand_back")
    ticket.assignee_id, ticket.assigned_at, ticket.held_by = None, None, "bot"
    await pass_on(session, now, conversation)
    await record(session, now, ticket, "ticket.handed_back", "agent", agent.name, moved)
    hint_work(session)
