"""How the desk API shows tickets and agents: plain dictionaries, instants in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from conversations.models import Conversation
from escalation.accounts.service import Account
from escalation.agents import SignedIn
from escalation.domain import LEADS, OPEN_STATUSES, is_breached, presence
from escalation.models import Agent, Draft, Ticket, TicketEvent
from escalation.sla import clocks
from escalation.sla.engine import Clocks
from escalation.viewing import Viewers
from kit.clock import to_wire
from kit.lookalike import lookalikes
from kit.snippets import Snippet


def session(signed_in: SignedIn, *, must_enrol: bool) -> dict[str, Any]:
    agent = signed_in.agent
    return {
        "agent": {"id": agent.id, "login": agent.login, "name": agent.name, "role": agent.role},
        "csrf": signed_in.csrf,
        "must_enrol": must_enrol,
    }


def row(ticket: Ticket, conversation: Conversation, now: datetime) -> dict[str, Any]:
    """Return a ticket as a list shows it; `due_at` only while the first answer is owed."""
    is_open = ticket.status in OPEN_STATUSES
    due_at, answered_at = ticket.first_response_due_at, ticket.first_response_at
    return {
        "number": ticket.number,
        "case": ticket.case,
        "priority": ticket.priority,
        "queue": ticket.queue,
        "status": ticket.status,
        "assignee": {"id": ticket.assignee.id, "name": ticket.assignee.name} if ticket.assignee else None,
        "is_taken": ticket.held_by == "agent",
        "language": ticket.language,
        "has_no_skill": ticket.has_no_skill,
        "summary": ticket.summary,
        "tags": ticket.tags,
        "due_at": to_wire(due_at) if is_open and answered_at is None else None,
        "next_due": _next_due(ticket) if is_open else None,
        "is_breached": is_breached(due_at, answered_at, now if is_open else ticket.resolved_at or ticket.updated_at),
        "created_at": to_wire(ticket.created_at),
        "updated_at": to_wire(ticket.updated_at),
        "version": ticket.version,
        "customer_verified": conversation.customer_id is not None,
    }


def _next_due(ticket: Ticket) -> dict[str, Any] | None:
    at = ticket.next_due_at
    return {"clock": ticket.next_due_clock, "at": to_wire(at)} if at is not None else None


def snippet(found: Snippet | None) -> dict[str, Any]:
    """Return what a row says of where it was found: plain text, and the places of the words in it."""
    return {"snippet": {"text": found.text, "marks": found.marks}} if found is not None else {}


def detail(
    ticket: Ticket,
    conversation: Conversation,
    history: Sequence[TicketEvent],
    now: datetime,
    *,
    standing: Clocks,
    related: Sequence[Ticket],
    seen_by: Viewers,
) -> dict[str, Any]:
    """Return a ticket with its facts, its clocks, its history, where its conversation stands and who looks at it."""
    shown = row(ticket, conversation, now)
    del shown["next_due"]  # the clocks say it, and a list may learn of it a moment later
    return {
        **shown,
        "conversation_id": conversation.id,
        "holder": conversation.holder,
        "held_by": ticket.held_by,
        "epoch": conversation.epoch,
        "channel": conversation.channel,
        "locale": conversation.locale,
        "timezone": conversation.timezone,
        "fields": ticket.fields,
        "missing": ticket.missing,
        "root_cause": ticket.root_cause,
        "decision": ticket.decision,
        "merged_into": ticket.merged_into,
        "clocks": clocks.as_json(standing),
        "related": [{"number": other.number, "case": other.case, "status": other.status} for other in related],
        "viewers": viewers(seen_by),
        "history": [_entry(entry) for entry in history],
        "last_event_id": conversation.last_event_id,
    }


def viewers(found: Viewers) -> list[dict[str, Any]]:
    return [{"id": agent.id, "name": agent.name, "is_writing": viewer.is_writing} for viewer, agent in found]


def drafts(found: Sequence[Draft]) -> dict[str, Any]:
    return {draft.mode: {"text": draft.text, "saved_at": to_wire(draft.saved_at)} for draft in found}


def agent(found: Agent, load: int, now: datetime, reader: Agent) -> dict[str, Any]:
    """Return somebody at the desk; their login is for leads, and for themselves."""
    may_see_login = reader.role in LEADS or reader.id == found.id
    return {
        "id": found.id,
        "name": found.name,
        "role": found.role,
        **({"login": found.login} if may_see_login else {}),
        "queues": found.queues,
        "languages": found.languages,
        "capacity": found.capacity,
        "load": load,
        "presence": presence(found.presence, found.heartbeat_at, now),
    }


def with_lookalikes(event: dict[str, Any], domains: Sequence[str]) -> dict[str, Any]:
    """Return an event of the transcript; a customer's message names the addresses in it that pretend to be ours."""
    data = event["data"]
    if data.get("author") != "customer" or not (found := lookalikes(data.get("text") or "", domains)):
        return event
    return {**event, "data": {**data, "lookalikes": [vars(each) for each in found]}}


def account(found: Account, now: datetime, reader: Agent) -> dict[str, Any]:
    """Return somebody as leads see them: `invited` until they have a password, and a link they have not used."""
    who, link = found.agent, found.link
    status = "deactivated" if who.deactivated_at else "active" if who.password_hash else "invited"
    return {
        **agent(who, found.load, now, reader),
        "status": status,
        "has_second_factor": found.has_second_factor,
        "link": {"kind": link.kind, "expires_at": to_wire(link.expires_at)} if link else None,
    }


def _entry(entry: TicketEvent) -> dict[str, Any]:
    return {
        "id": entry.id,
        "type": entry.type,
        "at": to_wire(entry.at),
        "actor": {"kind": entry.actor_kind, "name": entry.actor_name},
        "data": entry.data,
    }
