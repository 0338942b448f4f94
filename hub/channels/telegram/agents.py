"""Agents on Telegram: a chat is linked by a code of the console, and then gets its agent's notices."""

from __future__ import annotations

from telegram import Bot, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from conversations.database import Database
from escalation.outside import settings, wording
from escalation.outside.outbox import Parcel
from hub.channels.telegram.limits import SendLimits
from hub.channels.telegram.visit import Visit
from hub.limits import Limits
from kit.errors import DeliveryFailed, TooMany


async def link_agent(visit: Visit, limits: Limits, key: bytes, text: str) -> bool:
    """Link the chat to an agent if the text is their code; False when it is not and may mean something else.

    After too many tries every code is a bad one, and none is stored: it may be good elsewhere.
    """
    code = settings.code_in(text)
    if code is None:
        return False
    try:
        await limits.hit("link", str(visit.chat.id))
    except TooMany:
        await visit.keep("/start")
        await visit.say_key("bad_code")
        return True
    agent = await settings.link_chat(visit.session, visit.now, code, visit.chat.id, key)
    if agent is None:
        return False
    await visit.keep("/start")  # the code itself is a credential
    await visit.say(wording.text("linked", visit.locale, name=agent.name))
    return True


class AgentNotices:
    """Sends notices to agents' chats (see escalation.outside.outbox.Sender)."""

    def __init__(self, bot: Bot, limits: SendLimits, database: Database) -> None:
        self._bot = bot
        self._limits = limits
        self._database = database

    async def send(self, parcel: Parcel) -> None:
        chat_id = int(parcel.payload["chat_id"])
        heading, lines = wording.notice(parcel.payload, parcel.payload["locale"])
        await self._limits.acquire(chat_id)
        try:
            await self._bot.send_message(
                chat_id, f"{heading}\n{lines}", link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        except RetryAfter as error:
            wait = error.retry_after
            seconds = float(wait) if isinstance(wait, int) else wait.total_seconds()
            raise DeliveryFailed(str(error), retry_after_seconds=seconds) from error
        except Forbidden as error:
            async with self._database.write() as session:  # blocked: until they link again
                await settings.unlink_chat(session, parcel.payload["agent_id"])
            raise DeliveryFailed(str(error), permanent=True) from error
        except BadRequest as error:
            raise DeliveryFailed(str(error), permanent=True) from error
        except TelegramError as error:
            raise DeliveryFailed(str(error)) from error
