"""What is said to Telegram besides messages: a press is answered, its buttons go, a group is left.

Nothing depends on these calls: a failure is logged and forgotten. Only the answer to a press is made before the
update is acknowledged, so that Telegram sends the update again when we die in between.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot
from telegram.error import TelegramError

from hub.channels.telegram.limits import SendLimits

log = logging.getLogger(__name__)

#: Longest an acknowledgement waits for a press to be answered, in seconds.
ANSWER_SECONDS = 2.0


@dataclass(frozen=True)
class AnswerPress:
    """End the button's spinner; `text` is shown for a moment."""

    callback_id: str
    text: str | None = None

    async def run(self, bot: Bot, limits: SendLimits) -> None:
        await bot.answer_callback_query(
            self.callback_id, text=self.text, connect_timeout=ANSWER_SECONDS, read_timeout=ANSWER_SECONDS
        )


@dataclass(frozen=True)
class RemoveButtons:
    """Take the buttons away from under a message one of them was pressed at."""

    chat_id: int
    message_id: int

    async def run(self, bot: Bot, limits: SendLimits) -> None:
        await limits.acquire(self.chat_id)
        await bot.edit_message_reply_markup(chat_id=self.chat_id, message_id=self.message_id, reply_markup=None)


@dataclass(frozen=True)
class LeaveGroup:
    chat_id: int
    text: str

    async def run(self, bot: Bot, limits: SendLimits) -> None:
        await limits.acquire(self.chat_id)
        try:
            await bot.send_message(self.chat_id, self.text)
        finally:
            await bot.leave_chat(self.chat_id)


FollowUp = AnswerPress | RemoveButtons | LeaveGroup


class FollowUps:
    """Makes these calls, the answers at once, the others in the background."""

    def __init__(self, bot: Bot, limits: SendLimits) -> None:
        self._bot = bot
        self._limits = limits
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, calls: Sequence[FollowUp]) -> None:
        for call in calls:
            if isinstance(call, AnswerPress):
                await self._run(call)
            else:
                task = asyncio.create_task(self._run(call))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _run(self, call: FollowUp) -> None:
        try:
            await call.run(self._bot, self._limits)
        except TelegramError as error:
            log.info("%s was refused by Telegram: %s", type(call).__name__, error.message)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
