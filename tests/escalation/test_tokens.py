"""API tokens: made by admins, shown once, good for what their scopes say, and everything under their own name."""

from __future__ import annotations

import inspect
import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from escalation.accounts.tokens import CALLS_PER_MINUTE, OPEN
from escalation.api import changes, talk
from escalation.api.openapi import BODIES
from escalation.domain import QUEUES
from escalation.models import Agent
from tests.escalation.desk import AgentClient, Desk, client_of


@pytest.fixture
async def admin(desk: Desk) -> AgentClient:
    return await desk.agent("ada", "Ada", "admin")


async def create(admin: AgentClient, *scopes: str, name: str = "Billing", **more: Any) -> httpx.Response:
    return await admin.client.post("/tokens", json={"name": name, "scopes": scopes, **more})


async def client(desk: Desk, admin: AgentClient, *scopes: str, **more: Any) -> AgentClient:
    """Return a program with a new token."""
    made = await create(admin, *scopes, **more)
    assert made.status_code == 201, made.text
    program = client_of(desk.app, "http://desk/desk/v1")
    program.headers["Authorization"] = f"Bearer {made.json()['text']}"
    return AgentClient(program, "")


async def test_token_reads_and_changes_tickets_under_its_own_name(desk: Desk, admin: AgentClient) -> None:
    customer, number = await desk.case()
    billing = await client(desk, admin, "tickets:read", "tickets:write")

    assert [ticket["number"] for ticket in (await billing.get("/tickets"))["tickets"]] == [number]
    await billing.take(number)
    await billing.reply(number, "Your deposit was found.")
    await billing.change("resolve", number, reason="Found")

    assert "Your deposit was found." in await customer.said("agent")
    history = (await admin.ticket(number))["history"]
    assert {entry["actor"]["name"] for entry in history if entry["actor"]["kind"] == "agent"} == {"Billing"}
    entries = (await admin.get("/audit"))["entries"]
    calls = [entry["object"] for entry in entries if entry["action"] == "api.called"]
    assert sorted(call.rsplit("/", 1)[1] for call in calls) == ["reply", "resolve", "take"]
    assert {entry["person"]["name"] for entry in entries if entry["action"] == "api.called"} == {"Billing"}


async def test_token_does_only_what_its_scopes_say(desk: Desk, admin: AgentClient) -> None:
    _customer, number = await desk.case()
    reader = await client(desk, admin, "tickets:read")
    reporter = await client(desk, admin, "reports:read", name="Reports")

    answers = {
        "note": await reader.try_to("note", number, client_id="n1", text="Hello"),
        "report": await reader.client.get("/reports/volumes"),
        "ticket": await reporter.client.get(f"/tickets/{number}"),
        "its report": await reporter.client.get("/reports/volumes"),
        "tokens": await reader.client.get("/tokens"),
        "redact": await reader.try_to("redact", number, event_id=1, reason="Test"),
        "session": await reader.client.get("/session"),
        "stream": await reader.client.get("/stream"),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "note": 403,
        "report": 403,
        "ticket": 403,
        "its report": 200,
        "tokens": 403,
        "redact": 403,
        "session": 401,
        "stream": 403,
    }
    assert answers["note"].json()["error"] == "missing_scope"
    assert answers["tokens"].json()["error"] == "not_for_tokens"


async def test_token_ends_when_it_expires_or_is_revoked(desk: Desk, admin: AgentClient) -> None:
    short = await client(desk, admin, "tickets:read", name="Short", expires_in_days=1)
    long = await client(desk, admin, "tickets:read", name="Long")
    shown = {token["name"]: token for token in (await admin.get("/tokens"))["tokens"]}

    desk.clock.advance(days=1)
    await admin.sign_in()
    assert (await short.client.get("/tickets")).status_code == 401
    assert (await long.client.get("/tickets")).status_code == 200
    assert (await admin.client.delete(f"/tokens/{shown['Long']['id']}")).status_code == 200
    assert (await long.client.get("/tickets")).status_code == 401


