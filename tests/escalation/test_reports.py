"""Reports against a model that counts one by one: whatever the filters, both say the same."""

from __future__ import annotations

import csv
import io
import itertools
import random
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conversations.models import Conversation
from escalation.complaints.models import ComplaintDecision
from escalation.models import Rating, Ticket, TicketEvent
from escalation.reports.csv_file import cell
from kit.ids import new_id, new_ticket_number
from tests.escalation.desk import AgentClient, Desk

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
#: A range with the day of 25 hours in it, which ends days before now.
FIRST, LAST = date(2026, 10, 26), date(2026, 11, 8)
QUEUES, LANGUAGES = ("payments", "complaints"), ("en", "zh")
OPEN = ("new", "open", "waiting_on_customer", "on_hold")


@dataclass
class Case:
    """A ticket with what the reports read of it."""

    ticket: Ticket
    channel: str
    breaches: list[tuple[str, datetime]] = field(default_factory=list)
    ratings: list[tuple[datetime, int | None]] = field(default_factory=list)


class Past:
    """A made-up past of the desk, in memory and in the database."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.cases = [self._case() for _ in range(160)]
        self.rows: list[Any] = []

    def _case(self) -> Case:
        pick = self._random
        opened = NOW - timedelta(microseconds=pick.randrange(int(30 * 86400e6)))
        answered = opened + self._while() if pick.random() < 0.8 else None
        status = pick.choice((*OPEN, "resolved", "closed"))
        resolved = (answered or opened) + self._while() if status in ("resolved", "closed") else None
        channel, queue = pick.choice(("web", "telegram")), pick.choice(QUEUES)
        ticket = Ticket(
            number=new_ticket_number(),
            conversation_id=new_id(),
            case="complaint" if queue == "complaints" else "missing_deposit",
            priority=pick.choice(("P1", "P2", "P3")),  # P4 has no data
            queue=queue,
            status=status,
            held_by="queue",
            fields={},
            missing=[],
            summary="",
            tags=[],
            language=pick.choice(LANGUAGES),
            has_no_skill=False,
            first_response_due_at=opened + timedelta(hours=3),
            first_response_at=answered,
            created_at=opened,
            updated_at=opened,
            resolved_at=resolved,
            merged_into="PH-AAAA-AAAA" if status == "closed" and pick.random() < 0.3 else None,
            version=1,
        )
        case = Case(ticket, channel)
        for clock in ("first_response", "next_response", "resolution"):
            if pick.random() < 0.3:
                case.breaches.append((clock, opened + self._while()))
        if resolved and not ticket.merged_into:
            if pick.random() < 0.2:  # resolved once before, and reopened
                case.ratings.append((opened + (resolved - opened) / 2, pick.choice((None, 1, 2))))
            case.ratings.append((resolved, pick.choice((None, 1, 3, 4, 5))))
        return case

    def _while(self) -> timedelta:
        return timedelta(microseconds=self._random.randrange(int(6 * 3600e6)))

    async def store(self, desk: Desk, agent_id: str) -> None:
        async with desk.database.write() as session:
            for case in self.cases:
                ticket = case.ticket
                session.add(conversation(ticket.conversation_id, case.channel, at=ticket.created_at))
                await session.flush()
                session.add(ticket)
                await session.flush()
                for clock, at in case.breaches:
                    session.add(entry(ticket, "ticket.breached", at, clock=clock))
                for at, score in case.ratings:
                    session.add(entry(ticket, "ticket.resolved", at, status="resolved"))
                    if score:
                        rating = Rating(
                            ticket_number=ticket.number, resolved_at=at, score=score, comment="", rated_at=at
                        )
                        session.add(rating)
                if ticket.case == "complaint" and ticket.resolved_at and not ticket.merged_into:
                    session.add(self.decision(ticket, agent_id))

    def decision(self, ticket: Ticket, agent_id: str) -> ComplaintDecision:
        remedy = self._random.choice(("none", "apology", "refund"))
        row = ComplaintDecision(
            ticket_number=ticket.number,
            decided_at=ticket.resolved_at,
            agent_id=agent_id,
            topic=self._random.choice(("fees", "deposit_withdrawal", "support_complaints")),
            outcome=self._random.choice(("upheld", "rejected")),
            root_cause=self._random.choice(("fraud", "process_error")),
            remedy=remedy,
            amount="0.1" if remedy == "refund" else None,
            currency=self._random.choice(("XBT", "USDT")) if remedy == "refund" else None,
            remedy_text="=1+1",
            reasons="Because.",
            points=[],
        )
        self.rows.append(row)
        return row


def conversation(
    id: str, channel: str = "web", locale: str = "en", customer: str | None = None, at: datetime = NOW
) -> Any:
    return Conversation(
        id=id,
        channel=channel,
        locale=locale,
        timezone="UTC",
        customer_id=customer,
        holder="bot",
        epoch=0,
        last_event_id=0,
        created_at=at,
    )


def entry(ticket: Ticket, type: str, at: datetime, actor_kind: str = "system", **data: Any) -> TicketEvent:
    return TicketEvent(
        ticket_number=ticket.number, type=type, at=at, actor_kind=actor_kind, actor_name="Pharos", data=data
    )


@pytest.fixture(autouse=True)
def desk_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read when the desk is made."""
    monkeypatch.setenv("PHAROS_DESK_ZONE", "America/New_York")


