"""Which conversation a chat has, and whom it belongs to. Each verb runs inside the caller's transaction.

A *linked* chat is one whose conversation carries a customer. Linking proves who the customer is, so it is done with a
code that only the website, logged in, gives out: 8 characters, 10 minutes, good once, stored as a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service
from conversations.models import Conversation
from escalation.relay import service as relay
from hub.channels.telegram import repository, wording
from hub.channels.telegram.models import TelegramChat, TelegramLinkCode, TelegramPhrase
from hub.channels.telegram.updates import Sender
from hub.limits import address_hash

CODE_LIFETIME = timedelta(minutes=10)
CODE_LENGTH = 8
#: No 0/O, 1/I/L or U: a code is typed over from a screen.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(rf"[{_ALPHABET}]{{4}}[- ]?[{_ALPHABET}]{{4}}", re.IGNORECASE)


async def open_chat(
    session: AsyncSession, now: datetime, sender: Sender, key: bytes
) -> tuple[TelegramChat, Conversation]:
    """Return a sender's chat and its conversation, both locked; made when they write for the first time."""
    chat = await repository.lock_chat(session, sender.chat_id)
    if chat is None:
        try:
            async with session.begin_nested():
                conversation = await _open_conversation(session, now, sender.chat_id, sender.language, key)
                session.add(TelegramChat(id=sender.chat_id, conversation_id=conversation.id, created_at=now))
        except IntegrityError:
            pass  # two first messages at once: the other one made it
        chat = await repository.lock_chat(session, sender.chat_id)
        assert chat is not None
    return chat, await service.access_conversation(session, chat.conversation_id)


async def _open_conversation(
    session: AsyncSession, now: datetime, chat_id: int, locale: str, key: bytes, customer_id: str | None = None
) -> Conversation:
    conversation, _token = await service.open_conversation(
        session,
        now,
        channel=repository.CHANNEL,
        locale=locale,
        customer_id=customer_id,
        address_hash=address_hash(f"telegram:{chat_id}", key),
    )
    return conversation


async def new_code(session: AsyncSession, now: datetime, customer_id: str, key: bytes) -> tuple[str, datetime]:
    """Return a code that links one chat to the customer, and when it expires; earlier codes are void."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = now + CODE_LIFETIME
    row = TelegramLinkCode(code_hash=_hash(code, key), customer_id=customer_id, expires_at=expires_at)
    await repository.add_code(session, row, now)
    return code, expires_at


def code_in(text: str) -> str | None:
    """Return the code a text consists of, if it looks like one."""
    typed = text.strip()
    return re.sub("[- ]", "", typed).upper() if _CODE.fullmatch(typed) else None


async def use_code(session: AsyncSession, now: datetime, code: str, key: bytes) -> str | None:
    """Return the customer a code belongs to and void it; None when it is unknown, used or expired."""
    return await repository.use_code(session, _hash(code, key), now)


def _hash(code: str, key: bytes) -> str:
    """Return what is stored of a code: keyed, because 39 bits could be guessed from a plain hash."""
    return hmac.new(key, f"link:{code}".encode(), hashlib.sha256).hexdigest()


async def link(
    session: AsyncSession, now: datetime, chat: TelegramChat, conversation: Conversation, customer_id: str, key: bytes
) -> Conversation:
    """Make the chat the customer's; returns the conversation that goes on in it.

    What was said to the bot before stays out of the account's history: a new conversation begins. One that people
    have goes on, now verified, so that nobody answers into the void.
    """
    if conversation.customer_id == customer_id:
        return conversation
    if conversation.customer_id is None and conversation.holder in ("queue", "agent"):
        conversation.customer_id = customer_id
        await _note(session, now, conversation, "linked")
        return conversation
    is_others = conversation.customer_id is not None
    await _note(session, now, conversation, "unlinked" if is_others else "moved")
    fresh = await _open_conversation(session, now, chat.id, conversation.locale, key, customer_id)
    chat.previous_conversation_id = None if is_others else conversation.id
    chat.conversation_id = fresh.id
    await session.flush()
    await relay.forget(session, conversation)
    return fresh


async def unlink(
    session: AsyncSession, now: datetime, chat: TelegramChat, conversation: Conversation, key: bytes
) -> Conversation:
    """Part the chat from its customer; nothing of theirs reaches it any more, a new conversation begins."""
    fresh = await _part(session, now, chat, conversation, key)
    await relay.forget(session, conversation)
    return fresh


async def _part(
    session: AsyncSession, now: datetime, chat: TelegramChat, conversation: Conversation, key: bytes
) -> Conversation:
    await _note(session, now, conversation, "unlinked")
    fresh = await _open_conversation(session, now, chat.id, conversation.locale, key)
    chat.conversation_id, chat.previous_conversation_id = fresh.id, None
    await session.flush()
    return fresh


async def unlink_customer(session: AsyncSession, now: datetime, customer_id: str, key: bytes) -> int:
    """Part every chat from a customer and tell each; returns how many there were."""
    chat_ids = await repository.chats_of_customer(session, customer_id)
    parted = []
    for chat_id in chat_ids:
        chat = await repository.lock_chat(session, chat_id)
        assert chat is not None
        conversation = await service.access_conversation(session, chat.conversation_id)
        if conversation.customer_id == customer_id:
            fresh = await _part(session, now, chat, conversation, key)
            await service.say(session, now, fresh, wording.text("unlinked", fresh.locale))
            parted.append(conversation)
    for conversation in parted:  # when every chat is locked (escalation.relay.service)
        await relay.forget(session, conversation)
    return len(chat_ids)


async def set_phrase(session: AsyncSession, now: datetime, customer_id: str, phrase: str) -> None:
    """Store the words the bot shows in this customer's linked chats."""
    await session.merge(TelegramPhrase(customer_id=customer_id, phrase=phrase, set_at=now))
    await session.flush()


async def mark_unreachable(session: AsyncSession, now: datetime, chat_id: int) -> None:
    """Note that nothing can be sent to a chat, and tell the agents once."""
    chat = await repository.lock_chat(session, chat_id)
    if chat is not None and chat.unreachable_at is None:
        chat.unreachable_at = now
        conversation = await service.access_conversation(session, chat.conversation_id)
        await _note_wherever(session, now, conversation, "blocked")


async def mark_reachable(session: AsyncSession, now: datetime, chat: TelegramChat, conversation: Conversation) -> None:
    """Note that the customer is back."""
    if chat.unreachable_at is not None:
        chat.unreachable_at = None
        await _note_wherever(session, now, conversation, "back")


async def _note_wherever(session: AsyncSession, now: datetime, conversation: Conversation, key: str) -> None:
    """Tell who reads this conversation, and who talks in it about a case of another one."""
    await _note(session, now, conversation, key)
    ticket = await relay.case_of(session, conversation)
    if ticket is not None:
        home = await service.access_conversation(session, ticket.conversation_id)
        await _note(session, now, home, key)


async def _note(session: AsyncSession, now: datetime, conversation: Conversation, key: str) -> None:
    await service.say(session, now, conversation, wording.note(key), audience="agents", notice=f"telegram_{key}")
