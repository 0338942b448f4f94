"""Fixtures of the service side: a clock, and a fresh migrated database in either store.

PHAROS_TEST_STORES=sqlite leaves PostgreSQL out. Its server is the test run's own,
started from the system's binaries and stopped at the end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conversations.database import Database
from conversations.signals import Signals
from hub.migrate import upgrade
from kit.clock import ManualClock
from tests.postgres import PostgresServer

STORES = os.environ.get("PHAROS_TEST_STORES", "sqlite,postgres").split(",")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 22, 3, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer.start()
    if server is None:
        pytest.skip("PostgreSQL is not installed; PHAROS_TEST_STORES=sqlite leaves it out.")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("template") / "pharos.db"


@pytest.fixture(params=STORES)
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Address of a fresh migrated database, as an operator writes it."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        if not template.exists():
            await _migrate(f"sqlite+aiosqlite:///{template}")
        shutil.copy(template, tmp_path / "pharos.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'pharos.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        if not server.has_template:
            await _migrate(with_driver(server.create_template()))
            server.close_template()
        url = server.take_database()
        yield url
        server.give_back(url)


def with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


async def _migrate(url: str) -> None:
    database = Database(url, Signals())
    await upgrade(database)
    await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(with_driver(database_url), Signals())
    yield database
    await database.close()
