"""Notifications, webhooks, mail to customers who left."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "outside_happening",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ticket_number", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("ticket", JSON, nullable=False),
    )
    op.create_table(
        "outside_destination",
        sa.Column("id", sa.String(length=80), primary_key=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_outside_destination_next_attempt_at", "outside_destination", ["next_attempt_at"])
    op.create_table(
        "outside_delivery",
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(length=32), nullable=False, unique=True),
        _key("destination_id", "outside_destination.id", 80),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=False),
    )
    op.create_index("ix_outside_delivery_line", "outside_delivery", ["destination_id", "status", "place"])
    op.create_index("ix_outside_delivery_created_at", "outside_delivery", ["created_at"])
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    _settings()
    _customers()
    op.bulk_insert(sa.table("desk_lock", sa.column("name", sa.String)), [{"name": "outside"}])


def _settings() -> None:
    op.create_table(
        "notice_settings",
        _key("agent_id", "agent.id", 32, primary_key=True),
        sa.Column("mail_address", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("ways", JSON, nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "agent_link_code",
        sa.Column("code_hash", sa.String(length=64), primary_key=True),
        _key("agent_id", "agent.id", 32),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_index("ix_agent_link_code_agent_id", "agent_link_code", ["agent_id"])
    op.create_table(
        "capped_alert",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("is_more", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_capped_alert_at", "capped_alert", ["at"])


def _customers() -> None:
    op.create_table(
        "read_position",
        _key("conversation_id", "conversation.id", 32, primary_key=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
    )
    op.create_table(
        "unread_reply",
        _key("conversation_id", "conversation.id", 32, primary_key=True),
        sa.Column("event_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("ticket_number", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("look_at", INSTANT, nullable=False),
    )
    op.create_index("ix_unread_reply_look_at", "unread_reply", ["look_at"])
    op.create_table(
        "resume_link",
        sa.Column("token_hash", sa.String(length=64), primary_key=True),
        _key("conversation_id", "conversation.id", 32),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
    )
    op.create_index("ix_resume_link_conversation_id", "resume_link", ["conversation_id"])
    op.create_index("ix_resume_link_expires_at", "resume_link", ["expires_at"])
    op.create_table(
        "customer_mail",
        sa.Column("customer_id", sa.String(length=128), primary_key=True),
        sa.Column("address", sa.String(length=254), nullable=False),
    )
    op.create_table(
        "conversation_token",
        sa.Column("token_hash", sa.String(length=64), primary_key=True),
        _key("conversation_id", "conversation.id", 32),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_index("ix_conversation_token_conversation_id", "conversation_token", ["conversation_id"])


def _key(name: str, target: str, length: int, *, primary_key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), sa.ForeignKey(target), nullable=False, primary_key=primary_key)


def downgrade() -> None:
    op.execute("DELETE FROM desk_lock WHERE name = 'outside'")
    for table in ("conversation_token", "customer_mail", "resume_link", "unread_reply", "read_position"):
        op.drop_table(table)
    for table in ("capped_alert", "agent_link_code", "notice_settings", "webhook"):
        op.drop_table(table)
    for table in ("outside_delivery", "outside_destination", "outside_happening"):
        op.drop_table(table)
