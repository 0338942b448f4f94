"""Tables of the evidence packs. A pack never changes; only when to look again does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conversations.database import Base


class EvidencePack(Base):
    __tablename__ = "evidence_pack"
    #: Whoever collects the same pack at the same time, one is stored.
    __table_args__ = (UniqueConstraint("ticket_number", "sequence"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ticket_number: Mapped[str] = mapped_column(ForeignKey("ticket.number"))
    #: 1 for a ticket's first pack.
    sequence: Mapped[int]
    case: Mapped[str] = mapped_column(String(32))
    #: symbol, at and price as they were given.
    subject: Mapped[dict[str, Any]]
    #: The middle of the window; None when no time is known.
    moment: Mapped[datetime | None]
    collected_at: Mapped[datetime]
    #: Display name of the agent who asked; None when the service collected it by itself.
    requested_by: Mapped[str | None] = mapped_column(String(80))
    findings: Mapped[list[Any]]
    #: Of the manifest: the pack without its contents, with their hashes.
    sha256: Mapped[str] = mapped_column(String(64))
    again_at: Mapped[datetime | None] = mapped_column(index=True)

    parts: Mapped[list[EvidencePart]] = relationship(lazy="selectin", order_by="EvidencePart.position")


class EvidencePart(Base):
    __tablename__ = "evidence_part"

    pack_id: Mapped[str] = mapped_column(ForeignKey("evidence_pack.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int]
    sources: Mapped[list[Any]]
    fetched_at: Mapped[datetime]
    notes: Mapped[list[Any]]
    #: The note saying why there is no content.
    missing: Mapped[dict[str, Any] | None]
    #: Of the canonical bytes, and how many they are.
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    #: The canonical bytes, compressed with zlib: an hour of a busy contract is 1 MB, compressed a tenth.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
