"""Tickets that belong together: a duplicate is merged into the one that goes on, related ones are linked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.models import Conversation
from escalation import repository
from escalation.access import access_ticket, check_not_others, check_version, lock_ticket
from escalation.domain import MAX_TAGS, OPEN_STATUSES, NotADuplicate, next_status
from escalation.life_cycle import change_status, finish, record, said
from escalation.models import Agent, Ticket, TicketLink
from kit.errors import InvalidRequest


async def merge(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, into: str, reason: str | None
) -> None:
    """Close a ticket as a duplicate of another one of the same conversation or verified customer.

    The other keeps its own facts and gets those it lacked, the tags, and the higher
    priority of the two. Each message stays in the conversation it was written in.

    Raises:
        InvalidRequest: a ticket cannot be merged into itself.
        NotADuplicate: another customer's ticket, or one that is over.
    """
    if into == number:
        raise InvalidRequest("A ticket cannot be merged into itself.")
    await _lock_both(session, number, into)
    ticket, conversation = await access_ticket(session, agent, number)
    other, other_conversation = await access_ticket(session, agent, into)
    check_version(ticket, version)
    check_not_others(ticket, agent)
    next_status(ticket.status, "merge")
    _check_may_merge(conversation, other, other_conversation)
    taken_over = _take_over(other, ticket)
    ticket.merged_into = other.number
    moved = await change_status(session, now, conversation, ticket, "merge", merged_into=other.number)
    await finish(session, now, conversation, ticket)
    why = said(reason)
    await record(session, now, ticket, "ticket.merged", "agent", agent.name, {"into": into, **moved, **why})
    data = {"from": number, **taken_over, "priority": other.priority, **why}
    await record(session, now, other, "ticket.merged", "agent", agent.name, data)


async def _lock_both(session: AsyncSession, number: str, other: str) -> None:
    """Lock both conversations, always in the same order, so that two merges never wait for each other."""
    found = {await repository.conversation_of(session, each) for each in (number, other)}
    for conversation_id in sorted(each for each in found if each is not None):
        await conversations.access_conversation(session, conversation_id)


def _check_may_merge(conversation: Conversation, other: Ticket, other_conversation: Conversation) -> None:
    is_same = conversation.id == other_conversation.id
    is_same_customer = (
        conversation.customer_id is not None and conversation.customer_id == other_conversation.customer_id
    )
    if not is_same and not is_same_customer:
        raise NotADuplicate(f"{other.number} is another customer's ticket. Link them instead.")
    if other.status not in OPEN_STATUSES:
        raise NotADuplicate(f"{other.number} is {other.status}. Merge into a ticket that is open.")


def _take_over(other: Ticket, ticket: Ticket) -> dict[str, Any]:
    """Give the other ticket what it lacked; returns that, so that an erasure finds it."""
    facts = {name: value for name, value in ticket.fields.items() if name not in other.fields}
    tags = [tag for tag in ticket.tags if tag not in other.tags][: MAX_TAGS - len(other.tags)]
    summary = "" if other.summary else ticket.summary
    other.fields = {**other.fields, **facts}
    other.missing = [name for name in other.missing if name not in other.fields]
    other.summary = other.summary or summary
    other.tags = [*other.tags, *tags]
    other.priority = min(other.priority, ticket.priority)
    return {"fields": facts, "tags": tags, "summary": summary}


async def link(
    session: AsyncSession, now: datetime, agent: Agent, number: str, version: int, other_number: str
) -> None:
    """Show two tickets as related, on both; linked twice is linked once."""
    if other_number == number:
        raise InvalidRequest("A ticket cannot be linked to itself.")
    await _lock_both(session, number, other_number)
    ticket, _ = await lock_ticket(session, agent, number, version)
    other, _ = await access_ticket(session, agent, other_number)
    next_status(ticket.status, "link")
    if await repository.is_linked(session, number, other_number):
        return
    session.add(TicketLink(ticket_number=number, related_number=other_number))
    session.add(TicketLink(ticket_number=other_number, related_number=number))
    await record(session, now, ticket, "ticket.linked", "agent", agent.name, {"to": other_number})
    await record(session, now, other, "ticket.linked", "agent", agent.name, {"to": number})
