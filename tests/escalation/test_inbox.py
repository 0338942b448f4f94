from __future__ import annotations

from typing import Any

import pytest

from tests.escalation.desk import Desk


def numbers(page: dict[str, Any]) -> list[str]:
    return [ticket["number"] for ticket in page["tickets"]]


async def test_tickets_come_by_priority_then_by_deadline(desk: Desk) -> None:
    ana = await desk.agent()
    _, person = await desk.case("I want a person.")
    _, deposit = await desk.case("My deposit is missing.")
    desk.clock.advance(minutes=1)
    _, later_deposit = await desk.case("My deposit is missing.")
    _, hacked = await desk.case("My account was hacked.")

    page = await ana.get("/tickets", view="open")

    assert numbers(page) == [hacked, deposit, later_deposit, person]
    assert [ticket["priority"] for ticket in page["tickets"]] == ["P1", "P2", "P2", "P4"]
    assert page["next"] is None


async def test_a_view_is_filtered_by_priority_queue_and_language(desk: Desk) -> None:
    ana = await desk.agent()
    _, deposit = await desk.case("My deposit is missing.")
    _, hacked = await desk.case("My account was hacked.")

    assert numbers(await ana.get("/tickets", queue="security")) == [hacked]
    assert numbers(await ana.get("/tickets", priority="P2", language="en")) == [deposit]
    assert numbers(await ana.get("/tickets", language="zh")) == []


async def test_row_says_what_an_agent_chooses_by(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    page = await ana.get("/tickets")

    assert page["tickets"] == [
        {
            "number": number,
            "case": "missing_deposit",
            "priority": "P2",
            "queue": "payments",
            "status": "new",
            "assignee": None,
            "is_taken": False,
            "language": "en",
            "has_no_skill": False,
            "summary": "Deposit missing",
            "tags": [],
            "due_at": "2026-11-22T04:12:00.000Z",
            "next_due": {"clock": "first_response", "at": "2026-11-22T04:12:00.000Z"},
            "is_breached": False,
            "created_at": "2026-11-22T03:12:00.000Z",
            "updated_at": "2026-11-22T03:12:00.000Z",
            "version": 1,
            "customer_verified": False,
        }
    ]


@pytest.mark.parametrize(("minutes", "is_breached"), [(60, False), (61, True)])
async def test_ticket_is_breached_once_its_deadline_has_passed(desk: Desk, minutes: int, is_breached: bool) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    desk.clock.advance(minutes=minutes)

    assert (await ana.ticket(number))["is_breached"] is is_breached


async def test_views_and_counts_follow_what_agents_do(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, mine = await desk.case()
    _, bens = await desk.case()
    _, free = await desk.case()
    _, done = await desk.case()
    await ana.take(mine)
    await ben.take(bens)
    await ben.do("resolve", done)

    pages = {view: await ana.get("/tickets", view=view) for view in ("open", "mine", "unassigned", "resolved", "all")}

    assert {view: set(numbers(page)) for view, page in pages.items()} == {
        "open": {mine, bens, free},
        "mine": {mine},
        "unassigned": {free},
        "resolved": {done},
        "all": {mine, bens, free, done},
    }
    assert {tuple(page["counts"].items()) for page in pages.values()} == {
        (("open", 3), ("mine", 1), ("unassigned", 1), ("no_skill", 0), ("due", 0), ("waiting", 0))
    }


async def test_pages_show_every_ticket_once_while_others_are_resolved(desk: Desk) -> None:
    ana = await desk.agent()
    for number in range(7):
        await desk.case("My account was hacked." if number % 3 else "I want a person.")
        desk.clock.advance(seconds=0.25)
    everything = numbers(await ana.get("/tickets"))

    first = await ana.get("/tickets", limit=3)
    await ana.do("resolve", everything[0])
    second = await ana.get("/tickets", limit=3, after=first["next"])
    third = await ana.get("/tickets", limit=3, after=second["next"])

    assert numbers(first) + numbers(second) + numbers(third) == everything
    assert [len(page["tickets"]) for page in (first, second, third)] == [3, 3, 1]
    assert third["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"view": "everything"},
        {"limit": 0},
        {"limit": 101},
        {"after": "nonsense"},
        {"after": "W10="},
        {"after": "WyJQMSIsICIyMDI2LTExLTIyIiwgIlBIIl0="},
        {"after": "x" * 300},
    ],
)
async def test_question_that_breaks_a_rule_is_refused(desk: Desk, query: dict[str, Any]) -> None:
    ana = await desk.agent()

    answer = await ana.client.get("/tickets", params=query)

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")


async def test_ticket_shows_its_facts_its_history_and_its_conversation(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()

    ticket = await ana.ticket(number)

    assert ticket["fields"] == {"coin": "XBT", "transaction_id": "ab" * 32}
    assert ticket["missing"] == []
    assert (ticket["conversation_id"], ticket["holder"], ticket["epoch"]) == (customer.id, "queue", 1)
    assert (ticket["channel"], ticket["locale"], ticket["timezone"]) == ("web", "en", "UTC")
    assert [(entry["type"], entry["actor"]["kind"]) for entry in ticket["history"]] == [("ticket.opened", "bot")]
    assert ticket["last_event_id"] == (await customer.events())[-1]["id"]


@pytest.mark.parametrize("path", ["", "/transcript"])
async def test_ticket_that_does_not_exist_is_not_found(desk: Desk, path: str) -> None:
    ana = await desk.agent()

    answer = await ana.client.get(f"/tickets/PH-2222-2222{path}")

    assert (answer.status_code, answer.json()["error"]) == (404, "ticket_not_found")


@pytest.mark.parametrize("verb", ["take", "reply", "note", "hand-back", "resolve", "typing"])
async def test_nothing_can_be_done_to_a_ticket_that_does_not_exist(desk: Desk, verb: str) -> None:
    ana = await desk.agent()

    answer = await ana.try_to(verb, "PH-2222-2222", version=1, client_id="1", text="Hello.")

    assert (answer.status_code, answer.json()["error"]) == (404, "ticket_not_found")


async def test_transcript_shows_what_the_customer_saw_and_why_the_bot_said_it(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()

    transcript = await ana.get(f"/tickets/{number}/transcript")
    said = [event["data"] for event in transcript["events"] if event["type"] == "message.created"]
    turn = await ana.get(f"/turns/{said[1]['turn_id']}")

    assert [event["id"] for event in transcript["events"]] == [event["id"] for event in await customer.events()]
    assert [(message["author"], message["audience"]) for message in said] == [
        ("customer", "customer"),
        ("bot", "customer"),
    ]
    assert turn == {"turn_id": said[1]["turn_id"], "outcome": "handoff", "trace": {"decided": "handoff"}}
    assert (await ana.client.get("/turns/unknown")).status_code == 404


async def test_transcript_goes_on_after_an_event(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    everything = await ana.get(f"/tickets/{number}/transcript")
    rest = await ana.get(f"/tickets/{number}/transcript", after=2)

    assert rest["events"] == everything["events"][2:]
    assert rest["last_event_id"] == everything["last_event_id"]
