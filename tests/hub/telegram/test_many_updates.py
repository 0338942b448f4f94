"""The figure: 2,000 updates, 30 % of them duplicates, reordered and cut, the service killed ten times.

Every message is stored once and in order, answered once and in order, and no limit is broken. Every eleventh is a file,
and the first download of every third file is cut: each is stored once, and a chat's files in the order they were sent.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict, deque
from dataclasses import dataclass

import httpx
from sqlalchemy import func, select

from conversations.models import Inbox, Outbox
from hub.channels.telegram.models import TelegramFile
from hub.settings import Settings
from kit.clock import ManualClock
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Cut, FakeTelegram, Refused, Update
from tests.hub.site import eventually
from tests.hub.telegram.chat import TelegramSite, Time, kill, running_telegram
from tests.hub.telegram.test_limits import within_limits

CHATS = 40
TROUBLE: list[Refused | Cut] = [
    Refused(500, "Internal Server Error"),
    Refused(429, "Too Many Requests", retry_after=3),
    Cut(),
]
#: What downloads meet before they succeed.
BAD_DOWNLOADS: list[list[int | str]] = [[], ["cut"], []]


@dataclass(frozen=True)
class Figure:
    updates: int
    duplicates: int
    kills: int


FIGURE = Figure(updates=2_000, duplicates=600, kills=10)
#: What every run of the tests can afford; `make figures` runs the whole.
if not os.environ.get("PHAROS_TEST_WHOLE"):
    FIGURE = Figure(updates=300, duplicates=90, kills=4)
#: The same where the store is a server: each update takes longer there.
SMALL = Figure(updates=200, duplicates=60, kills=3)


class Phone:
    """Telegram's side of the webhook: one queue per chat, the next update only after the last was acknowledged.

    What was acknowledged may come again at any time; a connection may be cut before or after the update was taken.
    """

    def __init__(self, updates: dict[int, list[Update]], duplicates: int, seed: int) -> None:
        self.queues = {chat: deque(mine) for chat, mine in updates.items()}
        self.acknowledged: list[Update] = []
        self.duplicates = duplicates
        self.posts = 0
        self.random = random.Random(seed)

    @property
    def is_done(self) -> bool:
        return not any(self.queues.values()) and self.duplicates == 0

    async def run(self, site: TelegramSite, posts: int) -> None:
        """Post about that many updates, several chats at once."""
        until = self.posts + posts
        while self.posts < until and not self.is_done:
            chats = [chat for chat, queue in self.queues.items() if queue]
            chosen = self.random.sample(chats, min(5, len(chats)))
            await asyncio.gather(*(self._next_of(site, chat) for chat in chosen), self._again(site))

    async def _next_of(self, site: TelegramSite, chat: int) -> None:
        update = self.queues[chat][0]
        if await self._post(site, update):
            self.queues[chat].popleft()
            self.acknowledged.append(update)

    async def _again(self, site: TelegramSite) -> None:
        """Post some of what was acknowledged once more: just now, or long ago."""
        for _ in range(self.random.choice((1, 2, 3))):
            if self.duplicates and self.acknowledged:
                self.duplicates -= 1
                await self._post(site, self.random.choice(self.acknowledged))

    async def _post(self, site: TelegramSite, update: Update) -> bool:
        self.posts += 1
        fate = self.random.random()
        if fate < 0.03:
            return False  # cut before it arrived
        try:
            answer = await site.post(update)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and fate < 0.97  # else cut before the acknowledgement arrived


async def test_many_updates_are_stored_and_answered_once_and_in_order(settings: Settings, clock: ManualClock) -> None:
    figure = FIGURE if settings.database.startswith("sqlite") else SMALL
    telegram, assistant, time = FakeTelegram(), FakeAssistant(), Time()
    sent: dict[int, list[str]] = defaultdict(list)
    updates: dict[int, list[Update]] = defaultdict(list)
    files: dict[int, list[str]] = defaultdict(list)
    for number in range(figure.updates - figure.duplicates):
        chat = 100 + number % CHATS
        customer = telegram.customer(chat)
        if number % 11 == 10:
            files[chat].append(f"log-{number:04}.txt")
            fate = BAD_DOWNLOADS[number // 11 % len(BAD_DOWNLOADS)]
            updates[chat].append(customer.send_file(f"Line {number}".encode(), files[chat][-1], downloads=fate))
        else:
            sent[chat].append(f"Question {number:04}.")
            updates[chat].append(customer.write(sent[chat][-1]))
    phone = Phone(updates, figure.duplicates, seed=6)

    for life in range(figure.kills + 1):
        telegram.failures["sendMessage"] = [*[None] * 10, *TROUBLE]
        async with running_telegram(settings, clock, assistant, telegram, time, is_synced=False) as site:
            if life < figure.kills:
                await phone.run(site, posts=figure.updates // (figure.kills + 1))
                kill(site)
            else:
                while not phone.is_done:
                    await phone.run(site, posts=100)
                await settled(site)
                transcripts = {chat: await site.transcript(chat) for chat in sent}
                stored = {chat: await file_names(site, chat) for chat in sent}
        clock.advance(seconds=31)  # what was under way when the service died comes due

    for chat, wanted in sent.items():
        assert [text for _audience, author, text in transcripts[chat] if author == "customer" and text] == wanted
        assert stored[chat] == files[chat]
        answers = [text for _audience, _author, text in transcripts[chat] if text.startswith("You wrote")]
        assert _questions(answers) == wanted
        arrived = [text for text in telegram.texts(chat) if text.startswith("You wrote")]
        assert list(dict.fromkeys(arrived)) == answers
        # Sent, then killed or cut before that could be known: said again rather than lost.
        assert len(arrived) - len(answers) <= figure.kills + len(TROUBLE)
    assert phone.posts >= figure.updates
    assert within_limits(time.log)


async def file_names(site: TelegramSite, chat: int) -> list[str]:
    return [file["name"] for event in await site.events(chat) for file in event["data"].get("attachments", [])]


def _questions(answers: list[str]) -> list[str]:
    """Return what the answers answer: one may answer several questions."""
    return [line for answer in answers for line in answer.removeprefix("You wrote: ").split("\n")]


async def settled(site: TelegramSite) -> None:
    """Return once every message is answered and every answer delivered."""

    async def is_settled() -> bool:
        site.clock.advance(seconds=1)
        async with site.database.read() as session:
            waiting = await session.scalar(select(func.count()).where(~Inbox.is_done))
            pending = await session.scalar(select(func.count()).where(Outbox.status == "pending"))
            unfetched = await session.scalar(select(func.count()).select_from(TelegramFile))
        return waiting == pending == unfetched == 0

    for _ in range(20):
        try:
            return await eventually(is_settled)
        except AssertionError:
            continue
    raise AssertionError("It never came to rest.")
