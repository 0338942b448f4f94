"""What the queries of reports share: durations, spreads and days, exact and the same in both stores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar, Unpack

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, case, column, func, literal, or_, select, values
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import CTE
from sqlalchemy.sql.functions import FunctionElement

from conversations.database import UtcDateTime
from conversations.models import Conversation
from escalation.models import Ticket
from escalation.reports.figures import Spread, spread_at
from escalation.reports.scope import Scope

AnySelect = Select[Unpack[tuple[Any, ...]]]
Query = TypeVar("Query", bound=AnySelect)


class microseconds_between(FunctionElement[int]):  # noqa: N801 -- reads as a function of SQL
    """From the first instant to the second, as a whole number."""

    name = "microseconds_between"
    type = BigInteger()
    inherit_cache = True


@compiles(microseconds_between, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # Instants are texts with six digits after the second's point; julianday() would round them.
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    seconds, rest = "CAST(strftime('%s', {0}) AS INTEGER)", "CAST(substr({0}, 21, 6) AS INTEGER)"
    whole = f"({seconds.format(end)} - {seconds.format(start)}) * 1000000"
    return f"({whole} + {rest.format(end)} - {rest.format(start)})"


@compiles(microseconds_between, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({end} - {start})) * 1000000 AS BIGINT)"


def within(at: Any, scope: Scope) -> ColumnElement[bool]:
    """Tell whether an instant lies in the scope's days."""
    return and_(at >= scope.starts_at, at < scope.ends_at)


def narrow(query: Query, scope: Scope) -> Query:
    """Keep the tickets of the scope's queue, language and channel; the query selects from tickets."""
    if scope.queue is not None:
        query = query.where(Ticket.queue == scope.queue)
    if scope.language is not None:
        query = query.where(Ticket.language == scope.language)
    if scope.channel is not None:
        query = query.join(Conversation, Conversation.id == Ticket.conversation_id)
        query = query.where(Conversation.channel == scope.channel)
    return query


def speaks(locale: Any, language: str) -> ColumnElement[bool]:
    """Tell whether a locale such as zh-CN or zh_TW is of a language: `domain.language_of` in SQL."""
    lower = func.lower(locale)
    return or_(
        lower == language,
        lower.startswith(f"{language}-", autoescape=True),
        lower.startswith(f"{language}_", autoescape=True),
    )


def days(scope: Scope) -> CTE:
    """Return the scope's days as a table: day (ISO), starts_at, ends_at."""
    columns = (column("day", String), column("starts_at", UtcDateTime), column("ends_at", UtcDateTime))
    rows = [(day.day.isoformat(), day.starts_at, day.ends_at) for day in scope.days()]
    return values(*columns, name="day_values").data(rows).cte("days")


async def spreads(session: AsyncSession, durations: AnySelect) -> dict[str, Spread]:
    """Return the spread of each group of a query for (group, microseconds); all together under "all"."""
    one = durations.cte("durations")
    group, length = one.c[0], one.c[1]
    found: dict[str, Spread] = {}
    for key in (group, None):
        over: dict[str, Any] = {"partition_by": key} if key is not None else {}
        ranked = select(
            (group if key is not None else literal("all", String)).label("name"),
            length.label("length"),
            func.row_number().over(order_by=length, **over).label("place"),
            func.count().over(**over).label("count"),
        ).cte("ranked")
        first = 9 * (ranked.c.count - 1) // 10 + 1
        wanted = ((ranked.c.count - 1) // 2 + 1, ranked.c.count // 2 + 1, first, first + 1)
        query = select(ranked).where(ranked.c.place.in_(wanted))
        found |= _read((await session.execute(query)).all())
    return {"all": Spread(0, None, None), **found}


def _read(rows: Sequence[Any]) -> dict[str, Spread]:
    values_at: dict[str, dict[int, int]] = defaultdict(dict)
    counts = {}
    for name, length, place, count in rows:
        values_at[name][place] = int(length)
        counts[name] = count
    return {name: spread_at(counts[name], known.__getitem__) for name, known in values_at.items()}


async def pairs(session: AsyncSession, query: AnySelect) -> dict[Any, Any]:
    """Return the rows of two columns, the first leading to the second."""
    return {row[0]: row[1] for row in (await session.execute(query)).all()}


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Count the rows for which something holds."""
    return func.count(case((condition, 1)))


def instant(at: datetime) -> ColumnElement[datetime]:
    """Return an instant as both stores compare it."""
    return literal(at, UtcDateTime)
