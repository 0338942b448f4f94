"""A service with a Telegram bot, and its customers' chats, in the short forms tests use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
from sqlalchemy import event, func, select

from conversations import service
from conversations.models import Conversation, Outbox
from hub.app import add_telegram, create_app, create_context
from hub.channels.telegram.channel import WEBHOOK_PATH, Telegram
from hub.channels.telegram.limits import SendLimits
from hub.channels.telegram.models import TelegramChat
from hub.channels.telegram.webhook import SECRET_HEADER
from hub.settings import Settings
from kit.clock import ManualClock
from kit.ids import new_id
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import FakeTelegram, Update
from tests.hub.site import Site, Visitor, eventually

KEY = "the key the site and the service share, long enough for every HMAC there is"
SITE = "https://support.example"
SECRET = "a-webhook-secret"


class Time:
    """Seconds that pass only when somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self.now = 0.0
        #: When something was let through, by whoever notes it.
        self.log: list[tuple[float, int]] = []

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class NotingLimits(SendLimits):
    """Limits that note when which chat was let through."""

    def __init__(self, time: Time) -> None:
        super().__init__(time=time.time, sleep=time.sleep)
        self._noted = time

    async def acquire(self, chat_id: int) -> None:
        await super().acquire(chat_id)
        self._noted.log.append((self._noted.now, chat_id))


@dataclass
class TelegramSite(Site):
    """One running service with a bot."""

    telegram: FakeTelegram = field(default_factory=FakeTelegram)

    async def post(self, update: Any, *, secret: str | None = SECRET, content: bytes | None = None) -> httpx.Response:
        """Deliver an update as Telegram does."""
        headers = {} if secret is None else {SECRET_HEADER.encode(): secret.encode()}
        body: dict[str, Any] = {"json": update} if content is None else {"content": content}
        async with self.client() as client:
            return await client.post(WEBHOOK_PATH, headers=headers, **body)

    async def deliver(self, *updates: Update) -> None:
        for update in updates:
            answer = await self.post(update)
            assert answer.status_code == 200, answer.text

    async def wait_for_texts(self, count: int, chat_id: int = 7) -> list[str]:
        """Return what the bot said in a chat once there is that much."""

        async def is_there() -> bool:
            return len(self.telegram.chats[chat_id]) >= count

        await eventually(is_there)
        return self.telegram.texts(chat_id)

    async def wait_until(self, is_so: Callable[[], bool]) -> None:
        async def asked() -> bool:
            return is_so()

        await eventually(asked)

    async def wait_until_delivered(self) -> None:
        """Return once nothing waits to be sent."""

        async def is_delivered() -> bool:
            async with self.database.read() as session:
                return not await session.scalar(select(func.count()).where(Outbox.status == "pending"))

        await eventually(is_delivered)

    async def chat(self, chat_id: int = 7) -> TelegramChat:
        async with self.database.read() as session:
            found = await session.get(TelegramChat, chat_id)
        assert found is not None
        return found

    async def conversation(self, chat_id: int = 7) -> Conversation:
        async with self.database.read() as session:
            found = await session.get(Conversation, (await self.chat(chat_id)).conversation_id)
        assert found is not None
        return found

    async def transcript(self, chat_id: int = 7, *, conversation_id: str | None = None) -> list[tuple[str, str, str]]:
        """Return a chat's messages as audience, author and text."""
        events = await self.events(chat_id, conversation_id=conversation_id)
        messages = [happened["data"] for happened in events if happened["type"] == "message.created"]
        return [(data["audience"], data["author"], data["text"]) for data in messages]

    async def events(self, chat_id: int = 7, *, conversation_id: str | None = None) -> list[dict[str, Any]]:
        conversation_id = conversation_id or (await self.conversation(chat_id)).id
        async with self.database.read() as session:
            return await service.events_after(session, conversation_id, 0, audiences=service.AGENT_AUDIENCE, limit=1000)

    async def notes(self, chat_id: int = 7, **more: Any) -> list[str]:
        """Return what only agents read."""
        found = await self.transcript(chat_id, **more)
        return [text for audience, _author, text in found if audience == "agents"]

    async def wait_until_noted(self, conversation_id: str, words: str) -> None:
        """Return once the agents of a conversation read this."""

        async def is_noted() -> bool:
            return any(words in note for note in await self.notes(conversation_id=conversation_id))

        await eventually(is_noted)

    async def conversations(self) -> list[Conversation]:
        async with self.database.read() as session:
            return list((await session.execute(select(Conversation).order_by(Conversation.created_at))).scalars())

    async def customer_of_website(self, customer_id: str = "customer-7") -> Visitor:
        """Open a conversation on the website, logged in."""
        return await self.visit(identity=identity(self.clock.now(), customer_id))

    async def link(self, chat_id: int = 7, customer_id: str = "customer-7") -> Visitor:
        """Link a chat to a customer, who is also on the website."""
        visitor = await self.customer_of_website(customer_id)
        code = (await ask(visitor, "code")).json()["code"]
        before = len(self.telegram.chats[chat_id])
        await self.deliver(self.telegram.customer(chat_id).write(f"/start {code}"))
        await self.wait_for_texts(before + 1, chat_id)
        return visitor


class Killed(Exception):
    """The process has ended."""


def kill(site: TelegramSite) -> None:
    """From now on the service writes nothing any more; what Telegram was sent stays sent."""

    @asynccontextmanager
    async def write() -> AsyncIterator[Any]:
        raise Killed
        yield

    site.database.write = write  # type: ignore[method-assign]


def _unsync(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()


async def ask(visitor: Visitor, what: str, **body: Any) -> httpx.Response:
    """Post to the website's Telegram endpoints."""
    return await visitor.client.post(f"{visitor.path}/telegram/{what}", json=body, headers=visitor.headers)


def identity(now: datetime, customer_id: str) -> str:
    claims = {"sub": customer_id, "aud": "pharos", "jti": new_id(), "exp": now + timedelta(minutes=5)}
    return jwt.encode(claims, KEY, algorithm="HS256")


@asynccontextmanager
async def running_telegram(
    settings: Settings,
    clock: ManualClock,
    assistant: FakeAssistant,
    telegram: FakeTelegram,
    time: Time | None = None,
    *,
    is_synced: bool = True,
) -> AsyncIterator[TelegramSite]:
    """Run a service with a bot; its limits count a time of their own. Unsynced, only a power cut loses anything."""
    context = create_context(settings, assistant, clock)
    if context.database.is_sqlite and not is_synced:
        event.listen(context.database.engine.sync_engine, "connect", _unsync)
    limits = NotingLimits(time or Time())
    channel = Telegram(
        settings,
        context.database,
        clock,
        context.limits,
        context.key,
        bot=telegram.bot(),
        send_limits=limits,
        downloads=telegram.downloads_client(),
        metrics=context.metrics,
    )
    add_telegram(context, channel)
    app = create_app(context)
    async with app.router.lifespan_context(app):
        yield TelegramSite(app, context.database, clock, assistant, telegram)
