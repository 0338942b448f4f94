"""SQLite's side of the store: how its connections are set up, and statements that need one trip to their thread.

The driver has a thread for each connection, and its SQLAlchemy adapter goes there four times for a statement: to make a
cursor, run it, read it, close it. Here that is one trip, which makes small statements about twice as cheap.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, FromClause, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: What is deleted is overwritten in the file, whatever the library was built with.
_PRAGMAS = ("journal_mode=WAL", "busy_timeout=5000", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def sqlite_engine(url: str) -> AsyncEngine:
    """Return an engine whose transactions are explicit: BEGIN IMMEDIATE with the option `is_writer`, else BEGIN."""
    engine = create_async_engine(url, hide_parameters=True)  # errors in logs quote no message
    engine.sync_engine.dialect.statement_compiler = _Compiler

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(dialect: Dialect, _record: Any, args: Any, options: Any) -> _Connection:
        made: Any = dialect.connect(*args, **options)
        return _Connection(made.dbapi, made._connection)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below starts transactions
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        is_writer = connection.get_execution_options().get("is_writer")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine


async def empty_log(engine: AsyncEngine) -> None:
    """Bring the write-ahead log, which holds pages as they were, into the file and empty it. Readers may prevent it."""
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await (await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")).close()


class _Compiler(SQLiteCompiler):
    """Writes hints such as INDEXED BY, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


@dataclass
class _Done:
    """What is left of a cursor that was run, read and closed."""

    rows: Iterable[Any] = ()
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        pass


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Done()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        done = await self._run(sqlite3.Cursor.execute, operation, parameters or ())
        self._rows = deque(done.rows)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run(sqlite3.Cursor.executemany, operation, seq_of_parameters)

    async def _run(self, how: Any, operation: str, parameters: Iterable[Any]) -> _Done:
        driver: Any = self._connection

        def work() -> _Done:
            cursor = driver._conn.cursor()
            try:
                how(cursor, operation, parameters)
                rows = cursor.fetchall() if cursor.description else ()
                return _Done(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
            finally:
                cursor.close()

        async with self._adapt_connection._execute_mutex:
            done: _Done = await driver._execute(work)
        self._cursor = done  # type: ignore[assignment]  # all of a cursor that is asked for from here on
        return done


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor
