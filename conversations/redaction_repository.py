"""What of the record a redaction looks through. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Button, Event, Inbox, Turn


async def events(session: AsyncSession, conversation_id: str) -> list[Event]:
    query = select(Event).where(Event.conversation_id == conversation_id).order_by(Event.id)
    return list((await session.execute(query)).scalars())


async def inbox(session: AsyncSession, conversation_id: str) -> Sequence[Inbox]:
    return (await session.execute(select(Inbox).where(Inbox.conversation_id == conversation_id))).scalars().all()


async def turns(session: AsyncSession, conversation_id: str) -> Sequence[Turn]:
    return (await session.execute(select(Turn).where(Turn.conversation_id == conversation_id))).scalars().all()


async def buttons(session: AsyncSession, conversation_id: str) -> Sequence[Button]:
    return (await session.execute(select(Button).where(Button.conversation_id == conversation_id))).scalars().all()
