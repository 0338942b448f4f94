"""Read a policy file, or refuse it: what is wrong, in which line, and what to write instead.

The file is read as YAML nodes rather than values, so that every complaint knows its line and nothing
is what YAML makes of it: 2026-12-25 and 15 stay the text that stands there. The first error ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import yaml

from escalation.domain import PRIORITIES
from escalation.sla.calendars import ALWAYS, WEEKDAYS, Calendar, InvalidCalendar, Window
from escalation.sla.policies import CONDITIONS, SETTINGS, TARGETS, TIERS, Duration, NoPolicy, Policies, Rule
from kit.errors import Misconfigured
from kit.taxonomy import CASES

POLICY_FILE = Path(__file__).parents[1] / "policies.yml"

_DURATION = re.compile(r"([1-9]\d{0,3}) ?(min|h|d)")
_PERCENT = re.compile(r"([1-9]\d?) ?%")
_MONTHS = re.compile(r"([1-9]\d?) months?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
#: Any instant will do to see whether a calendar ever gets to a target.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=timezone.utc)


class PolicyFileRefused(Misconfigured):
    """A policy file with an error; the detail names file, line and remedy. Nothing of it was used."""


def load(path: Path = POLICY_FILE) -> Policies:
    """Read policies from a file.

    Raises:
        PolicyFileRefused: it cannot be read, or something in it is wrong.
    """
    return parse(read(path), str(path))


def read(path: Path) -> str:
    """Return the text of a policy file.

    Raises:
        PolicyFileRefused: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFileRefused(f"{path} cannot be read: {error}. Give a UTF-8 text file.") from error


def parse(text: str, name: str) -> Policies:
    """Read policies from text; `name` is what errors call the file."""
    file = _File(name)
    root = file.mapping(file.compose(text), ("calendars", "rules"), required=("rules",))
    calendars = {"always": ALWAYS}
    if "calendars" in root:
        for key, node in file.pairs(root["calendars"]):
            if key.value in calendars:
                file.refuse(key, f"the calendar {key.value!r} is built in or given twice. Take another name.")
            calendars[key.value] = _calendar(file, key.value, node)
    rules: list[Rule] = []
    for node in file.items(root["rules"]):
        rules.append(_rule(file, node, calendars))
        for earlier in rules[:-1]:
            if earlier.conditions == rules[-1].conditions:
                file.refuse(node, f"the rule in line {earlier.line} is for the same tickets. Make one rule of them.")
    policies = Policies(tuple(rules), calendars)
    _check_complete(file, root["rules"], policies)
    return policies


