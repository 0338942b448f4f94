"""The desk: life cycle, skills, presence."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
IS_WAITING = sa.text("assignee_id IS NULL AND status IN ('new', 'open') AND held_by = 'queue'")
QUEUES = ["accounts", "api", "complaints", "compliance", "general", "payments", "risk", "security"]


def upgrade() -> None:
    _add_to_agents()
    _add_to_tickets()
    _keep_what_was()
    _create_tables()


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _required(name: str, kind: sa.types.TypeEngine[Any], default: str) -> sa.Column[Any]:
    """Return a column that the rows there are get a value for."""
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


def _add_to_agents() -> None:
    """Skills, room and presence; who is there already serves every queue, in English."""
    _add(
        "agent",
        _required("queues", JSON, f"'{json.dumps(QUEUES)}'"),
        _required("languages", JSON, "'[\"en\"]'"),
        _required("capacity", sa.Integer(), "5"),
        _required("presence", sa.String(length=8), "'offline'"),
        sa.Column("heartbeat_at", INSTANT, nullable=True),
        sa.Column("last_assigned_at", INSTANT, nullable=True),
        _required("assigned_count", sa.Integer(), "0"),
    )


def _add_to_tickets() -> None:
    """Who works on it, how it ended, tags."""
    _add(
        "ticket",
        _required("held_by", sa.String(length=8), "'queue'"),
        sa.Column("assigned_at", INSTANT, nullable=True),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.Column("waiting_since", INSTANT, nullable=True),
        _required("tags", JSON, "'[]'"),
        _required("has_no_skill", sa.Boolean(), "false"),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("root_cause", sa.String(length=32), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(length=16), nullable=True),
        sa.Column("watch_at", INSTANT, nullable=True),
    )
    op.create_index("ix_ticket_resolved_at", "ticket", ["status", "resolved_at"])
    op.create_index("ix_ticket_watch_at", "ticket", ["watch_at"])
    for name, columns in (("urgent", ["priority", "first_response_due_at", "number"]), ("oldest", ["created_at", "number"])):
        op.create_index(
            f"ix_ticket_waiting_{name}", "ticket", columns, postgresql_where=IS_WAITING, sqlite_where=IS_WAITING
        )


def _keep_what_was() -> None:
    """Work out for the tickets there are what is written down from now on."""
    op.execute("UPDATE ticket SET resolved_at = updated_at WHERE status IN ('resolved', 'closed')")
    op.execute("UPDATE ticket SET watch_at = updated_at WHERE status NOT IN ('resolved', 'closed')")
    op.execute("UPDATE ticket SET assigned_at = updated_at WHERE assignee_id IS NOT NULL")
    op.execute("UPDATE ticket SET replied_at = updated_at WHERE first_response_at IS NOT NULL")
    op.execute("UPDATE ticket SET waiting_since = created_at WHERE first_response_at IS NULL")
    op.execute("UPDATE ticket SET language = lower(substr(language, 1, 2)) WHERE length(language) > 3")
    holder = "(SELECT holder FROM conversation WHERE conversation.id = ticket.conversation_id)"
    op.execute(f"UPDATE ticket SET held_by = 'bot' WHERE {holder} = 'bot'")
    op.execute(f"UPDATE ticket SET held_by = 'agent' WHERE {holder} = 'agent' AND assignee_id IS NOT NULL")


def _create_tables() -> None:
    """Related tickets, who looks at them, drafts, and the locks of background work."""
    number, agent = ("ticket.number", sa.String(length=16)), ("agent.id", sa.String(length=32))
    op.create_table("ticket_link", _key("ticket_number", *number), _key("related_number", *number))
    op.create_table(
        "ticket_viewer",
        _key("ticket_number", *number),
        _key("agent_id", *agent),
        sa.Column("is_writing", sa.Boolean(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
    )
    op.create_table(
        "draft",
        _key("agent_id", *agent),
        _key("ticket_number", *number),
        sa.Column("mode", sa.String(length=8), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
    )
    lock = op.create_table("desk_lock", sa.Column("name", sa.String(length=16), primary_key=True))
    op.bulk_insert(lock, [{"name": "assignment"}])


def _key(name: str, target: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, sa.ForeignKey(target), primary_key=True)


def downgrade() -> None:
    for table in ("desk_lock", "draft", "ticket_viewer", "ticket_link"):
        op.drop_table(table)
    for index in ("ix_ticket_resolved_at", "ix_ticket_watch_at", "ix_ticket_waiting_urgent", "ix_ticket_waiting_oldest"):
        op.drop_index(index, "ticket")
    resolved = ("resolved_at", "root_cause", "decision", "merged_into", "watch_at")
    for column in ("held_by", "assigned_at", "replied_at", "waiting_since", "tags", "has_no_skill", *resolved):
        op.drop_column("ticket", column)
    skills = ("queues", "languages", "capacity")
    for column in (*skills, "presence", "heartbeat_at", "last_assigned_at", "assigned_count"):
        op.drop_column("agent", column)
