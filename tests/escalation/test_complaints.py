"""Complaints: a decision that answers every point, recorded, told to the customer, and found again when it helps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from escalation.complaints.domain import points
from kit.clock import to_wire
from tests.escalation.desk import AgentClient, Customer, Desk
from tests.fakes.assistant import FakeAssistant, handoff

FACTS = {"description": "1. The withdrawal took six days.\n2. Nobody answered my e-mails.", "wish": "My fees back"}
ANSWERS = ["It took six days.", "We lost them.", "They are paid back."]


def ruling(**changed: Any) -> dict[str, Any]:
    """A complete decision of a complaint of three points."""
    whole = {
        "decision": "The delay was ours.",
        "root_cause": "process_error",
        "outcome": "partly_upheld",
        "remedy": {"kind": "refund", "amount": "12.50", "currency": "USDT", "text": "paid today"},
        "answers": [{"point": place, "text": text} for place, text in enumerate(ANSWERS, 1)],
    }
    return {**whole, **changed}


async def complain(
    desk: Desk, assistant: FakeAssistant, fields: dict[str, Any] | None = None, *, summary: str = "", locale: str = "en"
) -> tuple[Customer, str]:
    text = f"I complain about {summary or 'a withdrawal'}."
    assistant.answers[text] = handoff("complaint", summary=summary, fields=FACTS if fields is None else fields)
    return await desk.case(text, locale)


async def told(agent: AgentClient, number: str) -> list[tuple[str, str]]:
    """Return what the log says of the hard limit, and what priority came of it."""
    history = (await agent.ticket(number))["history"]
    entries = [(entry["type"], entry["data"]) for entry in history if entry["data"].get("clock") == "hard_limit"]
    return [(type, data.get("priority", "")) for type, data in entries]


async def test_two_months_are_the_limit_whatever_pauses_and_nobody_forgets_them(
    desk: Desk, assistant: FakeAssistant
) -> None:
    lead = await desk.lead()
    _customer, number = await complain(desk, assistant)
    await lead.take(number)
    await lead.change("hold", number, reason="The bank has to answer.")
    clocks = (await lead.ticket(number))["clocks"]
    assert (clocks["resolution"]["paused"], clocks["hard_limit_at"]) == (True, "2027-01-22T03:12:00.000Z")

    heard = []
    for step in (timedelta(days=54), timedelta(days=7), timedelta(milliseconds=1)):
        desk.clock.advance(seconds=step.total_seconds())
        await desk.sweep()
        await lead.sign_in()
        heard.append(await told(lead, number))
    await desk.sweep()

    warned, breached = ("ticket.warned", ""), ("ticket.breached", "")
    assert heard[:2] == [[warned], [warned]]
    raised = [("ticket.priority_changed", (await lead.ticket(number))["priority"])]
    assert heard[2] == await told(lead, number) == [warned, breached, *raised]


async def decide(agent: AgentClient, number: str, **body: Any) -> dict[str, Any]:
    await agent.take(number)
    return await agent.change("resolve", number, **body)


def one_point(text: str = "We are sorry.", **changed: Any) -> dict[str, Any]:
    return ruling(answers=[{"point": 1, "text": text}], **changed)


async def test_decision_is_told_with_the_answer_to_each_point(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    customer, number = await complain(desk, assistant)

    ticket = await decide(ana, number, **ruling())

    letter = (
        f"Decision on your complaint {number}: partly upheld.\n\nThe delay was ours.\n\n"
        "1. “The withdrawal took six days.”\nIt took six days.\n\n"
        "2. “Nobody answered my e-mails.”\nWe lost them.\n\n"
        "3. “My fees back”\nThey are paid back.\n\n"
        "Remedy: refund · 12.50 USDT · paid today"
    )
    assert await customer.said("agent") == [letter]
    assert (ticket["status"], ticket["root_cause"], ticket["decision"]) == ("resolved", "process_error", letter)
    resolved = next(entry for entry in ticket["history"] if entry["type"] == "ticket.resolved")
    assert resolved["data"] == {
        "status": "resolved",
        "root_cause": "process_error",
        "outcome": "partly_upheld",
        "topic": "support_complaints",
        "remedy": {"kind": "refund", "amount": "12.50", "currency": "USDT", "text": "paid today"},
        "answers": ANSWERS,
    }


async def test_letter_is_in_the_customers_language(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    customer, number = await complain(desk, assistant, {"description": "提现太慢"}, locale="zh-CN")

    await decide(
        ana, number, **one_point("对不起。", decision="投诉不成立。", outcome="rejected", remedy={"kind": "none"})
    )

    letter = f"关于您的投诉 {number} 的决定：投诉不成立。\n\n投诉不成立。\n\n1. “提现太慢”\n对不起。"
    assert await customer.said("agent") == [letter]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param({"decision": " "}, "decision", id="no-reasons"),
        pytest.param({"root_cause": None}, "root_cause", id="no-root-cause"),
        pytest.param({"outcome": None}, "outcome", id="no-outcome"),
        pytest.param({"outcome": "won"}, "outcome", id="unknown-outcome"),
        pytest.param({"topic": "weather"}, "topic", id="unknown-topic"),
        pytest.param({"answers": ruling()["answers"][:2]}, "answers.3", id="a-point-without-an-answer"),
        pytest.param(
            {"answers": [*ruling()["answers"][:2], {"point": 3, "text": " "}]}, "answers.3", id="blank-answer"
        ),
        pytest.param({"answers": [*ruling()["answers"], {"point": 4, "text": "x"}]}, "answers.4", id="no-such-point"),
        pytest.param({"remedy": None}, "remedy", id="no-remedy"),
        pytest.param({"remedy": {"kind": "gift"}}, "remedy", id="unknown-remedy"),
        pytest.param({"remedy": {"kind": "refund"}}, "remedy.amount", id="refund-without-amount"),
        pytest.param({"remedy": {"kind": "refund", "amount": "0.0", "currency": "XBT"}}, "remedy.amount", id="zero"),
        pytest.param({"remedy": {"kind": "refund", "amount": "1e9", "currency": "XBT"}}, "remedy.amount", id="1e9"),
        pytest.param({"remedy": {"kind": "refund", "amount": "1"}}, "remedy.currency", id="refund-without-currency"),
        pytest.param({"remedy": {"kind": "apology", "amount": "1"}}, "remedy.amount", id="apology-with-amount"),
        pytest.param({"remedy": {"kind": "other"}}, "remedy.text", id="other-without-words"),
    ],
)
async def test_incomplete_decision_is_refused_by_field(
    desk: Desk, assistant: FakeAssistant, changed: dict[str, Any], field: str
) -> None:
    ana = await desk.agent()
    customer, number = await complain(desk, assistant)
    before = await ana.take(number)

    answer = await ana.try_change("resolve", number, **ruling(**changed))

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")
    assert answer.json()["detail"].startswith(f"'{field}': ")
    assert (await ana.ticket(number)) == before
    assert await customer.said("agent") == []


async def test_everything_that_is_wrong_is_said_at_once(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    _, number = await complain(desk, assistant)

    detail = (await ana.try_change("resolve", number)).json()["detail"]

    named = ("decision", "root_cause", "outcome", "answers.1", "answers.2", "answers.3", "remedy")
    assert [name for name in named if f"'{name}': " in detail] == list(named)


async def test_withdrawn_complaint_needs_no_answers(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    _, number = await complain(desk, assistant)

    ticket = await decide(ana, number, **ruling(outcome="withdrawn", answers=[], remedy={"kind": "none"}))

    assert ticket["status"] == "resolved"


async def test_only_a_complaint_has_a_ruling(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    refused = await ana.try_change("resolve", number, outcome="upheld")
    shown = await ana.client.get(f"/tickets/{number}/complaint")

    assert (refused.status_code, shown.status_code) == (422, 404)


async def test_similar_past_decisions_are_shown_nearest_first(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    past = {}
    for summary, topic in (
        ("Withdrawal of 2 XBT delayed for a week", "deposit_withdrawal"),
        ("Rude answer about verification documents", "verification"),
        ("提现延迟了一个星期", "deposit_withdrawal"),
    ):
        _, past[summary] = await complain(desk, assistant, {}, summary=summary)
        await decide(ana, past[summary], **one_point(topic=topic))
    _, reopened = await complain(desk, assistant, {}, summary="My withdrawal was delayed")
    await decide(ana, reopened, **one_point())
    await ana.change("reopen", reopened)

    _, english = await complain(desk, assistant, {}, summary="My withdrawal is delayed since Monday")
    _, chinese = await complain(desk, assistant, {}, summary="我的提现延迟")
    near = [await ana.get(f"/tickets/{number}/complaint") for number in (english, chinese)]
    by_cause = await ana.get(f"/tickets/{english}/complaint", topic="verification", root_cause="process_error")

    summaries = list(past)
    numbers = [[each["number"] for each in found["similar"]] for found in near]
    assert [found[0] for found in numbers] == [past[summaries[0]], past[summaries[2]]]
    assert reopened not in numbers[0] + numbers[1]
    assert past[summaries[1]] in [each["number"] for each in by_cause["similar"][:2]]
    first = near[0]["similar"][0]
    assert (first["about"], first["outcome"], first["reasons"]) == (
        summaries[0],
        "partly_upheld",
        "The delay was ours.",
    )
    assert first["remedy"] == {"kind": "refund", "amount": "12.50", "currency": "USDT", "text": "paid today"}
    assert first["decided_at"] == to_wire(desk.clock.now())


async def test_topic_is_that_of_the_customers_other_case(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    customer, deposit = await desk.case()
    await decide(ana, deposit)
    await customer.write("I want to complain.")
    number = (await customer.wait_for("ticket.opened", 2))[1]["data"]["number"]

    shown = await ana.get(f"/tickets/{number}/complaint")

    assert shown["topic"] == "deposit_withdrawal"
    assert shown["points"] == [{"number": 1, "text": "Complaint about a delay"}]
    assert shown["decision"] is None


async def test_decided_again_the_new_decision_counts(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    _, number = await complain(desk, assistant)
    await decide(ana, number, **ruling())
    await ana.change("reopen", number)

    await decide(ana, number, **ruling(outcome="upheld", decision="You are right."))

    decision = (await ana.get(f"/tickets/{number}/complaint"))["decision"]
    assert (decision["outcome"], decision["reasons"]) == ("upheld", "You are right.")
    assert decision["points"][2] == {"text": "My fees back", "answer": ANSWERS[2]}


@pytest.mark.parametrize(
    ("fields", "summary", "expected"),
    [
        pytest.param({"description": "- slow\n* rude"}, "", ["slow", "rude"], id="bullets"),
        pytest.param({"description": "(1) slow (2) rude"}, "", ["slow", "rude"], id="numbers-in-a-line"),
        pytest.param({"description": "①太慢②态度差"}, "", ["太慢", "态度差"], id="circled"),
        pytest.param({"description": "It cost 2.5 XBT in 2026."}, "", ["It cost 2.5 XBT in 2026."], id="figures-stay"),
        pytest.param({}, "slow\nslow\n\nrude", ["slow", "rude"], id="summary-lines-each-once"),
        pytest.param({}, "", ["-"], id="nothing-said-is-one-point"),
        pytest.param(
            {"description": "\n".join(f"p{n}" for n in range(12))},
            "",
            [*(f"p{n}" for n in range(9)), "p9 / p10 / p11"],
            id="never-more-than-ten",
        ),
    ],
)
def test_points_are_the_lines_of_the_complaint(fields: dict[str, Any], summary: str, expected: list[str]) -> None:
    assert points(fields, summary) == expected
