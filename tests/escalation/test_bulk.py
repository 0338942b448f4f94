"""One change of many tickets: each stands alone, and the answer says what came of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.escalation.desk import AgentClient, Desk


async def _cases(desk: Desk, count: int) -> list[str]:
    return [(await desk.case())[1] for _ in range(count)]


async def _rows(agent: AgentClient, *numbers: str) -> list[dict[str, Any]]:
    return [{"number": number, "version": (await agent.ticket(number))["version"]} for number in numbers]


async def _change(agent: AgentClient, action: str, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    answer = await agent.client.post("/tickets/bulk", json={"action": action, "tickets": rows, **more})
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def test_ticket_that_changed_meanwhile_is_left_alone_and_the_others_are_tagged(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    first, second, third = await _cases(desk, 3)
    rows = await _rows(ana, first, second, third)
    await ben.do("note", second, client_id="1", text="I know this customer.")

    changed = await _change(ana, "tag", rows, add=["Outage", "wallet"])

    assert changed["done"] == [first, third]
    assert [(each["number"], each["error"]) for each in changed["refused"]] == [(second, "stale_page")]
    assert [(await ana.ticket(number))["tags"] for number in (first, second, third)] == [
        ["outage", "wallet"],
        [],
        ["outage", "wallet"],
    ]
    assert (await ana.ticket(first))["history"][-1]["type"] == "ticket.tagged"


async def test_assigned_to_me_are_those_nobody_else_has(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    await ana.say("away")
    free, bens, mine = await _cases(desk, 3)
    await ben.take(bens)
    await ana.take(mine)
    before = await ana.ticket(mine)

    changed = await _change(ana, "assign_to_me", await _rows(ana, free, bens, mine))

    assert changed["done"] == [free, mine]
    assert [each["error"] for each in changed["refused"]] == ["taken_by_someone_else"]
    assigned = await ana.ticket(free)
    assert (assigned["assignee"]["name"], assigned["is_taken"]) == ("Ana", False)
    assert assigned["history"][-1]["data"] == {"from": None, "to": "Ana"}
    assert await ana.ticket(mine) == before


async def test_nothing_is_assigned_to_who_is_offline(desk: Desk) -> None:
    ana = await desk.agent()
    (number,) = await _cases(desk, 1)

    changed = await _change(ana, "assign_to_me", await _rows(ana, number))

    assert [each["error"] for each in changed["refused"]] == ["agent_offline"]


async def test_transferred_tickets_carry_the_note(desk: Desk) -> None:
    lead = await desk.lead()
    first, second = await _cases(desk, 2)

    changed = await _change(lead, "transfer", await _rows(lead, first, second), queue="risk", note="Seen together.")

    assert changed == {"done": [first, second], "refused": []}
    ticket = await lead.ticket(second)
    assert (ticket["queue"], ticket["history"][-1]["data"]["to_queue"]) == ("risk", "risk")


async def test_complaints_are_not_resolved_in_bulk(desk: Desk) -> None:
    lead = await desk.lead()
    (deposit,) = await _cases(desk, 1)
    _, complaint = await desk.case("I want to complain.")

    changed = await _change(lead, "resolve", await _rows(lead, deposit, complaint))

    assert changed["done"] == [deposit]
    assert [(each["number"], each["error"]) for each in changed["refused"]] == [(complaint, "complaint_needs_decision")]
    assert (await lead.ticket(complaint))["status"] == "new"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"action": "erase"}, id="unknown-action"),
        pytest.param({"action": "transfer", "queue": "nowhere", "note": "Hm."}, id="unknown-queue"),
        pytest.param({"action": "transfer", "queue": "risk"}, id="no-note"),
        pytest.param({"action": "tag"}, id="no-tags"),
        pytest.param({"action": "tag", "add": ["two words"]}, id="not-a-tag"),
    ],
)
async def test_what_is_wrong_for_all_changes_none(desk: Desk, body: dict[str, Any]) -> None:
    lead = await desk.lead()
    (number,) = await _cases(desk, 1)
    before = await lead.ticket(number)

    answer = await lead.client.post("/tickets/bulk", json={"tickets": await _rows(lead, number), **body})

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")
    assert await lead.ticket(number) == before


async def test_ticket_is_named_once_and_a_hundred_are_the_most(desk: Desk) -> None:
    lead = await desk.lead()
    row = {"number": "PH-0000-0000", "version": 1}
    many = [{"number": f"PH-0000-{place:04}", "version": 1} for place in range(101)]

    answers = [
        await lead.client.post("/tickets/bulk", json={"action": "resolve", "tickets": rows})
        for rows in ([row, row], many, [])
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
