"""Tables of the channel last used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class LastUsed(Base):
    """The conversation a verified customer wrote in last, whatever channel it is on."""

    __tablename__ = "last_used"

    customer_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    #: The case of another conversation that people talk about here since.
    ticket_number: Mapped[str | None] = mapped_column(String(16))
    used_at: Mapped[datetime]


class RelayedDelivery(Base):
    """What an outbox row of the relay is about, and which message it became."""

    __tablename__ = "relay"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"))
    #: The copy's conversation and event; None until it was said, and for news of a status.
    said_in: Mapped[str | None] = mapped_column(String(32), index=True)
    said_as: Mapped[int | None]
