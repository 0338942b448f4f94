"""Times the desk's API on stores of growing size: a list, a search, opening a ticket, a reply; 95th percentiles in ms.

`python -m bench.desk [--largest 100000] [--store both]`, or `make bench-desk`. Requests go through the whole service
in this process, one after the other, its background work running. The store is new: an SQLite file, or a PostgreSQL
server of its own that does not wait for its disk. Prints a table and writes desk.json and desk.svg.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx

from bench.desk_store import NOW, Filled, fill
from conversations.database import Database
from conversations.signals import Signals
from escalation import agents
from hub.app import create_app, create_context
from hub.migrate import upgrade
from hub.settings import Settings
from kit import plot
from kit.clock import ManualClock
from kit.ids import new_id
from tests.fakes.assistant import FakeAssistant
from tests.postgres import PostgresServer

SIZES = (1_000, 10_000, 100_000)
#: Figure -> its goal at the largest size, in ms.
GOALS = {"inbox": 50, "search en": 150, "search zh": 150, "open": 30, "reply": 30}
STORES = ("sqlite", "postgres")
AGENTS = 20
PASSWORD = "correct horse battery"
VIEWS = ("open", "mine", "unassigned", "no_skill", "due", "waiting", "resolved", "all")
#: Words in many tickets, in some, in none, phrases and beginnings; those of one ticket are added.
ENGLISH = (
    "deposit", "withdrawal pending", "stop order", "XBTUSD liquidated", "signature not valid", '"no answer about"',
    "abandon zoo", "2FA phone", "depo", "funding twice XBT", "hot-wallet", "vip refund", "ripple", "the", "missing 42",
    "unheard-of",
)  # fmt: skip
CHINESE = (
    "提现", "充值没有到账", "强平", "标记价格", "签名无效", "双重验证码", "地址证明", "滑点 XBTUSD", "资金费率收了两次",
    "团队", "审核中 ETH", "余额不对", "手机丢失", "请", "退款失败",
)  # fmt: skip

Request = Callable[[], Awaitable[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="most tickets")
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--requests", type=int, default=200, help="of each kind")
    parser.add_argument("--out", type=Path, default=Path("var/evaluation"))
    options = parser.parse_args()
    stores = STORES if options.store == "both" else (options.store,)
    sizes = [size for size in SIZES if size < options.largest] + [options.largest]
    rows = [asyncio.run(measure(store, size, options.requests)) for store in stores for size in sizes]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "desk.json").write_text(json.dumps({"goals": GOALS, "rows": rows}, indent=2) + "\n")
    if len(sizes) > 1:
        (options.out / "desk.svg").write_text(drawing(rows), encoding="utf-8")


async def measure(store: str, tickets: int, requests: int) -> dict[str, Any]:
    """Fill a store, time every kind of request on it, print and return the figures."""
    with temporary_store(store) as (url, folder):
        settings = Settings(_env_file=None, data_dir=folder, database_url=url)  # type: ignore[call-arg]
        database = Database(settings.database, Signals())
        await upgrade(database)
        async with database.write() as session:
            hired = [
                await agents.add_agent(session, NOW, _login(place), f"Agent {place}", PASSWORD, "agent")
                for place in range(AGENTS)
            ]
        started = time.perf_counter()
        filled = await fill(database, tickets, [agent.id for agent in hired])
        fill_seconds = time.perf_counter() - started
        await database.close()
        app = create_app(create_context(settings, FakeAssistant({}), ManualClock(NOW)))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://desk/desk/v1") as client:
                figures = await _figures(client, filled, requests)
    row = {"store": store, "tickets": tickets, "fill_seconds": round(fill_seconds, 1), "load": os.getloadavg()[0]}
    _print(row, figures)
    return {**row, "figures": figures}


def _login(place: int) -> str:
    return f"agent{place}@example.com"


@contextmanager
def temporary_store(store: str) -> Iterator[tuple[str, Path]]:
    """Give the address of a new store, and a data folder; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pharos-desk-"))
    server = PostgresServer.start() if store == "postgres" else None
    if store == "postgres" and server is None:
        raise SystemExit("PostgreSQL is not installed; --store sqlite leaves it out.")
    try:
        yield (server.create_template() if server else f"sqlite+aiosqlite:///{folder / 'pharos.db'}"), folder
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _figures(client: httpx.AsyncClient, filled: Filled, requests: int) -> dict[str, dict[str, float]]:
    signed_in = await client.post("/session", json={"login": _login(0), "password": PASSWORD})
    client.headers["X-CSRF-Token"] = _good(signed_in).json()["csrf"]
    random = Random(2)
    cursors: dict[str, str | None] = {}
    kinds: dict[str, Callable[[int], Request]] = {
        "inbox": lambda place: _inbox(client, place, cursors),
        "search en": lambda place: _search(client, place, [*ENGLISH, *_rare(filled, random)]),
        "search zh": lambda place: _search(client, place, CHINESE),
        "open": lambda _: _open(client, random.choice(filled.numbers)),
        "reply": lambda place: _reply(client, filled.mine[place % len(filled.mine)]),
    }
    return {name: await _time(kind, requests) for name, kind in kinds.items()}


