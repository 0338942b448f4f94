"""Table of how complaints were decided. Every decision there ever was stands in the ticket's log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class ComplaintDecision(Base):
    """The decision of a complaint in force: a complaint reopened and decided again has the new one."""

    __tablename__ = "complaint_decision"

    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"))
    #: What it was about, of the taxonomy.
    topic: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(16))
    root_cause: Mapped[str] = mapped_column(String(32))
    remedy: Mapped[str] = mapped_column(String(16))
    #: A decimal number, as it was written.
    amount: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str | None] = mapped_column(String(16))
    remedy_text: Mapped[str]
    #: The agent's reasons; the letter around them is the ticket's `decision`.
    reasons: Mapped[str]
    #: `{"text", "answer"}` of each point, in their order.
    points: Mapped[list[Any]]
