"""Prepared replies: who writes them, what is filled in, and what happens when one is sent."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from escalation.macros.domain import PLACEHOLDERS
from hub.settings import ROOT
from kit.ids import new_id
from tests.escalation.desk import AgentClient, Desk

ASKED = {
    "name": "Ask the wallet team",
    "texts": {
        "en": "Hello {{customer}}, {{agent}} here. We look for your {{amount}} {{currency}} ({{number}}).",
        "zh": "您好，我是{{agent}}，正在查询工单 {{number}}（{{case}}）。",
    },
    "status": "on_hold",
    "tags": ["wallet-team"],
}


async def _write(lead: AgentClient, **changes: Any) -> dict[str, Any]:
    answer = await lead.client.post("/macros", json={**ASKED, **changes})
    assert answer.status_code == 201, answer.text
    macro: dict[str, Any] = answer.json()
    return macro


async def _send(agent: AgentClient, number: str, text: str, **more: Any) -> httpx.Response:
    return await agent.try_to("reply", number, client_id=more.pop("client_id", None) or new_id(), text=text, **more)


async def test_macro_of_a_lead_is_there_for_everybody(desk: Desk) -> None:
    lead, ana = await desk.lead(), await desk.agent()

    written = await _write(lead)

    assert (await ana.get("/macros"))["macros"] == [written]
    assert {name: written[name] for name in ASKED} == ASKED
    assert (written["edited_by"], written["version"]) == ("Lea", 1)


async def test_agents_write_no_macros(desk: Desk) -> None:
    lead, ana = await desk.lead(), await desk.agent()
    macro = await _write(lead)

    answers = [
        await ana.client.post("/macros", json={**ASKED, "name": "Mine"}),
        await ana.client.put(f"/macros/{macro['id']}", json={**ASKED, "version": 1}),
        await ana.client.delete(f"/macros/{macro['id']}", params={"version": 1}),
    ]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(403, "wrong_role")] * 3
    assert (await ana.get("/macros"))["macros"] == [macro]


async def test_of_two_leads_who_save_at_once_the_second_is_told(desk: Desk) -> None:
    lea, max_ = await desk.lead(), await desk.agent("max", "Max", "admin")
    macro = await _write(lea)
    path = f"/macros/{macro['id']}"

    first = await max_.client.put(path, json={**ASKED, "name": "Ask the bank", "version": macro["version"]})
    second = await lea.client.put(path, json={**ASKED, "name": "Ask around", "version": macro["version"]})
    gone = await lea.client.delete(path, params={"version": macro["version"]})

    assert first.status_code == 200
    assert (second.status_code, second.json()["error"]) == (409, "stale_macro")
    assert "Max" in second.json()["detail"]
    assert gone.status_code == 409
    assert [each["name"] for each in (await lea.get("/macros"))["macros"]] == ["Ask the bank"]


async def test_deleted_macro_is_gone(desk: Desk) -> None:
    lead = await desk.lead()
    macro = await _write(lead)
    _, number = await desk.case()

    deleted = await lead.client.delete(f"/macros/{macro['id']}", params={"version": macro["version"]})

    assert deleted.status_code == 204
    assert (await lead.get("/macros"))["macros"] == []
    assert (await lead.client.get(f"/tickets/{number}/macros/{macro['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "error", "detail"),
    [
        pytest.param({"texts": {"en": "Hi {{first_name}}"}}, "unknown_placeholder", "{{number}}, {{case}}", id="name"),
        pytest.param({"texts": {"zh": "{{ agent"}}, "unknown_placeholder", "{{ agent", id="not-closed"),
        pytest.param({"texts": {"en": ""}}, "invalid_request", "at least one language", id="no-text"),
        pytest.param({"texts": {"fr": "Bonjour"}}, "invalid_request", "fr", id="language"),
        pytest.param({"texts": {"en": "x" * 4001}}, "too_large", "4000", id="too-long"),
        pytest.param({"status": "closed"}, "invalid_request", "on_hold, resolved", id="status"),
        pytest.param({"tags": ["two words"]}, "invalid_request", "two words", id="tag"),
        pytest.param({"name": " "}, "invalid_request", "empty", id="no-name"),
    ],
)
async def test_macro_that_cannot_work_is_not_saved(
    desk: Desk, changes: dict[str, Any], error: str, detail: str
) -> None:
    lead = await desk.lead()

    answer = await lead.client.post("/macros", json={**ASKED, **changes})

    assert answer.json()["error"] == error
    assert detail in answer.json()["detail"]
    assert (await lead.get("/macros"))["macros"] == []


async def test_two_macros_have_two_names(desk: Desk) -> None:
    lead = await desk.lead()
    await _write(lead)

    again = await lead.client.post("/macros", json=ASKED)

    assert (again.status_code, again.json()["error"]) == (409, "macro_name_taken")


async def test_what_the_desk_knows_is_filled_in_and_the_rest_is_named(desk: Desk) -> None:
    lead, ana = await desk.lead(), await desk.agent()
    macro = await _write(lead, texts={"en": "{{ Agent }}, {{number}}: {{case}}, {{txid}}, {{deadline}}, {{customer}}"})
    _, number = await desk.case()

    prepared = await ana.get(f"/tickets/{number}/macros/{macro['id']}")

    agent, rest = prepared["text"].split(", ", 1)
    assert agent == "Ana"
    assert rest.startswith(f"{number}: missing deposit, {{{{txid}}}}, ")
    assert rest.endswith(" UTC, {{customer}}")
    assert prepared["missing"] == ["txid", "customer"]
    assert (prepared["status"], prepared["tags"]) == ("on_hold", ["wallet-team"])


async def test_macro_speaks_the_customers_language_or_else_the_one_it_has(desk: Desk) -> None:
    lead = await desk.lead()
    both, english = await _write(lead), await _write(lead, name="English", texts={"en": "Hello."})
    _, number = await desk.case(locale="zh-CN")

    chinese = await lead.get(f"/tickets/{number}/macros/{both['id']}")
    other = await lead.get(f"/tickets/{number}/macros/{english['id']}")

    assert chinese["text"] == f"您好，我是Lea，正在查询工单 {number}（充值未到账）。"
    assert (chinese["language"], other["language"], other["text"]) == ("zh", "en", "Hello.")


async def test_placeholder_is_never_sent(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    refused = await _send(ana, number, "Hello {{ customer }}.")
    own_braces = await _send(ana, number, 'Send {"a": {"b": "{{uuid}}"}} to the API.')

    assert (refused.status_code, refused.json()["error"]) == (422, "unfilled_placeholder")
    assert own_braces.status_code == 200
    assert await customer.said("agent") == ['Send {"a": {"b": "{{uuid}}"}} to the API.']


async def test_tags_and_status_follow_the_reply_once(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    sent = {"client_id": "1", "tags": ["wallet-team"], "status": "on_hold"}

    ticket = (await _send(ana, number, "We ask the wallet team.", **sent)).json()
    again = (await _send(ana, number, "We ask the wallet team.", **sent)).json()

    assert (ticket["status"], ticket["tags"]) == ("on_hold", ["wallet-team"])
    assert [entry["type"] for entry in ticket["history"]][-3:] == ["ticket.replied", "ticket.tagged", "ticket.held"]
    assert again == ticket
    assert await customer.said("agent") == ["We ask the wallet team."]


async def test_reply_may_resolve_but_never_a_complaint(desk: Desk) -> None:
    ana = await desk.agent()
    _, deposit = await desk.case()
    customer, complaint = await desk.case("I want to complain.")
    await ana.take(deposit)
    await ana.take(complaint)

    resolved = await _send(ana, deposit, "It has arrived.", status="resolved")
    refused = await _send(ana, complaint, "Sorry.", status="resolved")

    assert resolved.json()["status"] == "resolved"
    assert (refused.status_code, refused.json()["error"]) == (409, "complaint_needs_decision")
    assert await customer.said("agent") == []
    assert (await ana.ticket(complaint))["status"] == "open"


def test_console_knows_the_same_placeholders() -> None:
    source = (ROOT / "web" / "console" / "model" / "macros.js").read_text(encoding="utf-8")
    listed = source.partition("PLACEHOLDERS = [")[2].partition("]")[0]

    assert tuple(re.findall(r'"(\w+)"', listed)) == PLACEHOLDERS
