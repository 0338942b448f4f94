"""A worker served inside the test's own process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import httpx

from bot.channel import PharosChannel
from bot.worker import HOST, Worker, create_app


class serving:  # a context manager reads best in lower case
    """Run a worker's application in a thread of its own."""

    def __init__(self, worker: Worker, secret: str) -> None:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self._port = probe.getsockname()[1]
        self._app: Any = create_app(worker, PharosChannel(secret))
        self._app.register_listener(self._remember, "after_server_start")
        options = {"register_sys_signals": False, "access_log": False, "motd": False}
        self._thread = threading.Thread(target=self._app.run, args=(HOST, self._port), kwargs=options, daemon=True)

    async def _remember(self, app: object, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __enter__(self) -> str:
        self._thread.start()
        address = f"http://{HOST}:{self._port}"
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{address}/health").json()["ready"]:
                    return address
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError("the worker did not get ready")

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._app.stop)
        self._thread.join(10)
