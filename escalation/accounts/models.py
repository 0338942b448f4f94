"""Tables of the desk's accounts: second factors, links that set a password, the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class SecondFactor(Base):
    """What an agent's codes are made from. Until the first right code it is only offered, and nothing asks for it."""

    __tablename__ = "second_factor"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    #: Encrypted with the service's key.
    secret: Mapped[str] = mapped_column(String(255))
    confirmed_at: Mapped[datetime | None]
    #: The time step of the last code that was accepted; that code and earlier ones are spent.
    last_step: Mapped[int]


class RecoveryCode(Base):
    """Stands in for a code once; a used one is gone."""

    __tablename__ = "recovery_code"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class PasswordLink(Base):
    """A link that lets its holder set an agent's password, once. Each agent has at most one."""

    __tablename__ = "password_link"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))  # invite | reset
    expires_at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what, on what, when. The database itself refuses to change or delete one."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_actor", "actor_id", "id"),
        Index("ix_audit_entry_action", "action", "id"),
        Index("ix_audit_entry_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: None where nobody was signed in.
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("agent.id"))
    #: As it was then.
    actor_name: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(160))
    #: Keyed hash of the address it came from, where that is known.
    address_hash: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]
