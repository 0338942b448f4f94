"""The clocks of a ticket as the desk shows them: the policies in force, applied to the ticket's own log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from conversations.models import Conversation
from escalation.models import Ticket
from escalation.sla import engine as sla
from escalation.sla import policy_running
from escalation.sla.policies import Policies, Preview
from escalation.ticket_log import LogRow
from kit.clock import to_wire

NAMES = ("first_response", "next_response", "resolution")


def in_force() -> Policies:
    """Return the policies of this process.

    Raises:
        PolicyFileRefused: the file has an error; ask once at start, so that it is told there.
    """
    return policy_running.KEEPER.running().policies


def first_response_due_at(
    conversation: Conversation, case: str, priority: str, language: str, opened_at: datetime
) -> datetime:
    """Return when the first human answer is due."""
    return foreseen(conversation, case, priority, language, opened_at).first_response_due_at


def foreseen(conversation: Conversation, case: str, priority: str, language: str, opened_at: datetime) -> Preview:
    """Return when a ticket opened then is due, if nothing pauses it."""
    return in_force().preview(case, priority, language, _tier(conversation), opened_at)


def read(ticket: Ticket, conversation: Conversation, log: Iterable[LogRow], now: datetime) -> sla.Clocks:
    """Return where a ticket's clocks stand."""
    policies = in_force().by_priority(ticket.case, ticket.language, _tier(conversation))
    return sla.measure(log, policies, ticket.priority, now)


def _tier(conversation: Conversation) -> str:
    return "anonymous" if conversation.customer_id is None else "verified"


def as_json(clocks: sla.Clocks) -> dict[str, Any]:
    """Return the clocks for the console: `due_at` only while one runs, `at` once it was met."""
    shown: dict[str, Any] = {name: _clock(getattr(clocks, name)) for name in NAMES}
    return {**shown, "late_replies": clocks.late_replies, "hard_limit_at": _instant(clocks.hard_limit_at)}


def _clock(clock: sla.Clock) -> dict[str, Any]:
    return {
        "started_at": _instant(clock.started_at),
        "due_at": _instant(clock.due_at),
        "warn_at": _instant(clock.warn_at),
        "at": _instant(clock.at),
        "target_seconds": int(clock.target.total_seconds()),
        "remaining_seconds": int(clock.remaining.total_seconds()),
        "is_breached": clock.is_breached,
        "paused": clock.is_paused,
    }


def _instant(at: datetime | None) -> str | None:
    return to_wire(at) if at is not None else None