@pytest.fixture
async def lead(desk: Desk) -> AgentClient:
    return await desk.lead()


@pytest.fixture(params=[1, 2])
async def past(request: pytest.FixtureRequest, desk: Desk, lead: AgentClient) -> Past:
    past = Past(request.param)
    await past.store(desk, lead.id)
    return past


ALL: dict[str, str] = {}
FILTERS = [
    pytest.param(ALL, id="all"),
    pytest.param({"queue": "payments"}, id="queue"),
    pytest.param({"language": "zh", "channel": "telegram"}, id="language-and-channel"),
]


def fits(case: Case, asked: dict[str, str]) -> bool:
    known = {"queue": case.ticket.queue, "language": case.ticket.language, "channel": case.channel}
    return all(known[name] == value for name, value in asked.items())


def in_range(at: datetime | None) -> bool:
    return at is not None and FIRST <= at.astimezone(ZONE).date() <= LAST


def spread(durations: list[timedelta]) -> dict[str, Any]:
    """Median and ninetieth percentile by the standard library."""
    seconds = [each.total_seconds() for each in durations]
    if not seconds:
        return {"count": 0, "median_seconds": None, "p90_seconds": None}
    p90 = statistics.quantiles(seconds, n=10, method="inclusive")[8] if len(seconds) > 1 else seconds[0]
    median = statistics.median(seconds)
    return {
        "count": len(seconds),
        "median_seconds": pytest.approx(median, abs=0.001),
        "p90_seconds": pytest.approx(p90, abs=0.001),
    }


async def report(lead: AgentClient, name: str, asked: dict[str, str]) -> Any:
    return await lead.get(f"/reports/{name}", **{"from": FIRST.isoformat(), "to": LAST.isoformat(), **asked})


@pytest.mark.parametrize("asked", FILTERS)
async def test_volumes_count_each_day_of_the_desks_zone(past: Past, lead: AgentClient, asked: dict[str, str]) -> None:
    shown = await report(lead, "volumes", asked)

    cases = [case.ticket for case in past.cases if fits(case, asked)]
    opened = Counter(each.created_at.astimezone(ZONE).date() for each in cases)
    done = [each.resolved_at for each in cases if each.resolved_at and not each.merged_into]
    resolved = Counter(at.astimezone(ZONE).date() for at in done)
    days = [FIRST + timedelta(days=place) for place in range(14)]
    assert shown["zone"] == "America/New_York"
    assert shown["days"] == [{"day": day.isoformat(), "opened": opened[day], "resolved": resolved[day]} for day in days]
    assert (shown["opened"], shown["resolved"]) == (
        sum(opened[day] for day in days),
        sum(resolved[day] for day in days),
    )


