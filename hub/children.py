"""The processes `pharos` starts beside itself: how each is run, watched, and stopped with its parent."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from hub.settings import ROOT, Settings
from kit import wire
from kit.errors import Misconfigured

ASSISTANT_PYTHON = ROOT / ".venv-assistant" / "bin" / "python"
#: Seconds a child may take to end by itself before it is killed.
STOP_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1
#: What the assistant's processes may see of the environment: no secret but the shared one.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@dataclass
class Child:
    """One process: its command, its health address, its log."""

    name: str
    command: list[str]
    environment: dict[str, str]
    health_url: str
    log_path: Path
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    async def start(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,
                start_new_session=True,  # Ctrl-C reaches the parent only, which stops its children in order
            )

    async def is_healthy(self) -> bool:
        """Tell whether it answers its health address with success."""
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                response = await client.get(self.health_url)
        except httpx.HTTPError:
            return False
        return response.status_code == 200

    async def wait_healthy(self, timeout_seconds: float) -> None:
        """Return once it is healthy.

        Raises:
            Misconfigured: it ended, or did not get healthy in time; the text shows the end of its log.
        """
        deadline = asyncio.get_running_loop().time() + timeout_seconds
        while not await self.is_healthy():
            if self.process is None or self.process.returncode is not None:
                raise Misconfigured(f"The {self.name} ended at once. {self.log_tail()}")
            if asyncio.get_running_loop().time() > deadline:
                raise Misconfigured(f"The {self.name} did not get ready in {timeout_seconds:g} s. {self.log_tail()}")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    def log_tail(self, lines: int = 15) -> str:
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return f"The end of {self.log_path}:\n" + "\n".join(text.splitlines()[-lines:])


def _end_with_parent() -> None:
    """On Linux: be ended when the parent dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """Return a loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def assistant_environment(settings: Settings, secret: str) -> dict[str, str]:
    """Return the environment of the assistant's processes: quiet, offline, one thread."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if settings.embedding_model:
        passed_on["PHAROS_EMBEDDING_MODEL"] = settings.embedding_model
    return {
        **passed_on,
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "RASA_TELEMETRY_ENABLED": "false",
        "HF_HUB_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "PHAROS_DATA_DIR": str(settings.data_dir.absolute()),
        wire.SECRET_VARIABLE: secret,
    }


def assistant_children(settings: Settings, secret: str) -> tuple[list[Child], str]:
    """Return the action server and the worker, not started yet, and the worker's address."""
    if not ASSISTANT_PYTHON.exists():
        raise Misconfigured("The assistant's environment is missing. Run `pharos up` or `make install`.")
    environment = assistant_environment(settings, secret)
    data_dir = str(settings.data_dir.absolute())
    logs = settings.data_dir / "log"
    actions_port, worker_port = free_port(), free_port()
    actions_url, worker_url = f"http://127.0.0.1:{actions_port}", f"http://127.0.0.1:{worker_port}"
    python = str(ASSISTANT_PYTHON)
    actions = Child(
        "action server",
        [python, "-m", "actions", "serve", "--port", str(actions_port), "--data-dir", data_dir],
        environment,
        f"{actions_url}/health",
        logs / "actions.log",
    )
    worker = Child(
        "assistant worker",
        [
            python,
            "-m",
            "bot",
            "serve",
            "--port",
            str(worker_port),
            "--actions-url",
            actions_url,
            "--data-dir",
            data_dir,
        ],
        environment,
        f"{worker_url}/health",
        logs / "worker.log",
    )
    return [actions, worker], worker_url