async def test_text_of_a_token_is_shown_once_and_stored_nowhere(desk: Desk, admin: AgentClient) -> None:
    made = await create(admin, "tickets:read")
    program = client_of(desk.app, "http://desk/desk/v1")
    program.headers["Authorization"] = f"Bearer {made.json()['text']}"
    assert (await program.get("/tickets")).status_code == 200

    listed = await admin.client.get("/tokens")

    assert made.json()["text"].startswith("pharos_")
    assert made.json()["text"] not in listed.text
    (token,) = listed.json()["tokens"]
    assert (token["name"], token["created_by"], token["scopes"]) == ("Billing", "Ada", ["tickets:read"])
    assert token["last_used_at"] is not None
    assert "Billing" not in [agent["name"] for agent in (await admin.get("/agents"))["agents"]]


async def test_what_a_token_acts_as_is_nobody_who_works_here(desk: Desk, admin: AgentClient) -> None:
    await create(admin, "tickets:read", "tickets:write")
    await desk.agent()
    async with desk.database.write() as session:
        nobody = (await session.execute(select(Agent).where(Agent.role == "token"))).scalar_one()
        nobody.queues, nobody.languages, nobody.capacity = list(QUEUES), ["en", "zh"], 9  # somebody would get it all
        nobody.presence, nobody.heartbeat_at = "online", desk.clock.now()
    _customer, number = await desk.case()
    _chinese, other = await desk.case(locale="zh")
    await desk.sweep()

    answers = [
        await admin.try_change("assign", number, agent_id=nobody.id),
        await admin.try_change("transfer", number, agent_id=nobody.id, note="Please."),
        await admin.edit(AgentClient(admin.client, "", nobody.id), capacity=10),
        await admin.edit(AgentClient(admin.client, "", nobody.id), role="admin"),
        await admin.client.post(f"/agents/{nobody.id}/deactivate", json={}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert (await admin.ticket(number))["assignee"] is None
    assert (await admin.ticket(other))["has_no_skill"] is True
    for path, key in (("/agents", "agents"), ("/accounts", "accounts")):
        assert {person["name"] for person in (await admin.get(path))[key]} == {"Ada", "Ana"}


async def test_tokens_are_made_by_admins_and_by_the_rules(desk: Desk, admin: AgentClient) -> None:
    lead = await desk.lead()
    await create(admin, "tickets:read")

    assert (await create(lead, "tickets:read", name="Mine")).status_code == 403
    assert (await create(admin, "tickets:read")).json()["error"] == "token_name_taken"
    assert (await create(admin, name="None")).status_code == 422
    assert (await create(admin, "everything", name="All")).status_code == 422
    assert (await create(admin, "tickets:read", name="Past", expires_in_days=0)).status_code == 422


async def test_token_that_calls_too_often_is_told_how_long_to_wait(desk: Desk, admin: AgentClient) -> None:
    billing = await client(desk, admin, "tickets:read")
    for _ in range(CALLS_PER_MINUTE):
        desk.app.state.desk.token_calls.hit(desk.clock.now(), (await admin.get("/tokens"))["tokens"][0]["id"])

    refused = await billing.client.get("/tickets")
    desk.clock.advance(minutes=1)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert (await billing.client.get("/tickets")).status_code == 200


async def test_openapi_says_what_is_open_to_tokens_and_nothing_else(desk: Desk) -> None:
    told = (await client_of(desk.app).get("/desk/v1/openapi.json")).json()

    described = {(method.upper(), path) for path, verbs in told["paths"].items() for method in verbs}
    assert described == set(OPEN)
    for path, verbs in told["paths"].items():
        for method, operation in verbs.items():
            assert operation["description"].strip(), path
            assert {"401", "403", "404", "422", "429"} <= set(operation["responses"])
            assert operation["security"] == [{"token": [OPEN[method.upper(), path]]}]
            assert ("requestBody" in operation) == (method == "post")


@pytest.mark.parametrize("verb", sorted(BODIES))
def test_described_bodies_are_those_that_are_read(verb: str) -> None:
    read = inspect.getsource(changes) + inspect.getsource(talk)

    found = re.search(rf'/{verb}"\)\n.*?parse\((\w+),', read, re.DOTALL)

    assert found is not None
    assert found[1] == BODIES[verb].__name__
