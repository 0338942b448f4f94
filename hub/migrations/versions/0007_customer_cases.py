"""The customer's side of a case: ratings, offers to reopen, what a queue did lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
IS_WAITING = sa.text("assignee_id IS NULL AND status IN ('new', 'open') AND held_by = 'queue'")


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("ticket_number", sa.String(length=16), nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        sa.Column("rated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("ticket_number", "resolved_at"),
    )
    op.create_index("ix_rating_rated_at", "rating", ["rated_at"])
    op.add_column("ticket", sa.Column("reopen_offered_at", INSTANT, nullable=True))
    place = ["queue", "priority", "first_response_due_at", "number"]
    op.create_index("ix_ticket_queue_waiting", "ticket", place, postgresql_where=IS_WAITING, sqlite_where=IS_WAITING)
    op.create_index("ix_ticket_queue_answered", "ticket", ["queue", "first_response_at"])
    op.create_index("ix_ticket_queue_resolved", "ticket", ["queue", "resolved_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_queue_resolved", "ticket")
    op.drop_index("ix_ticket_queue_answered", "ticket")
    op.drop_index("ix_ticket_queue_waiting", "ticket")
    op.drop_column("ticket", "reopen_offered_at")
    op.drop_table("rating")
