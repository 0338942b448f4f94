"""All SQL over the evidence packs. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from escalation.domain import OPEN_STATUSES
from escalation.evidence.domain import DISPUTES
from escalation.evidence.models import EvidencePack, EvidencePart
from escalation.models import Ticket

_IS_OPEN_DISPUTE = Ticket.case.in_(DISPUTES) & Ticket.status.in_(OPEN_STATUSES)


async def ticket_without_pack(session: AsyncSession, except_for: Collection[str]) -> Ticket | None:
    """Return the oldest open dispute nothing was collected for."""
    has_pack = exists().where(EvidencePack.ticket_number == Ticket.number)
    query = select(Ticket).where(_IS_OPEN_DISPUTE, ~has_pack, Ticket.number.not_in(except_for))
    return (await session.execute(query.order_by(Ticket.created_at).limit(1))).scalars().first()


async def ticket_to_look_at(
    session: AsyncSession, now: datetime, except_for: Collection[str]
) -> tuple[Ticket, EvidencePack] | None:
    """Return the open dispute whose newest pack is due longest."""
    query = (
        select(Ticket, EvidencePack)
        .join(EvidencePack, EvidencePack.ticket_number == Ticket.number)
        .where(EvidencePack.again_at <= now, _IS_OPEN_DISPUTE, Ticket.number.not_in(except_for))
        .order_by(EvidencePack.again_at)
        .limit(1)
    )
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None


async def packs(session: AsyncSession, number: str) -> Sequence[EvidencePack]:
    """Return a ticket's packs, the newest first, without their contents."""
    query = select(EvidencePack).where(EvidencePack.ticket_number == number)
    return (await session.execute(query.order_by(EvidencePack.sequence.desc()))).scalars().all()


async def newest_pack(session: AsyncSession, number: str) -> EvidencePack | None:
    query = select(EvidencePack).where(EvidencePack.ticket_number == number)
    return (await session.execute(query.order_by(EvidencePack.sequence.desc()).limit(1))).scalars().first()


async def pack(session: AsyncSession, number: str, pack_id: str) -> EvidencePack | None:
    query = select(EvidencePack).where(EvidencePack.ticket_number == number, EvidencePack.id == pack_id)
    return (await session.execute(query)).scalars().first()


async def contents(session: AsyncSession, pack_id: str) -> dict[str, EvidencePart]:
    """Return a pack's parts by name, their contents loaded."""
    query = select(EvidencePart).where(EvidencePart.pack_id == pack_id).options(undefer(EvidencePart.content))
    rows = await session.execute(query.execution_options(populate_existing=True))
    return {row.name: row for row in rows.scalars()}


async def settle(session: AsyncSession, number: str) -> None:
    """Look at none of a ticket's packs again."""
    await session.execute(update(EvidencePack).where(EvidencePack.ticket_number == number).values(again_at=None))


async def look_again(session: AsyncSession, pack_id: str, at: datetime) -> None:
    await session.execute(update(EvidencePack).where(EvidencePack.id == pack_id).values(again_at=at))
