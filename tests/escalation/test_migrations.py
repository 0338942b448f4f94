from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

import conversations.attachments.models
import conversations.models  # noqa: F401 -- registers the record's tables
import escalation.accounts.models
import escalation.complaints.models
import escalation.knowledge.models
import escalation.macros.models
import escalation.models
import escalation.reports.models  # noqa: F401 -- registers indexes
import exchange.models  # noqa: F401 -- registers the price record's tables
from conversations.database import Base, Database
from hub.migrate import upgrade


def _is_described(_object: Any, name: str | None, *_more: Any) -> bool:
    """The full-text index is each store's own; models do not know it."""
    return not (name or "").startswith(("search_index", "search_vector"))


def _differences(connection: Connection) -> Any:
    opts = {"compare_type": True, "include_object": _is_described}
    return compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata)


async def test_migrations_make_the_tables_the_models_describe(database: Database) -> None:
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(_differences)

    assert differences == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)

    async with database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).all() == [("0015",)]


@pytest.mark.parametrize("index", ["uq_ticket_open_case", "ix_inbox_pending"])
async def test_partial_indexes_keep_their_condition(database: Database, index: str) -> None:
    query = {
        True: "SELECT sql FROM sqlite_master WHERE name = :name",
        False: "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
    }[database.is_sqlite]

    async with database.engine.connect() as connection:
        definition = (await connection.execute(text(query), {"name": index})).scalar_one()

    assert "WHERE" in definition
