"""All SQL over the record. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.domain import Waiting
from conversations.models import (
    Button,
    Conversation,
    ConversationToken,
    Event,
    Inbox,
    Lease,
    Outbox,
    Turn,
    UsedIdentity,
)


async def lock(session: AsyncSession, conversation_id: str) -> Conversation | None:
    """Return the conversation with its row locked until the end of the transaction."""
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def get(session: AsyncSession, conversation_id: str) -> Conversation | None:
    return await session.get(Conversation, conversation_id)


async def by_token_hash(session: AsyncSession, token_hash: str) -> Conversation | None:
    query = select(Conversation).where(Conversation.token_hash == token_hash)
    return (await session.execute(query)).scalar_one_or_none()


async def by_other_token(session: AsyncSession, token_hash: str, now: datetime) -> Conversation | None:
    query = (
        select(Conversation)
        .join(ConversationToken, ConversationToken.conversation_id == Conversation.id)
        .where(ConversationToken.token_hash == token_hash, ConversationToken.expires_at > now)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def forget_other_tokens(session: AsyncSession, now: datetime) -> None:
    """Forget the tokens that have expired."""
    await session.execute(delete(ConversationToken).where(ConversationToken.expires_at <= now))


async def extend_token(session: AsyncSession, conversation_id: str, expires_at: datetime) -> None:
    change = update(Conversation).where(Conversation.id == conversation_id).values(token_expires_at=expires_at)
    await session.execute(change)


async def inbox_by_external_id(session: AsyncSession, channel: str, external_id: str) -> Inbox | None:
    query = select(Inbox).where(Inbox.channel == channel, Inbox.external_id == external_id)
    return (await session.execute(query)).scalar_one_or_none()


async def previous_text(session: AsyncSession, conversation_id: str, before: int | None) -> str | None:
    """Return what the customer wrote last, or last before an event; files without a word say nothing."""
    query = select(Inbox.text).where(Inbox.conversation_id == conversation_id, Inbox.text != "")
    if before is not None:
        query = query.where(Inbox.event_id < before)
    return (await session.execute(query.order_by(Inbox.event_id.desc()).limit(1))).scalar_one_or_none()


async def waiting(session: AsyncSession, conversation_id: str) -> list[Waiting]:
    """Return the messages no turn has dealt with, oldest first."""
    query = (
        select(Inbox).where(Inbox.conversation_id == conversation_id, ~Inbox.is_done).order_by(Inbox.event_id)
    ).execution_options(populate_existing=True)
    rows = (await session.execute(query)).scalars()
    return [
        Waiting(row.id, row.event_id, row.text, row.payload, row.received_at, row.attempts, row.retry_at)
        for row in rows
    ]


async def conversations_waiting(session: AsyncSession) -> Sequence[str]:
    """Return the conversations with a message no turn has dealt with, longest waiting first."""
    query = (
        select(Inbox.conversation_id)
        .where(~Inbox.is_done)
        .group_by(Inbox.conversation_id)
        .order_by(func.min(Inbox.received_at))
    )
    return (await session.execute(query)).scalars().all()


async def mark_done(session: AsyncSession, inbox_ids: list[int]) -> None:
    await session.execute(update(Inbox).where(Inbox.id.in_(inbox_ids)).values(is_done=True))


async def mark_failed(session: AsyncSession, inbox_ids: list[int], attempts: int, retry_at: datetime) -> None:
    change = update(Inbox).where(Inbox.id.in_(inbox_ids)).values(attempts=attempts, retry_at=retry_at)
    await session.execute(change)


async def overdue(session: AsyncSession, received_before: datetime) -> Sequence[Inbox]:
    """Return waiting messages older than that, whose customers were not told of the delay yet."""
    query = (
        select(Inbox)
        .join(Conversation, Conversation.id == Inbox.conversation_id)
        .where(
            ~Inbox.is_done,
            Inbox.delay_told_at.is_(None),
            Inbox.received_at <= received_before,
            Conversation.holder == "bot",  # others wait for a person, and know it
        )
        .order_by(Inbox.id)
    )
    return (await session.execute(query)).scalars().all()


async def mark_delay_told(session: AsyncSession, conversation_id: str, now: datetime) -> int:
    """Note that the customer knows of the delay; returns how many messages that was news for."""
    change = (
        update(Inbox)
        .where(Inbox.conversation_id == conversation_id, ~Inbox.is_done, Inbox.delay_told_at.is_(None))
        .values(delay_told_at=now)
        .returning(Inbox.id)
    )
    return len((await session.execute(change)).all())


async def lease(session: AsyncSession, conversation_id: str) -> Lease | None:
    query = select(Lease).where(Lease.conversation_id == conversation_id)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def release(session: AsyncSession, conversation_id: str, owner: str, fence: int, now: datetime) -> None:
    """Let others claim at once; the fence stays, so that it never repeats."""
    change = update(Lease).where(Lease.conversation_id == conversation_id, Lease.owner == owner, Lease.fence == fence)
    await session.execute(change.values(expires_at=now))


async def expire_leases(session: AsyncSession, now: datetime) -> None:
    """End every lease: only for a store that has one service (SQLite), when that service starts."""
    await session.execute(update(Lease).values(expires_at=now))


async def events_after(
    session: AsyncSession, conversation_id: str, after: int, audiences: Sequence[str], limit: int
) -> Sequence[Event]:
    query = (
        select(Event)
        .where(Event.conversation_id == conversation_id, Event.id > after, Event.audience.in_(audiences))
        .order_by(Event.id)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()


async def event(session: AsyncSession, conversation_id: str, event_id: int) -> Event | None:
    return await session.get(Event, (conversation_id, event_id))


async def button(session: AsyncSession, conversation_id: str, token: str) -> Button | None:
    query = select(Button).where(Button.token == token, Button.conversation_id == conversation_id)
    return (await session.execute(query)).scalar_one_or_none()


async def buttons_of_turn(session: AsyncSession, conversation_id: str, turn_id: str) -> Sequence[Button]:
    query = select(Button).where(Button.conversation_id == conversation_id, Button.turn_id == turn_id)
    return (await session.execute(query)).scalars().all()


async def turn(session: AsyncSession, turn_id: str) -> Turn | None:
    return await session.get(Turn, turn_id)


async def due_deliveries(session: AsyncSession, now: datetime, channels: Sequence[str], limit: int) -> Sequence[Outbox]:
    """Return deliveries whose time has come, in event order, skipping those behind an earlier pending one.

    The rows are locked; another replica's are passed over.
    """
    earlier = (
        select(Outbox.conversation_id, Outbox.channel, func.min(Outbox.event_id).label("event_id"))
        .where(Outbox.status == "pending")
        .group_by(Outbox.conversation_id, Outbox.channel)
        .subquery()
    )
    query = (
        select(Outbox)
        .join(
            earlier,
            (earlier.c.conversation_id == Outbox.conversation_id)
            & (earlier.c.channel == Outbox.channel)
            & (earlier.c.event_id == Outbox.event_id),
        )
        .where(Outbox.status == "pending", Outbox.next_attempt_at <= now, Outbox.channel.in_(channels))
        .order_by(Outbox.next_attempt_at)
        .limit(limit)
        .with_for_update(of=Outbox, skip_locked=True)
    )
    return (await session.execute(query)).scalars().all()


async def record_delivery(
    session: AsyncSession, delivery_id: str, status: str, at: datetime, error: str | None
) -> None:
    """Write down what became of an attempt; `at` is when it was delivered, or when to try again."""
    change = update(Outbox).where(Outbox.id == delivery_id)
    if status == "delivered":
        await session.execute(change.values(status=status, delivered_at=at, error=None))
    else:
        await session.execute(change.values(status=status, next_attempt_at=at, error=error))


async def use_identity(session: AsyncSession, jti: str, expires_at: datetime, now: datetime) -> bool:
    """Note that an identity token was used; False when it was used before."""
    await session.execute(delete(UsedIdentity).where(UsedIdentity.expires_at < now))
    try:
        async with session.begin_nested():
            session.add(UsedIdentity(jti=jti, expires_at=expires_at))
    except IntegrityError:
        return False
    return True
