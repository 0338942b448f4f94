"""SQL of the outbox and of what is put into it. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.outside.models import CappedAlert, Delivery, Destination, Happening, Webhook


async def has_happenings(session: AsyncSession) -> bool:
    return (await session.execute(select(Happening.id).limit(1))).first() is not None


async def happenings(session: AsyncSession, limit: int) -> Sequence[Happening]:
    """Return what was not made into deliveries yet, oldest first."""
    return (await session.execute(select(Happening).order_by(Happening.id).limit(limit))).scalars().all()


async def lock_destination(session: AsyncSession, id: str, kind: str) -> Destination:
    """Return a destination with its row locked; made when there is none."""
    found = await locked_destination(session, id)
    if found is None:
        try:
            async with session.begin_nested():
                session.add(Destination(id=id, kind=kind, failures=0, is_paused=False))
        except IntegrityError:
            pass  # somebody else made it just now
        found = await locked_destination(session, id)
    assert found is not None
    return found


async def destination(session: AsyncSession, id: str) -> Destination | None:
    query = select(Destination).where(Destination.id == id).execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def locked_destination(session: AsyncSession, id: str) -> Destination | None:
    """Return a destination with its row locked until the end of the transaction."""
    query = select(Destination).where(Destination.id == id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


def _is_due(kinds: Collection[str], now: datetime) -> tuple[object, ...]:
    return (Destination.next_attempt_at <= now, ~Destination.is_paused, Destination.kind.in_(kinds))


async def has_due(session: AsyncSession, kinds: Collection[str], now: datetime) -> bool:
    query = select(Destination.id).where(*_is_due(kinds, now)).limit(1)  # type: ignore[arg-type]  # columns
    return (await session.execute(query)).first() is not None


async def lock_due(session: AsyncSession, kinds: Collection[str], now: datetime, limit: int) -> Sequence[Destination]:
    """Return destinations whose time has come, locked; those of another replica are passed over."""
    query = (
        select(Destination)
        .where(*_is_due(kinds, now))  # type: ignore[arg-type]  # columns
        .order_by(Destination.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return (await session.execute(query)).scalars().all()


async def first_waiting(session: AsyncSession, destination_id: str) -> Delivery | None:
    query = (
        select(Delivery)
        .where(Delivery.destination_id == destination_id, Delivery.status == "pending")
        .order_by(Delivery.place)
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def delivery(session: AsyncSession, id: str) -> Delivery | None:
    query = select(Delivery).where(Delivery.id == id).execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def log_of(session: AsyncSession, destination_id: str, before: int | None, limit: int) -> Sequence[Delivery]:
    """Return a destination's deliveries, the newest first, from before a place on."""
    query = select(Delivery).where(Delivery.destination_id == destination_id)
    if before is not None:
        query = query.where(Delivery.place < before)
    return (await session.execute(query.order_by(Delivery.place.desc()).limit(limit))).scalars().all()


async def log_of_letters(session: AsyncSession, before: int | None, limit: int) -> Sequence[Delivery]:
    """Return mails and Telegram notices to anybody, the newest first, from before a place on."""
    query = select(Delivery).join(Destination).where(Destination.kind != "webhook")
    if before is not None:
        query = query.where(Delivery.place < before)
    return (await session.execute(query.order_by(Delivery.place.desc()).limit(limit))).scalars().all()


async def count_waiting(session: AsyncSession, destination_id: str) -> int:
    query = select(func.count()).where(Delivery.destination_id == destination_id, Delivery.status == "pending")
    return (await session.execute(query)).scalar_one()


async def forget_deliveries(session: AsyncSession, before: datetime) -> None:
    """Take out of the log what was put in before then and no longer waits."""
    await session.execute(delete(Delivery).where(Delivery.created_at < before, Delivery.status != "pending"))


async def forget_all_of(session: AsyncSession, destination_id: str) -> None:
    await session.execute(delete(Delivery).where(Delivery.destination_id == destination_id))
    await session.execute(delete(Destination).where(Destination.id == destination_id))


async def webhooks(session: AsyncSession) -> Sequence[Webhook]:
    return (await session.execute(select(Webhook).order_by(Webhook.created_at, Webhook.id))).scalars().all()


async def webhook(session: AsyncSession, id: str) -> Webhook | None:
    return await session.get(Webhook, id)


async def pause(session: AsyncSession, destination_id: str, *, is_paused: bool) -> None:
    await session.execute(update(Destination).where(Destination.id == destination_id).values(is_paused=is_paused))


async def capped_alerts(session: AsyncSession, kind: str, since: datetime) -> list[tuple[datetime, bool]]:
    """Return when alerts of a kind were made since then, and whether each said that more wait."""
    query = select(CappedAlert.at, CappedAlert.is_more).where(CappedAlert.kind == kind, CappedAlert.at > since)
    return [(at, is_more) for at, is_more in (await session.execute(query)).all()]


async def forget_alerts(session: AsyncSession, before: datetime) -> None:
    await session.execute(delete(CappedAlert).where(CappedAlert.at < before))
