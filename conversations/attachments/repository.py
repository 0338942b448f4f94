"""All SQL over attachments. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.attachments.models import Attachment


async def attachment(session: AsyncSession, conversation_id: str, attachment_id: str) -> Attachment | None:
    query = select(Attachment).where(Attachment.id == attachment_id, Attachment.conversation_id == conversation_id)
    return (await session.execute(query)).scalar_one_or_none()


async def of_message(session: AsyncSession, conversation_id: str, event_id: int) -> Sequence[Attachment]:
    query = select(Attachment).where(Attachment.conversation_id == conversation_id, Attachment.event_id == event_id)
    return (await session.execute(query)).scalars().all()


async def kept(session: AsyncSession, ids: Sequence[str]) -> set[str]:
    """Return those of these ids whose files are still wanted."""
    query = select(Attachment.id).where(Attachment.id.in_(ids), Attachment.erased_at.is_(None))
    return set((await session.execute(query)).scalars())
