"""One happening of one chat inside one transaction: what the channel can do with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service
from conversations.domain import Incoming
from conversations.models import Conversation, Inbox
from escalation import service as desk
from escalation.customers import service as customer
from escalation.domain import NotAllowedNow, TicketNotFound
from escalation.relay import service as relay
from hub import wording as service_wording
from hub.channels.telegram import repository, wording
from hub.channels.telegram.models import TelegramChat
from kit import wire
from kit.errors import InvalidRequest
from kit.ids import new_id
from kit.masking import mask
from kit.text import MAX_MESSAGE_LENGTH

#: The same notice is not said twice within this time.
NOTICE_PAUSE = timedelta(minutes=1)


@dataclass
class Visit:
    session: AsyncSession
    now: datetime
    chat: TelegramChat
    conversation: Conversation
    external_id: str

    @property
    def locale(self) -> str:
        return self.conversation.locale

    async def pass_on(
        self, text: str = "", *, button: str | None = None, payload: dict[str, Any] | None = None
    ) -> None:
        """Store a message for a turn."""
        incoming = Incoming(
            repository.CHANNEL, self.external_id, self.conversation.id, text, button, client_id=None, payload=payload
        )
        _received, secrets = await service.receive(self.session, self.now, incoming)
        await self._warn(secrets)
        await desk.customer_wrote(self.session, self.now, self.conversation)
        await relay.note_use(self.session, self.now, self.conversation)

    async def keep(self, text: str) -> None:
        """Store a message that the channel answers by itself."""
        text, secrets = await self.masked(text)
        data = {"author": "customer", "text": text, "client_id": None}
        event_id = await service.append(self.session, self.now, self.conversation, wire.MESSAGE_CREATED, data)
        await self.mark_received(text, event_id)
        await self._warn(secrets)
        await relay.note_use(self.session, self.now, self.conversation)

    async def say_words(self, text: str) -> None:
        """Store words of the customer's: for people where they talk about another case here, else for a turn."""
        ticket = await relay.case_of(self.session, self.conversation) if self.conversation.holder == "bot" else None
        if ticket is None or not await self._add_to_case(ticket.number, text):
            await self.pass_on(text)

    async def _add_to_case(self, number: str, text: str) -> bool:
        """Store words as a message of a case, and of this chat; False when the case is over by now."""
        parts = [text[start : start + MAX_MESSAGE_LENGTH] for start in range(0, len(text), MAX_MESSAGE_LENGTH)]
        try:
            async with self.session.begin_nested():
                for part, words in enumerate(parts):
                    client_id = f"{self.external_id}:{part}"
                    await customer.add_facts(
                        self.session,
                        self.now,
                        self.conversation,
                        number,
                        channel=repository.CHANNEL,
                        client_id=client_id,
                        text=words,
                    )
        except (NotAllowedNow, TicketNotFound, InvalidRequest):
            return False
        await self.keep(text)
        return True

    async def refuse_file(self, name: str, reason: str) -> None:
        """Leave a file's name in the transcript in its place and say why it was not taken."""
        await self.keep(f"[{name}]")
        await self.say_key(reason, name=name)

    async def mark_received(self, text: str, event_id: int) -> None:
        """Note the external id, so that a repeat is recognised for ever; no turn will deal with it."""
        self.session.add(
            Inbox(
                channel=repository.CHANNEL,
                external_id=self.external_id,
                conversation_id=self.conversation.id,
                event_id=event_id,
                digest=hashlib.sha256(text.encode()).hexdigest(),
                text=text,
                payload=None,
                received_at=self.now,
                is_done=True,
                attempts=0,
            )
        )
        await self.session.flush()

    async def masked(self, text: str) -> tuple[str, list[str]]:
        """Return the text without secrets, and the kinds that were removed."""
        previous = await repository.last_text(self.session, self.conversation.id)
        return mask(text, previous=previous)

    async def _warn(self, secrets: list[str]) -> None:
        if secrets:
            kinds = service_wording.secret_kinds(secrets, self.locale)
            await self.say(service_wording.text("secret", self.locale, kinds=kinds))

    async def say(self, text: str) -> None:
        await service.say(self.session, self.now, self.conversation, text)

    async def say_key(self, key: str, **values: object) -> None:
        """Say one of the channel's sentences."""
        await self.say(wording.text(key, self.locale, **values))

    async def say_once(self, key: str) -> None:
        """Say one of the channel's sentences, unless it was the last one a moment ago."""
        chat = self.chat
        if chat.notice == key and chat.noticed_at is not None and self.now - chat.noticed_at < NOTICE_PAUSE:
            return
        chat.notice, chat.noticed_at = key, self.now
        await self.say_key(key)

    async def offer(self, key: str, *buttons: wire.Button) -> None:
        """Say one of the channel's sentences with buttons under it."""
        message = wire.BotMessage(wording.text(key, self.locale), buttons=list(buttons))
        await service.say_bot_message(
            self.session, self.now, self.conversation, message, outcome="instant", turn_id=new_id()
        )

    def button(self, key: str, intent: str, **entities: Any) -> wire.Button:
        return wire.Button(wording.text(key, self.locale), wire.Payload(intent, entities))
