"""Reads server-sent events from an application in this process, as they are sent.

httpx's own transport gives a body only once it is complete, and a stream never is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

#: Longest a test waits for the next event, in seconds.
PATIENCE_SECONDS = 10.0


class Stream:
    """One open stream."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self._received: asyncio.Queue[bytes] = asyncio.Queue()
        self._rest = b""
        self._closed = asyncio.Event()
        self._is_asked = False

    async def receive(self) -> dict[str, Any]:
        """ASGI: the request, then nothing until the reader goes away."""
        if not self._is_asked:
            self._is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """ASGI: take what the application sends."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message.get("body"):
            self._received.put_nowait(message["body"])

    async def next(self) -> dict[str, Any]:
        """Return the next event as `{event, id, data}`; `id` is missing where none was sent."""
        while b"\n\n" not in self._rest:
            self._rest += await asyncio.wait_for(self._received.get(), PATIENCE_SECONDS)
        block, self._rest = self._rest.split(b"\n\n", 1)
        fields = dict(line.split(": ", 1) for line in block.decode().splitlines() if not line.startswith(":"))
        if not fields:
            return await self.next()
        return {**fields, "data": json.loads(fields["data"])}

    async def take(self, count: int) -> list[dict[str, Any]]:
        """Return the next events that are stored, leaving out who is typing."""
        taken: list[dict[str, Any]] = []
        while len(taken) < count:
            event = await self.next()
            taken += [event] if event["event"] != "typing" else []
        return taken

    def close(self) -> None:
        self._closed.set()


@asynccontextmanager
async def open_stream(
    app: FastAPI, path: str, *, query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Stream]:
    """Ask for a stream and read it inside the block; the application must end it when the reader leaves."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": ("127.0.0.1", 1),
        "server": ("pharos", 80),
    }
    stream = Stream()
    task = asyncio.create_task(app(scope, stream.receive, stream.send))  # type: ignore[arg-type]  # plain dictionaries
    try:
        yield stream
    finally:
        stream.close()
        await asyncio.wait_for(task, PATIENCE_SECONDS)
