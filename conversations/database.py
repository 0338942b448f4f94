"""One database, two kinds: an SQLite file (default) or PostgreSQL.

`write()` is one transaction; hints added with `hint()` go out after its commit.
SQLite runs in WAL mode with BEGIN IMMEDIATE for writes and full synchronisation,
so an acknowledged row survives a power cut; writers in this process queue up
instead of polling the file lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

import anyio
import psycopg
from sqlalchemy import JSON, DateTime, Dialect, TypeDecorator, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from conversations.signals import Signals
from conversations.sqlite import sqlite_engine

#: PostgreSQL's NOTIFY channel for hints.
HINT_CHANNEL = "pharos_hint"

#: JSON in both stores.
JsonDocument = JSON().with_variant(JSONB(), "postgresql")

_NOTIFY = text("SELECT pg_notify(:channel, topic) FROM unnest(CAST(:topics AS text[])) AS topic")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite drops the zone, so it is put back; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; pass an aware datetime")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the service."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JsonDocument, list[Any]: JsonDocument}


def hint(session: AsyncSession, topic: str) -> None:
    """Tell whoever waits for `topic` to look again, once this transaction is committed."""
    session.info.setdefault("hints", set()).add(topic)


class Database:
    """Transactions against one store."""

    def __init__(self, url: str, signals: Signals) -> None:
        self.url = url
        self.signals = signals
        self.is_sqlite = url.startswith("sqlite")
        self.engine = (
            sqlite_engine(url) if self.is_sqlite else create_async_engine(url, pool_size=10, hide_parameters=True)
        )
        self._writer_engine: AsyncEngine = self.engine.execution_options(is_writer=True)
        self._writer_turn = asyncio.Lock() if self.is_sqlite else nullcontext()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed at the end of the block or rolled back whole."""
        async with self._writer_turn, AsyncSession(self._writer_engine, expire_on_commit=False) as session:
            async with session.begin():
                yield session
                await session.flush()
                await self._notify_replicas(session)
        for topic in session.info.get("hints", ()):
            self.signals.publish(topic)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent snapshot; nothing written inside is kept.

        A reader who goes away is let go afterwards: anyio cancels again and again, which would
        break the driver's clean-up of its connection and leave a task that never ends.
        """
        with anyio.CancelScope(shield=True):
            async with AsyncSession(self.engine, expire_on_commit=False) as session:
                yield session

    async def publish(self, topic: str, note: str) -> None:
        """Tell a topic's waiters, in every replica, something that is never stored."""
        if self.is_sqlite:
            self.signals.publish(topic, note)
            return
        async with self.engine.begin() as connection:
            await connection.execute(text("SELECT pg_notify(:c, :t)"), {"c": HINT_CHANNEL, "t": f"{topic} {note}"})

    async def _notify_replicas(self, session: AsyncSession) -> None:
        if self.is_sqlite:
            return
        if topics := list(session.info.get("hints", ())):
            await session.execute(_NOTIFY, {"channel": HINT_CHANNEL, "topics": topics})

    async def listen(self) -> None:
        """Publish other replicas' hints here until cancelled (PostgreSQL; nothing to do on SQLite)."""
        if self.is_sqlite:
            return
        dsn = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {HINT_CHANNEL}")
                    async for notification in connection.notifies():
                        topic, _, note = notification.payload.partition(" ")
                        self.signals.publish(topic, note or None)
            except psycopg.OperationalError:
                await asyncio.sleep(1)  # hints are lost meanwhile; every waiter also looks by itself

    async def close(self) -> None:
        await self.engine.dispose()
