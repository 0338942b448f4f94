"""The running whole on free ports with a data folder of its own, a fake exchange beside it, and a headless Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from hub.children import free_port
from hub.settings import ROOT
from tests.e2e.browser import CHROMIUM_FLAGS, LOGIN, PASSWORD

#: The built index and model are taken from here, so that nothing is trained twice.
BUILT = Path(os.environ.get("PHAROS_E2E_BUILT", ROOT / "var"))


def wait_until(is_true: Callable[[], object], what: str, timeout_seconds: float = 30) -> None:
    """Poll until true; a test that waits for ever fails with words."""
    deadline = time.monotonic() + timeout_seconds
    while not is_true():
        assert time.monotonic() < deadline, f"Waited {timeout_seconds} s for {what}"
        time.sleep(0.05)


@dataclass
class Whole:
    """A running Pharos: `pharos up` as a person starts it."""

    process: subprocess.Popen[bytes]
    url: str
    data_dir: Path

    def pid(self, name: str) -> int:
        """Return the process id of `service`, `assistant worker` or `action server`."""
        pids: dict[str, int] = json.loads((self.data_dir / "run" / "processes.json").read_text())
        return pids[name]

    def kill(self, name: str) -> None:
        """End a process without warning and wait until another has taken its place and is ready."""
        old = self.pid(name)
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: self.pid(name) != old, f"another {name}")
        self.wait_ready()

    def wait_ready(self) -> None:
        ops = self.url.rsplit(":", 1)
        ready = f"{ops[0]}:{int(ops[1]) + 1}/readyz"
        wait_until(lambda: _status(ready) == 200, "the whole to be ready", 90)


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code
    except httpx.HTTPError:
        return None


@pytest.fixture(scope="session")
def exchange_url() -> Iterator[str]:
    """Address of a fake exchange in a process of its own."""
    port = free_port()
    serve = ["uvicorn", "tests.fakes.exchange:create_app", "--factory", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen([sys.executable, "-m", *serve], cwd=ROOT)
    url = f"http://127.0.0.1:{port}/api/v1"
    try:
        wait_until(lambda: _status(f"{url}/instrument/active") == 200, "the fake exchange")
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, exchange_url: str) -> Iterator[Whole]:
    data_dir = tmp_path_factory.mktemp("pharos")
    for part in ("kb", "models", "embedding"):
        shutil.copytree(BUILT / part, data_dir / part)
    port = free_port()
    environment = {
        **os.environ,
        "PHAROS_PORT": str(port),
        "PHAROS_OPS_PORT": str(port + 1),
        "PHAROS_DATA_DIR": str(data_dir),
        "PHAROS_EXCHANGE_URL": exchange_url,
        "PHAROS_LIMIT_MESSAGES": "1000/minute",
        "PHAROS_LIMIT_OPEN": "1000/minute",
        "PHAROS_LIMIT_ADDRESS": "100000/minute",
        "PHAROS_LIMIT_TICKETS_PER_DAY": "100",
    }
    pharos = [sys.executable, "-m", "hub.cli"]
    add = ["agent", "add", LOGIN, "--name", "Mia"]
    subprocess.run([*pharos, *add], env={**environment, "PHAROS_AGENT_PASSWORD": PASSWORD}, cwd=ROOT, check=True)
    with (data_dir / "up.log").open("wb") as log:
        process = subprocess.Popen([*pharos, "up"], env=environment, cwd=ROOT, stdout=log, stderr=log)
    running = Whole(process, f"http://127.0.0.1:{port}", data_dir)
    try:
        wait_until(lambda: (data_dir / "run" / "processes.json").exists() or process.poll() is not None, "a start", 120)
        assert process.poll() is None, (data_dir / "up.log").read_text()
        running.wait_ready()
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    assert executable, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
