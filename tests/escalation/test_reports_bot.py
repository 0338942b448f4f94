"""What the bot did: turns by outcome, and contacts that count as deflected only when 72 hours were quiet."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversations.models import Conversation, Turn
from escalation.models import Ticket, TicketEvent
from kit.ids import new_id, new_ticket_number
from tests.escalation.desk import AgentClient, Desk

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
START = NOW - timedelta(days=10)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RANGE = {"from": "2026-11-11", "to": "2026-11-15"}

#: Instant, outcome of a turn or type of a ticket's entry, place of the conversation.
Happened = tuple[datetime, str, int]


class Talks:
    """Conversations and what happened in them; several may be one verified customer's."""

    def __init__(self, customers: list[str | None]) -> None:
        self.conversations = [
            Conversation(
                id=new_id(),
                channel=("web", "telegram")[place % 2],
                locale=("en", "zh-CN", "zh_TW", "zhx")[place % 4],
                timezone="UTC",
                customer_id=customer,
                holder="bot",
                epoch=0,
                last_event_id=0,
                created_at=START,
            )
            for place, customer in enumerate(customers)
        ]
        self.happened: list[Happened] = []

    def add(self, at: datetime, what: str, place: int = 0) -> None:
        self.happened.append((at, what, place))

    def customer(self, place: int) -> str:
        found = self.conversations[place]
        return found.customer_id or found.id

    async def store(self, desk: Desk) -> None:
        async with desk.database.write() as session:
            session.add_all(self.conversations)
            await session.flush()
            tickets = [_ticket(each.id) for each in self.conversations]
            session.add_all(tickets)
            await session.flush()
            for at, what, place in self.happened:
                found = self.conversations[place]
                session.add(_entry(tickets[place], what, at) if "." in what else _turn(found.id, what, at))

    def expected(self, channel: str | None = None, language: str | None = None) -> dict[str, int]:
        """Count contacts one message after the other."""
        found = {"total": 0, "judged": 0, "deflected": 0}
        for customer in {self.customer(place) for place in range(len(self.conversations))}:
            mine = sorted(each for each in self.happened if self.customer(each[2]) == customer)
            turns = [each for each in mine if "." not in each[1] and each[1] != "instant"]
            touches = [at for at, what, _ in mine if what in ("ticket.replied", "ticket.opened")]
            contacts: list[list[Happened]] = []
            for each in turns:
                if not contacts or each[0] - contacts[-1][-1][0] >= 30 * MINUTE:
                    contacts.append([])
                contacts[-1].append(each)
            for contact in contacts:
                opened_in = self.conversations[contact[0][2]]
                if not datetime(2026, 11, 11, tzinfo=UTC) <= contact[0][0] < datetime(2026, 11, 16, tzinfo=UTC):
                    continue
                if channel not in (None, opened_in.channel):
                    continue
                if language and opened_in.locale.replace("_", "-").split("-")[0] != language:
                    continue
                found["total"] += 1
                start, end = contact[0][0], contact[-1][0]
                if NOW - end < 72 * HOUR:
                    continue
                found["judged"] += 1
                came_back = any(end < at < end + 72 * HOUR for at, _, _ in turns)
                is_touched = any(start <= at < end + 72 * HOUR for at in touches)
                is_short = end - start <= 24 * HOUR
                found["deflected"] += contact[-1][1] == "answer" and is_short and not came_back and not is_touched
        return found


def _turn(conversation_id: str, outcome: str, at: datetime) -> Turn:
    return Turn(id=new_id(), conversation_id=conversation_id, outcome=outcome, trace={}, started_at=at, committed_at=at)


def _ticket(conversation_id: str) -> Ticket:
    return Ticket(
        number=new_ticket_number(),
        conversation_id=conversation_id,
        case="other",
        priority="P4",
        queue="general",
        status="closed",
        held_by="bot",
        fields={},
        missing=[],
        summary="",
        tags=[],
        language="en",
        has_no_skill=False,
        first_response_due_at=START,
        created_at=START - timedelta(days=90),
        updated_at=START,
        version=1,
    )


def _entry(ticket: Ticket, type: str, at: datetime) -> TicketEvent:
    return TicketEvent(ticket_number=ticket.number, type=type, at=at, actor_kind="agent", actor_name="Ana", data={})


@pytest.fixture
async def lead(desk: Desk) -> AgentClient:
    return await desk.lead()


async def contacts(lead: AgentClient, **asked: str) -> dict[str, Any]:
    found: dict[str, Any] = (await lead.get("/reports/bot", **RANGE, **asked))["contacts"]
    return found


