"""Tables of the desk. Messages live in the transcript; a ticket points at its conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conversations.database import Base

_OPEN = "status IN ('new', 'open', 'waiting_on_customer', 'on_hold')"
_IS_OPEN = text(_OPEN)
#: Waits for somebody to get it. Literal words, so that both stores may use the partial indexes.
IS_WAITING = "assignee_id IS NULL AND status IN ('new', 'open') AND held_by = 'queue'"
_IS_WAITING = text(IS_WAITING)
#: The order of every list, and what a search needs of a ticket, so that walking a list reads nothing else.
_LISTED = ("priority", "first_response_due_at", "number", "search_document_id")


def _list_index(name: str, where: str | None, *columns: str) -> Index:
    condition = text(where) if where else None
    return Index(name, *(columns or _LISTED), postgresql_where=condition, sqlite_where=condition)


class Agent(Base):
    __tablename__ = "agent"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(128), unique=True)
    #: What customers see; never the login.
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(8))  # agent | lead | admin
    #: Empty until an invited agent has set a password.
    password_hash: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime]
    #: Skills: a ticket is assigned only to who has its queue and speaks its language.
    queues: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    #: Tickets at once that are assigned by themselves; who asks for more gets more.
    capacity: Mapped[int]
    #: What they said last; it counts only while `heartbeat_at` is fresh (domain.presence).
    presence: Mapped[str] = mapped_column(String(8))  # online | away | offline
    heartbeat_at: Mapped[datetime | None]
    last_assigned_at: Mapped[datetime | None]
    #: Tickets they ever got.
    assigned_count: Mapped[int]
    #: Since when they may not sign in; their name stays in history.
    deactivated_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Whether they can work here: not deactivated, and they have set a password."""
        return self.deactivated_at is None and self.password_hash != ""


class AgentSession(Base):
    __tablename__ = "agent_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), index=True)
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
        # One for each list an agent looks at, in its order.
        _list_index("ix_ticket_list_all", None),
        _list_index("ix_ticket_list_open", _OPEN),
        _list_index("ix_ticket_list_mine", _OPEN, "assignee_id", *_LISTED),
        _list_index("ix_ticket_list_unassigned", f"{_OPEN} AND assignee_id IS NULL"),
        _list_index("ix_ticket_list_no_skill", f"{_OPEN} AND has_no_skill"),
        _list_index("ix_ticket_list_resting", "status IN ('waiting_on_customer', 'on_hold')"),
        _list_index("ix_ticket_list_done", "status IN ('resolved', 'closed')"),
        _list_index("ix_ticket_list_due", f"{_OPEN} AND next_due_at IS NOT NULL", "priority", "next_due_at", "number"),
        _list_index("ix_ticket_list_queue", _OPEN, "queue", *_LISTED),
        _list_index("ix_ticket_list_queue_all", None, "queue", *_LISTED),
        # Everything the lists' counts are made of.
        _list_index("ix_ticket_counts", _OPEN, "assignee_id", "has_no_skill", "status", "next_due_at"),
        # The duplicates of a ticket; the open tickets of some cases.
        _list_index("ix_ticket_merged_into", "merged_into IS NOT NULL", "merged_into"),
        Index("ix_ticket_case", "case", "status"),
        Index(
            "ix_ticket_waiting_urgent",
            "priority",
            "first_response_due_at",
            "number",
            postgresql_where=_IS_WAITING,
            sqlite_where=_IS_WAITING,
        ),
        Index(
            "ix_ticket_waiting_oldest",
            "created_at",
            "number",
            postgresql_where=_IS_WAITING,
            sqlite_where=_IS_WAITING,
        ),
        Index("ix_ticket_resolved_at", "status", "resolved_at"),
        # Who is ahead of whom in a queue.
        Index(
            "ix_ticket_queue_waiting",
            "queue",
            "priority",
            "first_response_due_at",
            "number",
            postgresql_where=_IS_WAITING,
            sqlite_where=_IS_WAITING,
        ),
        # What a queue did lately, for the time that customers may expect.
        Index("ix_ticket_queue_answered", "queue", "first_response_at"),
        Index("ix_ticket_queue_resolved", "queue", "resolved_at"),
    )

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    case: Mapped[str] = mapped_column(String(32))
    priority: Mapped[str] = mapped_column(String(2))
    queue: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(24))
    #: Who works on it: the queue, an agent who has taken it, or the bot it was handed back to.
    held_by: Mapped[str] = mapped_column(String(8))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("agent.id"), index=True)
    assigned_at: Mapped[datetime | None]
    #: When a person last replied; before `assigned_at` means that the assignee has not touched it.
    replied_at: Mapped[datetime | None]
    #: Since when the customer waits for a person's answer; None once they got one.
    waiting_since: Mapped[datetime | None]
    fields: Mapped[dict[str, Any]]
    missing: Mapped[list[Any]]
    summary: Mapped[str]
    tags: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(String(16))
    #: Nobody has its queue and speaks its language.
    has_no_skill: Mapped[bool]
    #: Keyed hash of an anonymous customer's address, for the daily limit.
    address_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    first_response_due_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    #: When the customer, writing again, was asked whether to reopen it; None again once it is.
    reopen_offered_at: Mapped[datetime | None]
    #: How it was resolved; complaints have both.
    root_cause: Mapped[str | None] = mapped_column(String(32))
    decision: Mapped[str | None]
    #: The ticket this one was a duplicate of.
    merged_into: Mapped[str | None] = mapped_column(String(16))
    #: The deadline that comes next, or was missed and is still owed, and its clock; None while nothing runs.
    next_due_at: Mapped[datetime | None]
    next_due_clock: Mapped[str | None] = mapped_column(String(16))
    #: Where its conversation is in the full-text index.
    search_document_id: Mapped[int | None]
    #: When its clocks must be looked at again; None while none runs.
    watch_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Grows with every change: two people saving at once, the second is told.
    version: Mapped[int]

    assignee: Mapped[Agent | None] = relationship(lazy="joined")

    @property
    def owed_at(self) -> datetime | None:
        """When the first answer is due, while it is owed."""
        return self.first_response_due_at if self.first_response_at is None else None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for somebody to get it: IS_WAITING for one ticket."""
        return self.assignee_id is None and self.status in ("new", "open") and self.held_by == "queue"


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


class Rating(Base):
    """What a customer thought of one resolution of a ticket; a reopened ticket is rated anew."""

    __tablename__ = "rating"

    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    resolved_at: Mapped[datetime] = mapped_column(primary_key=True)
    score: Mapped[int]  # 1 to 5
    comment: Mapped[str]
    #: Who had the ticket.
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agent.id"))
    #: When it was first rated; it may be changed for a day.
    rated_at: Mapped[datetime] = mapped_column(index=True)


class TicketLink(Base):
    """Two related tickets; each pair is stored both ways."""

    __tablename__ = "ticket_link"

    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    related_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), primary_key=True)


class TicketViewer(Base):
    """Who has a ticket open, and whether they write; it counts only while `seen_at` is fresh."""

    __tablename__ = "ticket_viewer"

    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    is_writing: Mapped[bool]
    seen_at: Mapped[datetime]


class Draft(Base):
    """What an agent has begun to write; nobody else's change of the ticket touches it."""

    __tablename__ = "draft"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8), primary_key=True)  # reply | note
    text: Mapped[str]
    saved_at: Mapped[datetime]


class DeskLock(Base):
    """One row per kind of background work: who has its row locked does it, the other replicas pass."""

    __tablename__ = "desk_lock"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)


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
