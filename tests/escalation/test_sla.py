"""The examples open a ticket at 12:00 UTC; a step is minutes after that, its type and its data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation.models import TicketEvent
from escalation.sla.calendars import Calendar, Window
from escalation.sla.engine import Clocks, SlaPolicy, measure
from escalation.ticket_log import LogEntry
from tests.escalation.sla_cases import differences, measured, random_history, random_office
from tests.escalation.sla_model import Office

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)  # a Monday
POLICY = SlaPolicy(first_response=60 * MINUTE, next_response=120 * MINUTE, resolution=600 * MINUTE)
SWIFT = SlaPolicy(first_response=10 * MINUTE, next_response=20 * MINUTE, resolution=100 * MINUTE)
ACTORS = {"opened": "bot", "customer_replied": "customer", "facts_added": "bot"}

Step = tuple[int, str] | tuple[int, str, dict[str, Any]]


def clocks(*steps: Step, now: int, policy: SlaPolicy = POLICY) -> Clocks:
    """Measure a ticket; the actor is who usually does such a step, or data["actor"]."""
    log = []
    for id, (minute, name, *rest) in enumerate([(0, "opened"), *steps]):
        data: dict[str, Any] = dict(*rest)
        actor = data.pop("actor", ACTORS.get(name, "agent"))
        log.append(LogEntry(id, f"ticket.{name}", NOON + minute * MINUTE, actor, data))
    return measure(log, {"P1": SWIFT, "P3": policy}, "P3", NOON + now * MINUTE)


def after_noon(at: datetime | None) -> float | None:
    return None if at is None else (at - NOON) / MINUTE


@settings(max_examples=250, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_engine_agrees_with_the_minute_by_minute_judge(seed: int) -> None:
    random = Random(seed)
    history = random_history(random, [random_office(random), random_office(random), Office("UTC")])

    assert differences(history) == []


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_duration_is_ever_negative_and_a_breach_was_always_warned_of(seed: int) -> None:
    random = Random(seed)
    history = random_history(random, [random_office(random), Office("UTC")])
    random.shuffle(history.steps)
    history.now = random.choice(history.steps).minute - random.randrange(-300, 300)

    both = measured(history)

    for clock in (both.first_response, both.next_response, both.resolution):
        assert clock.elapsed >= timedelta(0)
        assert clock.remaining >= timedelta(0)
        assert clock.warned or not clock.is_breached
        assert clock.warn_at is None or clock.due_at is None or clock.warn_at <= clock.due_at


@pytest.mark.parametrize(
    ("minute", "is_breached"),
    [
        pytest.param(59, False, id="reply-before-the-deadline-is-met"),
        pytest.param(60, False, id="reply-on-the-deadline-is-met"),
        pytest.param(61, True, id="reply-after-the-deadline-is-late"),
    ],
)
def test_first_response(minute: int, is_breached: bool) -> None:
    clock = clocks((minute, "replied"), now=300).first_response

    assert (clock.is_breached, after_noon(clock.at), clock.due_at) == (is_breached, minute, None)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param((5, "replied", {"actor": "bot"}), id="bot-reply"),
        pytest.param((5, "noted"), id="internal-note"),
        pytest.param((5, "taken"), id="taking"),
        pytest.param((5, "held"), id="on-hold"),
        pytest.param((5, "noted", {"status": "waiting_on_customer"}), id="waiting-on-the-customer"),
        pytest.param((5, "a_type_of_tomorrow"), id="unknown-type"),
    ],
)
def test_nothing_but_an_agents_reply_stops_or_pauses_the_first_response(step: Step) -> None:
    clock = clocks(step, now=30).first_response

    assert (after_noon(clock.due_at), after_noon(clock.warn_at), clock.at) == (60, 45, None)
    assert (clock.elapsed, clock.remaining, clock.is_paused) == (30 * MINUTE, 30 * MINUTE, False)


def test_bots_reply_does_not_make_the_ticket_wait_on_the_customer() -> None:
    assert after_noon(clocks((5, "replied", {"actor": "bot"}), now=30).resolution.due_at) == 600


@pytest.mark.parametrize(
    ("now", "warned", "is_breached"),
    [
        pytest.param(44, False, False, id="before-the-warning"),
        pytest.param(45, True, False, id="at-three-quarters"),
        pytest.param(60, True, False, id="at-the-deadline"),
        pytest.param(61, True, True, id="after-the-deadline"),
    ],
)
def test_warning_comes_before_the_breach(now: int, warned: bool, is_breached: bool) -> None:
    clock = clocks(now=now).first_response

    assert (clock.warned, clock.is_breached, after_noon(clock.due_at)) == (warned, is_breached, 60)


def test_policy_says_when_to_warn() -> None:
    clock = clocks(now=30, policy=replace(POLICY, warn_percent=50)).first_response

    assert (clock.warned, after_noon(clock.warn_at)) == (True, 30)


def test_next_response_runs_from_the_first_unanswered_message() -> None:
    clock = clocks((10, "replied"), (20, "customer_replied"), (50, "customer_replied"), now=60).next_response

    assert (after_noon(clock.started_at), after_noon(clock.due_at)) == (20, 140)


def test_messages_before_the_first_reply_belong_to_the_first_response() -> None:
    clock = clocks((10, "customer_replied"), now=60).next_response

    assert (clock.started_at, clock.due_at, clock.elapsed) == (None, None, timedelta(0))


def test_reply_and_resolving_in_one_step_both_count() -> None:
    both = clocks((10, "replied", {"status": "resolved"}), now=900)

    assert (after_noon(both.first_response.at), after_noon(both.resolution.at)) == (10, 10)
    assert not both.first_response.is_breached


def test_every_late_reply_is_counted() -> None:
    rounds: list[Step] = [(10, "replied")]
    for start, wait in ((100, 121), (1000, 120), (2000, 500)):
        rounds += [(start, "customer_replied"), (start + wait, "replied")]

    both = clocks(*rounds, (3000, "customer_replied"), now=3300)

    assert both.late_replies == 3
    assert (after_noon(both.next_response.due_at), both.next_response.is_breached) == (3120, True)


def test_holding_pauses_the_next_response_and_the_resolution() -> None:
    steps: list[Step] = [(0, "replied"), (10, "customer_replied"), (40, "held")]

    held = clocks(*steps, now=500)
    resumed = clocks(*steps, (540, "unheld"), now=550)

    for clock, used in ((held.next_response, 30), (held.resolution, 30)):
        assert (clock.is_paused, clock.due_at, clock.elapsed) == (True, None, used * MINUTE)
    assert after_noon(resumed.next_response.due_at) == 540 + 90
    assert after_noon(resumed.resolution.due_at) == 540 + 570


def test_waiting_on_the_customer_pauses_the_resolution() -> None:
    steps: list[Step] = [(100, "replied"), (5000, "customer_replied")]

    assert clocks(*steps[:1], now=4000).resolution.is_paused
    assert after_noon(clocks(*steps, now=5001).resolution.due_at) == 5000 + 500


def test_pausing_at_the_deadline_is_in_time_and_leaves_nothing_for_later() -> None:
    steps: list[Step] = [(600, "replied"), (900, "customer_replied")]

    assert not clocks(*steps, now=900).resolution.is_breached
    assert after_noon(clocks(*steps, now=900).resolution.due_at) == 900
    assert clocks(*steps, now=901).resolution.is_breached


def test_breach_stays_where_it_was_after_a_pause() -> None:
    clock = clocks((700, "held"), (900, "unheld"), now=1000).resolution

    assert (clock.is_breached, after_noon(clock.due_at)) == (True, 600)


@pytest.mark.parametrize(
    ("actor", "started_at"),
    [
        pytest.param("customer", 5100, id="customers-message-reopens-and-wants-an-answer"),
        pytest.param("agent", None, id="agent-reopens-and-nobody-waits-for-an-answer"),
    ],
)
def test_reopening_goes_on_from_what_was_used(actor: str, started_at: int | None) -> None:
    both = clocks((100, "replied", {"status": "resolved"}), (5100, "reopened", {"actor": actor}), now=5200)

    assert (both.resolution.elapsed, after_noon(both.resolution.due_at)) == (200 * MINUTE, 5600)
    assert (both.resolution.at, after_noon(both.next_response.started_at)) == (None, started_at)


def test_resolving_stops_every_clock() -> None:
    both = clocks((10, "replied"), (20, "customer_replied"), (30, "resolved"), (40, "closed"), now=9000)

    assert (both.first_response.due_at, both.next_response.due_at, both.resolution.due_at) == (None, None, None)
    assert (both.next_response.elapsed, both.next_response.at) == (10 * MINUTE, None)
    assert (both.next_response.is_breached, both.late_replies) == (False, 0)
    assert after_noon(both.resolution.at) == 30


def test_unanswered_ticket_that_was_resolved_still_wants_a_first_reply_when_reopened() -> None:
    steps: list[Step] = [(20, "resolved"), (1000, "reopened", {"actor": "customer"})]

    assert not clocks(*steps[:1], now=900).first_response.is_breached
    assert after_noon(clocks(*steps, now=1000).first_response.due_at) == 1040


def test_merging_ends_the_clocks_by_the_status_it_states() -> None:
    both = clocks((20, "merged", {"status": "closed"}), now=9000)

    assert (both.first_response.is_breached, after_noon(both.resolution.at)) == (False, 20)


def test_new_priority_measures_running_clocks_from_the_opening() -> None:
    both = clocks((30, "priority_changed", {"priority": "P1"}), now=50)

    assert (after_noon(both.first_response.due_at), both.first_response.is_breached) == (10, True)
    assert (after_noon(both.resolution.due_at), both.resolution.is_breached) == (100, False)


def test_new_priority_leaves_what_was_finished_as_it_was() -> None:
    both = clocks((50, "replied"), (60, "priority_changed", {"priority": "P1"}), now=90)

    assert (both.first_response.target, both.first_response.is_breached) == (60 * MINUTE, False)
    assert (both.resolution.target, both.resolution.is_paused) == (100 * MINUTE, True)


def test_lower_priority_gives_more_time_again() -> None:
    steps: list[Step] = [(0, "noted", {"priority": "P1"}), (30, "priority_changed", {"priority": "P3"})]

    assert clocks(*steps[:1], now=30).first_response.is_breached
    assert not clocks(*steps, now=31).first_response.is_breached


@pytest.mark.parametrize(
    ("steps", "now", "is_past"),
    [
        pytest.param([], 0, False, id="at-the-limit"),
        pytest.param([], 1, True, id="after-the-limit"),
        pytest.param([(-9000, "held")], 1, True, id="no-pause-moves-it"),
        pytest.param([(0, "resolved")], 9000, False, id="resolved-at-the-limit"),
        pytest.param([(1, "resolved")], 9000, True, id="resolved-after-the-limit"),
        pytest.param([(-9, "resolved"), (5, "reopened")], 9000, False, id="reopened-after-the-limit"),
        pytest.param([(-9, "resolved"), (-5, "reopened")], 9000, True, id="reopened-before-the-limit"),
    ],
)
def test_hard_limit_is_kept_by_who_has_resolved_by_then(steps: list[Step], now: int, is_past: bool) -> None:
    limit = (datetime(2026, 5, 2, 12, tzinfo=timezone.utc) - NOON) // MINUTE
    moved: list[Step] = [(limit + minute, *rest) for minute, *rest in steps]  # type: ignore[misc]  # of any length

    both = clocks(*moved, now=limit + now, policy=replace(POLICY, hard_limit_months=2))

    assert after_noon(both.hard_limit_at) == limit
    assert both.is_past_hard_limit == is_past


def test_deadline_at_closing_time_is_missed_by_a_reply_after_hours() -> None:
    week = ((Window.parse("09:00-13:00"),),) * 7
    office = replace(POLICY, calendar=Calendar("office", ZoneInfo("UTC"), week))

    on_time, late = (clocks((minute, "replied"), now=900, policy=office).first_response for minute in (60, 61))

    assert (on_time.is_breached, on_time.elapsed) == (False, 60 * MINUTE)
    assert (late.is_breached, late.elapsed) == (True, 60 * MINUTE)


def test_clock_that_jumps_back_adds_no_time_and_takes_none_away() -> None:
    both = clocks((50, "taken"), (20, "replied"), (30, "customer_replied"), now=10)

    assert (after_noon(both.first_response.at), both.first_response.elapsed) == (50, 50 * MINUTE)
    assert (after_noon(both.next_response.started_at), both.next_response.elapsed) == (50, timedelta(0))


def test_equal_instants_are_told_apart_by_id() -> None:
    log = [
        LogEntry(3, "ticket.customer_replied", NOON, "customer"),
        LogEntry(2, "ticket.replied", NOON, "agent"),
        LogEntry(1, "ticket.opened", NOON, "bot"),
    ]

    both = measure(log, {"P3": POLICY}, "P3", NOON + MINUTE)

    assert both.first_response.at == both.next_response.started_at == NOON


def test_empty_log_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"begins with ticket\.opened"):
        measure([], {"P3": POLICY}, "P3", NOON)


def test_rows_of_the_history_are_read_as_they_are() -> None:
    rows = [
        TicketEvent(id=1, type="ticket.opened", at=NOON, actor_kind="bot", actor_name="Pharos", data={}),
        TicketEvent(id=2, type="ticket.replied", at=NOON + MINUTE, actor_kind="agent", actor_name="Ana", data={}),
    ]

    assert measure(rows, {"P3": POLICY}, "P3", NOON + 2 * MINUTE).first_response.at == NOON + MINUTE
