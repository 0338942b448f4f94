"""A ticket's log as rules read it: what was done, by whom, and the status after it.

The status is what an entry states in data["status"]; STATUS_AFTER speaks only for entries that state none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

#: Somebody else is asked to act.
PAUSED = frozenset({"waiting_on_customer", "on_hold"})
#: Nothing is owed any more.
DONE = frozenset({"resolved", "closed"})

#: type -> status before -> status after; what is not named leaves the status as it is.
STATUS_AFTER: dict[str, dict[str, str]] = {
    "ticket.taken": {"new": "open", "on_hold": "open"},
    "ticket.replied": dict.fromkeys(("new", "open", "on_hold"), "waiting_on_customer"),
    "ticket.customer_replied": dict.fromkeys(PAUSED, "open"),
    "ticket.handed_back": {"new": "open"},
    "ticket.held": dict.fromkeys(("new", "open", "waiting_on_customer"), "on_hold"),
    "ticket.unheld": {"on_hold": "open"},
    "ticket.resolved": dict.fromkeys(("new", "open", *PAUSED), "resolved"),
    "ticket.reopened": dict.fromkeys(DONE, "open"),
    "ticket.closed": dict.fromkeys(("new", "open", "resolved", *PAUSED), "closed"),
}


class LogRow(Protocol):
    """What is read of one entry; rows of `escalation.models.TicketEvent` fit as they are."""

    @property
    def id(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class LogEntry:
    """One entry of a ticket's log, apart from any database."""

    id: int
    type: str
    at: datetime
    actor_kind: str  # agent | bot | customer | system
    data: dict[str, Any] = field(default_factory=dict)


def status_after(status: str, entry: LogRow) -> str:
    """Return a ticket's status after an entry of its log."""
    stated = entry.data.get("status")
    if isinstance(stated, str):
        return stated
    if entry.type == "ticket.replied" and not is_agent_reply(entry):
        return status
    return STATUS_AFTER.get(entry.type, {}).get(status, status)


def is_agent_reply(entry: LogRow) -> bool:
    """Tell whether a person answered the customer: no bot, no internal note."""
    return entry.type == "ticket.replied" and entry.actor_kind == "agent"


def is_customer_message(entry: LogRow) -> bool:
    """Tell whether the customer wrote; by doing so they may reopen the ticket."""
    return entry.type == "ticket.customer_replied" or (
        entry.type == "ticket.reopened" and entry.actor_kind == "customer"
    )
