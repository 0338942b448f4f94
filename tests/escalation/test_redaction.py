"""Redaction through the desk API: what an agent takes out is gone from everywhere, and only that it happened stays."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from conversations.database import Base
from conversations.models import Conversation
from escalation.models import Draft
from tests.escalation.desk import Customer, Desk
from tests.fakes.assistant import FakeAssistant, handoff

HASH = "ab" * 32
SAID = f"My deposit {HASH} is missing."


def knows_the_hash(assistant: FakeAssistant) -> None:
    """Let the bot understand SAID as a case whose fact and summary quote it."""
    summary = f"Deposit missing, transaction {HASH}"
    assistant.answers[SAID] = handoff(
        "missing_deposit", summary=summary, fields={"coin": "XBT", "transaction_id": HASH}
    )


async def everything(desk: Desk) -> str:
    """Return all the database holds as one text."""
    kept: list[Any] = []
    async with desk.database.read() as session:
        for table in Base.metadata.sorted_tables:
            kept += [list(row) for row in (await session.execute(select(table))).all()]
    return json.dumps(kept, default=str, ensure_ascii=False)


async def message(customer: Customer, text: str) -> int:
    """Return the id of the message that says this."""
    return next(int(event["id"]) for event in await customer.events() if event["data"].get("text") == text)


async def test_part_of_a_message_is_gone_from_every_table(desk: Desk, assistant: FakeAssistant) -> None:
    knows_the_hash(assistant)
    customer, number = await desk.case(SAID)
    ana = await desk.agent()
    await ana.take(number)
    await ana.reply(number, f"I look into {HASH.upper()} now.")
    await ana.client.put(f"/tickets/{number}/draft", json={"text": f"About {HASH}", "mode": "note"})
    async with desk.database.write() as session:
        (await session.get_one(Conversation, customer.id)).state = {"slots": {"transaction_id": HASH}}
    await ana.change("hold", number, reason=f"Waiting for {HASH}")

    body = {"event_id": await message(customer, SAID), "part": HASH, "reason": "Wrong transaction"}
    await ana.do("redact", number, **body)

    assert HASH not in (await everything(desk)).lower()
    texts = [event["data"].get("text") for event in await customer.events()]
    assert "My deposit [redacted] is missing." in texts
    assert "I look into [redacted] now." in texts
    ticket = await ana.ticket(number)
    assert ticket["fields"] == {"coin": "XBT", "transaction_id": "[redacted]"}
    assert ticket["summary"] == "Deposit missing, transaction [redacted]"
    async with desk.database.read() as session:
        assert (await session.execute(select(Draft.text))).scalars().all() == ["About [redacted]"]


async def test_whole_message_leaves_a_tombstone_and_takes_its_facts_along(desk: Desk, assistant: FakeAssistant) -> None:
    knows_the_hash(assistant)
    customer, number = await desk.case(SAID)
    ana = await desk.agent()

    ticket = await ana.do("redact", number, event_id=await message(customer, SAID), reason="Somebody else's data")

    assert HASH not in await everything(desk)
    before = (await customer.events())[0]
    assert (before["type"], before["data"]["author"]) == ("message.created", "customer")
    assert (before["data"]["text"], before["data"]["is_redacted"]) == ("[redacted]", True)
    assert ticket["fields"] == {"coin": "XBT", "transaction_id": "[redacted]"}


async def test_whoever_was_shown_the_message_is_told_how_it_reads_now(desk: Desk) -> None:
    customer, number = await desk.case()
    ana = await desk.agent()
    event_id = await message(customer, "My deposit is missing.")

    await ana.do("redact", number, event_id=event_id, part="deposit", reason="Test")
    await ana.do("redact", number, event_id=event_id, part="missing", reason="Test")

    told = await customer.wait_for("message.redacted", 2)
    assert [event["data"]["event_id"] for event in told] == [event_id] * 2
    # The first one no longer says what the second one took out.
    assert {event["data"]["message"]["text"] for event in told} == {"My [redacted] is [redacted]."}


async def test_redacting_is_written_down_without_the_words(desk: Desk) -> None:
    customer, number = await desk.case()
    ana, admin = await desk.agent(), await desk.agent("ada", "Ada", "admin")
    event_id = await message(customer, "My deposit is missing.")

    await ana.do("redact", number, event_id=event_id, part="deposit", reason="He sent a deposit by mistake")
    await ana.do("redact", number, event_id=event_id, reason="All of it")
    await ana.do("redact", number, event_id=event_id, reason="A repeat changes nothing")

    history = (await admin.ticket(number))["history"]
    told = [entry for entry in history if entry["type"] == "ticket.message_redacted"]
    assert [(entry["actor"]["name"], entry["data"]["is_whole"]) for entry in told] == [("Ana", False), ("Ana", True)]
    assert [entry["data"]["reason"] for entry in told] == ["He sent a [redacted] by mistake", "All of it"]
    audited = [row for row in await audit(desk) if row["action"] == "message.redacted"]
    assert [(row["actor_name"], row["object"]) for row in audited] == [("Ana", f"ticket:{number}")] * 2


async def audit(desk: Desk) -> list[dict[str, Any]]:
    """Return the audit log, oldest first."""
    table = Base.metadata.tables["audit_entry"]
    async with desk.database.read() as session:
        return [dict(row) for row in (await session.execute(select(table).order_by(table.c.id))).mappings()]


async def test_note_is_redacted_without_telling_the_customer(desk: Desk) -> None:
    customer, number = await desk.case()
    ana = await desk.agent()
    ticket = await ana.do("note", number, client_id="n1", text="He lives at Main Street 5.")

    await ana.do("redact", number, event_id=ticket["last_event_id"], part="Main Street 5", reason="Not ours to keep")
    await ana.do("note", number, client_id="n1", text="He lives at Main Street 5.")  # sent again by a slow network

    events = (await ana.get(f"/tickets/{number}/transcript"))["events"]
    notes = [event["data"]["text"] for event in events if event["data"].get("audience") == "agents"]
    assert notes == ["He lives at [redacted]."]
    assert not [event for event in await customer.events() if event["type"] == "message.redacted"]


async def test_what_cannot_be_redacted_is_refused_and_nothing_changes(desk: Desk) -> None:
    customer, number = await desk.case()
    ana = await desk.agent()
    event_id = await message(customer, "My deposit is missing.")
    opened = next(event["id"] for event in await customer.events() if event["type"] == "ticket.opened")

    answers = [
        await ana.try_to("redact", number, event_id=event_id, part="withdrawal", reason="Test"),
        await ana.try_to("redact", number, event_id=event_id, reason="  "),
        await ana.try_to("redact", number, event_id=opened, reason="Test"),
        await ana.try_to("redact", number, event_id=10**6, reason="Test"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 404, 404]
    assert "My deposit is missing." in [event["data"].get("text") for event in await customer.events()]
