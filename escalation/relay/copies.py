"""One message in two conversations: a reply that was handed on, and a customer's words that went into a case.

Whoever takes words back needs all places where they stand. They are conversations of one customer, so `reach` tells
what to lock beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as transcripts
from conversations.models import Conversation, Inbox
from escalation.relay import repository
from escalation.relay.service import CHANNEL

#: A message's conversation and event.
Place = tuple[str, int]

#: External id of words that a chat put into a case; `id` is what they have in the chat.
_FROM_CHAT = re.compile(r"[^:]+:PH-[^:]+:(?P<id>.+):\d+")


async def reach(session: AsyncSession, conversation_ids: Iterable[str]) -> list[str]:
    """Return these conversations and all others of the same customers, in the order in which they are locked."""
    ids = set(conversation_ids)
    return sorted(ids | set(await repository.of_same_customers(session, ids)))


async def hold_back(session: AsyncSession, conversation_id: str) -> None:
    """Let no more copies of a conversation's messages be made until the end of the transaction."""
    await repository.lock_deliveries(session, conversation_id, CHANNEL)


async def copies_of(session: AsyncSession, conversation: Conversation, event_id: int) -> list[Place]:
    """Return where else a message stands, as copy or original."""
    received = await repository.received(session, conversation.id, event_id)
    sent = await repository.sent_from(session, conversation)
    places = {(row.conversation_id, row.event_id) for row in sent if any(_is_part(row, each) for each in received)}
    places |= await _said_in_chats(session, received)
    places |= await repository.handed_on(session, conversation.id, event_id)
    places |= await repository.handed_on_from(session, conversation.id, event_id)
    return sorted(places)


async def all_copies_of(session: AsyncSession, conversation: Conversation) -> list[Place]:
    """Return where else anything stands that was said in a conversation, or from there into another one's case."""
    places = {(row.conversation_id, row.event_id) for row in await repository.sent_from(session, conversation)}
    places |= await _said_in_chats(session, await repository.received(session, conversation.id))
    places |= await repository.handed_on(session, conversation.id)
    return sorted(places)


def _is_part(row: Inbox, whole: Inbox) -> bool:
    found = _FROM_CHAT.fullmatch(row.external_id)
    return found is not None and found["id"] == whole.external_id


async def _said_in_chats(session: AsyncSession, received: Iterable[Inbox]) -> set[Place]:
    """Return where words that chats put into a case stand in these chats."""
    found = [(row.channel, said) for row in received if (said := _FROM_CHAT.fullmatch(row.external_id))]
    rows = [await transcripts.inbox_by_external_id(session, channel, said["id"]) for channel, said in found]
    return {(row.conversation_id, row.event_id) for row in rows if row is not None}
