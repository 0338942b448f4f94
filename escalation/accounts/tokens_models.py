"""Table of the tokens of the public desk API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conversations.database import Base
from escalation.models import Agent


class ApiToken(Base):
    """A token with which another system uses the desk. Stored only hashed; it acts as an agent of its own."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: Of role `token`: under its name everything stands that the token does. It never signs in.
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    #: Display name of the admin.
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    #: None: never.
    expires_at: Mapped[datetime | None]
    #: To the minute.
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(lazy="joined")
