"""Table of attachments. The bytes are in a folder (`storage`), under the same id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class Attachment(Base):
    """One file of a customer's message. Erased, only id, message, time and type say something."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    #: The message it came with.
    event_id: Mapped[int]
    #: As people see it; never a path.
    name: Mapped[str] = mapped_column(String(128))
    type: Mapped[str] = mapped_column(String(32))
    #: Bytes as kept, and their hash: what an agent saw can be proven.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    #: Pixels, of a picture.
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
