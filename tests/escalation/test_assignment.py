"""Who gets which ticket: pure rules, and a desk simulated over days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.assignment import OLDEST_TURN, WaitingTicket, Worker, assign

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)


def ticket(
    number: str, priority: str = "P2", *, queue: str = "risk", language: str = "en", age: float = 0
) -> WaitingTicket:
    """A ticket opened `age` minutes ago."""
    created_at = NOW - timedelta(minutes=age)
    return WaitingTicket(number, queue, language, priority, created_at + timedelta(hours=1), created_at)


def worker(
    id: str,
    *,
    queues: str = "risk api",
    languages: str = "en",
    capacity: int = 5,
    load: int = 0,
    given: int = 0,
    idle: float | None = None,
) -> Worker:
    """A worker who was given nothing for `idle` minutes, or never anything."""
    last = None if idle is None else NOW - timedelta(minutes=idle)
    return Worker(id, queues.split(), languages.split(), capacity, load, given, last)


def test_ticket_goes_to_who_has_its_queue_and_its_language() -> None:
    workers = [
        worker("queue-only"),
        worker("language-only", queues="api", languages="zh"),
        worker("both", languages="en zh"),
    ]

    assert assign([ticket("1", language="zh")], workers, NOW) == [("1", "both")]


def test_ticket_nobody_has_the_skills_for_waits() -> None:
    assert assign([ticket("1", language="zh"), ticket("2", queue="payments")], [worker("ana")], NOW) == []


def test_most_urgent_ticket_goes_first_then_the_one_due_first() -> None:
    tickets = [ticket("late", "P2", age=5), ticket("p1", "P1"), ticket("later", "P2")]

    pairs = assign(tickets, [worker("ana", capacity=2)], NOW)

    assert [number for number, _ in pairs] == ["p1", "late"]


def test_least_loaded_gets_the_next_one_and_so_on() -> None:
    workers = [worker("ana", load=2), worker("ben", load=0)]

    pairs = assign([ticket(str(number), age=-number) for number in range(4)], workers, NOW)

    assert [who for _, who in pairs] == ["ben", "ben", "ana", "ben"]


def test_among_equals_it_is_who_was_given_nothing_for_longest() -> None:
    workers = [worker("ana", idle=5), worker("ben", idle=9), worker("cy")]

    pairs = assign([ticket("1"), ticket("2", age=-1), ticket("3", age=-2)], workers, NOW)

    assert [who for _, who in pairs] == ["cy", "ben", "ana"]


@pytest.mark.parametrize(("capacity", "load"), [(3, 3), (3, 4), (0, 0)])
def test_nobody_gets_more_than_they_have_room_for(capacity: int, load: int) -> None:
    assert assign([ticket("1")], [worker("ana", capacity=capacity, load=load)], NOW) == []


def test_every_fourth_ticket_of_a_worker_is_the_one_that_has_waited_longest() -> None:
    tickets = [ticket("old", "P4", age=999), *(ticket(f"alert {number}", "P1") for number in range(5))]

    pairs = assign(tickets, [worker("ana", capacity=5)], NOW)

    assert [number for number, _ in pairs] == ["alert 0", "alert 1", "alert 2", "old", "alert 3"]


def test_alert_waits_for_at_most_one_other_ticket_although_the_whole_backlog_is_late() -> None:
    backlog = [ticket(f"late {number}", "P4", age=9999 - number) for number in range(500)]
    ana = worker("ana", capacity=2, given=OLDEST_TURN - 1)

    pairs = assign([*backlog, ticket("alert", "P1")], [ana], NOW)

    assert [number for number, _ in pairs] == ["late 0", "alert"]


SKILLS = st.sampled_from([("risk", "en"), ("risk", "zh"), ("api", "en"), ("api", "zh")])


@st.composite
def desks(draw: st.DrawFn) -> tuple[list[WaitingTicket], list[Worker]]:
    tickets = [
        ticket(
            str(number),
            draw(st.sampled_from(["P1", "P4"])),
            queue=queue,
            language=language,
            age=draw(st.integers(0, 99)),
        )
        for number, (queue, language) in enumerate(draw(st.lists(SKILLS, max_size=12)))
    ]
    workers = [
        worker(
            str(number),
            queues=draw(st.sampled_from(["risk", "api", "risk api"])),
            languages=draw(st.sampled_from(["en", "zh", "en zh"])),
            capacity=draw(st.integers(0, 4)),
            load=draw(st.integers(0, 2)),
            given=draw(st.integers(0, 5)),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return tickets, workers


@given(desks())
def test_pairs_match_fit_and_leave_no_ticket_beside_a_free_worker(
    desk: tuple[list[WaitingTicket], list[Worker]],
) -> None:
    tickets, workers = desk
    rooms = {worker.id: worker.room for worker in workers}

    pairs = assign(tickets, workers, NOW)

    by_number, by_id = {each.number: each for each in tickets}, {each.id: each for each in workers}
    assert len({number for number, _ in pairs}) == len(pairs)
    assert all(by_id[who].serves(by_number[number].queue, by_number[number].language) for number, who in pairs)
    given_to = [who for _, who in pairs]
    assert all(given_to.count(who) <= room for who, room in rooms.items())
    left = by_number.keys() - {number for number, _ in pairs}
    free = [each for each in workers if each.room]
    assert not any(each.serves(by_number[number].queue, by_number[number].language) for number in left for each in free)


def test_no_ticket_starves_while_alerts_never_stop() -> None:
    """Alerts come faster than the two agents can work, for ever; a hundred old tickets of every kind wait."""
    random, step = Random(7), timedelta(minutes=10)
    workers = [worker("ana", capacity=3), worker("zoe", languages="en zh", queues="risk", capacity=2)]
    old = [ticket(f"old {number}", random.choice(["P2", "P3", "P4"]), age=99 + number) for number in range(90)]
    old += [ticket(f"old zh {number}", "P4", language="zh", age=99 + number) for number in range(10)]
    waiting = {each.number: each for each in old}
    working: list[tuple[datetime, Worker]] = []
    alerts, now = _alerts(), NOW

    for _ in range(900):
        waiting.update((alert.number, alert) for alert in (next(alerts) for _ in range(6)))
        for _, who in (done := [each for each in working if each[0] <= now]):
            who.load -= 1
        working = [each for each in working if each not in done]
        by_id = {each.id: each for each in workers}
        for number, who_id in assign(waiting.values(), workers, now):
            del waiting[number]
            working.append((now + step * random.randint(1, 4), by_id[who_id]))
        now += step

    assert [number for number in waiting if number.startswith("old")] == []
    assert len(waiting) > 1000, "the alerts were meant to be too many"


def _alerts() -> Iterator[WaitingTicket]:
    number = 0
    while True:
        number += 1
        at = NOW + timedelta(seconds=100 * number)
        yield WaitingTicket(f"alert {number:06}", "risk", "en", "P1", at + timedelta(minutes=15), at)
