"""Table of the knowledge tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base

_IS_OPEN = text("status = 'open'")


class KnowledgeTask(Base):
    """A bot's answer an agent calls wrong. Question and answer stay in the transcript; this points at them."""

    __tablename__ = "knowledge_task"
    __table_args__ = (
        # One open task per message, whoever reports it.
        Index(
            "uq_knowledge_task_open",
            "conversation_id",
            "event_id",
            unique=True,
            postgresql_where=_IS_OPEN,
            sqlite_where=_IS_OPEN,
        ),
        Index("ix_knowledge_task_list", "status", "reported_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    #: The bot's message.
    event_id: Mapped[int]
    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"), index=True)
    #: What the message cited: article_id and version of each.
    articles: Mapped[list[Any]]
    #: What is wrong, in the agent's words.
    wrong: Mapped[str]
    status: Mapped[str] = mapped_column(String(8))  # open | done
    reported_by: Mapped[str] = mapped_column(String(80))
    reported_at: Mapped[datetime]
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_at: Mapped[datetime | None]
