"""From a message to its answer: nothing lost, nothing said twice, never silence, and people when people are needed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from conversations.domain import LEASE_DURATION
from escalation.models import Ticket
from hub.settings import Settings
from kit import wire
from kit.clock import ManualClock
from kit.text import MAX_MESSAGE_LENGTH
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import Site, Visitor, eventually, running, settings_for, time_passing


async def tickets(site: Site) -> list[Ticket]:
    async with site.database.read() as session:
        return list((await session.execute(select(Ticket).order_by(Ticket.created_at))).scalars())


async def settle(site: Site, visitor: Visitor) -> list[dict[str, Any]]:
    """Return all events once nothing waits any more."""
    await site.wait_until_dealt_with(visitor)
    return await visitor.events()


async def test_dialogue_goes_on_from_turn_to_turn(site: Site, visitor: Visitor) -> None:
    for text in ("What is funding?", "Who pays it to whom?"):
        await visitor.write(text)
        await visitor.wait_for_text("bot")

    assert [request.state for request in site.assistant.requests] == [None, {"turns": 1}]
    assert len({request.turn_id for request in site.assistant.requests}) == 2


async def test_message_sent_before_the_answer_is_answered_with_it(site: Site, visitor: Visitor) -> None:
    site.assistant.may_answer.clear()
    await visitor.write("How do I withdraw funds?")
    await site.wait_until_asked()
    await visitor.write("To a new address, I mean.")

    site.assistant.may_answer.set()

    assert await visitor.wait_for_text("bot") == "You wrote: How do I withdraw funds?\nTo a new address, I mean."
    await settle(site, visitor)
    assert len(await visitor.texts("bot")) == 1


async def test_messages_longer_together_than_one_may_be_are_cut_for_the_assistant_alone(
    site: Site, visitor: Visitor
) -> None:
    site.assistant.may_answer.clear()
    await visitor.write("What is funding?")
    await site.wait_until_asked()
    longer = [letter * MAX_MESSAGE_LENGTH for letter in "ab"]
    for text in longer:
        await visitor.write(text)

    site.assistant.may_answer.set()

    await settle(site, visitor)
    request = site.assistant.requests[-1]
    assert request.text is not None
    assert len(request.text) == MAX_MESSAGE_LENGTH
    assert request.text.startswith("What is funding?\na")
    assert (await visitor.texts("customer"))[1:] == longer


async def test_fragment_waits_for_the_rest_of_the_sentence(site: Site, visitor: Visitor) -> None:
    await visitor.write("my withdrawal")
    await visitor.write("has not arrived since yesterday")

    assert await visitor.wait_for_text("bot") == "You wrote: my withdrawal\nhas not arrived since yesterday"


async def test_fragment_is_answered_when_nothing_more_comes(site: Site, visitor: Visitor) -> None:
    await visitor.write("funding")

    site.clock.advance(seconds=0.8)

    assert await visitor.wait_for_text("bot") == "You wrote: funding"


async def test_handoff_opens_a_ticket_and_the_queue(site: Site, visitor: Visitor) -> None:
    await visitor.write("My deposit is missing.")
    holder = await visitor.wait_for_type(wire.HOLDER_CHANGED)

    events = await visitor.events()
    (ticket,) = await tickets(site)
    assert holder == {"holder": "queue", "name": None}
    assert [event["type"] for event in events[1:]] == [wire.MESSAGE_CREATED, wire.TICKET_OPENED, wire.HOLDER_CHANGED]
    assert events[1]["data"]["text"] == (
        f"Your case is {ticket.number}; the desk aims to answer by 22 Nov 2026, 04:12 UTC."
    )
    assert events[2]["data"] == {
        "number": ticket.number,
        "case": "missing_deposit",
        "status": "new",
        "due_at": "2026-11-22T04:12:00.000Z",
        "position": 1,
        "expected": None,
        "steps": [
            {"name": "received", "at": "2026-11-22T03:12:00.000Z"},
            *({"name": name, "at": None} for name in ("assigned", "answered", "resolved")),
        ],
    }


async def test_second_handoff_joins_the_open_ticket(site: Site, visitor: Visitor) -> None:
    for text in ("My deposit is missing.", "My deposit is missing.", "My account was hacked.", "I want a person."):
        await visitor.write(text)
        await visitor.wait_for_text("bot")

    events = await settle(site, visitor)
    (ticket,) = await tickets(site)
    assert [event["type"] for event in events].count(wire.TICKET_OPENED) == 1
    assert all(ticket.number in text for text in await visitor.texts("bot"))


async def test_bot_goes_on_answering_while_the_customer_waits_in_the_queue(site: Site, visitor: Visitor) -> None:
    await visitor.write("My deposit is missing.")
    await visitor.wait_for_text("bot")

    await visitor.write("What is funding?")

    assert await visitor.wait_for_text("bot") == "You wrote: What is funding?"
    (ticket,) = await tickets(site)
    briefs = site.assistant.requests[-1].customer.tickets
    assert briefs == [wire.TicketBrief(ticket.number, "missing_deposit", "new", "2026-11-22T04:12:00.000Z")]


@pytest.mark.parametrize("timezone", ["Asia/Hong_Kong", "America", "Mars/Olympus", "Etc", "UTC/"])
async def test_time_zone_never_keeps_a_customer_from_the_desk(site: Site, timezone: str) -> None:
    visitor = await site.visit(timezone=timezone)

    await visitor.write("My deposit is missing.")

    text = await visitor.wait_for_text("bot")
    assert ("12:12" if timezone == "Asia/Hong_Kong" else "04:12 UTC") in text


async def test_due_time_is_told_in_chinese(site: Site) -> None:
    visitor = await site.visit(locale="zh-CN", timezone="Asia/Shanghai")

    await visitor.write("My deposit is missing.")

    assert "2026年11月22日 12:12" in await visitor.wait_for_text("bot")


async def test_fourth_open_ticket_of_an_address_in_a_day_is_refused_in_words(site: Site) -> None:
    for _ in range(3):
        visitor = await site.visit()
        await visitor.write("My deposit is missing.")
        await visitor.wait_for_type(wire.TICKET_OPENED)

    fourth = await site.visit()
    await fourth.write("My deposit is missing.")
    text = await fourth.wait_for_text("bot")
    elsewhere = await site.visit(address="198.51.100.7")
    await elsewhere.write("My deposit is missing.")
    await elsewhere.wait_for_type(wire.TICKET_OPENED)

    assert "already 3 open cases" in text
    assert {event["type"] for event in await settle(site, fourth)} == {wire.MESSAGE_CREATED}
    assert len(await tickets(site)) == 4


async def test_address_may_open_tickets_again_a_day_later(site: Site) -> None:
    for _ in range(3):
        visitor = await site.visit()
        await visitor.write("My deposit is missing.")
        await visitor.wait_for_type(wire.TICKET_OPENED)
    site.clock.advance(days=1)

    visitor = await site.visit()
    await visitor.write("My deposit is missing.")

    await visitor.wait_for_type(wire.TICKET_OPENED)


async def test_reply_after_an_agent_took_over_is_dropped(site: Site, visitor: Visitor) -> None:
    site.assistant.may_answer.clear()
    await visitor.write("What is funding?")
    await site.wait_until_asked()
    await site.set_holder(visitor, "agent", "Mei")

    site.assistant.may_answer.set()

    await site.wait_until_dealt_with(visitor)
    assert await visitor.texts("bot") == []


async def test_bot_is_silent_while_an_agent_has_the_conversation(site: Site, visitor: Visitor) -> None:
    await site.set_holder(visitor, "agent", "Mei")
    await visitor.write("Are you there, Mei?")
    await site.wait_until_dealt_with(visitor)
    await site.set_holder(visitor, "bot")

    await visitor.write("What is funding?")

    assert await visitor.wait_for_text("bot") == "You wrote: What is funding?"
    assert [request.text for request in site.assistant.requests] == ["What is funding?"]


async def test_assistant_that_fails_once_is_asked_again(site: Site, visitor: Visitor) -> None:
    site.assistant.failures = 1
    await visitor.write("What is funding?")

    async with time_passing(site.clock, seconds=8):
        text = await visitor.wait_for_text("bot")

    assert text == "You wrote: What is funding?"
    assert len(site.assistant.requests) == 2
    assert len(await settle(site, visitor)) == 2


async def test_third_failure_gives_the_customer_to_people_and_says_so(site: Site, visitor: Visitor) -> None:
    site.assistant.failures = 3
    await visitor.write("What is funding?")

    async with time_passing(site.clock, seconds=8):
        text = await visitor.wait_for_text("system")
    events = await settle(site, visitor)

    (ticket,) = await tickets(site)
    assert (ticket.case, ticket.summary, ticket.status) == ("other", "What is funding?", "new")
    assert "I could not answer this" in text
    assert ticket.number in text
    assert events[-1]["data"]["holder"] == "queue"
    assert len(site.assistant.requests) == 3
    assert await visitor.texts("bot") == []


async def test_customer_is_told_of_a_delay_and_given_to_people_after_a_minute(site: Site, visitor: Visitor) -> None:
    site.assistant.is_ready = False
    await visitor.write("What is funding?")

    site.clock.advance(seconds=10)
    told = await visitor.wait_for_text("system")
    site.clock.advance(seconds=50)
    given = await visitor.wait_for_text("system")
    await settle(site, visitor)

    assert told == "Still on it. This is taking longer than it should."
    assert "I could not answer this" in given
    assert len(await visitor.texts("system")) == 2
    assert len(await tickets(site)) == 1


async def test_delayed_message_is_answered_once_the_assistant_is_back(site: Site, visitor: Visitor) -> None:
    site.assistant.is_ready = False
    await visitor.write("What is funding?")
    site.clock.advance(seconds=10)
    await visitor.wait_for_text("system")

    site.assistant.is_ready = True
    async with time_passing(site.clock, seconds=8):
        text = await visitor.wait_for_text("bot")

    assert text == "You wrote: What is funding?"
    await settle(site, visitor)
    assert len(await visitor.texts("system")) == 1


async def test_reply_nobody_can_store_ends_with_people_too(site: Site, visitor: Visitor) -> None:
    broken = wire.TurnReply([wire.BotMessage("So.")], "answer", {"not JSON": object()}, {})
    site.assistant.answers["What is funding?"] = broken
    await visitor.write("What is funding?")

    async with time_passing(site.clock, seconds=8):
        text = await visitor.wait_for_text("system")

    assert "I could not answer this" in text
    assert await visitor.texts("bot") == []


@pytest.mark.parametrize("was_asked", [True, False], ids=["killed-in-a-turn", "killed-before-the-turn"])
async def test_restarted_service_answers_what_waited_exactly_once(
    settings: Settings, clock: ManualClock, was_asked: bool
) -> None:
    dying = FakeAssistant()
    dying.may_answer.clear()
    dying.is_ready = was_asked
    async with running(settings, clock, dying) as before:
        visitor = await before.visit()
        await visitor.write("What is funding?")
        await visitor.write("And who pays it?")
        if was_asked:
            await before.wait_until_asked()
    clock.advance(seconds=LEASE_DURATION.total_seconds())

    async with running(settings, clock, FakeAssistant()) as after:
        back = after.revisit(visitor)
        text = await back.wait_for_text("bot")
        await settle(after, back)

        assert text == "You wrote: What is funding?\nAnd who pays it?"
        assert await back.texts("bot") == [text]
        assert await back.texts("customer") == ["What is funding?", "And who pays it?"]


async def test_answered_messages_are_not_answered_again_after_a_restart(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings, clock, assistant) as before:
        visitor = await before.visit()
        await visitor.write("What is funding?")
        await visitor.wait_for_text("bot")
    clock.advance(seconds=LEASE_DURATION.total_seconds())

    async with running(settings, clock, assistant) as after:
        back = after.revisit(visitor)
        await back.write("And who pays it?")
        await settle(after, back)

        assert await back.texts("bot") == ["You wrote: What is funding?", "You wrote: And who pays it?"]


async def test_two_services_on_one_database_answer_each_message_once(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("An SQLite file has one service.")
    settings = settings_for(tmp_path, database_url, secret_key="the same for both")
    async with running(settings, clock, assistant) as one, running(settings, clock, assistant) as other:
        visitors = [await one.visit() for _ in range(5)]
        twins = [other.revisit(visitor) for visitor in visitors]
        await asyncio.gather(*(twin.write(f"What is number {n}?") for n, twin in enumerate(twins)))
        for number, visitor in enumerate(visitors):
            assert await visitor.wait_for_text("bot") == f"You wrote: What is number {number}?"
            await one.wait_until_dealt_with(visitor)

        assert [len(await visitor.texts("bot")) for visitor in visitors] == [1] * 5


async def test_reader_at_another_service_is_woken(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("An SQLite file has one service.")
    settings = settings_for(tmp_path, database_url, secret_key="the same for both")
    async with running(settings, clock, assistant) as one, running(settings, clock, assistant) as other:
        visitor = await one.visit()
        twin = other.revisit(visitor)
        async with twin.stream() as stream:
            await visitor.write("What is funding?")
            events = await stream.take(2)

    assert [event["id"] for event in events] == ["1", "2"]


async def test_stopping_service_ends_its_work(settings: Settings, clock: ManualClock) -> None:
    slow = FakeAssistant()
    slow.may_answer.clear()
    before = asyncio.all_tasks()
    async with running(settings, clock, slow) as site:
        visitor = await site.visit()
        await visitor.write("What is funding?")
        await site.wait_until_asked()
        await visitor.write("And who pays it?")
        await visitor.get_events()

    async def is_quiet() -> bool:
        return asyncio.all_tasks() <= before

    await eventually(is_quiet)
