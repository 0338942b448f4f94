"""The action server's door: loopback, the shared secret, no bodies in errors."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.__main__ import main
from kit.wire import SECRET_HEADER, SECRET_VARIABLE
from tests.actions.chat import DOMAIN, NOW

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "actions",
        "serve",
        "--port",
        str(port),
        "--data-dir",
        str(tmp_path_factory.mktemp("data")),
    ]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, SECRET_VARIABLE: "s3"}, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        if status(f"{url}/health") == 200:
            break
        time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(10)


def call(url: str, body: dict[str, object] | None = None, secret: str = "") -> tuple[int, dict[str, object]]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {SECRET_HEADER: secret, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


def status(url: str) -> int:
    return call(url)[0]


def webhook(text: str, context: dict[str, object]) -> dict[str, object]:
    latest = {"text": text, "intent": {"name": "greet"}}
    tracker = {"sender_id": "c", "slots": {"turn_context": context}, "latest_message": latest, "events": []}
    return {"next_action": "action_smalltalk", "version": "3.6.21", "tracker": tracker, "domain": DOMAIN}


def test_health_needs_no_secret_and_everything_else_does(address: str) -> None:
    assert status(f"{address}/health") == 200
    assert status(f"{address}/actions") == 401
    assert call(f"{address}/webhook", webhook("hi", {"now": NOW}), secret="wrong")[0] == 401


def test_an_action_runs_behind_the_secret(address: str) -> None:
    code, answer = call(f"{address}/webhook", webhook("hi", {"now": NOW}), secret="s3")

    assert code == 200
    assert answer["responses"][0]["custom"]["turn"]["outcome"] == "instant"  # type: ignore[index]


def test_a_failed_action_does_not_repeat_what_was_written(address: str) -> None:
    code, answer = call(f"{address}/webhook", webhook("my private words", {}), secret="s3")

    assert code == 500
    assert "private" not in json.dumps(answer)


def test_without_a_secret_the_server_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    monkeypatch.setenv("PHAROS_DATA_DIR", "var")

    assert main(["serve", "--port", "1"]) == 1
    assert SECRET_VARIABLE in capsys.readouterr().err
