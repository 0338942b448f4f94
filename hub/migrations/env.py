"""Alembic's entry: runs on the connection hub.migrate hands in."""

from __future__ import annotations

from alembic import context

import conversations.attachments.models  # registers the table of attachments
import conversations.models  # noqa: F401 -- registers the tables of the record
import exchange.models  # noqa: F401 -- registers the tables of the price record
import hub.channels.telegram.models  # noqa: F401 -- registers the tables of the Telegram channel
from conversations.database import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7083)")  # one replica migrates, the others wait
with context.begin_transaction():
    context.run_migrations()
