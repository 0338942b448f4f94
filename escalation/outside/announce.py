"""Notes what happened to a ticket for whoever is to hear of it outside, in the transaction in which it happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import hint
from escalation.models import Ticket
from escalation.outside.models import Happening
from escalation.outside.outbox import OUTSIDE_TOPIC
from kit.clock import to_wire

#: What of a log entry goes outside; no facts, no reasons, no words of anybody.
_TOLD = (
    "status",
    "priority",
    "from",
    "to",
    "from_queue",
    "to_queue",
    "queue",
    "language",
    "clock",
    "due_at",
    "root_cause",
    "event_id",
    "into",
)


def announce(
    session: AsyncSession,
    now: datetime,
    ticket: Ticket,
    type: str,
    actor_kind: str,
    actor_name: str,
    data: dict[str, Any],
) -> None:
    """Leave a note; what becomes of it is decided later, so that no verb waits for it or fails by it."""
    session.add(
        Happening(
            ticket_number=ticket.number,
            type=type,
            at=now,
            actor_kind=actor_kind,
            actor_name=actor_name,
            data={name: data[name] for name in _TOLD if data.get(name) is not None},
            ticket=_snapshot(ticket),
        )
    )
    hint(session, OUTSIDE_TOPIC)


def _snapshot(ticket: Ticket) -> dict[str, Any]:
    """Return what others may know of a ticket: nothing the customer wrote."""
    return {
        "number": ticket.number,
        "case": ticket.case,
        "priority": ticket.priority,
        "queue": ticket.queue,
        "status": ticket.status,
        "language": ticket.language,
        "assignee_id": ticket.assignee_id,
        "due_at": to_wire(ticket.owed_at) if ticket.owed_at else None,
        "created_at": to_wire(ticket.created_at),
    }
