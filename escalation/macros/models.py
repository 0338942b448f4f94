"""Table of the macros."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class Macro(Base):
    __tablename__ = "macro"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: What agents choose it by.
    name: Mapped[str] = mapped_column(String(80), unique=True)
    #: Language -> text with placeholders.
    texts: Mapped[dict[str, Any]]
    #: What the ticket becomes after the reply: on_hold, resolved, or None for what a reply does anyway.
    status: Mapped[str | None] = mapped_column(String(24))
    #: Added to the ticket's.
    tags: Mapped[list[Any]]
    #: Display name of who changed it last.
    edited_by: Mapped[str] = mapped_column(String(80))
    edited_at: Mapped[datetime]
    #: Grows with every change, so that of two leads saving at once the second is told.
    version: Mapped[int]
