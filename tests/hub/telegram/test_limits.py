"""Never faster than Telegram allows: one a second to a chat, thirty a second in all, from the first second on."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hub.channels.telegram.limits import SendLimits
from tests.hub.telegram.chat import NotingLimits, Time


def within_limits(log: list[tuple[float, int]]) -> bool:
    """Tell whether no chat got two within a second, and no second saw more than thirty."""
    times = sorted(at for at, _chat in log)
    overall = all(later - earlier >= 1 - 1e-6 for earlier, later in zip(times, times[30:], strict=False))
    chats = {chat for _at, chat in log}
    by_chat = [sorted(at for at, whose in log if whose == chat) for chat in chats]
    each = all(b - a >= 1 - 1e-6 for times in by_chat for a, b in pairwise(times))
    return overall and each


async def test_one_chat_gets_one_a_second() -> None:
    time = Time()
    limits = NotingLimits(time)

    for _ in range(4):
        await limits.acquire(7)

    assert [at for at, _chat in time.log] == [1.0, 2.0, 3.0, 4.0]


async def test_many_chats_get_thirty_a_second() -> None:
    time = Time()
    limits = NotingLimits(time)

    await asyncio.gather(*(limits.acquire(chat) for chat in range(300)))

    assert within_limits(time.log)
    assert 10 <= time.now <= 11.1


async def test_crowd_that_writes_again_and_again_stays_within_both() -> None:
    time = Time()
    limits = NotingLimits(time)

    async def chat(id: int) -> None:
        for _ in range(5):
            await limits.acquire(id)

    await asyncio.gather(*(chat(id) for id in range(60)))

    assert within_limits(time.log)
    assert len(time.log) == 300


async def test_restart_earns_no_message() -> None:
    time = Time()
    await NotingLimits(time).acquire(7)

    await NotingLimits(time).acquire(7)

    assert within_limits(time.log)


async def test_idle_time_earns_no_burst() -> None:
    time = Time()
    limits = NotingLimits(time)
    await time.sleep(3600)

    await asyncio.gather(*(limits.acquire(chat) for chat in range(100)))

    assert within_limits(time.log)


async def test_many_chats_are_forgotten_again() -> None:
    time = Time()
    limits = SendLimits(time=time.time, sleep=time.sleep)

    for chat in range(10_100):
        await limits.acquire(chat)

    assert len(limits._chats) < 200
