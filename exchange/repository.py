"""All SQL over the price record. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from exchange.models import PriceHour, PriceSample, RecorderLease
from exchange.samples import HOUR_SECONDS, Sample, from_second, hour_of, pack, to_second, unpack

#: The one row of RecorderLease.
LEASE = "recorder"


async def hold_lease(
    session: AsyncSession, now: datetime, owner: str, duration: timedelta, *, take_over: bool = False
) -> bool:
    """Take or keep the right to record; False while another has it. `take_over` asks nobody."""
    is_free = or_(RecorderLease.owner == owner, RecorderLease.expires_at <= now)
    change = update(RecorderLease).where(RecorderLease.name == LEASE)
    change = change if take_over else change.where(is_free)
    held = await session.execute(change.values(owner=owner, expires_at=now + duration).returning(RecorderLease.name))
    return held.first() is not None


async def release_lease(session: AsyncSession, now: datetime, owner: str) -> None:
    """Let another record at once."""
    change = update(RecorderLease).where(RecorderLease.name == LEASE, RecorderLease.owner == owner)
    await session.execute(change.values(expires_at=now))


async def add_samples(session: AsyncSession, samples: dict[str, Sample]) -> None:
    """Store one poll: a sample per symbol."""
    rows = [
        {
            "symbol": symbol,
            "at": to_second(sample.at),
            "mark": _text(sample.mark),
            "index_price": _text(sample.index),
            "funding": _text(sample.funding),
            "state": sample.state,
        }
        for symbol, sample in samples.items()
    ]
    if rows:
        await session.execute(insert(PriceSample), rows)


async def record_between(session: AsyncSession, symbol: str, start: datetime, end: datetime) -> list[Sample]:
    """Return what was recorded of a symbol from `start` to `end`, both included, in order; gaps stay gaps."""
    first, last = to_second(start), to_second(end)
    # Rows before blocks: an hour that is packed in between is then seen twice, never missed.
    query = select(PriceSample).where(PriceSample.symbol == symbol, PriceSample.at.between(first, last))
    found = {row.at: _sample(row) for row in (await session.execute(query)).scalars()}
    blocks = select(PriceHour.samples).where(
        PriceHour.symbol == symbol, PriceHour.hour.between(hour_of(first), hour_of(last))
    )
    for block in (await session.execute(blocks)).scalars():
        found |= {to_second(sample.at): sample for sample in unpack(block)}
    return [found[at] for at in sorted(found) if first <= at <= last]


async def unpacked_hours(session: AsyncSession, before: datetime) -> Sequence[tuple[str, int]]:
    """Return the symbols that have rows of hours finished before an instant, with the first such hour of each."""
    query = select(PriceSample.symbol, func.min(PriceSample.at)).group_by(PriceSample.symbol)
    query = query.having(func.min(PriceSample.at) < hour_of(to_second(before)))
    return [(symbol, hour_of(at)) for symbol, at in await session.execute(query)]


async def pack_hour(session: AsyncSession, symbol: str, hour: int) -> None:
    """Move one hour of a symbol from rows into a block, joining what is packed of it already."""
    rows = (PriceSample.symbol == symbol, PriceSample.at >= hour, PriceSample.at < hour + HOUR_SECONDS)
    samples = [_sample(row) for row in (await session.execute(select(PriceSample).where(*rows))).scalars()]
    known = await session.get(PriceHour, (symbol, hour))
    if known is None:
        session.add(PriceHour(symbol=symbol, hour=hour, samples=pack(samples)))
    else:
        known.samples = pack([*unpack(known.samples), *samples])
    await session.execute(delete(PriceSample).where(*rows).execution_options(synchronize_session=False))


async def forget_before(session: AsyncSession, instant: datetime) -> None:
    """Delete the hours that ended before an instant."""
    await session.execute(delete(PriceHour).where(PriceHour.hour <= to_second(instant) - HOUR_SECONDS))


def _sample(row: PriceSample) -> Sample:
    numbers = (_number(row.mark), _number(row.index_price), _number(row.funding))
    return Sample(from_second(row.at), *numbers, row.state)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
