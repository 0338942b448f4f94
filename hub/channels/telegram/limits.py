"""How fast Telegram lets a bot write: one message a second to a chat, thirty a second in all.

Token buckets that hold one token, so that nothing bursts. They begin empty when the process starts: a restart
does not earn a message. Each process counts its own.
"""

from __future__ import annotations

import asyncio
import time as real_time
from collections.abc import Awaitable, Callable

PER_CHAT_PER_SECOND = 1.0
OVERALL_PER_SECOND = 30.0
#: Chats remembered before those that may write at once are forgotten.
_MAX_CHATS = 10_000


class TokenBucket:
    """Fills at `rate` tokens a second up to one; empty at `since` (seconds of any monotonic clock)."""

    def __init__(self, rate: float, since: float) -> None:
        self._interval = 1 / rate
        self._free_at = since + self._interval

    def wait(self, now: float) -> float:
        """Return the seconds until there is a token."""
        return max(0.0, self._free_at - now)

    def take(self, now: float) -> None:
        self._free_at = now + self._interval


class SendLimits:
    """Lets calls through no faster than Telegram allows."""

    def __init__(
        self,
        *,
        time: Callable[[], float] = real_time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._time = time
        self._sleep = sleep
        self._since = time()
        self._overall = TokenBucket(OVERALL_PER_SECOND, self._since)
        self._chats: dict[int, TokenBucket] = {}

    async def acquire(self, chat_id: int) -> None:
        """Return when this chat, and the bot as a whole, may be written to."""
        chat = self._chats.setdefault(chat_id, TokenBucket(PER_CHAT_PER_SECOND, self._since))
        while (left := max(chat.wait(self._time()), self._overall.wait(self._time()))) > 0:
            await self._sleep(left)
        now = self._time()
        chat.take(now)
        self._overall.take(now)
        self._chats[chat_id] = chat  # it may have been forgotten meanwhile
        if len(self._chats) > _MAX_CHATS:
            self._chats = {id: bucket for id, bucket in self._chats.items() if bucket.wait(now) > 0}
