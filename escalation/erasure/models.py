"""Table of erasures: asked for, waiting for a legal hold to end, done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base

_IS_WAITING = text("done_at IS NULL")


class Erasure(Base):
    """That a conversation was, or is to be, erased. It stays as the proof, and says nothing of what was erased."""

    __tablename__ = "erasure"
    __table_args__ = (
        # One that waits per conversation, whoever asks.
        Index(
            "uq_erasure_waiting",
            "conversation_id",
            unique=True,
            postgresql_where=_IS_WAITING,
            sqlite_where=_IS_WAITING,
        ),
        Index("ix_erasure_asked_at", "asked_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    #: Display name of the admin; "Customer" for one who asked by themselves.
    asked_by: Mapped[str] = mapped_column(String(80))
    #: Asked by the customer: all their cases must be over first.
    is_own: Mapped[bool]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    #: None while it waits.
    done_at: Mapped[datetime | None]
