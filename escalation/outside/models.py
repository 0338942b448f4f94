"""Tables of what leaves the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class Happening(Base):
    """What happened to a ticket, until it was made into deliveries; written in the transaction in which it happened."""

    __tablename__ = "outside_happening"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_number: Mapped[str] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_name: Mapped[str] = mapped_column(String(80))
    #: What the ticket's log says of it.
    data: Mapped[dict[str, Any]]
    #: The ticket as it was then.
    ticket: Mapped[dict[str, Any]]


class Destination(Base):
    """Where deliveries go, one at a time. Its row is locked by who puts something in, claims or reports."""

    __tablename__ = "outside_destination"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # webhook | mail | telegram
    #: When the first of what waits is attempted next; None while nothing waits.
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Failures in a row.
    failures: Mapped[int]
    is_paused: Mapped[bool]


class Delivery(Base):
    """One thing for one destination. `id` is the same at every attempt; `place` is the order."""

    __tablename__ = "outside_delivery"
    __table_args__ = (Index("ix_outside_delivery_line", "destination_id", "status", "place"),)

    place: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    destination_id: Mapped[str] = mapped_column(ForeignKey("outside_destination.id"))
    #: The happening's type, or the letter's name.
    type: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10))  # pending | delivered | failed
    attempts: Mapped[int]
    #: What a webhook's receiver answered last.
    status_code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(index=True)
    attempted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime]


class Webhook(Base):
    """An address that is told of happenings; its destination is `webhook:<id>`."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(80))
    events: Mapped[list[Any]]
    #: The secret is made from this and the service's key: the database alone signs nothing.
    salt: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class NoticeSettings(Base):
    """How an agent is told of things while they do not look at the console; without a row the defaults count."""

    __tablename__ = "notice_settings"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: None: the agent's login, where it is an address.
    mail_address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))  # en | zh
    #: Kind -> ways.
    ways: Mapped[dict[str, Any]]
    telegram_chat_id: Mapped[int | None] = mapped_column(BigInteger)


class AgentLinkCode(Base):
    """Codes that link an agent's Telegram chat: short-lived, good once, stored as a keyed hash."""

    __tablename__ = "agent_link_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), index=True)
    expires_at: Mapped[datetime]


class CappedAlert(Base):
    """Alerts about unverified tickets that were made lately, for their cap."""

    __tablename__ = "capped_alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(index=True)
    is_more: Mapped[bool]


class ReadPosition(Base):
    """How far a customer has read their conversation, as their client says."""

    __tablename__ = "read_position"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    event_id: Mapped[int]


class UnreadReply(Base):
    """A person's reply that may have to be mailed, until it was read or mailed."""

    __tablename__ = "unread_reply"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ticket_number: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    #: When to see whether it was read.
    look_at: Mapped[datetime] = mapped_column(index=True)


class ResumeLink(Base):
    """A link in a mail that lets its reader go on with a conversation: good once, stored only hashed."""

    __tablename__ = "resume_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class CustomerMail(Base):
    """A verified customer's e-mail address, as the exchange's site said it last."""

    __tablename__ = "customer_mail"

    customer_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
