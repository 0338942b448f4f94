"""Answers of the bot that agents call wrong, and the list that leads work through."""

from __future__ import annotations

from typing import Any

import httpx

from kit import wire
from tests.escalation.desk import AgentClient, Customer, Desk
from tests.fakes.assistant import FakeAssistant

ASKED = "What is the taker fee?"
CITATION = wire.Citation("fees-overview", "abc123", "Fees", "/help/en/fees-overview", "2026-11-22")


async def _answered(desk: Desk, assistant: FakeAssistant) -> tuple[Customer, str, int]:
    """A case whose customer also got an answer; returns them, its number and the answer's event id."""
    message = wire.BotMessage("It is 5 percent.", citations=[CITATION])
    assistant.answers[ASKED] = wire.TurnReply([message], "answer", {}, {})
    customer = await desk.customer()
    await customer.write(ASKED)
    await customer.wait_for_bot("It is 5 percent.")
    await customer.write("My deposit is missing.")
    number = (await customer.wait_for("ticket.opened"))[0]["data"]["number"]
    events = await customer.events()
    return customer, number, next(event["id"] for event in events if event["data"].get("text") == "It is 5 percent.")


async def _report(agent: AgentClient, number: str, event_id: int, wrong: str = "It is 0.05 %.") -> httpx.Response:
    body = {"ticket": number, "event_id": event_id, "wrong": wrong}
    return await agent.client.post("/knowledge-tasks", json=body)


async def test_lead_sees_question_answer_and_article(desk: Desk, assistant: FakeAssistant) -> None:
    ana, lead = await desk.agent(), await desk.lead()
    _, number, event_id = await _answered(desk, assistant)

    reported = await _report(ana, number, event_id)

    assert reported.status_code == 201, reported.text
    (task,) = (await lead.get("/knowledge-tasks"))["tasks"]
    assert (task["question"], task["answer"], task["wrong"]) == (ASKED, "It is 5 percent.", "It is 0.05 %.")
    assert task["articles"] == [{"article_id": "fees-overview", "version": "abc123"}]
    assert (task["ticket"], task["reported_by"], task["status"]) == (number, "Ana", "open")
    assert (await ana.ticket(number))["history"][-1]["data"] == {"event_id": event_id}


async def test_answer_is_reported_once_until_it_is_put_right(desk: Desk, assistant: FakeAssistant) -> None:
    ana, lead = await desk.agent(), await desk.lead()
    _, number, event_id = await _answered(desk, assistant)
    task = (await _report(ana, number, event_id)).json()

    twice = await _report(lead, number, event_id, "Wrong.")
    done = await lead.client.post(f"/knowledge-tasks/{task['id']}/done")
    again = await _report(ana, number, event_id, "Still wrong.")

    assert (twice.status_code, twice.json()["error"]) == (409, "already_reported")
    assert (done.json()["status"], done.json()["done_by"]) == ("done", "Lea")
    assert again.status_code == 201
    assert [each["id"] for each in (await lead.get("/knowledge-tasks", status="done"))["tasks"]] == [task["id"]]


async def test_only_messages_of_the_bot_are_reported(desk: Desk, assistant: FakeAssistant) -> None:
    ana, lead = await desk.agent(), await desk.lead()
    customer, number, event_id = await _answered(desk, assistant)
    own = next(event["id"] for event in await customer.events() if event["data"].get("author") == "customer")

    answers = [
        await _report(ana, number, own),
        await _report(ana, number, 9999),
        await _report(ana, number, event_id, " "),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert (await lead.get("/knowledge-tasks"))["tasks"] == []


async def test_tasks_are_for_leads_and_come_page_by_page(desk: Desk, assistant: FakeAssistant) -> None:
    ana, lead = await desk.agent(), await desk.lead()
    ids = []
    for _ in range(3):
        _, number, event_id = await _answered(desk, assistant)
        ids.append((await _report(ana, number, event_id)).json()["id"])
        desk.clock.advance(seconds=1)

    first: dict[str, Any] = await lead.get("/knowledge-tasks", limit=2)
    second: dict[str, Any] = await lead.get("/knowledge-tasks", limit=2, after=first["next"])

    assert [task["id"] for task in first["tasks"] + second["tasks"]] == ids
    assert second["next"] is None
    assert (await ana.client.get("/knowledge-tasks")).status_code == 403
    assert (await ana.client.post(f"/knowledge-tasks/{ids[0]}/done")).status_code == 403
