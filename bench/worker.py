"""Times a turn inside the worker: state in, understanding, policy, actions, state out, in milliseconds.

Posts turns to one worker with its action server, as the service does, and takes the time of the whole request. Asks
fresh conversations, then conversations of 200 turns, each turn with the state of the one before. Prints median and
95th percentile, the last turns of a long conversation against its first, and memory. `make bench-worker`.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from hub.ask import READY_SECONDS, ask_turn
from hub.assistant import HttpAssistant
from hub.children import assistant_children
from hub.settings import Settings
from kit import wire
from kit.clock import SystemClock, to_wire
from kit.ids import new_id

QUESTIONS = (
    "how do I withdraw my bitcoin?",
    "what does 'Signature not valid' mean?",
    "what is the tick size of XBTUSD please?",
    "why was I liquidated before the chart got there?",
    "thanks!",
    "who pays the funding rate?",
    "how long does verification take?",
    "怎么提现到钱包啊请问一下",
    "资金费率是怎么算的呢请问",
    "will bitcoin go up next week?",
)
FRESH = 300
LONG_CONVERSATIONS, LONG_TURNS, COMPARED = 3, 200, 20


async def main() -> None:
    secret = secrets.token_hex(32)
    children, url = assistant_children(Settings(), secret)
    client = HttpAssistant([url], secret)
    try:
        for child in children:
            await child.start()
        for child in children:
            await child.wait_healthy(READY_SECONDS)
        await measure(client)
        for child in children:
            if child.process:
                print(f"memory  {child.name:12} {resident(child.process.pid):6.0f} MB")
    finally:
        await client.close()
        for child in reversed(children):
            await child.stop()


async def measure(client: HttpAssistant) -> None:
    await fresh(client, 50)  # warm
    told("fresh conversations", await fresh(client, FRESH))
    first, last, every = [], [], []
    for _ in range(LONG_CONVERSATIONS):
        times = await long(client)
        first += times[:COMPARED]
        last += times[-COMPARED:]
        every += times
    told(f"conversations of {LONG_TURNS} turns", every)
    ratio = statistics.median(last) / statistics.median(first)
    print(f"last {COMPARED} turns to the first {COMPARED}: ratio of medians {ratio:.2f}")


def told(what: str, times: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{what}: {len(times)} turns, p50 {statistics.median(times):.1f} p95 {p95:.1f} ms")


async def fresh(client: HttpAssistant, turns: int) -> list[float]:
    times = []
    for turn in range(turns):
        started = time.perf_counter()
        await ask_turn(client, QUESTIONS[turn % len(QUESTIONS)])
        times.append(1000 * (time.perf_counter() - started))
    return times


async def long(client: HttpAssistant) -> list[float]:
    """Return the times of one conversation's turns."""
    request = wire.TurnRequest(
        turn_id="", conversation_id=new_id(), now=to_wire(SystemClock().now()), timezone="UTC", locale="en", text=""
    )
    state: dict[str, Any] | None = None
    times = []
    for turn in range(LONG_TURNS):
        asked = replace(request, turn_id=new_id(), text=QUESTIONS[turn % len(QUESTIONS)], state=state)
        started = time.perf_counter()
        state = (await client.turn(asked)).state
        times.append(1000 * (time.perf_counter() - started))
    return times


def resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    asyncio.run(main())