@pytest.mark.parametrize("asked", FILTERS)
async def test_times_are_those_of_what_was_done_in_the_range(
    past: Past, lead: AgentClient, asked: dict[str, str]
) -> None:
    shown = await report(lead, "responses", asked)

    cases = [case for case in past.cases if fits(case, asked)]
    for priority in ("all", "P1", "P2", "P3", "P4"):
        for clock, done_at, is_late in CLOCKS:
            done = [
                case
                for case in cases
                if priority in ("all", case.ticket.priority)
                and in_range(done_at(case.ticket))
                and not (clock == "resolution" and case.ticket.merged_into)
            ]
            late = sum(is_late(case) for case in done)
            row = shown[clock] if priority == "all" else shown[clock]["by_priority"][int(priority[1]) - 1]
            found = spread([done_at(case.ticket) - case.ticket.created_at for case in done])
            assert {name: row[name] for name in found} == found, (priority, clock)
            assert (row["in_time"], row["late"]) == (len(done) - late, late)
            assert row["in_time_share"] == (round(1 - late / len(done), 4) if done else None)
    first = shown["first_response"]["by_priority"]
    assert first[0]["target"] == {"shortest_seconds": 900, "longest_seconds": 900}
    assert first[3]["median_seconds"] is None


CLOCKS: list[tuple[str, Callable[[Ticket], Any], Callable[[Case], bool]]] = [
    (
        "first_response",
        lambda ticket: ticket.first_response_at,
        lambda case: (case.ticket.first_response_at or NOW) > case.ticket.first_response_due_at,
    ),
    (
        "resolution",
        lambda ticket: ticket.resolved_at,
        lambda case: any(clock == "resolution" for clock, _ in case.breaches),
    ),
]


@pytest.mark.parametrize("asked", FILTERS)
async def test_breaches_backlog_and_ratings(past: Past, lead: AgentClient, asked: dict[str, str]) -> None:
    breaches = await report(lead, "breaches", asked)
    backlog = await report(lead, "backlog", asked)
    ratings = await report(lead, "satisfaction", asked)

    cases = [case for case in past.cases if fits(case, asked)]
    missed = Counter(clock for case in cases for clock, at in case.breaches if in_range(at))
    assert breaches["breaches"] == [
        {"clock": clock, "count": missed[clock]} for clock in ("first_response", "next_response", "resolution")
    ]
    ages = sorted(NOW - case.ticket.created_at for case in cases if case.ticket.status in OPEN)
    found = spread(ages)
    assert backlog["open"] == found["count"]
    assert (backlog["median_seconds"], backlog["p90_seconds"]) == (found["median_seconds"], found["p90_seconds"])
    assert backlog["oldest_seconds"] == pytest.approx(ages[-1].total_seconds(), abs=0.001)
    limits = [timedelta(0), *(timedelta(hours=hours) for hours in (4, 24, 72, 168)), timedelta.max]
    steps = [sum(low <= age < high for age in ages) for low, high in itertools.pairwise(limits)]
    assert [row["count"] for row in backlog["ages"]] == steps
    asked_for = [score for case in cases for at, score in case.ratings if in_range(at)]
    scores = [score for score in asked_for if score]
    assert (ratings["asked"], ratings["rated"]) == (len(asked_for), len(scores))
    assert ratings["mean"] == round(statistics.mean(scores), 2)
    assert ratings["response_rate"] == round(len(scores) / len(asked_for), 4)
    assert ratings["scores"] == [{"score": score, "count": scores.count(score)} for score in range(1, 6)]


