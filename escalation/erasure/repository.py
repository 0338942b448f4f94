"""All SQL of erasure. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from conversations.attachments.models import Attachment
from conversations.database import Base
from conversations.models import Conversation, Event, Outbox
from escalation.domain import OPEN_STATUSES
from escalation.erasure.models import Erasure
from escalation.erasure.plan import Part
from escalation.evidence.models import EvidencePack
from escalation.models import Ticket
from escalation.outside.models import Delivery
from kit import wire

_Duplicate = aliased(Ticket)


def _is_or_got_facts_of(is_its: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Tell whether a ticket is of some conversation, or one that a ticket of it was merged into."""
    merged = select(_Duplicate.merged_into).where(
        is_its(_Duplicate.conversation_id), _Duplicate.merged_into.is_not(None)
    )
    return or_(is_its(Ticket.conversation_id), Ticket.number.in_(merged))


_IS_HELD = and_(
    _is_or_got_facts_of(lambda column: column == Erasure.conversation_id),
    or_(
        and_(Ticket.case == "complaint", Ticket.status != "closed"),
        and_(Erasure.is_own, Ticket.status.in_(OPEN_STATUSES)),
    ),
)


async def conversations_of(session: AsyncSession, customer_id: str) -> list[str]:
    query = select(Conversation.id).where(Conversation.customer_id == customer_id).order_by(Conversation.created_at)
    return list((await session.execute(query)).scalars())


async def tickets(session: AsyncSession, conversation_ids: Sequence[str]) -> list[Ticket]:
    query = select(Ticket).where(Ticket.conversation_id.in_(conversation_ids)).order_by(Ticket.created_at)
    return list((await session.execute(query)).scalars())


async def tickets_that_may_hold(session: AsyncSession, conversation_ids: Sequence[str]) -> list[Ticket]:
    """Return the tickets of conversations and those they were merged into, which have their facts now."""
    may_hold = _is_or_got_facts_of(lambda column: column.in_(conversation_ids))
    return list((await session.execute(select(Ticket).where(may_hold).order_by(Ticket.created_at))).scalars())


async def packs(session: AsyncSession, numbers: Sequence[str]) -> list[EvidencePack]:
    query = select(EvidencePack).where(EvidencePack.ticket_number.in_(numbers))
    return list((await session.execute(query.execution_options(populate_existing=True))).scalars())


async def count(session: AsyncSession, conversation_ids: Sequence[str]) -> tuple[int, int]:
    """Return how many messages and files there are still to erase."""
    messages = select(func.count()).where(
        Event.conversation_id.in_(conversation_ids), Event.type == wire.MESSAGE_CREATED
    )
    files = select(func.count()).where(Attachment.conversation_id.in_(conversation_ids), Attachment.erased_at.is_(None))
    return (await session.execute(messages)).scalar_one(), (await session.execute(files)).scalar_one()


async def files(session: AsyncSession, conversation_id: str) -> list[str]:
    query = select(Attachment.id).where(Attachment.conversation_id == conversation_id, Attachment.erased_at.is_(None))
    return list((await session.execute(query)).scalars())


async def mark_files(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    is_its = (Attachment.conversation_id == conversation_id, Attachment.erased_at.is_(None))
    await session.execute(update(Attachment).where(*is_its).values(erased_at=now))


async def stop_deliveries(session: AsyncSession, conversation_id: str) -> None:
    """Give up what was still to be pushed: there is nothing left to say."""
    waits = (Outbox.conversation_id == conversation_id, Outbox.status == "pending")
    await session.execute(update(Outbox).where(*waits).values(status="failed"))


async def blank_letters(session: AsyncSession, numbers: Sequence[str]) -> None:
    """Overwrite the letters to this customer; those not sent yet are not sent any more."""
    query = select(Delivery).where(Delivery.payload["letter"].as_string() == "waiting_reply")
    for letter in (await session.execute(query.where(_number_of().in_(numbers)))).scalars():
        letter.payload, letter.error = {}, None
        letter.status = "failed" if letter.status == "pending" else letter.status
    await session.flush()


def _number_of() -> Any:
    return Delivery.payload["number"].as_string()


async def erase(session: AsyncSession, part: Part, ids: Sequence[str]) -> None:
    """Overwrite or remove the rows of one part of the plan."""
    table = Base.metadata.tables.get(part.table)
    if table is None or not ids:
        return
    is_its = table.c[part.key].in_(ids)
    if not part.blank:
        await session.execute(delete_from(table).where(is_its))
        return
    plain = {name: value for name, value in part.blank.items() if not callable(value)}
    if plain:
        await session.execute(update(table).where(is_its).values(plain))
    for name, change in part.blank.items():
        if callable(change):
            await _rewrite(session, table, is_its, name, change)


async def _rewrite(session: AsyncSession, table: Table, is_its: Any, name: str, change: Any) -> None:
    keys = list(table.primary_key.columns)
    for *key, value in (await session.execute(select(*keys, table.c[name]).where(is_its))).all():
        row = and_(*(column == part for column, part in zip(keys, key, strict=True)))
        await session.execute(update(table).where(row).values({name: change(value)}))


async def waiting_for(session: AsyncSession, conversation_id: str) -> Erasure | None:
    query = select(Erasure).where(Erasure.conversation_id == conversation_id, Erasure.done_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def has_due(session: AsyncSession) -> bool:
    return (await session.execute(_due().limit(1))).first() is not None


async def lock_due(session: AsyncSession, limit: int) -> Sequence[Erasure]:
    """Return erasures nothing holds any more, locked; another replica's are passed over."""
    query = _due().order_by(Erasure.asked_at).limit(limit).with_for_update(of=Erasure, skip_locked=True)
    return (await session.execute(query)).scalars().all()


def _due() -> Any:
    return select(Erasure).where(Erasure.done_at.is_(None), ~exists().where(_IS_HELD))


async def newest(session: AsyncSession, limit: int) -> Sequence[Erasure]:
    query = select(Erasure).order_by(Erasure.asked_at.desc(), Erasure.id).limit(limit)
    return (await session.execute(query)).scalars().all()
