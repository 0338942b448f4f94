"""An exchange with a past, and a desk that can ask it: what the tests of the evidence share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import insert, update

from escalation.evidence.worker import EvidenceWorker
from escalation.models import Ticket
from exchange.models import PriceSample
from exchange.samples import to_second
from kit.clock import ManualClock, to_wire
from tests.escalation.desk import AgentClient, Desk
from tests.fakes.exchange import FakeExchange, bucket, trade

APPEAL = "I was liquidated wrongly."
POLL = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
SHA256 = re.compile(r"[0-9a-f]{64}")
Open = Callable[..., Awaitable["Dispute"]]


@dataclass
class Dispute:
    """A ticket about a moment, an agent who looks at it, and the exchange that knows about it."""

    desk: Desk
    exchange: FakeExchange
    clock: ManualClock
    moment: datetime
    number: str
    agent: AgentClient

    @property
    def worker(self) -> EvidenceWorker:
        worker: EvidenceWorker = self.desk.app.state.evidence
        return worker

    async def collect(self, **more: Any) -> dict[str, Any]:
        """Ask for a pack that must be made."""
        answer = await self.try_to_collect(**more)
        assert answer.status_code == 201, answer.text
        pack: dict[str, Any] = answer.json()
        return pack

    async def try_to_collect(self, **more: Any) -> httpx.Response:
        return await self.agent.client.post(f"/tickets/{self.number}/evidence", json=more)

    async def packs(self, **params: Any) -> list[dict[str, Any]]:
        packs: list[dict[str, Any]] = (await self.agent.get(f"/tickets/{self.number}/evidence", **params))["packs"]
        return packs

    async def download(self, pack: dict[str, Any], name: str) -> httpx.Response:
        return await self.agent.client.get(f"/tickets/{self.number}/evidence/{pack['id']}/parts/{name}")

    async def data(self, pack: dict[str, Any], name: str) -> Any:
        """Return a part's content; its hash must be right."""
        answer = await self.download(pack, name)
        assert answer.status_code == 200, answer.text
        assert hashlib.sha256(answer.content).hexdigest() == part(pack, name)["sha256"]
        return answer.json()

    async def chart(self, pack: dict[str, Any], **params: Any) -> str:
        answer = await self.agent.client.get(f"/tickets/{self.number}/evidence/{pack['id']}/chart.svg", params=params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("image/svg+xml")
        return answer.text

    async def change_facts(self, given: dict[str, Any]) -> None:
        """Let the ticket know other facts, as when a case joins it."""
        async with self.desk.database.write() as session:
            await session.execute(update(Ticket).where(Ticket.number == self.number).values(fields=given))

    async def record(self, start: datetime, end: datetime, **more: Any) -> None:
        """Let the recorder have seen the contract from start to end."""
        await record(self.desk, start, end, **more)


def part(pack: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in pack["parts"] if part["name"] == name)
    return found


def codes(pack: dict[str, Any], name: str) -> list[str]:
    """Return the codes of a part's notes."""
    return [note["code"] for note in part(pack, name)["notes"]]


def missing(pack: dict[str, Any]) -> dict[str, str]:
    """Return the missing parts with their reasons' codes."""
    return {part["name"]: part["missing"]["code"] for part in pack["parts"] if part["missing"]}


def facts(moment: datetime | str, **more: Any) -> dict[str, Any]:
    """Facts as the assistant's intake gives them."""
    at = moment if isinstance(moment, str) else to_wire(moment)
    return {"description": "You liquidated me!", "symbol": "XBTUSD", "occurred_at": at, "price": "97,000"} | more


def fill(exchange: FakeExchange, moment: datetime) -> None:
    """Give the exchange a lively hour around a moment: down to 97,000 and up again."""
    for minute in range(-30, 31):
        end, price = moment + minute * MINUTE, price_at(moment + minute * MINUTE, moment)
        exchange.buckets.append(bucket(end, price - 12.5, price + 14, price + 3))
        exchange.trades += [trade(end - timedelta(seconds=second), price + second / 10) for second in (5, 35)]
    exchange.announcements = [
        {"id": 1, "title": "Trading <b>paused</b>", "date": to_wire(moment + timedelta(minutes=5))},
        {"id": 2, "title": "Long ago", "date": to_wire(moment - timedelta(days=3))},
    ]


def price_at(at: datetime, moment: datetime) -> float:
    return 97000 + abs((at - moment) / MINUTE) * 9


async def record(desk: Desk, start: datetime, end: datetime, *, moment: datetime) -> None:
    rows, at = [], start
    while at <= end:
        price = Decimal(str(round(price_at(at, moment), 2)))
        funding = "0.0001" if at < moment + 10 * MINUTE else "0.000125"
        state = "Open" if not moment + 2 * MINUTE <= at <= moment + 4 * MINUTE else "Closed"
        prices = {"mark": str(price), "index_price": str(price - Decimal("4.5")), "funding": funding}
        rows.append({"symbol": "XBTUSD", "at": to_second(at), "state": state, **prices})
        at += POLL
    async with desk.database.write() as session:
        await session.execute(insert(PriceSample), rows)