async def test_complaints_are_counted_by_the_decision_in_force(past: Past, lead: AgentClient) -> None:
    shown = await report(lead, "complaints", ALL)

    complaints = [case.ticket for case in past.cases if case.ticket.case == "complaint"]
    opened_at = {ticket.number: ticket for ticket in complaints}
    rows = [row for row in past.rows if in_range(row.decided_at)]
    assert shown["received"] == sum(in_range(ticket.created_at) for ticket in complaints)
    assert shown["open_now"] == sum(ticket.status in OPEN for ticket in complaints)
    assert shown["decided"] == len(rows)
    assert {row["outcome"]: row["count"] for row in shown["outcomes"]} == {
        name: sum(row.outcome == name for row in rows) for name in ("upheld", "partly_upheld", "rejected", "withdrawn")
    }
    assert {row["topic"]: row["count"] for row in shown["topics"]} == Counter(row.topic for row in rows)
    paid = Counter(row.currency for row in rows if row.currency)
    assert shown["paid"] == [
        {"currency": name, "count": paid[name], "amount": f"{paid[name] // 10}.{paid[name] % 10}"}
        for name in sorted(paid)
    ]
    whole = next(row for row in shown["steps"] if row["step"] == "received_to_decided")
    found = spread([row.decided_at - opened_at[row.ticket_number].created_at for row in rows])
    assert {name: whole[name] for name in found} == found


@pytest.mark.parametrize("name", ["volumes", "responses", "breaches", "backlog", "satisfaction", "bot", "complaints"])
async def test_every_section_has_a_table_and_a_picture_even_of_nothing(
    desk: Desk, lead: AgentClient, name: str
) -> None:
    figures = await report(lead, name, ALL)
    table = await lead.client.get(f"/reports/{name}.csv")
    pictures = [
        (await lead.client.get(f"/reports/{name}.svg", params={"theme": theme, "size": size, "lang": "zh"})).text
        for theme, size in (("light", "wide"), ("dark", "narrow"))
    ]

    assert figures["from"] == "2026-10-26"
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.decode("utf-8-sig").splitlines()[0].count(",") >= 1
    is_counted = name in ("breaches", "backlog")  # none missed is no lack of data
    assert all("<svg" in picture and ("没有数据" in picture) != is_counted for picture in pictures)


async def test_medians_of_nothing_are_no_data(desk: Desk, lead: AgentClient) -> None:
    responses, backlog, ratings, bot = [
        await report(lead, name, ALL) for name in ("responses", "backlog", "satisfaction", "bot")
    ]

    first = responses["first_response"]
    assert (first["median_seconds"], first["p90_seconds"], first["in_time_share"]) == (None, None, None)
    assert (backlog["median_seconds"], backlog["oldest_seconds"]) == (None, None)
    assert (ratings["mean"], ratings["response_rate"]) == (None, None)
    assert bot["contacts"]["deflection_rate"] is None


async def test_only_leads_see_reports(desk: Desk) -> None:
    ana = await desk.agent()

    answers = [await ana.client.get(f"/reports/volumes{kind}") for kind in ("", ".csv", ".svg")]

    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"from": "2026-11-02", "to": "2026-11-01"}, id="backwards"),
        pytest.param({"from": "2025-11-01", "to": "2026-11-02"}, id="longer-than-a-year"),
        pytest.param({"from": "yesterday"}, id="no-date"),
        pytest.param({"queue": "nowhere"}, id="no-such-queue"),
    ],
)
async def test_range_that_makes_no_sense_is_refused(lead: AgentClient, asked: dict[str, str]) -> None:
    answer = await lead.client.get("/reports/volumes", params=asked)

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")


async def test_export_is_a_table_without_formulas_and_is_audited(past: Past, desk: Desk, lead: AgentClient) -> None:
    asked = {"from": FIRST.isoformat(), "to": LAST.isoformat()}

    answer = await lead.client.get("/reports/complaints/decided.csv", params=asked)

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert 'filename="pharos-complaints-decided-2026-10-26-2026-11-08.csv"' in answer.headers["content-disposition"]
    decided = sorted(row.ticket_number for row in past.rows if in_range(row.decided_at))
    assert sorted(row["number"] for row in rows) == decided
    assert {row["remedy_text"] for row in rows} == {"'=1+1"}
    assert {(row["amount"], row["remedy"]) for row in rows if row["remedy"] == "refund"} == {("0.1", "refund")}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1+1"])
def test_cell_never_runs_as_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["PH-7K2M-9QXA", "12.5", "a=b", -3, 0.5])
def test_cell_that_is_no_formula_stays(value: object) -> None:
    assert cell(value) == value
