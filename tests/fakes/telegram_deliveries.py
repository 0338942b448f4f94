"""How Telegram brings updates to a webhook, after the source of its server (tdlib/telegram-bot-api, WebhookActor).

Messages of a chat go one after the other; presses have a queue of their own for each user, so they may overtake. What
is not answered with 2xx is sent again: at once, then after 2, 4, 8... seconds up to one or two minutes, or after
Retry-After. It is dropped when the next try would come later than 24 hours, a press later than 150 seconds.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from tests.fakes.telegram_customers import Update

EXPIRES_AFTER = 86_400.0
PRESS_EXPIRES_AFTER = 150.0


@dataclass
class Queue:
    """Updates that wait for one another, each with the time it expires at."""

    waiting: deque[tuple[Update, float]] = field(default_factory=deque)
    failures: int = 0
    next_at: float = 0.0


@dataclass
class Deliveries:
    """Delivers what is put into it; time, in seconds, passes only between tries."""

    post: Callable[[Update], Awaitable[httpx.Response]]
    now: float = 0.0
    #: What happens to the connection of the next tries: "before" the update arrived, "after" it was taken, or nothing.
    cuts: list[str] = field(default_factory=list)
    queues: dict[str, Queue] = field(default_factory=dict)
    #: Every try: when, which update, and its status; None is a broken connection.
    tries: list[tuple[float, int, int | None]] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(6))

    def put(self, *updates: Update) -> None:
        for update in updates:
            press = update.get("callback_query")
            name = f"user {press['from']['id']}" if press else f"chat {_chat_of(update)}"
            expires_at = self.now + (PRESS_EXPIRES_AFTER if press else EXPIRES_AFTER)
            self.queues.setdefault(name, Queue()).waiting.append((update, expires_at))

    async def run(self) -> None:
        """Deliver until nothing waits; queues that are due go side by side."""
        while busy := [queue for queue in self.queues.values() if queue.waiting]:
            self.now = max(self.now, min(queue.next_at for queue in busy))
            await asyncio.gather(*(self._try(queue) for queue in busy if queue.next_at <= self.now))

    async def _try(self, queue: Queue) -> None:
        update, expires_at = queue.waiting[0]
        answer = await self._answer(update)
        self.tries.append((self.now, update["update_id"], answer.status_code if answer else None))
        if answer is not None and answer.is_success:
            queue.waiting.popleft()
            queue.failures, queue.next_at = 0, self.now
            return
        queue.next_at = self.now + self._wait(queue, answer)
        queue.failures += 1
        if queue.next_at > expires_at:
            self.dropped.append(update["update_id"])
            queue.waiting.popleft()
            queue.failures, queue.next_at = 0, self.now

    async def _answer(self, update: Update) -> httpx.Response | None:
        cut = self.cuts.pop(0) if self.cuts else ""
        try:
            answer = await self.post(update) if cut != "before" else None
        except httpx.HTTPError:
            return None
        return answer if cut != "after" else None

    def _wait(self, queue: Queue, answer: httpx.Response | None) -> float:
        if answer is not None and answer.headers.get("Retry-After", "").isdecimal():
            return min(float(answer.headers["Retry-After"]), 3600.0)
        longest = self.random.uniform(60, 120)
        return min(2.0**queue.failures, longest) if queue.failures else 0.0


def _chat_of(update: Update) -> object:
    content = next((value for value in update.values() if isinstance(value, dict)), {})
    return content.get("chat", {}).get("id")