def counts(found: dict[str, Any]) -> tuple[int, int, int]:
    return found["total"], found["judged"], found["deflected"]


QUIET = 72 * HOUR


@pytest.mark.parametrize(
    ("more", "is_deflected"),
    [
        pytest.param([], True, id="nothing-more"),
        pytest.param([(QUIET - MINUTE, "clarify", 0)], False, id="back-within-72-hours"),
        pytest.param([(QUIET, "answer", 0)], True, id="back-after-72-hours"),
        pytest.param([(QUIET - MINUTE, "instant", 0)], True, id="thanks-are-no-contact"),
        pytest.param([(HOUR, "answer", 1)], False, id="verified-and-back-elsewhere"),
        pytest.param([(HOUR, "answer", 2)], True, id="somebody-else"),
        pytest.param([(QUIET - MINUTE, "ticket.replied", 1)], False, id="a-person-wrote"),
        pytest.param([(QUIET, "ticket.replied", 0)], True, id="a-person-later"),
        pytest.param([(QUIET - MINUTE, "ticket.tagged", 0)], True, id="a-tag-is-no-person"),
        pytest.param([(29 * MINUTE, "clarify", 0)], False, id="left-with-a-question"),
        pytest.param([(29 * MINUTE, "handoff", 0)], False, id="handed-over"),
    ],
)
async def test_contact_is_deflected_only_when_nothing_follows(
    desk: Desk, lead: AgentClient, more: list[tuple[timedelta, str, int]], is_deflected: bool
) -> None:
    talks = Talks(["7", "7", None])
    at = datetime(2026, 11, 15, 23, 59, tzinfo=UTC)
    talks.add(at, "answer")
    for later, what, place in more:
        talks.add(at + later, what, place)
    await talks.store(desk)

    found = await contacts(lead, channel="web", language="en")

    assert counts(found) == (1, 1, int(is_deflected))
    assert found["deflection_rate"] == float(is_deflected)


async def test_contact_is_judged_only_after_72_hours(desk: Desk, lead: AgentClient) -> None:
    talks = Talks([None, None])
    talks.add(NOW - QUIET, "answer", 0)
    talks.add(NOW - QUIET + MINUTE, "handoff", 1)
    await talks.store(desk)

    found = (await lead.get("/reports/bot", **{"from": "2026-11-15", "to": "2026-11-22"}))["contacts"]

    assert (counts(found), found["not_yet"], found["deflection_rate"]) == ((2, 1, 1), 1, 1.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_contacts_are_those_of_the_model(desk: Desk, lead: AgentClient, seed: int) -> None:
    pick = random.Random(seed)
    talks = Talks([pick.choice((None, "a", "b")) for _ in range(12)])
    for place in range(12):
        at = START - 2 * timedelta(days=1)
        while (at := at + pick.choice((7 * MINUTE, 29 * MINUTE, 30 * MINUTE, 5 * HOUR, 71 * HOUR, 72 * HOUR))) < NOW:
            at += timedelta(seconds=place)  # never two at once
            what = pick.choices(("answer", "clarify", "handoff", "instant", "ticket.replied"), (8, 2, 1, 1, 1))[0]
            talks.add(at, what, place)
    await talks.store(desk)

    for asked in ({"channel": "telegram"}, {"language": "zh"}, {}):
        found = await contacts(lead, **asked)
        assert {name: found[name] for name in ("total", "judged", "deflected")} == talks.expected(**asked), asked
    assert found["judged"] > found["deflected"] > 0


async def test_turns_are_counted_by_outcome(desk: Desk, lead: AgentClient) -> None:
    talks = Talks([None, None])
    at = datetime(2026, 11, 12, tzinfo=UTC)
    for outcome in ("answer", "answer", "clarify", "handoff", "decline", "instant"):
        talks.add(at, outcome, 0)
    talks.add(at, "answer", 1)
    talks.add(at - timedelta(days=3), "answer", 0)
    await talks.store(desk)

    everywhere, chinese, queue = [
        await lead.get("/reports/bot", **RANGE, **asked) for asked in ({}, {"language": "zh"}, {"queue": "general"})
    ]

    turns = everywhere["turns"]
    assert (turns["total"], turns["answered"], turns["clarified"], turns["handed_over"]) == (6, 3, 1, 1)
    assert chinese["turns"]["total"] == 1
    assert (queue["turns"], queue["contacts"]) == (None, None)
