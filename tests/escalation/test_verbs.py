from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.escalation.desk import Desk
from tests.fakes.assistant import FakeAssistant


async def test_taking_a_ticket_makes_it_mine_and_silences_the_bot(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()

    ticket = await ana.take(number)
    await customer.write("Is anybody there?")
    await desk.until_dealt_with(customer)

    assert (ticket["status"], ticket["assignee"], ticket["holder"]) == ("open", {"id": ana.id, "name": "Ana"}, "agent")
    held = [event["data"] for event in await customer.events() if event["type"] == "conversation.holder_changed"]
    assert held == [{"holder": "queue", "name": None}, {"holder": "agent", "name": "Ana"}]
    assert [request.text for request in assistant.requests] == ["My deposit is missing."]


async def test_reply_the_bot_was_preparing_is_dropped_when_an_agent_takes_over(
    desk: Desk, assistant: FakeAssistant
) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    assistant.may_answer.clear()
    await customer.write("What is a funding rate?")
    while len(assistant.requests) < 2:
        await asyncio.sleep(0.01)

    await ana.take(number)
    assistant.may_answer.set()
    await desk.until_dealt_with(customer)

    assert "You wrote: What is a funding rate?" not in await customer.said("bot")
    assert (await customer.events())[-1]["data"]["status"] == "open"


async def test_ticket_somebody_has_is_theirs_until_it_is_taken_over(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    customer, number = await desk.case()
    version = (await ana.take(number))["version"]

    refused = await ben.try_to("take", number, version=version)
    taken = await ben.take(number, force=True)
    late = await ana.try_to("reply", number, client_id="1", text="Hello.")

    assert (refused.status_code, refused.json()["error"]) == (409, "taken_by_someone_else")
    assert taken["assignee"]["name"] == "Ben"
    assert taken["history"][-1]["data"] == {"from": "Ana"}
    assert (late.status_code, late.json()["error"]) == (409, "taken_by_someone_else")
    names = [event["data"].get("name") for event in await customer.wait_for("conversation.holder_changed", 3)]
    assert names == [None, "Ana", "Ben"]


@pytest.mark.parametrize("force", [False, True])
async def test_ticket_that_changed_since_the_page_was_loaded_is_not_taken(desk: Desk, force: bool) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    seen = await ana.ticket(number)
    await ben.do("note", number, client_id="1", text="I know this customer.")

    refused = await ana.try_to("take", number, version=seen["version"], force=force)

    assert (refused.status_code, refused.json()["error"]) == (409, "stale_page")
    assert (await ana.ticket(number))["assignee"] is None


async def test_taking_twice_is_taking_once(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    seen = await ana.ticket(number)

    first = await ana.do("take", number, version=seen["version"])
    second = await ana.do("take", number, version=seen["version"])

    assert first == second


async def test_of_two_who_take_at_once_one_wins(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    version = (await ana.ticket(number))["version"]

    answers = await asyncio.gather(*(who.try_to("take", number, version=version) for who in (ana, ben)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = next(answer for answer in answers if answer.status_code == 200).json()
    assert (await ana.ticket(number))["assignee"] == winner["assignee"]
    assert [entry["type"] for entry in winner["history"]] == ["ticket.opened", "ticket.taken"]


async def test_reply_reaches_the_customer_under_the_agents_name(desk: Desk) -> None:
    ana = await desk.agent("ana@exchange", "Ana")
    customer, number = await desk.case()
    await ana.take(number)
    desk.clock.advance(minutes=5)

    ticket = await ana.reply(number, "We are looking into it.")

    events = await customer.events()
    data = next(event["data"] for event in events if event["data"].get("author") == "agent")
    assert (data["name"], data["text"]) == ("Ana", "We are looking into it.")
    assert "ana@exchange" not in str(events)
    assert (ticket["status"], ticket["due_at"], ticket["is_breached"]) == ("waiting_on_customer", None, False)
    assert events[-1]["data"] == {
        "number": number,
        "case": "missing_deposit",
        "status": "waiting_on_customer",
        "due_at": None,
        "position": None,
        "expected": None,
        "steps": [
            {"name": "received", "at": "2026-11-22T03:12:00.000Z"},
            {"name": "assigned", "at": "2026-11-22T03:12:00.000Z"},
            {"name": "answered", "at": "2026-11-22T03:17:00.000Z"},
            {"name": "resolved", "at": None},
        ],
    }


async def test_only_the_first_reply_counts_for_the_deadline(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "In time.")

    desk.clock.advance(hours=2)
    ticket = await ana.reply(number, "More.")

    assert ticket["is_breached"] is False


async def test_reply_sent_twice_is_stored_once(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    first = await ana.reply(number, "Hello.", client_id="a-1")
    second = await ana.reply(number, "Hello.", client_id="a-1")

    assert first == second
    assert await customer.said("agent") == ["Hello."]


async def test_replies_sent_at_once_with_one_client_id_are_stored_once(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    await asyncio.gather(*(ana.reply(number, "Hello.", client_id="a-1") for _ in range(4)))

    assert await customer.said("agent") == ["Hello."]


@pytest.mark.parametrize(("verb", "text"), [("reply", "Other text."), ("note", "Hello.")])
async def test_client_id_used_for_something_else_is_refused(desk: Desk, verb: str, text: str) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "Hello.", client_id="a-1")

    answer = await ana.try_to(verb, number, client_id="a-1", text=text)

    assert (answer.status_code, answer.json()["error"]) == (409, "client_id_reused")
    assert await customer.said("agent") == ["Hello."]


async def test_agents_do_not_share_client_ids(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "Hello.", client_id="1")
    await ben.take(number, force=True)

    await ben.reply(number, "Ben here.", client_id="1")

    assert await customer.said("agent") == ["Hello.", "Ben here."]


async def test_nobody_replies_without_taking_the_ticket(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()

    answers = [await ana.try_to(verb, number, client_id="1", text="Hello.") for verb in ("reply", "typing")]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(409, "not_taken")] * 2
    assert await customer.said("agent") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"client_id": "1"}, 422),
        ({"client_id": "1", "text": " "}, 422),
        ({"client_id": "1", "text": "a\x00b"}, 422),
        ({"client_id": "1", "text": "x" * 4001}, 413),
        ({"client_id": "", "text": "Hello."}, 422),
        ({"client_id": "a b", "text": "Hello."}, 422),
        ({"text": "Hello."}, 422),
    ],
)
@pytest.mark.parametrize("verb", ["reply", "note"])
async def test_message_that_breaks_a_rule_is_refused(desk: Desk, verb: str, body: dict[str, Any], status: int) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    before = await ana.take(number)

    answer = await ana.try_to(verb, number, **body)

    assert answer.status_code == status
    assert await ana.ticket(number) == before


async def test_note_is_for_agents_only(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    customer, number = await desk.case()
    before = await customer.events()

    ticket = await ana.do("note", number, client_id="1", text="Looks like a wrong network.")
    await ana.do("note", number, client_id="1", text="Looks like a wrong network.")

    transcript = await ben.get(f"/tickets/{number}/transcript")
    notes = [event["data"] for event in transcript["events"] if event["data"].get("audience") == "agents"]
    assert notes == [{"author": "agent", "name": "Ana", "text": "Looks like a wrong network.", "audience": "agents"}]
    assert await customer.events() == before
    assert (ticket["status"], ticket["assignee"]) == ("new", None)
    assert ticket["history"][-1]["type"] == "ticket.noted"


async def test_customer_who_answers_an_agent_reopens_the_wait(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "Which network?")

    await customer.write("TRC20, I think.")

    ticket = await ana.ticket(number)
    assert ticket["status"] == "open"
    assert ticket["history"][-1]["type"] == "ticket.customer_replied"


async def test_handing_back_lets_the_bot_begin_anew(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await customer.write("Hello?")

    ticket = await ana.do("hand-back", number)
    await customer.write("What is a funding rate?")
    await customer.wait_for_bot("You wrote: What is a funding rate?")

    assert (ticket["status"], ticket["assignee"], ticket["holder"]) == ("open", None, "bot")
    assert ticket["history"][-1]["type"] == "ticket.handed_back"
    assert assistant.requests[-1].state is None
    assert assistant.requests[-1].text == "What is a funding rate?"
    assert [ticket.number for ticket in assistant.requests[-1].customer.tickets] == [number]


async def test_ticket_handed_back_can_be_taken_by_somebody_else(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    await ana.take(number)
    await ana.do("hand-back", number)

    ticket = await ben.take(number)

    assert (ticket["assignee"]["name"], ticket["holder"]) == ("Ben", "agent")


async def test_resolving_closes_the_case_and_gives_the_conversation_to_the_bot(
    desk: Desk, assistant: FakeAssistant
) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "It has arrived.")

    ticket = await ana.do("resolve", number)
    await customer.write("What is a funding rate?")
    await customer.wait_for_bot("You wrote: What is a funding rate?")

    assert (ticket["status"], ticket["holder"], ticket["due_at"]) == ("resolved", "bot", None)
    assert [entry["type"] for entry in ticket["history"]] == [
        "ticket.opened",
        "ticket.taken",
        "ticket.replied",
        "ticket.resolved",
    ]
    assert assistant.requests[-1].state is None
    updates = [event["data"]["status"] for event in await customer.events() if event["type"] == "ticket.updated"]
    assert updates == ["open", "waiting_on_customer", "resolved"]


async def test_resolving_one_ticket_leaves_the_conversations_others_alone(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    customer, first = await desk.case("My deposit is missing.")
    await ana.take(first)
    await ana.do("hand-back", first)
    await customer.write("The API answers 400.")
    second = (await customer.wait_for("ticket.opened", 2))[1]["data"]["number"]
    await ben.take(second)

    await ana.do("resolve", first)

    ticket = await ben.ticket(second)
    assert (ticket["status"], ticket["assignee"]["name"]) == ("open", "Ben")
    assert (await ben.take(second))["holder"] == "agent"


@pytest.mark.parametrize("verb", ["hand-back", "resolve"])
async def test_nobody_ends_what_somebody_else_has(desk: Desk, verb: str) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    before = await ana.take(number)

    answer = await ben.try_to(verb, number)

    assert (answer.status_code, answer.json()["error"]) == (409, "taken_by_someone_else")
    assert await ana.ticket(number) == before


@pytest.mark.parametrize("verb", ["take", "reply", "hand-back", "resolve"])
async def test_resolved_ticket_stays_resolved(desk: Desk, verb: str) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.take(number)
    resolved = await ana.do("resolve", number)

    answer = await ana.try_to(verb, number, version=resolved["version"], client_id="1", text="Hello.")

    assert answer.status_code == 409
    assert await ana.ticket(number) == resolved


@pytest.mark.parametrize("body", [{}, {"version": "1"}, {"version": 1, "force": "yes"}])
async def test_take_needs_the_version_that_was_seen(desk: Desk, body: dict[str, Any]) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    answer = await ana.try_to("take", number, **body)

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")
