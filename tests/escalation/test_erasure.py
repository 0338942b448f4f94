"""Erasing a customer: nothing of what they said is left in any table, and nothing new can be forgotten."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, String, select

import hub.app  # noqa: F401 -- registers every table of the service
from conversations.database import Base
from conversations.models import Conversation
from escalation.erasure.plan import ELSEWHERE, EXEMPT, EXEMPT_TABLES, PARTS
from escalation.evidence import domain as evidence_domain
from escalation.evidence import service as evidence
from escalation.models import Ticket
from tests.escalation.desk import AgentClient, Customer, Desk
from tests.escalation.test_merging import same_customer
from tests.fakes.assistant import FakeAssistant, handoff

CANARY = "Quetzalcoatl 4711"
SAID = f"I am {CANARY} and my deposit is missing."


def kept_as_text() -> set[str]:
    """Return every column of the service that can hold words."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON | LargeBinary)
    }


def test_every_column_that_can_hold_words_is_erased_or_named_with_a_reason() -> None:
    tables = Base.metadata.tables
    gone = {f"{part.table}.{column.name}" for part in PARTS if not part.blank for column in tables[part.table].columns}
    blank = {f"{part.table}.{name}" for part in PARTS for name in part.blank}
    exempt = {f"{table}.{name}" for table, names in EXEMPT.items() for name in names.split()}
    exempt |= {column for column in kept_as_text() if column.split(".")[0] in EXEMPT_TABLES}

    decided = gone | blank | set(ELSEWHERE) | exempt

    assert kept_as_text() - decided == set(), "say in escalation/erasure/plan.py what becomes of these"
    every = {f"{table.name}.{column.name}" for table in tables.values() for column in table.columns}
    assert decided - every == set(), "these are columns no more"
    assert exempt & (gone | blank | set(ELSEWHERE)) == set(), "either erased or exempt"
    assert set(EXEMPT_TABLES) - set(tables) == set()


async def everything(desk: Desk) -> str:
    """Return all the database holds as one text."""
    kept: list[Any] = []
    async with desk.database.read() as session:
        for table in Base.metadata.sorted_tables:
            kept += [list(row) for row in (await session.execute(select(table))).all()]
    return json.dumps(kept, default=str, ensure_ascii=False)


@pytest.fixture
async def admin(desk: Desk) -> AgentClient:
    return await desk.agent("ada", "Ada", "admin")


async def erase(admin: AgentClient, **body: Any) -> Any:
    return await admin.client.post("/erasures", json={"reason": "Asked by letter", **body})


async def full_case(desk: Desk, assistant: FakeAssistant, case: str = "missing_deposit") -> tuple[Customer, str]:
    """A case that says who its customer is in every place there is."""
    assistant.answers[SAID] = handoff(case, summary=f"Deposit of {CANARY}", fields={"name": CANARY})
    customer, number = await desk.case(SAID)
    ana = await desk.agent()
    await ana.take(number)
    await ana.reply(number, f"Dear {CANARY}, I look into it.")
    await ana.do("note", number, client_id="n1", text=f"{CANARY} called.")
    await ana.client.put(f"/tickets/{number}/draft", json={"text": f"About {CANARY}", "mode": "reply"})
    await ana.change("tags", number, add=["quetzalcoatl"])
    await ana.change("hold", number, reason=f"{CANARY} asked for time")
    async with desk.database.write() as session:
        conversation = await session.get_one(Conversation, customer.id)
        conversation.state, conversation.customer_id = {"slots": {"name": CANARY}}, CANARY
    return customer, number


