"""Stores what came in, each thing once, before anybody says it arrived.

An update that came before, by its id within 48 hours or by what it carries for ever, changes nothing. A press is
answered each time it comes.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service
from conversations.attachments import checks
from conversations.database import Database, hint
from conversations.models import Conversation
from escalation.relay import service as relay
from hub.channels.telegram import chats, commands, files, repository, updates, wording
from hub.channels.telegram.agents import link_agent
from hub.channels.telegram.follow_ups import AnswerPress, FollowUp, LeaveGroup, RemoveButtons
from hub.channels.telegram.models import TelegramFile
from hub.channels.telegram.updates import Edit, File, Group, Happening, Media, Membership, Press, Text
from hub.channels.telegram.visit import Visit
from hub.metrics import Metrics
from kit.clock import Clock
from kit.errors import InvalidRequest, TooMany
from kit.masking import mask

log = logging.getLogger(__name__)

#: How long update ids are remembered. Telegram repeats for 24 hours, and begins anew at random after an idle week.
REMEMBERED = timedelta(hours=48)
_TIDY_EVERY = timedelta(hours=1)
#: Longest name of a file that is kept, in characters.
MAX_NAME = 200


class Receiver:
    """Takes updates, one transaction each."""

    def __init__(self, database: Database, clock: Clock, rules: commands.Rules, metrics: Metrics) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._metrics = metrics
        self._tidied_at: datetime | None = None

    async def take(self, raw: dict[str, Any]) -> list[FollowUp]:
        """Store an update; returns what must be said to Telegram besides.

        Raises:
            InvalidRequest: this is no update at all. One that cannot be read is logged and done with: sent again, it
                would hold up its chat for a day.
        """
        update_id = updates.update_id(raw)
        try:
            happening = updates.read(raw)
        except InvalidRequest as error:
            log.warning("%s It is passed over.", error.detail)
            happening = None
        now = self._clock.now()
        async with self._database.write() as session:
            await self._tidy(session, now)
            is_new = await repository.see(session, update_id, now, REMEMBERED)
            kind = type(happening).__name__.lower() if happening is not None else "other"
            self._metrics.telegram_updates.labels(kind if is_new else "repeat").inc()
            if is_new and happening is not None:
                return await self._take(session, now, happening)
        return [AnswerPress(happening.callback_id)] if isinstance(happening, Press) else []

    async def _tidy(self, session: AsyncSession, now: datetime) -> None:
        if self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY:
            await repository.forget_updates(session, now - REMEMBERED)
            self._tidied_at = now

    async def _take(self, session: AsyncSession, now: datetime, happening: Happening) -> list[FollowUp]:
        sender = happening.sender
        if isinstance(happening, Group):
            return [LeaveGroup(sender.chat_id, wording.text("group", sender.language))]
        if isinstance(happening, Membership):
            await self._membership(session, now, happening)
            return []
        chat, conversation = await chats.open_chat(session, now, sender, self._rules.key)
        await chats.mark_reachable(session, now, chat, conversation)
        is_repeat = await self._is_repeat(session, happening)
        if is_repeat:
            return [AnswerPress(happening.callback_id)] if isinstance(happening, Press) else []
        visit = Visit(session, now, chat, conversation, happening.external_id)
        if await self._is_too_fast(visit):
            await visit.say_once("limit")
            text = wording.text("limit_press", visit.locale)
            return [AnswerPress(happening.callback_id, text)] if isinstance(happening, Press) else []
        if isinstance(happening, Press):
            return await self._press(visit, happening)
        await self._message(visit, happening)
        return []

    async def _is_repeat(self, session: AsyncSession, happening: Text | Media | Edit | Press) -> bool:
        if isinstance(happening, Media) and await repository.knows_file(session, happening.file_external_id):
            return True
        return await repository.received(session, happening.external_id) is not None

    async def _is_too_fast(self, visit: Visit) -> bool:
        """Count against the conversation's limit of messages, the same as the website's."""
        try:
            await self._rules.limits.hit("messages", visit.conversation.id)
        except TooMany:
            return True
        return False

    async def _membership(self, session: AsyncSession, now: datetime, change: Membership) -> None:
        if change.is_blocked:
            await chats.mark_unreachable(session, now, change.sender.chat_id)
            return
        chat = await repository.lock_chat(session, change.sender.chat_id)
        if chat is not None:
            conversation = await service.access_conversation(session, chat.conversation_id)
            await chats.mark_reachable(session, now, chat, conversation)

    async def _message(self, visit: Visit, happening: Text | Media | Edit) -> None:
        if isinstance(happening, Edit):
            await self._edit(visit, happening)
        elif isinstance(happening, Media):
            await self._media(visit, happening)
        elif happening.text.strip():
            await self._text(visit, happening.text)

    async def _text(self, visit: Visit, text: str) -> None:
        command = commands.parse(text)
        if command is not None:
            await commands.run(visit, self._rules, *command, text)
            return
        if await link_agent(visit, self._rules.limits, self._rules.key, text):
            return
        code = chats.code_in(text)
        if code is None or not await commands.try_link(visit, self._rules, code, must_match=False):
            await visit.say_words(text)

    async def _media(self, visit: Visit, media: Media) -> None:
        """Answer the words; have a file fetched, and say of anything else that it cannot be read."""
        if media.file is not None:
            if media.caption.strip():
                await visit.say_words(media.caption)
            await self._file(replace(visit, external_id=media.file_external_id), media.file)
        elif media.caption.strip():
            await service.say(visit.session, visit.now, visit.conversation, f"[{media.name}]", author="customer")
            await visit.say_words(media.caption)
            await visit.say_once(media.kind)
        else:
            await visit.keep(f"[{media.name}]")
            await visit.say_once(media.kind)

    async def _file(self, visit: Visit, file: File) -> None:
        """Note a file that is to be fetched, unless it is known to be too large."""
        name = mask(file.name)[0][:MAX_NAME]
        if (file.size or 0) > checks.MAX_BYTES:
            await visit.refuse_file(name, "file_large")
            return
        ticket = await relay.case_of(visit.session, visit.conversation) if visit.conversation.holder == "bot" else None
        row = TelegramFile(
            external_id=visit.external_id,
            chat_id=visit.chat.id,
            conversation_id=ticket.conversation_id if ticket else visit.conversation.id,
            file_id=file.id,
            name=name,
            received_at=visit.now,
            attempts=0,
            next_attempt_at=visit.now,
        )
        visit.session.add(row)
        await relay.note_use(visit.session, visit.now, visit.conversation)
        hint(visit.session, files.TOPIC)

    async def _edit(self, visit: Visit, edit: Edit) -> None:
        """Put the new words into the transcript beside the old ones; an edit starts no turn."""
        versions = await repository.versions(visit.session, visit.conversation.id, edit.message_prefix)
        if not versions and await repository.knows_file(visit.session, f"{edit.message_prefix}file"):
            await visit.say_words(edit.text)  # the first words beside a file
            return
        if not versions:
            return  # from before our time, or from before the chat was linked
        text, _secrets = await visit.masked(edit.text)
        if text == versions[-1].text:
            return
        event_id = await self._note_edit(visit, visit.conversation, versions[0].event_id, text)
        await visit.mark_received(text, event_id)
        in_case = await repository.words_in_case(visit.session, visit.conversation.id, edit.message_prefix)
        if in_case is not None:
            home = await service.access_conversation(visit.session, in_case.conversation_id)
            await self._note_edit(visit, home, in_case.event_id, text)
        if visit.conversation.holder == "bot":
            await visit.say_once("edited")

    async def _note_edit(self, visit: Visit, where: Conversation, original_id: int, text: str) -> int:
        note = wording.note("edited", event_id=original_id, text=text)
        return await service.say(visit.session, visit.now, where, note, audience="agents")

    async def _press(self, visit: Visit, press: Press) -> list[FollowUp]:
        button = await repository.button(visit.session, visit.conversation.id, press.token)
        if button is None:
            return [AnswerPress(press.callback_id, wording.text("old_button", visit.locale))]
        await commands.press(visit, self._rules, button.token, button.label, button.payload)
        answer = AnswerPress(press.callback_id)
        chat_id = press.sender.chat_id
        return [answer] if press.message_id is None else [answer, RemoveButtons(chat_id, press.message_id)]
