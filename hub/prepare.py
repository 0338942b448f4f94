"""What must exist before anything starts: the assistant's environment, the index, the trained model.

Each is made again only when what it is made from changed; a fingerprint of the inputs tells.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console

from hub.children import ASSISTANT_PYTHON, assistant_environment
from hub.settings import ROOT, Settings
from kit.errors import Misconfigured

Say = Callable[[str], None]

INDEX_INPUTS = ("kb_index",)
MODEL_INPUTS = (
    "config.yml",
    "domain.yml",
    "data",
    "bot",
    "kb_index/articles",
    "kb_index/entries",
    "kb_index/negatives.txt",
    "kit/taxonomy.py",
)


def prepare(settings: Settings, say: Say) -> None:
    """Install, build and train whatever is missing or stale."""
    sync_assistant(say)
    build_index(settings, say)
    train_model(settings, say)


def sync_assistant(say: Say) -> None:
    """Install the assistant's environment from the lock file, unless it matches already."""
    lock = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    marker = ASSISTANT_PYTHON.parent.parent / "pharos.lock"
    if marker.exists() and marker.read_text() == lock:
        return
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise Misconfigured("uv is not installed. Run `pip install uv`.")
    say("Installing the assistant's environment (Python 3.10; several GB the first time)")
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(ASSISTANT_PYTHON.parent.parent)}
    environment.pop("VIRTUAL_ENV", None)
    command = [uv, "sync", "--frozen", "--no-default-groups", "--group", "assistant", "--python", "3.10"]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise Misconfigured("Installing the assistant's environment failed; uv says why above.")
    marker.write_text(lock)


def build_index(settings: Settings, say: Say, *, force: bool = False) -> None:
    """Build the knowledge index when an article or the index code changed."""
    marker = settings.kb_dir / "inputs"
    inputs = fingerprint(INDEX_INPUTS, settings.embedding_model)
    if not force and _is_current(marker, inputs) and (settings.kb_dir / "current").exists():
        return
    cores = {"OMP_NUM_THREADS": str(os.cpu_count() or 1)}  # nothing is served meanwhile
    _run(settings, say, "Building the knowledge index", ["kb_index", "build"], cores)
    marker.write_text(inputs)


def train_model(settings: Settings, say: Say, *, force: bool = False) -> None:
    """Train the dialogue model when its data, configuration or code changed."""
    marker = settings.data_dir / "models" / "inputs"
    inputs = fingerprint(MODEL_INPUTS, settings.embedding_model)
    if not force and _is_current(marker, inputs) and (settings.data_dir / "models" / "current").exists():
        return
    _run(settings, say, "Training the assistant", ["bot", "train", *(["--force"] if force else [])])
    marker.write_text(inputs)


def fingerprint(inputs: Iterable[str], *settings: str) -> str:
    """Return a hash over files and folders of the checkout and the settings that matter."""
    digest = hashlib.sha256("\0".join(settings).encode())
    for entry in inputs:
        path = ROOT / entry
        files = sorted(file for file in path.rglob("*") if _matters(file)) if path.is_dir() else [path]
        for file in files:
            digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _matters(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _is_current(marker: Path, inputs: str) -> bool:
    return marker.exists() and marker.read_text() == inputs


def run_assistant(settings: Settings, arguments: list[str]) -> int:
    """Run `python -m <arguments>` in the assistant's environment, its output shown; returns its exit code."""
    sys.stdout.flush()
    environment = assistant_environment(settings, secret="")
    return subprocess.run(_command(settings, arguments), cwd=ROOT, env=environment, check=False).returncode


def _command(settings: Settings, arguments: list[str]) -> list[str]:
    if not ASSISTANT_PYTHON.exists():
        raise Misconfigured("The assistant's environment is missing. Run `pharos up` or `make install`.")
    return [str(ASSISTANT_PYTHON), "-m", *arguments, "--data-dir", str(settings.data_dir.absolute())]


def _run(settings: Settings, say: Say, what: str, arguments: list[str], more: dict[str, str] | None = None) -> None:
    """Run a step with its output in a log, shown only when it fails; a terminal sees that it is alive."""
    log = settings.data_dir / "log" / f"{arguments[0]}-{arguments[1]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as output, Console().status(f"{what} ..."):
        code = subprocess.run(
            _command(settings, arguments),
            cwd=ROOT,
            env=assistant_environment(settings, secret="") | (more or {}),
            stdout=output,
            stderr=output,
            check=False,
        ).returncode
    if code:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-30:])
        raise Misconfigured(f"{what} failed. The end of {log}:\n{tail}")
    say(f"{what}: done in {time.monotonic() - started:.0f} s")
