"""Answers kept for a while, and asked for once however many wait for the same one.

A waiter that gives up does not end the request: its answer is there for the next.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta
from typing import Any, TypeVar

from exchange.answers import Answer
from kit.clock import Clock

T = TypeVar("T")


class AnswerCache:
    """Holds the newest answer per key, the least recently used dropped first."""

    def __init__(self, clock: Clock, *, size: int = 256) -> None:
        self._clock = clock
        self._size = size
        self._answers: OrderedDict[Hashable, Answer[Any]] = OrderedDict()
        self._running: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, max_age: timedelta, fetch: Callable[[], Awaitable[Answer[T]]]) -> Answer[T]:
        """Return an answer no older than `max_age`, fetching it when there is none."""
        known = self._answers.get(key)
        if known is not None and self._clock.now() - known.at < max_age:
            self._answers.move_to_end(key)
            return known
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._fetch(key, fetch))
            self._running[key] = task
            task.add_done_callback(lambda done: self._finished(key, done))
        return await asyncio.shield(task)

    async def _fetch(self, key: Hashable, fetch: Callable[[], Awaitable[Answer[T]]]) -> Answer[T]:
        answer = await fetch()
        self._answers[key] = answer
        self._answers.move_to_end(key)
        if len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return answer

    def _finished(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody waiting is no news

    async def close(self) -> None:
        """End the requests that are still out."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