async def test_nothing_a_customer_said_is_left_and_tombstones_stay(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    customer, number = await full_case(desk, assistant)
    params = {"client_id": "f1", "name": f"{CANARY}.txt"}
    uploaded = await customer.client.post("/attachments", params=params, content=b"plain words")
    assert uploaded.status_code == 202, uploaded.text
    folder = desk.app.state.attachments.folder
    file = folder.path(uploaded.json()["attachment"]["id"])
    assert file.is_file()
    before = (await admin.get(f"/tickets/{number}/transcript"))["events"]

    answer = await erase(admin, customer_id=CANARY)

    assert (answer.status_code, answer.json()) == (200, {"erased": 1, "waiting": 0, "held_by": []})
    assert "quetzalcoatl" not in (await everything(desk)).lower()
    assert not file.exists()
    after = (await admin.get(f"/tickets/{number}/transcript"))["events"]
    assert [(e["id"], e["type"], e["at"]) for e in after[: len(before)]] == [
        (e["id"], e["type"], e["at"]) for e in before
    ]
    ticket = await admin.ticket(number)
    assert (ticket["status"], ticket["fields"], ticket["summary"]) == ("closed", {}, "")
    found = await admin.client.get("/tickets", params={"view": "all", "q": "quetzalcoatl"})
    assert found.json()["tickets"] == []
    # Whoever holds the old token has nothing any more.
    assert (await customer.client.get("/events")).status_code == 401


async def merged_case(desk: Desk, assistant: FakeAssistant, into: str) -> tuple[str, str]:
    """A case that names its customer, merged into one of another conversation of theirs; returns both numbers."""
    duplicate, number = await full_case(desk, assistant)
    other, heir = await desk.case(into)
    await same_customer(desk, duplicate, other)
    lead = await desk.lead()
    await lead.change("merge", number, into=heir, reason=f"{CANARY} wrote twice")
    return number, heir


async def test_facts_a_duplicate_gave_to_other_conversations_go_with_it(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    number, heir = await merged_case(desk, assistant, "The API answers 400.")
    third, last = await desk.case()
    await same_customer(desk, third)
    await admin.change("merge", heir, into=last)
    await has_evidence_about(desk, last, CANARY)
    before = await admin.ticket(last)

    answer = await erase(admin, ticket=number)

    assert answer.json()["erased"] == 1
    assert "quetzalcoatl" not in (await everything(desk)).lower()
    after = await admin.ticket(last)
    assert (after["status"], after["summary"]) == ("new", before["summary"])
    assert after["fields"] == {name: value for name, value in before["fields"].items() if name != "name"}
    (pack,) = (await admin.get(f"/tickets/{last}/evidence"))["packs"]  # its hash is of what is left
    assert pack["parts"] == []


async def has_evidence_about(desk: Desk, number: str, at: str) -> None:
    subject = evidence_domain.Subject("XBTUSD", at)
    part = evidence_domain.Part("trades", desk.clock.now(), [], b"[]")
    collected = evidence_domain.Collected("trade_dispute", subject, None, desk.clock.now(), [part], [])
    async with desk.database.write() as session:
        ticket = await session.get_one(Ticket, number)
        await evidence.store(session, ticket, collected, after=0)


async def test_duplicate_is_held_by_the_complaint_that_has_its_facts(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    number, complaint = await merged_case(desk, assistant, "I want to complain.")

    preview = (await admin.client.post("/erasures/preview", json={"ticket": number})).json()
    refused = await erase(admin, ticket=number)
    waits = await erase(admin, ticket=number, may_wait=True)
    await desk.sweep()

    assert (preview["held_by"], refused.status_code) == ([complaint], 409)
    assert waits.json() == {"erased": 0, "waiting": 1, "held_by": [complaint]}
    assert (await admin.ticket(complaint))["fields"]["name"] == CANARY
    await resolve(desk, complaint)
    desk.clock.advance(days=14)
    await desk.sweep()
    await desk.sweep()
    assert "quetzalcoatl" not in (await everything(desk)).lower()


async def test_all_conversations_of_a_customer_are_erased_at_once(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    await merged_case(desk, assistant, "The API answers 400.")

    answer = await erase(admin, customer_id="trader-7")

    assert answer.json() == {"erased": 2, "waiting": 0, "held_by": []}
    kept = (await everything(desk)).lower()
    assert "quetzalcoatl" not in kept
    assert "trader-7" not in kept


async def test_turn_that_is_under_way_brings_nothing_back(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    customer = await desk.customer()
    assistant.may_answer.clear()
    await customer.write(SAID)
    async with asyncio.timeout(10):
        while not assistant.requests:  # it has the words already
            await asyncio.sleep(0.01)

    await erase(admin, conversation_id=customer.id)
    assistant.may_answer.set()
    await desk.until_dealt_with(customer)

    assert CANARY not in await everything(desk)


async def test_complaint_that_is_not_closed_is_a_legal_hold(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    _customer, number = await full_case(desk, assistant, "complaint")

    answer = await erase(admin, ticket=number)

    assert (answer.status_code, answer.json()["error"]) == (409, "legal_hold")
    assert number in answer.json()["detail"]
    assert CANARY in await everything(desk)
    preview = (await admin.client.post("/erasures/preview", json={"ticket": number})).json()
    assert preview["held_by"] == [number]


async def test_held_erasure_that_may_wait_is_done_once_the_complaint_is_closed(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    _customer, number = await full_case(desk, assistant, "complaint")
    answer = await erase(admin, ticket=number, may_wait=True)
    assert answer.json() == {"erased": 0, "waiting": 1, "held_by": [number]}

    await desk.sweep()
    assert CANARY in await everything(desk)
    await resolve(desk, number)
    desk.clock.advance(days=14)
    await desk.sweep()
    await desk.sweep()

    assert "quetzalcoatl" not in (await everything(desk)).lower()
    await admin.sign_in()
    (told,) = (await admin.get("/erasures"))["erasures"]
    assert (told["asked_by"], told["held_by"], told["done_at"] is not None) == ("Ada", [], True)


async def resolve(desk: Desk, number: str) -> None:
    """End a complaint, whatever its decision needs."""
    async with desk.database.write() as session:
        ticket = await session.get_one(Ticket, number)
        ticket.status, ticket.resolved_at = "resolved", desk.clock.now()


async def test_only_admins_erase_and_it_is_written_down(
    desk: Desk, assistant: FakeAssistant, admin: AgentClient
) -> None:
    customer, number = await full_case(desk, assistant)
    lead = await desk.lead()

    answers = [
        await erase(lead, ticket=number),
        await erase(admin, ticket=number, conversation_id=customer.id),
        await erase(admin, ticket="PH-NONE-NONE"),
        await erase(admin, ticket=number, reason=" "),
    ]
    assert [answer.status_code for answer in answers] == [403, 422, 404, 422]
    assert (await erase(admin, ticket=number)).status_code == 200

    table = Base.metadata.tables["audit_entry"]
    async with desk.database.read() as session:
        query = select(table).where(table.c.action == "conversation.erased")
        (entry,) = (await session.execute(query)).mappings().all()
    assert (entry["actor_name"], entry["object"]) == ("Ada", f"conversation:{customer.id}")
    assert entry["data"]["reason"] == "Asked by letter"
