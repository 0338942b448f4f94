"""`pharos doctor`: what this machine and checkout lack, each with the command that mends it."""

from __future__ import annotations

import hashlib
import shutil
import socket
from dataclasses import dataclass

from escalation.outside.mail import check_sender, smtp_server
from hub.children import ASSISTANT_PYTHON
from hub.prepare import INDEX_INPUTS, MODEL_INPUTS, fingerprint
from hub.settings import ROOT, Settings
from kit.errors import Misconfigured


@dataclass(frozen=True)
class Finding:
    what: str
    is_ok: bool
    remedy: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything `pharos up` needs; nothing is changed."""
    return [
        Finding("uv", shutil.which("uv") is not None, "pip install uv"),
        Finding(
            "Python 3.10 for the assistant",
            ASSISTANT_PYTHON.exists() or shutil.which("python3.10") is not None,
            "uv python install 3.10, or your system's package of it",
        ),
        Finding("assistant environment matches uv.lock", _environment_matches(), "pharos up   (or: make install)"),
        _fresh(settings, "knowledge index", "kb", INDEX_INPUTS, "pharos kb build"),
        _fresh(settings, "trained model", "models", MODEL_INPUTS, "pharos train"),
        Finding(f"data folder {settings.data_dir} is writable", _is_writable(settings), "set PHAROS_DATA_DIR"),
        Finding(
            f"port {settings.port} is free (or Pharos runs there already)",
            _port_is_usable(settings),
            "stop what listens there, or set PHAROS_PORT",
        ),
        _mail(settings),
    ]


def _mail(settings: Settings) -> Finding:
    """Say where mail is handed in; none at all is a choice, not a fault."""
    remedy = "set PHAROS_SMTP_URL, PHAROS_MAIL_FROM and, for mail to customers, PHAROS_PUBLIC_URL"
    if settings.smtp_url is None:
        return Finding(f"no mail is sent ({remedy})", True, "")
    try:
        server = smtp_server(settings.smtp_url.get_secret_value())
        sender = check_sender(settings.mail_from)
    except Misconfigured as error:
        return Finding(f"mail: {error.detail}", False, remedy)
    links = "" if settings.public_site else "; customers who left get none without PHAROS_PUBLIC_URL"
    return Finding(f"mail goes from {sender} by {server}{links}", True, "")


def _environment_matches() -> bool:
    marker = ASSISTANT_PYTHON.parent.parent / "pharos.lock"
    lock = hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
    return ASSISTANT_PYTHON.exists() and marker.exists() and marker.read_text() == lock


def _fresh(settings: Settings, what: str, folder: str, inputs: tuple[str, ...], remedy: str) -> Finding:
    marker = settings.data_dir / folder / "inputs"
    current = settings.data_dir / folder / "current"
    is_ok = current.exists() and marker.exists()
    is_ok = is_ok and marker.read_text() == fingerprint(inputs, settings.embedding_model)
    return Finding(f"{what} is built and up to date", is_ok, remedy)


def _is_writable(settings: Settings) -> bool:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / ".probe"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _port_is_usable(settings: Settings) -> bool:
    """Tell whether the port can be bound, or is held by a Pharos (it answers on /healthz)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return (settings.data_dir / "run" / "processes.json").exists()
    return True
