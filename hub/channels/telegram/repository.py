"""All SQL of the Telegram channel. Nothing here decides or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Button, Conversation, Inbox
from hub.channels.telegram.models import (
    TelegramChat,
    TelegramFile,
    TelegramLease,
    TelegramLinkCode,
    TelegramPart,
    TelegramPhrase,
    TelegramUpdate,
)

#: The name of conversations, inbox and outbox rows that are ours.
CHANNEL = "telegram"
#: The one row of TelegramLease.
LEASE = "poller"


async def see(session: AsyncSession, update_id: int, now: datetime, remembered: timedelta) -> bool:
    """Note an update; False when it was seen within the time that is remembered."""
    known = await session.get(TelegramUpdate, update_id, with_for_update=True)
    if known is not None:
        is_old = known.seen_at <= now - remembered
        known.seen_at = now if is_old else known.seen_at
        return is_old
    try:
        async with session.begin_nested():
            session.add(TelegramUpdate(id=update_id, seen_at=now))
    except IntegrityError:
        return False  # it is being stored this moment
    return True


async def forget_updates(session: AsyncSession, before: datetime) -> None:
    await session.execute(delete(TelegramUpdate).where(TelegramUpdate.seen_at <= before))


async def lock_chat(session: AsyncSession, chat_id: int) -> TelegramChat | None:
    """Return a chat with its row locked until the end of the transaction."""
    query = select(TelegramChat).where(TelegramChat.id == chat_id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def chat_of(session: AsyncSession, conversation_id: str) -> TelegramChat | None:
    """Return the chat a conversation's messages go to."""
    is_its = or_(
        TelegramChat.conversation_id == conversation_id, TelegramChat.previous_conversation_id == conversation_id
    )
    query = select(TelegramChat).where(is_its)
    return (await session.execute(query)).scalar_one_or_none()


async def chats_of_customer(session: AsyncSession, customer_id: str) -> Sequence[int]:
    """Return the ids of the chats that are linked to a customer."""
    query = (
        select(TelegramChat.id)
        .join(Conversation, Conversation.id == TelegramChat.conversation_id)
        .where(Conversation.customer_id == customer_id)
        .order_by(TelegramChat.id)
    )
    return (await session.execute(query)).scalars().all()


async def received(session: AsyncSession, external_id: str) -> Inbox | None:
    query = select(Inbox).where(Inbox.channel == CHANNEL, Inbox.external_id == external_id)
    return (await session.execute(query)).scalar_one_or_none()


async def knows_file(session: AsyncSession, external_id: str) -> bool:
    """Tell whether a file came before, fetched by now or not."""
    pending = select(TelegramFile.id).where(TelegramFile.external_id == external_id)
    if (await session.execute(pending)).first() is not None:
        return True
    return await received(session, external_id) is not None


async def due_files(session: AsyncSession, now: datetime, limit: int) -> Sequence[TelegramFile]:
    """Return files whose time has come, locked: the oldest of each chat; another replica's are passed over."""
    oldest = select(func.min(TelegramFile.id)).group_by(TelegramFile.chat_id)
    query = (
        select(TelegramFile)
        .where(TelegramFile.id.in_(oldest), TelegramFile.next_attempt_at <= now)
        .order_by(TelegramFile.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.execute(query)).scalars().all()


async def postpone_file(session: AsyncSession, id: int, at: datetime) -> None:
    await session.execute(update(TelegramFile).where(TelegramFile.id == id).values(next_attempt_at=at))


async def forget_file(session: AsyncSession, id: int) -> bool:
    """Drop a file that is dealt with; False when it was before."""
    gone = await session.execute(delete(TelegramFile).where(TelegramFile.id == id).returning(TelegramFile.id))
    return gone.first() is not None


async def versions(session: AsyncSession, conversation_id: str, prefix: str) -> Sequence[Inbox]:
    """Return a message's words as they were first and at each edit; a file beside them is no version."""
    query = (
        select(Inbox)
        .where(
            Inbox.conversation_id == conversation_id,
            Inbox.channel == CHANNEL,
            Inbox.external_id.startswith(prefix, autoescape=True),
            ~Inbox.external_id.endswith(":file"),
        )
        .order_by(Inbox.event_id)
    )
    return (await session.execute(query)).scalars().all()


async def words_in_case(session: AsyncSession, conversation_id: str, prefix: str) -> Inbox | None:
    """Return a message of this conversation as it stands in the case of another one, if it went there."""
    query = select(Inbox).where(Inbox.channel == CHANNEL, Inbox.external_id.like(f"{conversation_id}:%:{prefix}0:%"))
    return (await session.execute(query.order_by(Inbox.event_id).limit(1))).scalar_one_or_none()


async def last_text(session: AsyncSession, conversation_id: str) -> str | None:
    """Return what the customer wrote last."""
    query = select(Inbox.text).where(Inbox.conversation_id == conversation_id).order_by(Inbox.event_id.desc())
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def button(session: AsyncSession, conversation_id: str, token: str) -> Button | None:
    query = select(Button).where(Button.token == token, Button.conversation_id == conversation_id)
    return (await session.execute(query)).scalar_one_or_none()


async def sent_parts(session: AsyncSession, delivery_id: str) -> set[int]:
    query = select(TelegramPart.number).where(TelegramPart.delivery_id == delivery_id)
    return set((await session.execute(query)).scalars())


async def add_code(session: AsyncSession, code: TelegramLinkCode, now: datetime) -> None:
    """Store a code in place of the customer's earlier ones; expired ones go too."""
    old = or_(TelegramLinkCode.customer_id == code.customer_id, TelegramLinkCode.expires_at <= now)
    await session.execute(delete(TelegramLinkCode).where(old))
    session.add(code)
    await session.flush()


async def use_code(session: AsyncSession, code_hash: str, now: datetime) -> str | None:
    """Take a code out of the table; returns its customer, or None when it is unknown, used or expired."""
    query = (
        delete(TelegramLinkCode)
        .where(TelegramLinkCode.code_hash == code_hash, TelegramLinkCode.expires_at > now)
        .returning(TelegramLinkCode.customer_id)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def phrase(session: AsyncSession, customer_id: str) -> TelegramPhrase | None:
    return await session.get(TelegramPhrase, customer_id)


async def hold_lease(
    session: AsyncSession, now: datetime, owner: str, duration: timedelta, *, take_over: bool = False
) -> bool:
    """Take or keep the right to poll; False while another has it. `take_over` asks nobody."""
    is_free = or_(TelegramLease.owner == owner, TelegramLease.expires_at <= now)
    change = update(TelegramLease).where(TelegramLease.name == LEASE)
    change = change if take_over else change.where(is_free)
    held = await session.execute(change.values(owner=owner, expires_at=now + duration).returning(TelegramLease.name))
    return held.first() is not None


async def release_lease(session: AsyncSession, now: datetime, owner: str) -> None:
    """Let another poll at once."""
    change = update(TelegramLease).where(TelegramLease.name == LEASE, TelegramLease.owner == owner)
    await session.execute(change.values(expires_at=now))
