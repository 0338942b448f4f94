"""All SQL of the channel last used. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation, Inbox, Outbox
from escalation.relay.models import LastUsed, RelayedDelivery


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


async def of_same_customers(session: AsyncSession, conversation_ids: Collection[str]) -> Sequence[str]:
    """Return every conversation of the verified customers that these belong to."""
    customers = select(Conversation.customer_id).where(Conversation.id.in_(conversation_ids))
    query = select(Conversation.id).where(Conversation.customer_id.in_(customers))
    return (await session.execute(query)).scalars().all()


async def lock_deliveries(session: AsyncSession, conversation_id: str, channel: str) -> None:
    """Let nothing of a conversation be handed on until the end of the transaction."""
    query = select(Outbox.id).where(Outbox.conversation_id == conversation_id, Outbox.channel == channel)
    await session.execute(query.order_by(Outbox.id).with_for_update())


async def handed_on(session: AsyncSession, conversation_id: str, event_id: int | None = None) -> set[tuple[str, int]]:
    """Return where the copies of a conversation's messages, or of one of them, were said."""
    query = select(RelayedDelivery.said_in, RelayedDelivery.said_as).join(Outbox)
    query = query.where(Outbox.conversation_id == conversation_id)
    query = query if event_id is None else query.where(Outbox.event_id == event_id)
    return {(said_in, said_as) for said_in, said_as in (await session.execute(query)).all() if said_in and said_as}


async def handed_on_from(session: AsyncSession, conversation_id: str, event_id: int) -> set[tuple[str, int]]:
    """Return the original of a copy."""
    is_its = (RelayedDelivery.said_in == conversation_id, RelayedDelivery.said_as == event_id)
    query = select(Outbox.conversation_id, Outbox.event_id).join(RelayedDelivery).where(*is_its)
    return {(home, original) for home, original in (await session.execute(query)).all()}


async def received(session: AsyncSession, conversation_id: str, event_id: int | None = None) -> Sequence[Inbox]:
    query = select(Inbox).where(Inbox.conversation_id == conversation_id)
    query = query if event_id is None else query.where(Inbox.event_id == event_id)
    return (await session.execute(query)).scalars().all()


async def sent_from(session: AsyncSession, conversation: Conversation) -> Sequence[Inbox]:
    """Return what a customer put into cases of their other conversations while they were in this one."""
    query = select(Inbox).where(
        Inbox.conversation_id != conversation.id, Inbox.external_id.startswith(f"{conversation.id}:", autoescape=True)
    )
    return (await session.execute(query)).scalars().all()
