"""All SQL of the channel last used. Nothing here decides or commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.relay.models import LastUsed


async def last_used(session: AsyncSession, customer_id: str) -> LastUsed | None:
    return await session.get(LastUsed, customer_id, populate_existing=True)


async def note(session: AsyncSession, customer_id: str, conversation_id: str, now: datetime) -> None:
    """Note where a customer wrote; a case stays only while that is where it was."""
    stays = case((LastUsed.conversation_id == conversation_id, LastUsed.ticket_number), else_=None)
    change = (
        update(LastUsed)
        .where(LastUsed.customer_id == customer_id)
        .values(conversation_id=conversation_id, used_at=now, ticket_number=stays)
        .returning(LastUsed.customer_id)
    )
    if (await session.execute(change)).first() is not None:
        return
    try:
        async with session.begin_nested():
            session.add(LastUsed(customer_id=customer_id, conversation_id=conversation_id, used_at=now))
    except IntegrityError:
        await session.execute(change)  # two first messages at once


async def set_case(session: AsyncSession, conversation_id: str, number: str) -> None:
    change = update(LastUsed).where(LastUsed.conversation_id == conversation_id)
    await session.execute(change.values(ticket_number=number))


async def forget(session: AsyncSession, conversation_id: str) -> None:
    await session.execute(delete(LastUsed).where(LastUsed.conversation_id == conversation_id))
