"""Stores what came in, each thing once, before anybody says it arrived.

An update that came before, by its id within 48 hours or by what it carries for ever, changes nothing. A press is
answered each time it comes.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service
from conversations.database import Database
from hub.channels.telegram import chats, commands, repository, updates, wording
from hub.channels.telegram.follow_ups import AnswerPress, FollowUp, LeaveGroup, RemoveButtons
from hub.channels.telegram.updates import Edit, Group, Happening, Media, Membership, Press, Text
from hub.channels.telegram.visit import Visit
from kit.clock import Clock
from kit.errors import InvalidRequest

log = logging.getLogger(__name__)

#: How long update ids are remembered. Telegram repeats for 24 hours, and begins anew at random after an idle week.
REMEMBERED = timedelta(hours=48)
_TIDY_EVERY = timedelta(hours=1)


class Receiver:
    """Takes updates, one transaction each."""

    def __init__(self, database: Database, clock: Clock, rules: commands.Rules) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
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
        is_repeat = await repository.received(session, happening.external_id) is not None
        visit = Visit(session, now, chat, conversation, happening.external_id)
        if isinstance(happening, Press):
            return [AnswerPress(happening.callback_id)] if is_repeat else await self._press(visit, happening)
        if not is_repeat:
            await self._message(visit, happening)
        return []

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
        code = chats.code_in(text)
        if code is None or not await commands.try_link(visit, self._rules, code, must_match=False):
            await visit.pass_on(text)

    async def _media(self, visit: Visit, media: Media) -> None:
        """Say that this cannot be read; words that came with it are answered like any others."""
        if media.caption.strip():
            await service.say(visit.session, visit.now, visit.conversation, f"[{media.name}]", author="customer")
            await visit.pass_on(media.caption)
        else:
            await visit.keep(f"[{media.name}]")
        await visit.say_once(media.kind)

    async def _edit(self, visit: Visit, edit: Edit) -> None:
        """Put the new words into the transcript beside the old ones; an edit starts no turn."""
        versions = await repository.versions(visit.session, visit.conversation.id, edit.message_prefix)
        if not versions:
            return  # from before our time, or from before the chat was linked
        text, _secrets = await visit.masked(edit.text)
        if text == versions[-1].text:
            return
        original = versions[0]
        note = wording.note("edited", event_id=original.event_id, text=text)
        event_id = await service.say(visit.session, visit.now, visit.conversation, note, audience="agents")
        await visit.mark_received(text, event_id)
        if visit.conversation.holder == "bot":
            await visit.say_once("edited")

    async def _press(self, visit: Visit, press: Press) -> list[FollowUp]:
        button = await repository.button(visit.session, visit.conversation.id, press.token)
        if button is None:
            return [AnswerPress(press.callback_id, wording.text("old_button", visit.locale))]
        await commands.press(visit, self._rules, button.token, button.label, button.payload)
        answer = AnswerPress(press.callback_id)
        chat_id = press.sender.chat_id
        return [answer] if press.message_id is None else [answer, RemoveButtons(chat_id, press.message_id)]
