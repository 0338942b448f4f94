"""Tables of the record. A message exists once, as an event; everything else points at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class Conversation(Base):
    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(16))
    timezone: Mapped[str] = mapped_column(String(64))
    #: The exchange's id of a verified customer; None means anonymous.
    customer_id: Mapped[str | None] = mapped_column(String(128), index=True)
    #: Keyed hash of the address an anonymous conversation was opened from: for limits only.
    address_hash: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]
    holder: Mapped[str] = mapped_column(String(8))
    #: Grows with every change of holder; a reply made under an older one is dropped.
    epoch: Mapped[int]
    last_event_id: Mapped[int]
    #: The bot's newest turn, whose buttons a typed label may mean.
    last_turn_id: Mapped[str | None] = mapped_column(String(32))
    #: The dialogue as the assistant left it; None is a fresh start.
    state: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]


class ConversationToken(Base):
    """Another bearer token of a conversation, beside the one it was opened with."""

    __tablename__ = "conversation_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    expires_at: Mapped[datetime]


class Event(Base):
    """What happened in a conversation, in the order of its ids; only added, and never changed but to take words out."""

    __tablename__ = "event"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(32))
    #: `customer` (both sides read it) or `agents` (an internal note).
    audience: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class Inbox(Base):
    """A customer's message until a turn has dealt with it. One row per external id, for ever."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index(
            "ix_inbox_pending",
            "conversation_id",
            "event_id",
            postgresql_where=text("is_done = false"),
            sqlite_where=text("is_done = 0"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(160))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    event_id: Mapped[int]
    #: What was sent, to tell a repeat from a reused id.
    digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    payload: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]
    is_done: Mapped[bool]
    #: Turns that failed although a worker was ready.
    attempts: Mapped[int]
    retry_at: Mapped[datetime | None]
    #: When the customer was told that it takes longer.
    delay_told_at: Mapped[datetime | None]


class Lease(Base):
    """Who may work on a conversation's turn, until when; `fence` tells a late worker from the present one."""

    __tablename__ = "lease"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    fence: Mapped[int]
    expires_at: Mapped[datetime]


class Outbox(Base):
    """A message for a channel that must be pushed to. The id is the delivery id: stable over retries."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("conversation_id", "event_id", "channel"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    event_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(10), index=True)  # pending | delivered | failed
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Button(Base):
    """What a button means, kept here so that a client only ever holds an opaque token."""

    __tablename__ = "button"

    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    turn_id: Mapped[str] = mapped_column(String(32))
    label: Mapped[str]
    payload: Mapped[dict[str, Any]]


class Turn(Base):
    """A committed turn with its decision trace, so that any past answer can be explained."""

    __tablename__ = "turn"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    trace: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    committed_at: Mapped[datetime]


class UsedIdentity(Base):
    """Identity tokens that were used, until they expire: each is good once."""

    __tablename__ = "used_identity"

    jti: Mapped[str] = mapped_column(String(128), primary_key=True)
    expires_at: Mapped[datetime]
