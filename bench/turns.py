"""Times turns through the customer API: from posting a message to reading its answer, in milliseconds.

Runs one conversation, then eight at once, in one run; prints median and 95th percentile,
the memory of each process, and where in the turn the time goes. `make bench-turns`.
"""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid

import httpx

from bench.running import AGENT, Running, running_pharos

QUESTIONS = (
    "how do I withdraw my bitcoin?",
    "what does 'Signature not valid' mean?",
    "what is the tick size of XBTUSD please?",
    "why was I liquidated before the chart got there?",
    "who pays the funding rate?",
    "how long does verification take?",
    "怎么提现到钱包啊请问一下",
    "资金费率是怎么算的呢请问",
)
TURNS_EACH = 40


async def main() -> None:
    with running_pharos() as pharos:
        print(f"ready after {pharos.ready_seconds:.1f} s")
        await first_answer(pharos)
        for conversations in (1, 8):
            await measure(pharos, conversations)
        await agent_replies(pharos)
        for name, megabytes in pharos.memory().items():
            print(f"memory  {name:18} {megabytes:7.0f} MB")


async def first_answer(pharos: Running) -> None:
    async with httpx.AsyncClient(base_url=pharos.url, timeout=60, trust_env=False) as client:
        started = time.perf_counter()
        await converse(client, 1)
        print(f"first answer {time.perf_counter() - started:.2f} s after ready")


async def measure(pharos: Running, conversations: int) -> None:
    """Run that many conversations at once and print their turn times and the assistant's share."""
    before = await assistant_time(pharos)
    async with httpx.AsyncClient(base_url=pharos.url, timeout=60, trust_env=False) as client:
        results = await asyncio.gather(*(converse(client, TURNS_EACH) for _ in range(conversations)))
    times = sorted(value for result in results for value in result)
    after = await assistant_time(pharos)
    assistant = 1000 * (after[0] - before[0]) / (after[1] - before[1])
    print(
        f"{conversations} at once: {len(times)} turns, median {statistics.median(times):.0f} ms, "
        f"p95 {times[int(len(times) * 0.95)]:.0f} ms, of it in the assistant {assistant:.0f} ms on average"
    )


async def converse(client: httpx.AsyncClient, turns: int) -> list[float]:
    """Hold one conversation of so many turns; returns each turn's time in ms."""
    opened = (await client.post("/api/v1/conversations", json={"locale": "en"})).json()
    path = f"/api/v1/conversations/{opened['conversation_id']}"
    headers = {"Authorization": f"Bearer {opened['token']}"}
    times = []
    for turn in range(turns):
        body = {"client_id": uuid.uuid4().hex, "text": QUESTIONS[turn % len(QUESTIONS)]}
        started = time.perf_counter()
        posted = (await client.post(f"{path}/messages", json=body, headers=headers)).json()
        await answer(client, path, headers, posted["event_id"])
        times.append(1000 * (time.perf_counter() - started))
    return times


async def answer(client: httpx.AsyncClient, path: str, headers: dict[str, str], after: int) -> None:
    while True:
        reply = await client.get(f"{path}/events", params={"after": after, "wait": 20}, headers=headers)
        events = reply.json()["events"]
        if any(event["data"].get("author") == "bot" for event in events):
            return
        after = events[-1]["id"] if events else after


async def agent_replies(pharos: Running, replies: int = 20) -> None:
    """Print how long an agent's reply takes from the click to the customer's bubble."""
    async with httpx.AsyncClient(base_url=pharos.url, timeout=60, trust_env=False) as customer:
        opened = (await customer.post("/api/v1/conversations", json={})).json()
        path = f"/api/v1/conversations/{opened['conversation_id']}"
        headers = {"Authorization": f"Bearer {opened['token']}"}
        body = {"client_id": "ask", "text": "I want to talk to a person"}
        await customer.post(f"{path}/messages", json=body, headers=headers)
        await answer(customer, path, headers, 1)
        async with httpx.AsyncClient(base_url=pharos.url, timeout=60, trust_env=False) as agent:
            ticket = await take_newest(agent)
            times = [await reply_time(agent, ticket, customer, path, headers) for _ in range(replies)]
    print(f"agent's reply to the bubble: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms")


async def take_newest(agent: httpx.AsyncClient) -> str:
    """Sign in, take the newest ticket, return its path."""
    signed_in = (await agent.post("/desk/v1/session", json={"login": AGENT[0], "password": AGENT[1]})).json()
    agent.headers["X-CSRF-Token"] = signed_in["csrf"]
    tickets = (await agent.get("/desk/v1/tickets", params={"view": "unassigned"})).json()["tickets"]
    newest = max(tickets, key=lambda ticket: ticket["created_at"])
    path = f"/desk/v1/tickets/{newest['number']}"
    (await agent.post(f"{path}/take", json={"version": newest["version"]})).raise_for_status()
    return path


async def reply_time(
    agent: httpx.AsyncClient, ticket: str, customer: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> float:
    """Return the time of one reply, in ms; the customer's long poll is already waiting."""
    known = (await customer.get(f"{path}/events", headers=headers)).json()["last_event_id"]
    poll = asyncio.create_task(customer.get(f"{path}/events", params={"after": known, "wait": 20}, headers=headers))
    await asyncio.sleep(0.05)
    started = time.perf_counter()
    reply = {"client_id": uuid.uuid4().hex, "text": "I am looking into it."}
    (await agent.post(f"{ticket}/reply", json=reply)).raise_for_status()
    await poll
    return 1000 * (time.perf_counter() - started)


async def assistant_time(pharos: Running) -> tuple[float, float]:
    """Return the seconds spent waiting for the assistant so far, and how many calls that was."""
    host, port = pharos.url.rsplit(":", 1)
    async with httpx.AsyncClient(trust_env=False) as client:
        lines = (await client.get(f"{host}:{int(port) + 1}/metrics")).text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if line.startswith("pharos_assistant_seconds_"))
    return float(values["pharos_assistant_seconds_sum"]), float(values["pharos_assistant_seconds_count"])


if __name__ == "__main__":
    asyncio.run(main())
