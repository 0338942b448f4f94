"""Hints that something happened: "look again", never the news itself.

A hint may be lost or doubled without harm, because whoever waits reads the
database afterwards and also looks by itself now and then. Inside one process
hints are asyncio events; between replicas PostgreSQL carries them (LISTEN/NOTIFY).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

#: A topic everybody who serves all conversations may wait on.
ANY = "*"


class Subscription:
    """One waiter's mailbox: the topics that were hinted at since it last looked."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._topics: set[str] = set()

    def put(self, topic: str) -> None:
        self._topics.add(topic)
        self._event.set()

    async def wait(self, timeout_seconds: float) -> set[str]:
        """Return the hinted topics and notes, or an empty set after the timeout."""
        try:
            async with asyncio.timeout(timeout_seconds):  # wait_for of 3.11 may swallow a cancellation
                await self._event.wait()
        except TimeoutError:
            return set()
        self._event.clear()
        topics, self._topics = self._topics, set()
        return topics


class Signals:
    """Publish and subscribe by topic, which is a conversation id or ANY."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)

    def publish(self, topic: str, note: str | None = None) -> None:
        """Wake whoever waits for `topic`, and those who wait for any.

        A `note` (someone is typing) is passed on in place of the topic, to the topic's own waiters only.
        """
        for subscription in self._subscriptions.get(topic, ()):
            subscription.put(note or topic)
        for subscription in () if note else self._subscriptions.get(ANY, ()):
            subscription.put(topic)

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """Collect hints for `topic` from now on; subscribe before reading the database."""
        subscription = Subscription()
        self._subscriptions[topic].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[topic].discard(subscription)
            if not self._subscriptions[topic]:
                del self._subscriptions[topic]
