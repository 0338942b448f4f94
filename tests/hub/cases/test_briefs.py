"""What an agent sees of a case at a glance."""

from __future__ import annotations

from typing import Any

from kit import wire
from tests.fakes.assistant import FakeAssistant, handoff
from tests.hub.cases.desk import CaseDesk
from tests.hub.site import Visitor

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TOLD = "I sent 1500 USDT over TRC-20 yesterday. It never arrived!! My name is Kim."


async def brief(desk: CaseDesk, number: str) -> dict[str, Any]:
    found: dict[str, Any] = await desk.ana.get(f"/tickets/{number}/brief")
    return found


async def ids(customer: Visitor) -> dict[str, int]:
    """Return text -> event id of everything said."""
    events = await customer.events()
    return {event["data"]["text"]: event["id"] for event in events if event["type"] == "message.created"}


def quoting(title: str) -> wire.TurnReply:
    id = "missing-deposit-first-steps"
    citation = wire.Citation(id, "1", title, f"/help/en/{id}", "2026-11-22")
    return wire.TurnReply([wire.BotMessage("First look at the explorer.", citations=[citation])], "answer", {}, {})


async def test_every_line_is_quoted_with_its_message(desk: CaseDesk, assistant: FakeAssistant) -> None:
    fields = {"amount": "1500", "txid": HASH, "network": "tron"}
    assistant.answers[TOLD] = quoting("Your deposit has not arrived")
    assistant.answers[HASH] = handoff("missing_deposit", fields=fields)
    customer = await desk.customer()
    for text in (TOLD, HASH):
        await customer.write(text)
        desk.site.clock.advance(seconds=1)  # a hash alone waits for more
        await customer.wait_for_text("bot")
    number = (await customer.wait_for_type("ticket.opened"))["number"]
    said = await ids(customer)

    found = await brief(desk, number)

    assert found["what"] == {"text": TOLD, "event_id": said[TOLD]}
    assert found["since"] == {"at": "2026-11-22T03:12:00.000Z", "is_given": False, "event_id": said[TOLD]}
    assert found["bot_said"] == [
        {"text": "Your deposit has not arrived", "event_id": said["First look at the explorer."]}
    ]
    sources = {fact["name"]: fact["event_id"] for fact in found["facts"]}
    assert sources == {"amount": said[TOLD], "txid": said[HASH], "network": None}
    assert found["mood"] == {"is_upset": True, "text": "It never arrived!!", "event_id": said[TOLD]}
    assert found["earlier"] == []


async def test_earlier_cases_are_those_of_the_same_customer(desk: CaseDesk) -> None:
    _, before = await desk.case(identity="kim")
    await desk.case(identity="lee")
    desk.site.clock.advance(minutes=1)
    _, number = await desk.case(identity="kim")

    found = await brief(desk, number)

    assert [each["number"] for each in found["earlier"]] == [before]
    assert found["mood"] == {"is_upset": False}


async def test_what_is_said_afterwards_is_no_part_of_it(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    desk.site.clock.advance(minutes=1)
    await customer.write("You are thieves, all of you, and this is a much longer message than the first.")

    found = await brief(desk, number)

    assert found["what"]["text"] == "My deposit is missing."
    assert not found["mood"]["is_upset"]
