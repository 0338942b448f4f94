"""Which message a relayed one became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relay", sa.Column("said_in", sa.String(length=32), nullable=True))
    op.add_column("relay", sa.Column("said_as", sa.Integer(), nullable=True))
    op.create_index("ix_relay_said_in", "relay", ["said_in"])


def downgrade() -> None:
    op.drop_index("ix_relay_said_in", "relay")
    op.drop_column("relay", "said_as")
    op.drop_column("relay", "said_in")
