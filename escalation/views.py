"""How the desk API shows tickets and agents: plain dictionaries, instants in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from conversations.models import Conversation
from escalation.agents import SignedIn
from escalation.domain import OPEN_STATUSES, is_breached
from escalation.models import Ticket, TicketEvent
from kit.clock import to_wire


def session(signed_in: SignedIn) -> dict[str, Any]:
    agent = signed_in.agent
    return {
        "agent": {"id": agent.id, "login": agent.login, "name": agent.name, "role": agent.role},
        "csrf": signed_in.csrf,
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
        "language": ticket.language,
        "summary": ticket.summary,
        "due_at": to_wire(due_at) if is_open and answered_at is None else None,
        "is_breached": is_breached(due_at, answered_at, now if is_open else ticket.updated_at),
        "created_at": to_wire(ticket.created_at),
        "updated_at": to_wire(ticket.updated_at),
        "version": ticket.version,
        "customer_verified": conversation.customer_id is not None,
    }


def detail(ticket: Ticket, conversation: Conversation, history: Sequence[TicketEvent], now: datetime) -> dict[str, Any]:
    """Return a ticket with its facts, its history and where its conversation stands."""
    return {
        **row(ticket, conversation, now),
        "conversation_id": conversation.id,
        "holder": conversation.holder,
        "epoch": conversation.epoch,
        "channel": conversation.channel,
        "locale": conversation.locale,
        "timezone": conversation.timezone,
        "fields": ticket.fields,
        "missing": ticket.missing,
        "history": [_entry(entry) for entry in history],
        "last_event_id": conversation.last_event_id,
    }


def _entry(entry: TicketEvent) -> dict[str, Any]:
    return {
        "id": entry.id,
        "type": entry.type,
        "at": to_wire(entry.at),
        "actor": {"kind": entry.actor_kind, "name": entry.actor_name},
        "data": entry.data,
    }
