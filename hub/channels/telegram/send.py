"""Hands messages of the outbox to Telegram.

A message may be several parts; each is written down once Telegram has it, so that the next attempt goes on after it.
What Telegram refuses is sent again plainer: the text matters most. What cannot be sent at all, the agents are told of.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from conversations import service
from conversations.database import Database
from hub.channels.telegram import chats, redact, repository, wording
from hub.channels.telegram.limits import SendLimits
from hub.channels.telegram.models import TelegramPart
from hub.channels.telegram.render import keyboard, render
from hub.channels.telegram.rich import entities
from hub.deliveries import Delivery
from hub.metrics import Metrics
from hub.settings import Settings
from kit import wire
from kit.clock import Clock
from kit.errors import DeliveryFailed

log = logging.getLogger(__name__)

#: Parts one attempt sends at most: at one a second it ends well before the next attempt is due.
MAX_PARTS = 10
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True)
class Part:
    """One message as Telegram takes it."""

    chat_id: int
    text: str
    entities: Sequence[MessageEntity]
    buttons: InlineKeyboardMarkup | None

    def plainer(self) -> list[Part]:
        """Return itself, then without styles, then without buttons too."""
        forms = [self]
        forms += [replace(self, entities=())] if self.entities else []
        forms += [replace(self, entities=(), buttons=None)] if self.buttons else []
        return forms


class TelegramPush:
    """The channel as the outbox sees it."""

    def __init__(
        self, bot: Bot, limits: SendLimits, database: Database, clock: Clock, settings: Settings, metrics: Metrics
    ) -> None:
        self._bot = bot
        self._limits = limits
        self._database = database
        self._clock = clock
        self._public_url = settings.public_site
        self._domains = settings.domains
        self._metrics = metrics
        self._eraser = redact.Eraser(bot, limits)

    async def deliver(self, delivery: Delivery) -> None:
        """Send a message's parts that were not sent yet (see PushChannel)."""
        async with self._database.read() as session:
            chat = await repository.chat_of(session, delivery.conversation_id)
            sent = await repository.sent_parts(session, delivery.id)
        if chat is None:
            await self._tell_agents(delivery.conversation_id, wording.note("parted"))
            raise DeliveryFailed("The chat belongs to another conversation by now.", permanent=True)
        if delivery.event["type"] == wire.MESSAGE_REDACTED:
            await self._redact(chat.id, delivery)
            return
        parts = self._parts(chat.id, delivery.event["data"])
        missing = [number for number in range(len(parts)) if number not in sent]
        for number in missing[:MAX_PARTS]:
            message_id = await self._send(delivery.conversation_id, parts[number])
            await self._note_part(delivery.id, number, message_id)
        if missing[MAX_PARTS:]:
            raise DeliveryFailed("More parts are to be sent.", retry_after_seconds=1)

    async def _redact(self, chat_id: int, delivery: Delivery) -> None:
        """Take back in the chat what was redacted; the agents are told where Telegram refuses."""
        data, event_id = delivery.event["data"]["message"], delivery.event["data"]["event_id"]
        find = redact.written_by_customer if data["author"] == "customer" else redact.messages_of
        async with self._database.read() as session:
            ids = await find(session, delivery.conversation_id, event_id)
        drawn = render(data, public_url=self._public_url, domains=self._domains)
        try:
            is_changed = await self._eraser.redact(chat_id, data, ids, drawn)
        except RetryAfter as error:
            raise DeliveryFailed(str(error), retry_after_seconds=_seconds(error.retry_after)) from error
        except TelegramError as error:
            raise DeliveryFailed(str(error), permanent=isinstance(error, Forbidden)) from error
        if not is_changed:
            await self._tell_agents(delivery.conversation_id, wording.note("not_redacted", event_id=event_id))

    def _parts(self, chat_id: int, data: dict[str, Any]) -> list[Part]:
        """Return a message's parts; the buttons stand under the last."""
        drawn = render(data, public_url=self._public_url, domains=self._domains)
        last = len(drawn) - 1
        return [
            Part(chat_id, rich.text, entities(rich), keyboard(data) if number == last else None)
            for number, rich in enumerate(drawn)
        ]

    async def _send(self, conversation_id: str, part: Part) -> int:
        """Send one part and return its message id, or raise DeliveryFailed."""
        try:
            return await self._send_somehow(part)
        except RetryAfter as error:
            self._count("limited")
            raise DeliveryFailed(str(error), retry_after_seconds=_seconds(error.retry_after)) from error
        except (Forbidden, BadRequest) as error:
            self._count("blocked" if _is_lost(error) else "refused")
            if _is_lost(error):
                await self._lose(part.chat_id)
            else:
                await self._tell_agents(conversation_id, wording.note("failed", reason=error.message))
            raise DeliveryFailed(str(error), permanent=True) from error
        except TelegramError as error:
            self._count("failed")
            raise DeliveryFailed(str(error)) from error

    def _count(self, result: str) -> None:
        self._metrics.telegram_sends.labels(result).inc()

    async def _send_somehow(self, part: Part) -> int:
        """Send as drawn; refused, plainer: the text matters most."""
        *forms, plainest = part.plainer()
        for form in forms:
            try:
                return await self._call(form)
            except BadRequest as error:
                if _is_lost(error):
                    raise
                log.warning("Telegram refused a message, it is sent plainer: %s", error.message)
        return await self._call(plainest)

    async def _call(self, part: Part) -> int:
        await self._limits.acquire(part.chat_id)
        message = await self._bot.send_message(
            part.chat_id,
            part.text,
            entities=part.entities or None,
            reply_markup=part.buttons,
            link_preview_options=_NO_PREVIEW,
        )
        self._count("sent")
        return message.message_id

    async def _note_part(self, delivery_id: str, number: int, message_id: int) -> None:
        async with self._database.write() as session:
            now = self._clock.now()
            row = TelegramPart(delivery_id=delivery_id, number=number, message_id=message_id, sent_at=now)
            await session.merge(row)

    async def _lose(self, chat_id: int) -> None:
        async with self._database.write() as session:
            await chats.mark_unreachable(session, self._clock.now(), chat_id)

    async def _tell_agents(self, conversation_id: str, text: str) -> None:
        async with self._database.write() as session:
            conversation = await service.access_conversation(session, conversation_id)
            await service.say(session, self._clock.now(), conversation, text, audience="agents")


def _is_lost(error: TelegramError) -> bool:
    """Tell whether the chat itself is out of reach, whatever the message."""
    return isinstance(error, Forbidden) or "chat not found" in error.message.lower()


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
