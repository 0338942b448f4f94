"""Invites, second factors, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
REFUSAL = "the audit log is append-only"


def upgrade() -> None:
    op.add_column("agent", sa.Column("deactivated_at", INSTANT, nullable=True))
    op.create_index("ix_agent_session_agent_id", "agent_session", ["agent_id"])
    _create_tables()
    _make_append_only()


def _agent_key() -> sa.Column[str]:
    return sa.Column("agent_id", sa.String(length=32), sa.ForeignKey("agent.id"), primary_key=True)


def _create_tables() -> None:
    op.create_table(
        "second_factor",
        _agent_key(),
        sa.Column("secret", sa.String(length=255), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
    )
    op.create_table("recovery_code", _agent_key(), sa.Column("code_hash", sa.String(length=64), primary_key=True))
    op.create_table(
        "password_link",
        _agent_key(),
        sa.Column("token_hash", sa.String(length=64), nullable=False, unique=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", sa.String(length=32), sa.ForeignKey("agent.id"), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=160), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=True),
        sa.Column("data", JSON, nullable=False),
    )
    for column in ("actor_id", "action", "at"):
        op.create_index(f"ix_audit_entry_{column.removesuffix('_id')}", "audit_entry", [column, "id"])


def _make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    for table in ("audit_entry", "password_link", "recovery_code", "second_factor"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_index("ix_agent_session_agent_id", "agent_session")
    op.drop_column("agent", "deactivated_at")