@dataclass(frozen=True)
class _File:
    """The nodes of a file; whatever is not as asked is refused with its line."""

    name: str

    def refuse(self, node: yaml.Node, problem: str) -> NoReturn:
        self.refuse_line(node.start_mark.line + 1, problem)

    def refuse_line(self, line: int, problem: str) -> NoReturn:
        raise PolicyFileRefused(f"{self.name}, line {line}: {problem}")

    def compose(self, text: str) -> yaml.Node:
        try:
            node = yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            self.refuse_line(line, f"not valid YAML: {error.problem}. Check indentation, quotes and brackets.")
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, int(error.position)) + 1
            self.refuse_line(line, "a character that YAML does not allow. Remove it.")
        except RecursionError:
            self.refuse_line(1, "nested too deeply. A rule needs no more than one level.")
        if node is None:
            self.refuse_line(1, "the file is empty. Give at least 'rules:'.")
        return node

    def pairs(self, node: yaml.Node) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        """Return a mapping's keys, each once and all text, with their values."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, "expected 'key: value' lines here.")
        seen: set[str] = set()
        for key, _ in node.value:
            self.text(key)
            if key.value in seen:
                self.refuse(key, f"'{key.value}' is given twice. Keep one.")
            seen.add(key.value)
        pairs: list[tuple[yaml.ScalarNode, yaml.Node]] = node.value
        return pairs

    def mapping(self, node: yaml.Node, known: tuple[str, ...], required: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
        values = {}
        for key, value in self.pairs(node):
            self.choice(key, "key", known)
            values[key.value] = value
        for name in required:
            if name not in values:
                self.refuse(node, f"'{name}' is missing. Add it.")
        return values

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.refuse(node, "expected a list with at least one item here.")
        items: list[yaml.Node] = node.value
        return items

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            self.refuse(node, "expected one word or number here.")
        value: str = node.value
        return value

    def choice(self, node: yaml.Node, what: str, known: tuple[str, ...]) -> str:
        value = self.text(node)
        if value not in known:
            self.refuse(node, f"unknown {what} '{value}'. Known are {', '.join(known)}.")
        return value

    def match(self, node: yaml.Node, pattern: re.Pattern[str], wanted: str) -> re.Match[str]:
        match = pattern.fullmatch(self.text(node))
        if match is None:
            self.refuse(node, f"'{node.value}' is not {wanted}.")
        return match


def _calendar(file: _File, name: str, node: yaml.Node) -> Calendar:
    values = file.mapping(node, ("zone", "day", "week", "holidays"), required=("zone", "day", "week"))
    week = file.mapping(values["week"], WEEKDAYS)
    try:
        return Calendar(
            name,
            _zone(file, values["zone"]),
            tuple(tuple(_windows(file, week[day])) if day in week else () for day in WEEKDAYS),
            frozenset(_dates(file, values["holidays"])) if "holidays" in values else frozenset(),
            _day(file, values["day"]),
        )
    except InvalidCalendar as error:
        file.refuse(values["week"], str(error))


def _windows(file: _File, node: yaml.Node) -> Iterator[Window]:
    for item in file.items(node):
        try:
            yield Window.parse(file.text(item))
        except InvalidCalendar as error:
            file.refuse(item, str(error))


def _dates(file: _File, node: yaml.Node) -> Iterator[date]:
    for item in file.items(node):
        try:
            yield date.fromisoformat(file.text(item))
        except ValueError:
            file.refuse(item, f"'{item.value}' is not a day. Write it as 2026-12-25.")


def _zone(file: _File, node: yaml.Node) -> ZoneInfo:
    name = file.text(node)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; a path out of the database; a folder of it
        file.refuse(node, f"unknown zone '{name}'. Write an IANA name such as Europe/Berlin.")


def _day(file: _File, node: yaml.Node) -> timedelta:
    duration = _duration(file, node)
    if duration.unit == "d" or duration.on(ALWAYS) > timedelta(days=1):
        file.refuse(node, "a working day is at most 24 h. Write its hours, such as 8 h.")
    return duration.on(ALWAYS)


def _duration(file: _File, node: yaml.Node) -> Duration:
    match = file.match(node, _DURATION, "a time. Write a whole number and a unit: 15 min, 4 h or 3 d")
    return Duration(int(match[1]), match[2])


def _rule(file: _File, node: yaml.Node, calendars: dict[str, Calendar]) -> Rule:
    values = file.mapping(node, CONDITIONS + SETTINGS)
    if not values.keys() & set(SETTINGS):
        file.refuse(node, f"the rule sets nothing. Give it one of {', '.join(SETTINGS)}.")
    choices = {"case": tuple(CASES), "priority": PRIORITIES, "customer": TIERS, "calendar": tuple(calendars)}
    read: dict[str, Any] = {
        name: file.choice(values[name], name, known) for name, known in choices.items() if name in values
    }
    read |= {name: _duration(file, values[name]) for name in TARGETS if name in values}
    if "language" in values:
        read["language"] = file.match(values["language"], _LANGUAGE, "a language. Write its code, such as en or zh")[0]
    if "warn_at" in values:
        wanted = "a share. Write a whole percentage from 1 to 99, such as 75 %"
        read["warn_at"] = int(file.match(values["warn_at"], _PERCENT, wanted)[1])
    if "hard_limit" in values:
        read["hard_limit"] = int(file.match(values["hard_limit"], _MONTHS, "a hard limit. Write it as 2 months")[1])
    if read.get("priority") == "P1" and read.get("calendar", "always") != "always":
        file.refuse(values["calendar"], "P1 runs round the clock. Write 'calendar: always' or leave it out.")
    return Rule(node.start_mark.line + 1, **read)


def _check_complete(file: _File, node: yaml.Node, policies: Policies) -> None:
    """Refuse rules that leave a ticket without a target, or with one its calendar never gets to."""
    for priority in PRIORITIES:
        try:
            # A case, a language and a tier that no rule names: what is left to the fallback.
            policies.policy_for("", priority, "", "")
        except NoPolicy as error:
            file.refuse(
                node, f"{error} is not set for every {priority} ticket. Add a rule with no more than the priority."
            )
    languages = {rule.language or "" for rule in policies.rules}
    everyone = {
        policies.policy_for(case, priority, language, customer)
        for case, priority, language, customer in product(CASES, PRIORITIES, languages, TIERS)
    }
    for policy in everyone:
        for target in TARGETS:
            try:
                policy.calendar.after(_SOME_DAY, getattr(policy, target))
            except ValueError as error:
                file.refuse(node, f"{target}: {error} Shorten the target or widen the calendar.")
