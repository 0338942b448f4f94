"""`pharos up`: starts everything, restarts what dies, stops cleanly.

Writes `run/processes.json` in the data folder, name to process id, for operators and tests.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import time

from hub.children import Child, assistant_children
from hub.prepare import Say, prepare
from hub.settings import Settings
from kit import wire

#: How long a part may take to get ready, in seconds.
READY_SECONDS = 120.0
#: A part that dies is started again after this long, doubling up to the maximum, in seconds.
RESTART_SECONDS, MAX_RESTART_SECONDS = 0.2, 5.0
#: A part that ran this long starts again without delay, in seconds.
STEADY_SECONDS = 30.0


def up(settings: Settings, say: Say) -> None:
    """Prepare, start and watch every process until SIGINT or SIGTERM."""
    prepare(settings, say)
    asyncio.run(_run(settings, say))


async def _run(settings: Settings, say: Say) -> None:
    started = time.monotonic()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    children = _children(settings)
    try:
        for child in children:
            await child.start()
        _write_processes(settings, children)
        await asyncio.gather(*(child.wait_healthy(READY_SECONDS) for child in children))
        host = f"http://{settings.host}:{settings.port}"
        say(f"Ready after {time.monotonic() - started:.0f} s")
        say(f"  demo page  {host}/")
        say(f"  console    {host}/console   (first: pharos agent add)")
        say("Ctrl-C stops everything.")
        watchers = [asyncio.create_task(_watch(settings, child, children, say)) for child in children]
        await stopping.wait()
        for watcher in watchers:
            watcher.cancel()
        say("Stopping")
    finally:
        for child in reversed(children):
            await child.stop()


def _children(settings: Settings) -> list[Child]:
    """Return what to start: the service, and an assistant unless the settings name one."""
    if settings.assistants:
        return [_service(settings, settings.assistant_secret.get_secret_value(), settings.assistant_urls)]
    secret = secrets.token_hex(32)
    assistant, worker_url = assistant_children(settings, secret)
    return [*assistant, _service(settings, secret, worker_url)]


def _service(settings: Settings, secret: str, assistant_urls: str) -> Child:
    environment = {
        **os.environ,
        "PHAROS_DATA_DIR": str(settings.data_dir.absolute()),
        "PHAROS_ASSISTANT_URLS": assistant_urls,
        wire.SECRET_VARIABLE: secret,
    }
    health_host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 -- compared, not bound
    return Child(
        "service",
        [sys.executable, "-m", "hub.serve"],
        environment,
        f"http://{health_host}:{settings.port}/healthz",
        settings.data_dir / "log" / "service.log",
    )


async def _watch(settings: Settings, child: Child, children: list[Child], say: Say) -> None:
    """Start a child again whenever it ends."""
    delay = RESTART_SECONDS
    while child.process is not None:
        began = time.monotonic()
        code = await child.process.wait()
        if time.monotonic() - began > STEADY_SECONDS:
            delay = RESTART_SECONDS
        say(f"The {child.name} ended (code {code}); starting it again")
        await asyncio.sleep(delay)
        delay = min(delay * 2, MAX_RESTART_SECONDS)
        await child.start()
        _write_processes(settings, children)


def _write_processes(settings: Settings, children: list[Child]) -> None:
    path = settings.data_dir / "run" / "processes.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    pids = {child.name: child.process.pid for child in children if child.process}
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps({"pharos": os.getpid(), **pids}, indent=1))
    beside.replace(path)
