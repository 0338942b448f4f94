"""docs/widget.md names everything a site may use of the bubble, and nothing else."""

from __future__ import annotations

import re

from hub.pages import WEB
from hub.settings import ROOT
from kit import wire

WIDGET = WEB / "widget"
_ROW = re.compile(r"^\| `([^`]+)`", re.MULTILINE)


def documented(section: str) -> set[str]:
    """Return what the first column of a section's table names."""
    text = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return {name.removesuffix("()") for name in _ROW.findall(part)}


def code(pattern: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(WIDGET.rglob(pattern)))


def element() -> str:
    return (WIDGET / "chat.js").read_text(encoding="utf-8")


def dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def test_attributes_of_the_script_tag() -> None:
    loader = (WIDGET / "loader.js").read_text(encoding="utf-8")

    used = {f"data-{dashed(name)}" for name in re.findall(r"tag\.dataset\.(\w+)", loader)}

    assert documented("The script tag") == used


def test_attributes_of_the_element() -> None:
    assert documented("Attributes") == set(re.findall(r'this\.getAttribute\("([\w-]+)"\)', element()))


def test_methods_and_properties() -> None:
    methods = set(re.findall(r"^  (?:async )?([a-z]\w*)\(.*\{$", element(), re.MULTILINE))
    properties = set(re.findall(r"^  (?:get|set) (\w+)\(", element(), re.MULTILINE))

    assert documented("Methods") == methods - {"connectedCallback"}
    assert properties == set(), "docs/widget.md says that there are none"


def test_events() -> None:
    assert documented("Events") == set(re.findall(r'new Event\("([\w-]+)"', element()))


def test_custom_properties() -> None:
    assert documented("Custom properties") == set(re.findall(r"var\((--pharos-[\w-]+)", code("*.css")))


def test_parts() -> None:
    script = code("*.js")
    literal = {name for names in re.findall(r'\bpart: "([^"]+)"', script) for name in names.split()}
    named = set(re.findall(r'\bway\("([\w-]+)"', script))
    kinds = set(re.findall(r'\bkind: "(\w+)"', (WIDGET / "rows.js").read_text(encoding="utf-8")))
    authors = {f"message-{author}" for author in wire.AUTHORS}

    assert documented("Parts") == literal | named | kinds | authors


def test_every_part_that_is_styled_exists() -> None:
    styled = set(re.findall(r'\[part~?="([\w-]+)"\]', code("*.css")))

    assert styled - documented("Parts") == set()
