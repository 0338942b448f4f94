"""The migration makes the tables the models describe."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from conversations.database import Base, Database
from hub.channels.telegram import models


def _differences(connection: Connection) -> list[Any]:
    def is_ours(object: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
        return type_ != "table" or str(name).startswith("telegram_")

    options = {"compare_type": True, "include_object": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def test_migration_makes_the_tables_the_models_describe(database: Database) -> None:
    assert models.TelegramChat.__table__ in Base.metadata.sorted_tables

    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
