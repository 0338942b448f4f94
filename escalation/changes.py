"""What agents and leads decide about a ticket: whose it is, whether it rests, how it ends, how urgent it is.

Every change is made from a page that was up to date, is an event with its reason, and
is allowed only to who has the ticket, or to a lead.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.models import Conversation
from escalation.access import access_agent, check_lead, check_not_others, check_own, lock_ticket
from escalation.agents_desk import note_reply
from escalation.complaints import desk as complaints_desk
from escalation.complaints.domain import Ruling
from escalation.customers import csat
from escalation.domain import (
    MAX_TAGS,
    PRIORITIES,
    QUEUES,
    ROOT_CAUSES,
    AgentOffline,
    clean_tags,
    next_status,
    presence,
)
from escalation.life_cycle import change_status, finish, give, put_back, record, said
from escalation.life_cycle import reopen as reopen_ticket
from escalation.models import Agent, Ticket
from escalation.skills import tell_no_skill
from escalation.sla import clocks
from kit.errors import InvalidRequest
from kit.text import check_message


async def release(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, reason: str | None
) -> None:
    """Put the ticket back into its queue; the customer hears the bot until somebody takes it."""
    ticket, conversation = await lock_ticket(session, agent, number, version)
    check_own(ticket, agent, "release")
    moved = await change_status(session, now, conversation, ticket, "release")
    await put_back(session, now, conversation, ticket)
    await record(session, now, ticket, "ticket.released", "agent", agent.name, {**moved, **said(reason)})


async def assign(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, agent_id: str, reason: str | None
) -> None:
    """Make the ticket somebody's, as a lead.

    Raises:
        WrongRole: the agent is not a lead.
        AgentOffline: the other is not there.
    """
    check_lead(agent, "assign tickets")
    ticket, conversation = await lock_ticket(session, agent, number, version)
    moved = await change_status(session, now, conversation, ticket, "assign")
    other = await _present_agent(session, now, agent_id)
    data = {"from": _name_of(ticket), "to": other.name, **moved, **said(reason)}
    await give(session, now, conversation, ticket, other)
    await record(session, now, ticket, "ticket.assigned", "agent", agent.name, data)


def _name_of(ticket: Ticket) -> str | None:
    return ticket.assignee.name if ticket.assignee else None


async def _present_agent(session: AsyncSession, now: datetime, agent_id: str) -> Agent:
    other = await access_agent(session, agent_id)
    if presence(other.presence, other.heartbeat_at, now) == "offline":
        raise AgentOffline(f"{other.name} is offline. Choose somebody who is there, or a queue.")
    return other


async def transfer(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    number: str,
    version: int,
    note: str,
    *,
    queue: str | None = None,
    agent_id: str | None = None,
) -> None:
    """Pass the ticket to a queue or to an agent; the note is left in the transcript for who gets it.

    Raises:
        InvalidRequest: not exactly one of queue and agent, an unknown queue, or no note.
        WrongRole: the ticket is not this agent's.
        AgentOffline: the other is not there.
    """
    if (queue is None) == (agent_id is None):
        raise InvalidRequest("Transfer a ticket to a 'queue' or to an agent ('agent_id'), not to both or neither.")
    if queue is not None and queue not in QUEUES:
        raise InvalidRequest(f"'queue' must be one of {', '.join(QUEUES)}.")
    note = check_message(note)
    ticket, conversation = await lock_ticket(session, agent, number, version)
    check_own(ticket, agent, "transfer")
    moved = await change_status(session, now, conversation, ticket, "transfer")
    other = await _present_agent(session, now, agent_id) if agent_id else None
    data: dict[str, Any] = {"from": _name_of(ticket), "from_queue": ticket.queue, **moved}
    if other is not None:
        data["to"] = other.name
        await give(session, now, conversation, ticket, other)
    else:
        data["to_queue"] = ticket.queue = queue or ticket.queue
        await put_back(session, now, conversation, ticket)
    data["event_id"] = await conversations.say(
        session, now, conversation, note, author="agent", audience="agents", name=agent.name
    )
    await record(session, now, ticket, "ticket.transferred", "agent", agent.name, data)
    if other is None:
        await tell_no_skill(session, now, ticket)


async def hold(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, reason: str | None
) -> None:
    """Let the ticket rest while something outside is waited for; its clocks but the first pause."""
    await _rest(session, now, agent, number, version, reason, "hold", "ticket.held")


async def unhold(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, reason: str | None
) -> None:
    """Go on with a ticket that rested."""
    await _rest(session, now, agent, number, version, reason, "unhold", "ticket.unheld")


async def _rest(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    number: str,
    version: int,
    reason: str | None,
    verb: str,
    type: str,
) -> None:
    ticket, conversation = await lock_ticket(session, agent, number, version)
    check_own(ticket, agent, verb)
    moved = await change_status(session, now, conversation, ticket, verb)
    await record(session, now, ticket, type, "agent", agent.name, {**moved, **said(reason)})


async def resolve(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    number: str,
    version: int | None,
    *,
    reason: str | None = None,
    root_cause: str | None = None,
    decision: str | None = None,
    ruling: Ruling | None = None,
) -> None:
    """End the case; the conversation goes to who has its other tickets, or to the bot.

    A `decision` is told to the customer word for word, under the agent's name; of a complaint it is
    the reasons, which are told in a letter with the `ruling` and the answer to each point.

    Raises:
        InvalidRequest: an unknown root cause, a complaint whose decision is incomplete, or a ruling on another case.
    """
    ticket, conversation = await lock_ticket(session, agent, number, version)
    check_not_others(ticket, agent)
    next_status(ticket.status, "resolve")
    if root_cause is not None and root_cause not in ROOT_CAUSES:
        raise InvalidRequest(f"'root_cause' must be one of {', '.join(ROOT_CAUSES)}.")
    letter, decided = await _decided(
        session, now, agent, conversation, ticket, root_cause, decision, ruling or Ruling()
    )
    ticket.root_cause = root_cause
    if letter:
        ticket.decision = letter
        event_id = await conversations.say(session, now, conversation, letter, author="agent", name=agent.name)
        await note_reply(session, now, conversation, ticket, agent, event_id)
    moved = await change_status(session, now, conversation, ticket, "resolve")
    await finish(session, now, conversation, ticket)
    data = {**moved, **({"root_cause": root_cause} if root_cause else {}), **decided, **said(reason)}
    await record(session, now, ticket, "ticket.resolved", "agent", agent.name, data)
    await csat.ask(session, now, conversation, ticket)


async def _decided(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    conversation: Conversation,
    ticket: Ticket,
    root_cause: str | None,
    decision: str | None,
    ruling: Ruling,
) -> tuple[str | None, dict[str, Any]]:
    """Return what the customer is told of the decision, if anything, and what the log says of it."""
    if ticket.case == "complaint":
        made = await complaints_desk.decide(session, now, agent, conversation, ticket, root_cause, decision, ruling)
        return made.letter, made.data
    complaints_desk.check_no_ruling(ruling)
    return check_message(decision) if decision and decision.strip() else None, {}


async def reopen(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, reason: str | None
) -> None:
    """Open a resolved ticket again; a closed one stays closed, its matter needs a new ticket."""
    ticket, conversation = await lock_ticket(session, agent, number, version)
    await reopen_ticket(session, now, conversation, ticket, "agent", agent.name, said(reason))


async def set_priority(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, priority: str, reason: str | None
) -> None:
    """Say how urgent the ticket is; the target of its first answer follows."""
    if priority not in PRIORITIES:
        raise InvalidRequest(f"'priority' must be one of {', '.join(PRIORITIES)}.")
    ticket, conversation = await lock_ticket(session, agent, number, version)
    check_own(ticket, agent, "set the priority of")
    next_status(ticket.status, "set_priority")
    data = {"from": ticket.priority, "priority": priority, **said(reason)}
    ticket.priority = priority
    if ticket.first_response_at is None:
        ticket.first_response_due_at = clocks.first_response_due_at(
            conversation, ticket.case, priority, ticket.language, ticket.created_at
        )
    await record(session, now, ticket, "ticket.priority_changed", "agent", agent.name, data)


async def tag(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, add: list[str], remove: list[str]
) -> None:
    """Add and remove tags; what is so already changes nothing."""
    ticket, _ = await lock_ticket(session, agent, number, version)
    next_status(ticket.status, "tag")
    gone = set(clean_tags(remove))
    tags = [known for known in dict.fromkeys([*ticket.tags, *clean_tags(add)]) if known not in gone]
    if len(tags) > MAX_TAGS:
        raise InvalidRequest(f"A ticket has at most {MAX_TAGS} tags. Remove some first.")
    added, removed = [t for t in tags if t not in ticket.tags], [t for t in ticket.tags if t not in tags]
    if added or removed:
        ticket.tags = tags
        data = {"added": added, "removed": removed}
        await record(session, now, ticket, "ticket.tagged", "agent", agent.name, data)
