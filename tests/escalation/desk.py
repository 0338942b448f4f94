"""Short forms of what customers and agents do, as tests say them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from conversations import repository
from conversations.database import Database
from escalation import agents
from escalation.models import Ticket
from escalation.upkeep import Upkeep
from kit.clock import ManualClock
from kit.ids import new_id

PASSWORD = "correct horse battery"


def client_of(app: FastAPI, base_url: str = "http://desk") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)


@dataclass
class Customer:
    """One conversation, seen from its customer."""

    client: httpx.AsyncClient
    id: str

    async def write(self, text: str) -> None:
        answer = await self.client.post("/messages", json={"client_id": new_id(), "text": text})
        assert answer.status_code == 202, answer.text

    async def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = (await self.client.get("/events")).json()["events"]
        return events

    async def said(self, author: str) -> list[str]:
        """Return the texts this author wrote."""
        return [event["data"]["text"] for event in await self.events() if event["data"].get("author") == author]

    async def wait_for(self, type: str, count: int = 1) -> list[dict[str, Any]]:
        """Return the events of a type once there are that many."""
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(10):
            async for event in self._follow():
                found += [event] if event["type"] == type else []
                if len(found) == count:
                    break
        return found

    async def wait_for_bot(self, text: str) -> None:
        """Wait until the bot has said this."""
        async with asyncio.timeout(10):
            async for event in self._follow():
                if event["data"].get("text") == text:
                    break

    async def _follow(self) -> AsyncIterator[dict[str, Any]]:
        """Give every event from the first on, waiting for more."""
        last = 0
        while True:
            page = (await self.client.get("/events", params={"after": last, "wait": 10})).json()
            last = page["last_event_id"]
            for event in page["events"]:
                yield event


@dataclass
class AgentClient:
    """One agent signed in with a browser of their own."""

    client: httpx.AsyncClient
    login: str
    id: str = ""
    name: str = ""

    async def sign_in(self) -> None:
        """Start a session, the first one or another one when time has ended it."""
        answer = await self.client.post("/session", json={"login": self.login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        self.id, self.name = answer.json()["agent"]["id"], answer.json()["agent"]["name"]

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def try_to(self, verb: str, number: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/tickets/{number}/{verb}", json=body)

    async def do(self, verb: str, number: str, **body: Any) -> dict[str, Any]:
        """Do something that must succeed; returns the ticket."""
        answer = await self.try_to(verb, number, **body)
        assert answer.status_code == 200, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    async def ticket(self, number: str) -> dict[str, Any]:
        ticket: dict[str, Any] = await self.get(f"/tickets/{number}")
        return ticket

    async def take(self, number: str, **more: Any) -> dict[str, Any]:
        return await self.do("take", number, version=(await self.ticket(number))["version"], **more)

    async def reply(self, number: str, text: str, client_id: str | None = None) -> dict[str, Any]:
        return await self.do("reply", number, client_id=client_id or new_id(), text=text)

    async def change(self, verb: str, number: str, **body: Any) -> dict[str, Any]:
        """Do something from a page that is up to date."""
        return await self.do(verb, number, version=(await self.ticket(number))["version"], **body)

    async def try_change(self, verb: str, number: str, **body: Any) -> httpx.Response:
        return await self.try_to(verb, number, version=(await self.ticket(number))["version"], **body)

    async def say(self, status: str) -> None:
        """Send a heartbeat."""
        answer = await self.client.post("/presence", json={"status": status})
        assert answer.status_code == 200, answer.text

    async def claim_next(self) -> dict[str, Any] | None:
        answer = await self.client.post("/tickets/claim-next")
        assert answer.status_code == 200, answer.text
        ticket: dict[str, Any] | None = answer.json()["ticket"]
        return ticket

    async def edit(self, agent: AgentClient, **body: Any) -> httpx.Response:
        return await self.client.patch(f"/agents/{agent.id}", json=body)


@dataclass
class Desk:
    """A running service and the people around it."""

    app: FastAPI
    database: Database
    clock: ManualClock

    async def hire(self, login: str = "ana", name: str = "Ana", role: str = "agent") -> str:
        async with self.database.write() as session:
            return (await agents.add_agent(session, self.clock.now(), login, name, PASSWORD, role)).id

    async def agent(self, login: str = "ana", name: str = "Ana", role: str = "agent") -> AgentClient:
        """Hire somebody and sign them in."""
        await self.hire(login, name, role)
        agent = AgentClient(client_of(self.app, "http://desk/desk/v1"), login)
        await agent.sign_in()
        return agent

    async def lead(self) -> AgentClient:
        return await self.agent("lea", "Lea", "lead")

    async def sweep(self) -> None:
        """Let the desk do by itself what is due now, instead of waiting until it does."""
        upkeep = Upkeep(self.database, self.clock)
        await upkeep.sweep()
        while await self._is_watch_due():  # the service's own sweep has some of them locked
            await asyncio.sleep(0.01)
            await upkeep.sweep()

    async def _is_watch_due(self) -> bool:
        async with self.database.read() as session:
            due = await session.execute(select(Ticket.number).where(Ticket.watch_at <= self.clock.now()).limit(1))
            return due.first() is not None

    async def customer(self, locale: str = "en") -> Customer:
        client = client_of(self.app)
        opened = (await client.post("/api/v1/conversations", json={"locale": locale})).json()
        path = f"http://desk/api/v1/conversations/{opened['conversation_id']}"
        client = client_of(self.app, path)
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        return Customer(client, opened["conversation_id"])

    async def case(self, text: str = "My deposit is missing.", locale: str = "en") -> tuple[Customer, str]:
        """A customer whose case became a ticket; returns them and its number."""
        customer = await self.customer(locale)
        await customer.write(text)
        opened = await customer.wait_for("ticket.opened")
        return customer, opened[0]["data"]["number"]

    async def until_dealt_with(self, customer: Customer) -> None:
        """Wait until no message of the customer's waits for a turn, because it was answered or is not the bot's."""
        async with asyncio.timeout(10):
            while await self._waits(customer):
                await asyncio.sleep(0.01)

    async def _waits(self, customer: Customer) -> bool:
        async with self.database.read() as session:
            return bool(await repository.waiting(session, customer.id))

    async def stream(self, agent: AgentClient) -> Stream:
        """Listen to an agent's hints."""
        cookie = f"pharos_session={agent.client.cookies['pharos_session']}"
        stream = Stream(self.app, "/desk/v1/stream", {"cookie": cookie})
        assert (await stream.next()).startswith(":")
        return stream


class Stream:
    """A streaming answer read as it comes, which httpx's in-process transport cannot do."""

    def __init__(self, app: FastAPI, path: str, headers: dict[str, str]) -> None:
        self.chunks: asyncio.Queue[str] = asyncio.Queue()
        self._gone = asyncio.Event()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "server": ("desk", 80),
            "client": ("127.0.0.1", 1),
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def next(self) -> str:
        """Return what comes next; an empty text is the end."""
        return await asyncio.wait_for(self.chunks.get(), 10)

    async def hint(self) -> dict[str, Any]:
        """Return the next hint."""
        while not (chunk := await self.next()).startswith("event: hint"):
            assert chunk, "the stream ended"
        hint: dict[str, Any] = json.loads(chunk.partition("data: ")[2].split("\n")[0])
        return hint

    async def ended(self) -> None:
        """Return when the server has ended the stream."""
        while await self.next():
            pass

    async def close(self) -> None:
        self._gone.set()
        await self.task

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            self.chunks.put_nowait(message.get("body", b"").decode())
