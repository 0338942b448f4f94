"""Indexes that only reports need: everything of a time, whatever it belongs to."""

from __future__ import annotations

from sqlalchemy import Index

from conversations.models import Turn
from escalation.models import Ticket, TicketEvent

Index("ix_ticket_created_at", Ticket.created_at)
Index("ix_ticket_answered_at", Ticket.first_response_at)
Index("ix_ticket_done_at", Ticket.resolved_at)
Index("ix_ticket_event_type_at", TicketEvent.type, TicketEvent.at)
Index("ix_turn_committed_at", Turn.committed_at)
