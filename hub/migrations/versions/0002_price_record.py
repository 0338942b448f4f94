"""The price record (exchange)."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_sample",
        sa.Column("symbol", sa.String(length=48), nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=48), nullable=True),
        sa.Column("index_price", sa.String(length=48), nullable=True),
        sa.Column("funding", sa.String(length=48), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("symbol", "at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "price_hour",
        sa.Column("symbol", sa.String(length=48), nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("samples", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", "hour"),
    )
    op.create_index("ix_price_hour_hour", "price_hour", ["hour"])
    lease = op.create_table(
        "recorder_lease",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    nobody = {"name": "recorder", "owner": "", "expires_at": datetime(1970, 1, 1, tzinfo=UTC)}
    op.bulk_insert(lease, [nobody])


def downgrade() -> None:
    for table in ("recorder_lease", "price_hour", "price_sample"):
        op.drop_table(table)
