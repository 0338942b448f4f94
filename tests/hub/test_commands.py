"""The commands say in words what is wrong; nothing ends in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub import cli
from hub.ask import ask_file
from hub.doctor import examine
from hub.settings import Settings
from kit.errors import InvalidRequest, SupportError


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, list(arguments))
    if isinstance(result.exception, SupportError):
        return 1, result.exception.detail
    return result.exit_code, result.output


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHAROS_DATA_DIR", str(tmp_path))
    return tmp_path


def test_doctor_names_a_remedy_for_everything_that_is_missing(data_dir: Path) -> None:
    missing = [finding for finding in examine(Settings(data_dir=data_dir)) if not finding.is_ok]

    assert {"knowledge index is built and up to date", "trained model is built and up to date"} <= {
        finding.what for finding in missing
    }
    assert all(finding.remedy for finding in missing)
    assert run("doctor")[0] == 1


def test_agent_is_added_once() -> None:
    add = ["agent", "add", "mia@example.com", "--name", "Mia", "--password", "correct horse battery"]

    assert run(*add) == (0, "Mia may sign in as mia@example.com.\n")
    code, said = run(*add)

    assert code == 1
    assert "mia@example.com" in said


def test_agent_who_is_locked_out_gets_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHAROS_AGENT_PASSWORD", "correct horse battery")
    run("agent", "add", "ada", "--name", "Ada", "--role", "admin")

    code, said = run("agent", "recover", " ADA ")

    assert code == 0
    assert "http://127.0.0.1:8080/console#/invite/" in said
    assert run("agent", "recover", "nobody") == (1, "There is no agent with the login nobody.")


def test_short_password_is_refused_in_words() -> None:
    code, said = run("agent", "add", "mia@example.com", "--name", "Mia", "--password", "short")

    assert code == 1
    assert "12" in said


@pytest.mark.parametrize(
    "line",
    [pytest.param("{", id="not-json"), pytest.param('{"message": "hi"}', id="no-text"), pytest.param("[]", id="list")],
)
async def test_broken_line_is_named_with_file_and_number(data_dir: Path, line: str) -> None:
    source = data_dir / "in.jsonl"
    source.write_text('{"text": "hello"}\n' + line + "\n")

    with pytest.raises(InvalidRequest, match=r"in\.jsonl:2"):
        await ask_file(Settings(data_dir=data_dir), source, data_dir / "out.jsonl")

    assert not (data_dir / "out.jsonl").exists()


def test_ask_wants_a_text_or_two_files() -> None:
    assert run("ask")[0] == 2
    assert run("ask", "hello", "--jsonl", "in.jsonl")[0] == 2
