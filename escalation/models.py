"""Tables of the desk. Messages live in the transcript; a ticket points at its conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conversations.database import Base

_IS_OPEN = text("status IN ('new', 'open', 'waiting_on_customer', 'on_hold')")


class Agent(Base):
    __tablename__ = "agent"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(128), unique=True)
    #: What customers see; never the login.
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(8))  # agent | lead | admin
    password_hash: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime]


class AgentSession(Base):
    __tablename__ = "agent_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class FailedSignIn(Base):
    """Wrong passwords in a row, by login. Logins nobody has are counted alike, so that a lock tells nothing."""

    __tablename__ = "failed_sign_in"

    login_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    locked_until: Mapped[datetime]
    failed_at: Mapped[datetime] = mapped_column(index=True)


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = (
        # One open ticket per conversation and case, whoever races.
        Index(
            "uq_ticket_open_case",
            "conversation_id",
            "case",
            unique=True,
            postgresql_where=_IS_OPEN,
            sqlite_where=_IS_OPEN,
        ),
        Index("ix_ticket_inbox", "status", "priority", "first_response_due_at"),
    )

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    case: Mapped[str] = mapped_column(String(32))
    priority: Mapped[str] = mapped_column(String(2))
    queue: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(24))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("agent.id"), index=True)
    fields: Mapped[dict[str, Any]]
    missing: Mapped[list[Any]]
    summary: Mapped[str]
    language: Mapped[str] = mapped_column(String(16))
    #: Keyed hash of an anonymous customer's address, for the daily limit.
    address_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    first_response_due_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: Grows with every change: two people saving at once, the second is told.
    version: Mapped[int]

    assignee: Mapped[Agent | None] = relationship(lazy="joined")


class TicketEvent(Base):
    """What happened to a ticket: append-only, with actor, time and reason."""

    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), index=True)
    type: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(8))  # agent | bot | customer | system
    actor_name: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]]


class AgentMessage(Base):
    """Client ids of agents' replies and notes, so that one sent twice is stored once."""

    __tablename__ = "agent_message"
    __table_args__ = (UniqueConstraint("agent_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"))
    event_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
