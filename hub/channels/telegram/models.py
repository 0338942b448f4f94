"""Tables of the Telegram channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class TelegramChat(Base):
    """A private chat and its conversation; the chat is linked when that conversation has a customer."""

    __tablename__ = "telegram_chat"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), unique=True)
    #: The one before the chat was linked: what it still has to say is sent all the same.
    previous_conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversation.id"), unique=True)
    #: Since when nothing can be sent: the customer blocked the bot, or the chat is gone.
    unreachable_at: Mapped[datetime | None]
    #: The last notice that was said, and when: ten photos at once need one answer.
    notice: Mapped[str | None] = mapped_column(String(16))
    noticed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class TelegramUpdate(Base):
    """Updates of the last 48 hours, to recognise one that comes again."""

    __tablename__ = "telegram_update"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class TelegramPart(Base):
    """A part of a message that was sent, so that a retry goes on after it, and that it can be redacted."""

    __tablename__ = "telegram_part"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime]


class TelegramFile(Base):
    """A file that is still to be fetched; the row goes with the message it becomes, or with the refusal."""

    __tablename__ = "telegram_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, index=True)
    #: Where the message goes.
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    #: By which Telegram gives it out.
    file_id: Mapped[str] = mapped_column(String(256))
    #: As the customer called it, without secrets.
    name: Mapped[str] = mapped_column(String(256))
    received_at: Mapped[datetime]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]


class TelegramLinkCode(Base):
    """Codes that link a chat to a customer: short-lived, good once, stored as a keyed hash."""

    __tablename__ = "telegram_link_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str] = mapped_column(String(128), index=True)
    expires_at: Mapped[datetime]


class TelegramPhrase(Base):
    """The words by which a customer knows that a linked chat is really ours."""

    __tablename__ = "telegram_phrase"

    customer_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    phrase: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]


class TelegramLease(Base):
    """Which replica polls, until when. The table has one row, made by the migration."""

    __tablename__ = "telegram_lease"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime]
