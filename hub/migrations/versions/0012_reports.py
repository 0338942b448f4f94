"""Decisions of complaints, and the indexes that reports need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "complaint_decision",
        sa.Column("ticket_number", sa.String(length=16), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("root_cause", sa.String(length=32), nullable=False),
        sa.Column("remedy", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.String(length=32), nullable=True),
        sa.Column("currency", sa.String(length=16), nullable=True),
        sa.Column("remedy_text", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("points", JSON, nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("ticket_number"),
    )
    op.create_index("ix_complaint_decision_decided_at", "complaint_decision", ["decided_at"])
    op.create_index("ix_ticket_created_at", "ticket", ["created_at"])
    op.create_index("ix_ticket_answered_at", "ticket", ["first_response_at"])
    op.create_index("ix_ticket_done_at", "ticket", ["resolved_at"])
    op.create_index("ix_ticket_event_type_at", "ticket_event", ["type", "at"])
    op.create_index("ix_turn_committed_at", "turn", ["committed_at"])


def downgrade() -> None:
    op.drop_index("ix_turn_committed_at", "turn")
    op.drop_index("ix_ticket_event_type_at", "ticket_event")
    op.drop_index("ix_ticket_done_at", "ticket")
    op.drop_index("ix_ticket_answered_at", "ticket")
    op.drop_index("ix_ticket_created_at", "ticket")
    op.drop_index("ix_complaint_decision_decided_at", "complaint_decision")
    op.drop_table("complaint_decision")
