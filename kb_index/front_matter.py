"""Front matter: the YAML header of an article, checked key by key, every complaint with the line it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import yaml

from kb_index.markdown import Problem
from kb_index.models import AUDIENCES, KINDS, LANGUAGES
from kit import taxonomy

#: Fewer ways of asking than this and the article will not be found.
MIN_QUESTIONS = 10

REQUIRED = (
    "id", "kind", "topic", "title", "language", "questions", "sources",
    "reviewed_on", "review_every_days", "audience", "owner",
)  # fmt: skip
OPTIONAL = ("case", "risk", "expires_on", "related", "replaces")

_FENCE = "---"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Keys whose value is text; those beyond an article's belong to entries.
_TEXTS = ("id", "title", "owner", "risk", "see", "text", "status", "cause", "fix", "example")
_CHOICES = {
    "kind": KINDS,
    "topic": tuple(taxonomy.TOPICS),
    "case": tuple(taxonomy.CASES),
    "language": LANGUAGES,
    "audience": AUDIENCES,
}


@dataclass
class FrontMatter:
    """The header's values as YAML gave them, the line of each key and list item, and what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    item_lines: dict[str, list[int]] = field(default_factory=dict)
    nodes: dict[str, yaml.Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, message: str) -> None:
        """Note a complaint at the line of a key."""
        self.problems.append(Problem(self.lines.get(key, 1), message))

    def item_line(self, key: str, index: int) -> int:
        """Return the line of one item of a list."""
        return self.item_lines[key][index]

    def text(self, key: str) -> str:
        """Return a value that was checked to be text."""
        return str(self.values[key]).strip()

    def optional(self, key: str) -> str | None:
        """Return a value as text, or None when the key is absent or empty."""
        return None if self.values.get(key) is None else self.text(key)

    def items(self, key: str) -> list[str]:
        """Return a list's items as text; absent is empty."""
        return [str(item).strip() for item in self.values.get(key) or []]

    def review_due_on(self) -> str:
        """Return the day after which the article counts as overdue."""
        due: date = self.values["reviewed_on"] + timedelta(days=self.values["review_every_days"])
        return due.isoformat()


def split(text: str) -> tuple[str, str, int] | None:
    """Part a file into header, body and the body's first line; None when there is no header."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != _FENCE:
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "".join(lines[1:number]), "".join(lines[number + 1 :]), number + 2
    return None


def read(header: str) -> FrontMatter:
    """Read and check a header; line numbers count from the file's first line."""
    front = read_yaml(header, first_line=2)
    if not front.problems:
        check(front)
    return front


def check(
    front: FrontMatter,
    required: tuple[str, ...] = REQUIRED,
    optional: tuple[str, ...] = OPTIONAL,
    min_questions: int = MIN_QUESTIONS,
) -> None:
    """Check values key by key; every complaint is noted at its line."""
    for key in required:
        if front.values.get(key) in (None, "", []):
            front.problem(key, f"'{key}' is missing or empty.")
    for key in front.values:
        if key not in required + optional:
            front.problem(key, f"unknown key '{key}'; known are {', '.join(required + optional)}.")
    _check_scalars(front)
    _check_lists(front, min_questions)
    _check_case(front)


def read_yaml(text: str, first_line: int) -> FrontMatter:
    """Read a mapping with the line of each key, unchecked; its first line stands at `first_line` of the file."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else 1
        return FrontMatter(problems=[Problem(line, f"not valid YAML: {error.problem}.")])
    return from_node(node, first_line)


def from_node(node: yaml.Node | None, first_line: int) -> FrontMatter:
    """Read a mapping that YAML has parsed already."""
    front = FrontMatter()
    start = node.start_mark.line + first_line if node is not None else first_line
    if not isinstance(node, yaml.MappingNode):
        front.problems.append(Problem(start, "expected 'key: value' lines."))
        return front
    try:
        front.values = yaml.SafeLoader("").construct_document(node)
    except (yaml.MarkedYAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-40
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        front.problems.append(Problem(mark.line + first_line if mark else start, f"not valid YAML: {reason}."))
        return front
    for key, value in node.value:
        _note_lines(front, str(key.value), value, first_line, key.start_mark.line + first_line)
    return front


def _note_lines(front: FrontMatter, key: str, value: yaml.Node, first_line: int, line: int) -> None:
    if key in front.lines:
        front.problems.append(Problem(line, f"'{key}' is given twice."))
    front.lines[key], front.nodes[key] = line, value
    if isinstance(value, yaml.SequenceNode):
        front.item_lines[key] = [item.start_mark.line + first_line for item in value.value]


def _check_scalars(front: FrontMatter) -> None:
    values = front.values
    for key in (*_TEXTS, *_CHOICES):
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            front.problem(key, f"'{key}' must be text, got {value!r}; put it in quotes.")
        elif value and key in _CHOICES and value not in _CHOICES[key]:
            front.problem(key, f"unknown {key} '{value}'; known are {', '.join(_CHOICES[key])}.")
    if isinstance(values.get("id"), str) and not _ID.fullmatch(values["id"]):
        front.problem("id", f"id '{values['id']}' must be lower-case words joined by hyphens.")
    for key in ("reviewed_on", "expires_on"):
        if values.get(key) is not None and type(values[key]) is not date:
            front.problem(key, f"'{key}' must be a day such as 2026-01-31.")
    days = values.get("review_every_days")
    if days is not None and (type(days) is not int or not 1 <= days <= 3650):
        front.problem("review_every_days", "'review_every_days' must be a whole number from 1 to 3650.")


def _check_lists(front: FrontMatter, min_questions: int) -> None:
    for key in ("questions", "sources", "related", "messages", "replaces"):
        value = front.values.get(key)
        if value is None:
            continue
        if not isinstance(value, list):
            front.problem(key, f"'{key}' must be a list.")
            continue
        seen: set[str] = set()
        for index, item in enumerate(value):
            line = front.item_line(key, index)
            if not isinstance(item, str) or not item.strip():
                front.problems.append(Problem(line, f"'{key}' item {item!r} must be text; put it in quotes."))
            elif item.strip().casefold() in seen:
                front.problems.append(Problem(line, f"'{key}' holds '{item}' twice."))
            else:
                seen.add(item.strip().casefold())
        if key == "questions" and 0 < len(seen) < min_questions:
            front.problem(key, f"{len(seen)} questions; at least {min_questions} different ones are needed.")


def _check_case(front: FrontMatter) -> None:
    is_first_aid = front.values.get("kind") == "first_aid"
    has_case = front.values.get("case") is not None
    if is_first_aid and not has_case:
        front.problem("kind", "kind first_aid needs a 'case'.")
    if has_case and not is_first_aid:
        front.problem("case", "'case' belongs only to kind first_aid.")
