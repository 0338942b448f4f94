from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.domain import PRIORITIES
from escalation.sla.engine import SlaPolicy
from escalation.sla.policies import CONDITIONS, TIERS, Policies
from escalation.sla.policy_file import POLICY_FILE, PolicyFileRefused, load, parse
from kit.taxonomy import CASES

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)
CALENDARS = """
calendars:
  office:
    zone: Europe/Berlin
    day: 8 h
    week:
      monday: [09:00-12:00, 13:00-18:00]
      tuesday: [09:00-12:00, 13:00-18:00]
    holidays: [2026-12-25]
"""
FALLBACK = "{first_response: 1 h, next_response: 2 h, resolution: 2 d, calendar: always}"


def policies(*rules: str, fallback: str = FALLBACK) -> Policies:
    lines = "".join(f"  - {rule}\n" for rule in (fallback, *rules))
    return parse(f"{CALENDARS}rules:\n{lines}", "policies.yml")


def policy(*rules: str, case: str = "missing_deposit", priority: str = "P2", fallback: str = FALLBACK) -> SlaPolicy:
    return policies(*rules, fallback=fallback).policy_for(case, priority, "zh-CN", "anonymous")


@pytest.mark.parametrize(
    ("priority", "targets"),
    [
        ("P1", (15 * MINUTE, 30 * MINUTE, 4 * HOUR)),
        ("P2", (1 * HOUR, 4 * HOUR, 24 * HOUR)),
        ("P3", (4 * HOUR, 8 * HOUR, 3 * DAY)),
        ("P4", (8 * HOUR, 1 * DAY, 5 * DAY)),
    ],
)
def test_our_targets_run_round_the_clock(priority: str, targets: tuple[timedelta, ...]) -> None:
    ours = load()

    for case, locale, customer in itertools.product(CASES, ("en", "zh-Hans", "pt_BR"), TIERS):
        if case != "complaint":
            found = ours.policy_for(case, priority, locale, customer)
            assert (found.first_response, found.next_response, found.resolution) == targets
            assert (found.calendar.name, found.warn_percent, found.hard_limit_months) == ("always", 75, None)


def test_our_complaints_are_decided_in_15_days_and_never_after_two_months() -> None:
    due = load().preview("complaint", "P3", "en", "verified", MONDAY)

    assert due.first_response_due_at == MONDAY + 4 * HOUR
    assert due.resolution_due_at == MONDAY + 15 * DAY
    assert due.hard_limit_at == MONDAY.replace(month=5)


