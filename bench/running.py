"""A running Pharos for benchmarks and pictures: started on free ports with a data folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from hub.children import free_port
from hub.settings import ROOT

#: Login and password of the agent every such Pharos has.
AGENT = ("mia@example.com", "correct horse battery")
_UNLIMITED = {
    "PHAROS_LIMIT_MESSAGES": "100000/minute",
    "PHAROS_LIMIT_OPEN": "100000/minute",
    "PHAROS_LIMIT_ADDRESS": "1000000/minute",
    "PHAROS_LIMIT_TICKETS_PER_DAY": "1000",
}


@dataclass
class Running:
    """Where it answers, where its files are, and how long it took to get ready, in seconds."""

    url: str
    data_dir: Path
    ready_seconds: float

    def memory(self) -> dict[str, float]:
        """Return the resident memory of each process, in MB."""
        pids: dict[str, int] = json.loads((self.data_dir / "run" / "processes.json").read_text())
        return {name: _resident(pid) for name, pid in pids.items()}


@contextmanager
def running_pharos(built: Path = ROOT / "var") -> Iterator[Running]:
    """Start `pharos up` with a copy of the built index and model; stop it at the end."""
    data_dir = Path(tempfile.mkdtemp(prefix="pharos-"))
    for part in ("kb", "models", "embedding"):
        shutil.copytree(built / part, data_dir / part)
    port = free_port()
    environment = {**os.environ, **_UNLIMITED, "PHAROS_PORT": str(port), "PHAROS_DATA_DIR": str(data_dir)}
    pharos = [sys.executable, "-m", "hub.cli"]
    add = {**environment, "PHAROS_AGENT_PASSWORD": AGENT[1]}
    subprocess.run([*pharos, "agent", "add", AGENT[0], "--name", "Mia"], env=add, cwd=ROOT, check=True)
    started = time.monotonic()
    process = subprocess.Popen([*pharos, "up"], env=environment, cwd=ROOT)
    try:
        while not _is_ready(port + 1):
            if process.poll() is not None or time.monotonic() - started > 180:
                raise SystemExit("pharos up did not get ready; see its output above.")
            time.sleep(0.1)
        yield Running(f"http://127.0.0.1:{port}", data_dir, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(data_dir, ignore_errors=True)


def _is_ready(ops_port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{ops_port}/readyz", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