def _rare(filled: Filled, random: Random) -> list[str]:
    lists = (filled.numbers, filled.transactions, filled.orders, filled.emails)
    return [random.choice(known) for known in lists if known]


def _inbox(client: httpx.AsyncClient, place: int, cursors: dict[str, str | None]) -> Request:
    """Ask for a view: its first page, and every fourth time the page after the one that was seen last."""
    view = VIEWS[place % len(VIEWS)]
    params = {"view": view, **({"queue": "payments"} if place % 3 == 1 else {})}
    if place % 4 == 3 and cursors.get(view):
        params["after"] = cursors[view] or ""

    async def ask() -> None:
        cursors[view] = _good(await client.get("/tickets", params=params)).json()["next"]

    return ask


def _search(client: httpx.AsyncClient, place: int, queries: Any) -> Request:
    params = {"q": queries[place % len(queries)], "view": ("open", "all", "resolved")[place % 3]}

    async def ask() -> None:
        _good(await client.get("/tickets", params=params))

    return ask


def _open(client: httpx.AsyncClient, number: str) -> Request:
    async def ask() -> None:
        _good(await client.get(f"/tickets/{number}"))
        _good(await client.get(f"/tickets/{number}/transcript"))

    return ask


def _reply(client: httpx.AsyncClient, number: str) -> Request:
    async def ask() -> None:
        body = {"client_id": new_id(), "text": "The wallet team has found your deposit; it arrives within the hour."}
        _good(await client.post(f"/tickets/{number}/reply", json=body))

    return ask


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code != 200:
        raise SystemExit(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}")
    return answer


async def _time(kind: Callable[[int], Request], requests: int) -> dict[str, float]:
    """Return figures in ms: of the clock, and of this process's work, which other programs do not lengthen."""
    times: list[float] = []
    cpu: list[float] = []
    for place in range(-5, requests):  # a few to warm up
        ask = kind(max(place, 0))
        started, used = time.perf_counter(), time.process_time()
        await ask()
        if place >= 0:
            times.append(1000 * (time.perf_counter() - started))
            cpu.append(1000 * (time.process_time() - used))
    return {
        "median": round(statistics.median(times), 1),
        "p95": round(_p95(times), 1),
        "slowest": round(max(times), 1),
        "cpu_median": round(statistics.median(cpu), 1),
        "cpu_p95": round(_p95(cpu), 1),
    }


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _print(row: dict[str, Any], figures: dict[str, dict[str, float]]) -> None:
    shown = "  ".join(
        f"{name} {figure['p95']:.0f} ms{'' if figure['p95'] <= GOALS[name] else ' (over)'}, cpu {figure['cpu_p95']:.0f}"
        for name, figure in figures.items()
    )
    print(f"{row['store']:8} {row['tickets']:7} tickets, load {row['load']:.1f}: p95  {shown}", flush=True)


def drawing(rows: list[dict[str, Any]]) -> str:
    """Return p95 by size as SVG, one panel per store."""
    panels = []
    for store in dict.fromkeys(row["store"] for row in rows):
        own = [row for row in rows if row["store"] == store]
        series = [
            plot.Series(name, [(row["tickets"], max(row["figures"][name]["p95"], 1)) for row in own]) for name in GOALS
        ]
        sizes = [(float(row["tickets"]), f"{row['tickets']:,}") for row in own]
        times = [(float(ms), str(ms)) for ms in (1, 3, 10, 30, 100, 300)]
        title = f"{'SQLite' if store == 'sqlite' else 'PostgreSQL'}: p95 of one request"
        panels.append(plot.Panel(title, "tickets", "ms", series, sizes, times, is_log=True))
    return plot.draw(panels)


if __name__ == "__main__":
    main()
