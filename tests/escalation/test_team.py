from __future__ import annotations

from typing import Any

import pytest

from tests.escalation.desk import AgentClient, Desk


async def presence_of(reader: AgentClient, agent: AgentClient) -> str:
    listed = (await reader.get("/agents"))["agents"]
    return next(str(found["presence"]) for found in listed if found["id"] == agent.id)


async def test_heartbeat_counts_for_a_minute(desk: Desk) -> None:
    ana = await desk.agent()
    before = await presence_of(ana, ana)
    await ana.say("online")
    desk.clock.advance(seconds=59)
    during = await presence_of(ana, ana)
    desk.clock.advance(seconds=1)

    assert (before, during, await presence_of(ana, ana)) == ("offline", "online", "offline")


@pytest.mark.parametrize("status", ["online", "away", "offline"])
async def test_agent_is_where_they_say_they_are(desk: Desk, status: str) -> None:
    ana = await desk.agent()

    await ana.say(status)

    assert await presence_of(ana, ana) == status


async def test_unknown_presence_is_refused(desk: Desk) -> None:
    ana = await desk.agent()

    answer = await ana.client.post("/presence", json={"status": "asleep"})

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")


async def test_lead_changes_skills_and_everybody_sees_them(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()

    answer = await lea.edit(ana, queues=["risk", "api", "risk"], languages=["zh", "en"], capacity=3)

    assert answer.status_code == 200
    listed = (await ana.get("/agents"))["agents"]
    assert listed[0] == {
        "id": ana.id,
        "name": "Ana",
        "role": "agent",
        "login": "ana",
        "queues": ["api", "risk"],
        "languages": ["en", "zh"],
        "capacity": 3,
        "load": 0,
        "presence": "offline",
    }
    assert "login" not in listed[1]
    assert all("login" in found for found in (await lea.get("/agents"))["agents"])


@pytest.mark.parametrize(
    "body",
    [{"queues": ["basement"]}, {"languages": ["Chinese"]}, {"capacity": -1}, {"capacity": 101}, {"capacity": "5"}],
)
async def test_change_of_skills_that_breaks_a_rule_changes_nothing(desk: Desk, body: dict[str, Any]) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    before = await lea.get("/agents")

    answer = await lea.edit(ana, **body)

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")
    assert await lea.get("/agents") == before


async def test_agents_do_not_change_skills(desk: Desk) -> None:
    ana = await desk.agent()

    answer = await ana.edit(ana, capacity=100)

    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_role")
    assert "Only a lead or an admin" in answer.json()["detail"]


async def test_unknown_agent_is_not_found(desk: Desk) -> None:
    lea = await desk.lead()

    answer = await lea.client.patch("/agents/nobody", json={"capacity": 1})

    assert (answer.status_code, answer.json()["error"]) == (404, "agent_not_found")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("assign", {}),
        ("transfer", {"queue": "risk", "note": "Look."}),
        ("release", {}),
        ("hold", {}),
        ("priority", {"priority": "P1"}),
    ],
)
async def test_agents_change_only_their_own_tickets_and_leads_any(desk: Desk, verb: str, body: dict[str, Any]) -> None:
    lea, ana, ben = await desk.lead(), await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    before = await ana.take(number)
    await ana.say("online")
    body = body or ({"agent_id": ana.id} if verb == "assign" else {})

    refused = await ben.try_change(verb, number, **body)
    unchanged = await ana.ticket(number)
    allowed = await lea.try_change(verb, number, **body)

    assert (refused.status_code, refused.json()["error"]) == (403, "wrong_role")
    assert unchanged == before
    assert allowed.status_code == 200, allowed.text


async def test_case_nobody_speaks_the_language_of_is_told_at_opening(desk: Desk) -> None:
    lea = await desk.lead()
    _, chinese = await desk.case(locale="zh-CN")
    _, english = await desk.case()

    page = await lea.get("/tickets", view="no_skill")

    assert [(ticket["number"], ticket["has_no_skill"]) for ticket in page["tickets"]] == [(chinese, True)]
    assert page["counts"]["no_skill"] == 1
    told = (await lea.ticket(chinese))["history"][-1]
    assert (told["type"], told["data"]) == ("ticket.no_skill", {"queue": "payments", "language": "zh"})
    assert (await lea.ticket(english))["has_no_skill"] is False


async def test_mark_goes_when_somebody_learns_the_language_and_comes_back_when_they_leave(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    await desk.case(locale="zh-CN")

    counts = []
    for languages in (["en", "zh"], ["en"]):
        await lea.edit(ana, languages=languages)
        counts.append((await lea.get("/tickets"))["counts"]["no_skill"])

    assert counts == [0, 1]


async def test_chinese_case_somebody_can_work_on_is_not_marked_although_they_are_away(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    await lea.edit(ana, languages=["zh"], queues=["payments"])

    _, number = await desk.case(locale="zh-CN")

    assert [entry["type"] for entry in (await lea.ticket(number))["history"]] == ["ticket.opened"]


async def test_ticket_moved_to_a_queue_nobody_serves_is_told(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    for agent in (lea, ana):
        await lea.edit(agent, queues=["payments"])
    _, number = await desk.case()

    ticket = await lea.change("transfer", number, queue="compliance", note="A court asks.")

    assert (ticket["has_no_skill"], ticket["history"][-1]["type"]) == (True, "ticket.no_skill")