def test_our_example_calendar_is_valid_and_used_by_nothing() -> None:
    ours = load()

    assert set(ours.calendars) == {"always", "hong_kong_office"}
    assert {rule.calendar for rule in ours.rules} == {None, "always"}


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        pytest.param("case: missing_deposit", "priority: P2, language: zh, customer: anonymous", id="case-over-all"),
        pytest.param("priority: P2", "language: zh, customer: anonymous", id="priority-over-language"),
        pytest.param("language: zh", "customer: anonymous", id="language-over-customer"),
        pytest.param("case: missing_deposit, customer: anonymous", "case: missing_deposit", id="more-over-less"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_most_specific_rule_wins_wherever_it_stands(strong: str, weak: str, is_first: bool) -> None:
    rules = [f"{{{strong}, first_response: 5 min}}", f"{{{weak}, first_response: 7 min}}"]

    assert policy(*rules[:: 1 if is_first else -1]).first_response == 5 * MINUTE


def test_rule_leaves_to_others_what_it_does_not_set() -> None:
    found = policy("{language: zh, calendar: office}", "{priority: P2, resolution: 3 h}")

    assert (found.calendar.name, found.resolution, found.first_response) == ("office", 3 * HOUR, HOUR)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_order_of_the_rules_never_matters(seed: int) -> None:
    random = Random(seed)
    values = (("missing_deposit", "complaint"), ("P2", "P3"), ("zh", "en"), TIERS)
    conditions = {tuple(random.choice((None, *those)) for those in values) for _ in range(8)} - {(None,) * 4}
    rules = [
        "{"
        + ", ".join(f"{name}: {value}" for name, value in zip(CONDITIONS, each, strict=True) if value)
        + f", {random.choice(('first_response', 'next_response'))}: {minutes} min}}"
        for minutes, each in enumerate(sorted(conditions, key=str), start=1)
    ]
    one, other = policies(*rules), policies(*random.sample(rules, len(rules)))

    for facts in itertools.product(values[0], PRIORITIES, ("zh-CN", "en", "fr"), TIERS):
        assert one.policy_for(*facts) == other.policy_for(*facts)


def test_p1_stays_round_the_clock_whatever_a_less_specific_rule_says() -> None:
    rules = "{case: missing_deposit, calendar: office}"

    assert policy(rules, priority="P2").calendar.name == "office"
    assert policy(rules, priority="P1").calendar.name == "always"


@pytest.mark.parametrize(
    ("calendar", "resolution"), [pytest.param("always", 48 * HOUR), pytest.param("office", 16 * HOUR)]
)
def test_day_is_24_hours_or_what_the_business_calendar_says(calendar: str, resolution: timedelta) -> None:
    assert policy(f"{{priority: P2, calendar: {calendar}}}").resolution == resolution


def test_preview_says_when_a_ticket_would_be_due() -> None:
    rules = policies("{priority: P2, calendar: office, next_response: 9 h, warn_at: 50 %, hard_limit: 1 month}")

    due = rules.preview("missing_deposit", "P2", "en", "verified", MONDAY)

    assert due.first_response_due_at == MONDAY + 9 * HOUR  # 10:00 in Berlin
    assert due.next_response_due_at == MONDAY + DAY + 9 * HOUR
    assert due.resolution_due_at == MONDAY + DAY + 17 * HOUR
    assert due.hard_limit_at == datetime(2026, 4, 1, 23, tzinfo=timezone.utc)  # 01:00 in Berlin, after the change
    assert due.policy.warn_percent == 50


def test_each_priority_has_its_policy() -> None:
    by_priority = load().by_priority("missing_deposit", "en", "verified")

    assert [by_priority[priority].first_response for priority in PRIORITIES] == [15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        pytest.param("{case: lost, warn_at: 50 %}", "unknown case 'lost'. Known are security_incident", id="case"),
        pytest.param("{priority: P5, warn_at: 50 %}", "unknown priority 'P5'. Known are P1, P2, P3, P4", id="priority"),
        pytest.param("{customer: vip, warn_at: 50 %}", "unknown customer 'vip'. Known are verified", id="tier"),
        pytest.param(
            "{language: Chinese, warn_at: 50 %}", "'Chinese' is not a language. Write its code", id="language"
        ),
        pytest.param(
            "{language: zh, calendar: offce}", "unknown calendar 'offce'. Known are always, office", id="calendar"
        ),
        pytest.param("{language: zh, first_reply: 4 h}", "unknown key 'first_reply'. Known are case", id="key"),
        pytest.param(
            "{language: zh, resolution: 4}", "'4' is not a time. Write a whole number and a unit", id="no-unit"
        ),
        pytest.param("{language: zh, resolution: 0 h}", "'0 h' is not a time", id="no-time"),
        pytest.param("{language: zh, resolution: -4 h}", "'-4 h' is not a time", id="negative"),
        pytest.param("{language: zh, resolution: 1.5 h}", "'1.5 h' is not a time", id="fraction"),
        pytest.param("{language: zh, resolution: }", "expected one word or number", id="nothing"),
        pytest.param("{language: zh, resolution: [4 h]}", "expected one word or number", id="list"),
        pytest.param("{language: zh, warn_at: 100 %}", "'100 %' is not a share", id="share"),
        pytest.param(
            "{language: zh, hard_limit: 60 d}", "'60 d' is not a hard limit. Write it as 2 months", id="limit"
        ),
        pytest.param(
            "{language: zh, warn_at: 5 %, warn_at: 6 %}", "'warn_at' is given twice. Keep one", id="key-twice"
        ),
        pytest.param("{language: zh}", "the rule sets nothing. Give it one of", id="no-setting"),
        pytest.param("{warn_at: 50 %}", "the rule in line 11 is for the same tickets", id="same-conditions"),
        pytest.param("{priority: P1, calendar: office}", "P1 runs round the clock", id="p1-in-office-hours"),
        pytest.param("4 h", "expected 'key: value' lines here", id="no-mapping"),
        pytest.param("{language: zh", "not valid YAML", id="bracket"),
    ],
)
def test_rule_with_an_error_is_refused_with_its_line_and_what_to_do(rule: str, problem: str) -> None:
    with pytest.raises(PolicyFileRefused) as refused:
        policies(rule)

    line = 13 if "YAML" in problem else 12
    assert refused.value.detail.startswith(f"policies.yml, line {line}: ")
    assert problem in refused.value.detail


