"""The documents are true to the code: settings, paths, commands and files they name exist, and none is left out."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from hub.app import create_app, create_context
from hub.cli import app as cli
from hub.settings import ROOT, Settings

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = ("actions", "bot", "conversations", "escalation", "exchange", "hub", "kb_index", "kit")
#: Variables that are no field of Settings; docs/operations.md explains them.
OTHER_VARIABLES = {
    "PHAROS_AGENT_PASSWORD",
    "PHAROS_ACTIONS_URL",
    "PHAROS_TEST_STORES",
    "PHAROS_CONTRACT_URL",
    "PHAROS_CONTRACT_SECRET",
    "PHAROS_E2E_BUILT",
    "PHAROS_FUZZ_EXAMPLES",
    "PHAROS_TEST_WHOLE",
    "PHAROS_TEST_EXCHANGE_URL",
    "PHAROS_TEST_DATA_DIR",
}
MAX_LINES = 400

_VARIABLE = re.compile(r"\bPHAROS_[A-Z][A-Z0-9_]*[A-Z0-9]\b")
_CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/(?:api|desk)/v1[\w/{}.-]*)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_COMMAND = re.compile(r"(?<![\w./-])pharos +([a-z][a-z-]*)(?: +([a-z][a-z-]*))?")
_LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
_FILE = re.compile(r"`([\w.-]+(?:/[\w.*-]+)*/?)`")
_FILE_SUFFIXES = (".py", ".md", ".yml", ".toml", ".lock", ".js", ".html", ".jsonl", ".txt", ".ini")
#: Written in pieces, so that this file does not hold what it looks for.
_MACHINE_PATHS = tuple("/" + part for part in ("work/", "root/", "tmp/pharos"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def repository_files() -> list[Path]:
    """Return every file that is tracked, or would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in sorted(set(listed.splitlines())) if (path := ROOT / name).is_file()]


def sources(*suffixes: str) -> list[Path]:
    """Return our packages' and the web's files with a suffix."""
    folders = [ROOT / name for name in (*PACKAGES, "web")]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def variables() -> set[str]:
    return {f"PHAROS_{name.upper()}" for name in Settings.model_fields}


def commands(command: object, words: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return every command that can be run, as its words after `pharos`."""
    children: dict[str, object] = getattr(command, "commands", {})
    if not children:
        return {words}
    return {found for name, child in children.items() for found in commands(child, (*words, name))}


def test_every_setting_is_documented() -> None:
    documented = set(_VARIABLE.findall(read("docs/operations.md")))

    assert variables() | OTHER_VARIABLES <= documented


def test_every_variable_in_the_code_is_documented() -> None:
    documented = set(_VARIABLE.findall(read("docs/operations.md")))
    used = {
        (name, path.relative_to(ROOT).as_posix())
        for path in repository_files()
        if path.suffix in (".py", ".js", ".sh", ".yml", ".toml") or path.name in ("Makefile", "run")
        for name in _VARIABLE.findall(path.read_text(encoding="utf-8"))
    }

    assert {(name, where) for name, where in used if name not in documented} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_variable_in_a_document_exists(document: Path) -> None:
    named = set(_VARIABLE.findall(document.read_text(encoding="utf-8")))

    assert named - variables() - OTHER_VARIABLES == set()


def test_api_tables_hold_exactly_the_paths_of_the_service(tmp_path: Path) -> None:
    app = create_app(create_context(Settings(data_dir=tmp_path)))
    served = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}

    documented = set(_CALL.findall(read("docs/architecture.md")))

    assert {(method, _unnamed(path)) for method, path in documented} == {
        (method, _unnamed(path)) for method, path in served
    }


def _unnamed(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def test_every_command_is_documented() -> None:
    text = read("docs/operations.md")

    assert {words for words in commands(get_command(cli)) if f"`pharos {' '.join(words)}" not in text} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_in_a_document_exists(document: Path) -> None:
    known = commands(get_command(cli))
    groups = {words[0] for words in known if len(words) > 1}
    code = " ".join(_CODE.findall(document.read_text(encoding="utf-8")))

    named = {(first, second) if first in groups else (first,) for first, second in _COMMAND.findall(code)}

    assert named - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_and_file_in_a_document_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = {a or b for a, b in _LINK.findall(text)}
    relative = {link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)}
    files = {name for name in _FILE.findall(text) if _is_ours(name)}

    missing = {link for link in relative if not (document.parent / link).exists()}
    missing |= {name for name in files if not any(ROOT.glob(name.rstrip("/")))}

    assert missing == set()


def _is_ours(name: str) -> bool:
    """Tell a path of the checkout from other code words; `var/` is made at run time."""
    top = name.split("/")[0]
    is_below = "/" in name and top != "var" and (ROOT / top).is_dir()
    return is_below or ("/" not in name and name.endswith(_FILE_SUFFIXES))


@pytest.mark.parametrize("path", sources(".py"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_source_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in sources(".py", ".js")}

    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {part}"
        for path in repository_files()
        for part in _MACHINE_PATHS
        if re.search(rf"(?<![\w.*-]){re.escape(part)}".encode(), path.read_bytes())
    ]

    assert found == []


def test_decision_records_are_short_and_say_the_same_four_things() -> None:
    parts = ["Context", "Decision", "Consequences", "Alternatives"]
    for record in sorted((ROOT / "docs" / "adr").glob("*.md")):
        lines = record.read_text(encoding="utf-8").splitlines()

        assert [line[3:] for line in lines if line.startswith("## ")][:4] == parts, record.name
        assert len(lines) <= 40, record.name
