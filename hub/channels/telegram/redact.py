"""Takes back in Telegram what was redacted: our messages are edited, the customer's deleted.

A bot may edit what it sent and delete what its customer wrote, the latter for 48 hours only; a message of the
customer's that was redacted in part is deleted whole. What Telegram will not change, the agents are told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot
from telegram.error import BadRequest

from conversations.models import Inbox, Outbox
from hub.channels.telegram.limits import SendLimits
from hub.channels.telegram.models import TelegramPart
from hub.channels.telegram.repository import CHANNEL
from hub.channels.telegram.rich import Rich, entities

#: What Telegram answers when there is nothing left to do.
_DONE = ("message is not modified", "message to edit not found", "message to delete not found")


async def messages_of(session: AsyncSession, conversation_id: str, event_id: int) -> list[int]:
    """Return the ids in Telegram of a message of ours, in their order, as far as they were written down."""
    query = (
        select(TelegramPart.message_id)
        .join(Outbox, Outbox.id == TelegramPart.delivery_id)
        .where(Outbox.conversation_id == conversation_id, Outbox.event_id == event_id, Outbox.channel == CHANNEL)
        .order_by(TelegramPart.number)
    )
    return list((await session.execute(query)).scalars())


async def written_by_customer(session: AsyncSession, conversation_id: str, event_id: int) -> list[int]:
    """Return the ids in Telegram of a message of the customer's; none for a button's press."""
    query = select(Inbox.external_id).where(
        Inbox.conversation_id == conversation_id, Inbox.event_id == event_id, Inbox.channel == CHANNEL
    )
    parts = [external_id.split(":") for external_id in (await session.execute(query)).scalars()]
    return [int(part[1]) for part in parts if len(part) == 3 and part[1].isdecimal()]


class Eraser:
    """Changes what stands in a chat."""

    def __init__(self, bot: Bot, limits: SendLimits) -> None:
        self._bot = bot
        self._limits = limits

    async def redact(self, chat_id: int, data: dict[str, Any], ids: Sequence[int], drawn: Sequence[Rich]) -> bool:
        """Make the messages read as drawn, or delete them; tells whether Telegram let all be changed.

        Raises:
            TelegramError: other than a refusal of this change; it may be tried again.
        """
        is_changed = True
        for place, message_id in enumerate(ids):
            shown = drawn[place] if place < len(drawn) and data["author"] != "customer" else None
            is_changed &= await self._change(chat_id, message_id, shown)
        return is_changed

    async def _change(self, chat_id: int, message_id: int, shown: Rich | None) -> bool:
        await self._limits.acquire(chat_id)
        try:
            if shown is None:
                await self._bot.delete_message(chat_id, message_id)
            else:
                await self._bot.edit_message_text(
                    shown.text, chat_id, message_id, entities=entities(shown) or None, reply_markup=None
                )
        except BadRequest as error:
            return any(words in error.message.lower() for words in _DONE)
        return True
