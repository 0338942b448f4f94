"""A running service and its customers, in the short forms tests use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from conversations import repository, service
from conversations.database import Database
from hub.app import create_app, create_context
from hub.settings import Settings
from kit.clock import ManualClock
from kit.ids import new_id
from tests.fakes.assistant import FakeAssistant
from tests.hub.streams import Stream, open_stream

Event = dict[str, Any]


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return once it is so."""
    for _ in range(1000):
        if await is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It never came to be so.")


@asynccontextmanager
async def time_passing(clock: ManualClock, *, seconds: float) -> AsyncIterator[None]:
    """Let so much time pass, little by little, inside the block."""

    async def tick() -> None:
        for _ in range(round(seconds * 10)):
            clock.advance(seconds=0.1)
            await asyncio.sleep(0.05)

    ticking = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticking.cancel()


def settings_for(data_dir: Path, database_url: str, **more: Any) -> Settings:
    """Settings of one test; limits are out of its way unless it asks for them."""
    roomy = {"limit_open": "1000/minute", "limit_address": "10000/minute", "limit_messages": "1000/minute"}
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it, its plugin-less types do not
        data_dir=data_dir,
        database_url=database_url,
        **{**roomy, **more},
    )


@dataclass
class Visitor:
    """One conversation, seen from its customer."""

    app: FastAPI
    client: httpx.AsyncClient
    id: str
    token: str
    #: The last event `wait_for` looked at, and those it has yet to look at.
    last: int = 0
    unread: list[Event] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, *, client_id: str | None = None, **body: Any) -> httpx.Response:
        body = {"client_id": client_id or new_id(), **body}
        return await self.client.post(f"{self.path}/messages", json=body, headers=self.headers)

    async def post_raw(self, content: bytes) -> httpx.Response:
        headers = {**self.headers, "Content-Type": "application/json"}
        return await self.client.post(f"{self.path}/messages", content=content, headers=headers)

    async def write(self, text: str) -> int:
        """Send a message that must be accepted; returns its event id."""
        answer = await self.post(text=text)
        assert answer.status_code == 202, answer.text
        event_id: int = answer.json()["event_id"]
        return event_id

    async def get_events(self, **params: Any) -> httpx.Response:
        return await self.client.get(f"{self.path}/events", params=params, headers=self.headers)

    async def events(self) -> list[Event]:
        """Every event there is now."""
        answer = await self.get_events()
        assert answer.status_code == 200, answer.text
        events: list[Event] = answer.json()["events"]
        return events

    async def texts(self, author: str) -> list[str]:
        """What this author has said so far."""
        return [event["data"]["text"] for event in await self.events() if event["data"].get("author") == author]

    async def wait_for(self, wanted: Callable[[Event], bool]) -> Event:
        """Read on until such an event comes; what came before it is passed over."""
        for _ in range(20):
            while self.unread:
                event = self.unread.pop(0)
                self.last = event["id"]
                if wanted(event):
                    return event
            self.unread += (await self.get_events(after=self.last, wait=5)).json()["events"]
        raise AssertionError(f"It never came. All there is: {await self.events()}")

    async def wait_for_text(self, author: str) -> str:
        """Return the next text of this author."""
        event = await self.wait_for(lambda event: bool(event["data"].get("author") == author))
        text: str = event["data"]["text"]
        return text

    async def wait_for_type(self, type: str) -> dict[str, Any]:
        """Return the data of the next event of this type."""
        data: dict[str, Any] = (await self.wait_for(lambda event: bool(event["type"] == type)))["data"]
        return data

    def stream(self, *, query: str = "", **headers: str) -> AbstractAsyncContextManager[Stream]:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return open_stream(self.app, f"{self.path}/stream", query=query, headers={**self.headers, **more})


@dataclass
class Site:
    """One running service."""

    app: FastAPI
    database: Database
    clock: ManualClock
    assistant: FakeAssistant

    def client(self, address: str = "192.0.2.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://pharos")

    async def visit(self, *, address: str = "192.0.2.1", **body: Any) -> Visitor:
        """Open a conversation."""
        client = self.client(address)
        answer = await client.post("/api/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        opened = answer.json()
        return Visitor(self.app, client, opened["conversation_id"], opened["token"])

    def revisit(self, visitor: Visitor) -> Visitor:
        """The same customer at this service."""
        return Visitor(self.app, self.client(), visitor.id, visitor.token)

    async def wait_until_asked(self, times: int = 1) -> None:
        """Return once the assistant was asked that many turns."""

        async def is_asked() -> bool:
            return len(self.assistant.requests) >= times

        await eventually(is_asked)

    async def wait_until_dealt_with(self, visitor: Visitor) -> None:
        """Return once nothing of this customer waits for a turn."""

        async def is_dealt_with() -> bool:
            async with self.database.read() as session:
                return not await repository.waiting(session, visitor.id)

        await eventually(is_dealt_with)

    async def set_holder(self, visitor: Visitor, holder: str, name: str | None = None) -> None:
        async with self.database.write() as session:
            conversation = await service.access_conversation(session, visitor.id)
            await service.set_holder(session, self.clock.now(), conversation, holder, name=name)


@asynccontextmanager
async def running(settings: Settings, clock: ManualClock, assistant: FakeAssistant) -> AsyncIterator[Site]:
    """Run a service with these."""
    app = create_app(create_context(settings, assistant, clock))
    async with app.router.lifespan_context(app):
        yield Site(app, app.state.context.database, clock, assistant)


async def broken_off(site: Site, path: str, headers: dict[str, str], start: bytes) -> int:
    """Post the start of a body and go away; returns the status nobody hears any more."""
    messages = iter([{"type": "http.request", "body": start, "more_body": True}, {"type": "http.disconnect"}])
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 1),
        "app": site.app,
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    await site.app(scope, receive, send)
    status: int = sent[0]["status"]
    return status