@pytest.mark.parametrize(
    ("line", "text", "problem"),
    [
        pytest.param(4, "    zone: Europe/Berln", "unknown zone 'Europe/Berln'. Write an IANA name", id="zone"),
        pytest.param(4, "    zone: Europe", "unknown zone 'Europe'", id="folder-of-zones"),
        pytest.param(4, "    zone: ../../etc/passwd", "unknown zone", id="path-as-zone"),
        pytest.param(5, "    day: 1 d", "a working day is at most 24 h. Write its hours", id="day"),
        pytest.param(5, "    # no day", "'day' is missing. Add it", id="missing"),
        pytest.param(7, "      monday: [22:00-06:00]", "One over midnight is written as two", id="over-midnight"),
        pytest.param(
            7, "      monday: [09:00-12:00, 11:00-13:00]", "starts before 09:00-12:00 has ended", id="overlap"
        ),
        pytest.param(7, "      monday: 09:00-12:00", "expected a list", id="not-a-list"),
        pytest.param(8, "      someday: [09:00-12:00]", "unknown key 'someday'. Known are monday", id="weekday"),
        pytest.param(8, "      monday: [09:00-12:00]", "'monday' is given twice", id="weekday-twice"),
        pytest.param(
            9, "    holidays: [2026-02-30]", "'2026-02-30' is not a day. Write it as 2026-12-25", id="holiday"
        ),
        pytest.param(3, "  always:", "the calendar 'always' is built in", id="always"),
        pytest.param(9, "\tholidays: []", "not valid YAML", id="tab"),
        pytest.param(9, "    # \x07", "a character that YAML does not allow", id="control-character"),
    ],
)
def test_calendar_with_an_error_is_refused_with_its_line_and_what_to_do(line: int, text: str, problem: str) -> None:
    lines = f"{CALENDARS}rules:\n  - {FALLBACK}\n".split("\n")
    lines[line - 1] = text

    with pytest.raises(PolicyFileRefused) as refused:
        parse("\n".join(lines), "policies.yml")

    # What is missing is told where the mapping begins; overlapping windows where the week does.
    told = {"'day' is missing. Add it": 4}.get(problem, line)
    assert refused.value.detail.startswith(f"policies.yml, line {told}: ")
    assert problem in refused.value.detail


@pytest.mark.parametrize(
    ("fallback", "problem"),
    [
        pytest.param(
            "{first_response: 1 h, resolution: 2 d, calendar: always}", "next_response is not set", id="target"
        ),
        pytest.param(
            "{first_response: 1 h, next_response: 2 h, resolution: 2 d}", "calendar is not set", id="calendar"
        ),
    ],
)
def test_rules_that_leave_tickets_without_a_policy_are_refused(fallback: str, problem: str) -> None:
    with pytest.raises(PolicyFileRefused, match=f"line 11: {problem} for every P. ticket. Add a rule"):
        policies("{case: complaint, next_response: 1 h, calendar: always}", fallback=fallback)


def test_target_that_a_calendar_never_gets_to_is_refused() -> None:
    with pytest.raises(PolicyFileRefused, match=r"resolution: .*still lacks.* Shorten the target"):
        policies("{case: complaint, calendar: office, resolution: 9999 d}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "line 1: the file is empty", id="empty"),
        pytest.param("rules: []", "line 1: expected a list with at least one item", id="no-rules"),
        pytest.param("calendars: {}", "line 1: 'rules' is missing", id="rules-missing"),
        pytest.param("[" * 5000, "line 1: nested too deeply", id="deep"),
        pytest.param("&a [*a]", "line 1: expected 'key: value' lines", id="endless"),
        pytest.param("? [a]\n: b", "line 1: expected one word or number", id="odd-key"),
    ],
)
def test_file_that_is_something_else_is_refused(text: str, problem: str) -> None:
    with pytest.raises(PolicyFileRefused, match=problem):
        parse(text, "policies.yml")


def test_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes(b"rules: \xff")

    for name in ("missing.yml", "latin.yml"):
        with pytest.raises(PolicyFileRefused, match=f"{name} cannot be read"):
            load(tmp_path / name)


def test_our_policies_stand_beside_the_code() -> None:
    assert POLICY_FILE.name == "policies.yml"
    assert POLICY_FILE.parent.name == "escalation"
