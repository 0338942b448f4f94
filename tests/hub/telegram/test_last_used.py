"""A reply goes to the channel last used; what is shared ends with the link."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from escalation import agents
from hub.settings import Settings
from kit.clock import ManualClock
from tests.conversations.attachments.files import picture
from tests.escalation.desk import AgentClient, Desk
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Customer, FakeTelegram
from tests.hub.cases.desk import cards
from tests.hub.site import Visitor, eventually
from tests.hub.telegram.chat import TelegramSite, ask, running_telegram


@pytest.fixture
async def site(
    settings: Settings,
    clock: ManualClock,
    assistant: FakeAssistant,
    telegram: FakeTelegram,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TelegramSite]:
    monkeypatch.setattr(agents, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.wait_until(lambda: bool(telegram.menus))
        yield site


@pytest.fixture
async def ana(site: TelegramSite) -> AgentClient:
    return await Desk(site.app, site.database, site.clock).agent("ana@exchange", "Ana")


async def case_on_website(site: TelegramSite, ana: AgentClient) -> tuple[Visitor, str]:
    """A linked customer with a case on the website that Ana has; returns them there, and its number."""
    visitor = await site.link()
    await visitor.write("My deposit is missing.")
    number = (await visitor.wait_for_type("ticket.opened"))["number"]
    await ana.take(number)
    return visitor, number


async def write_in_chat(site: TelegramSite, wei: Customer, text: str = "/privacy") -> None:
    before = len(site.telegram.chats[wei.id])
    await site.deliver(wei.write(text))
    await site.wait_for_texts(before + 1)


async def agents_read(ana: AgentClient, number: str, words: str) -> None:
    async def is_there() -> bool:
        events = (await ana.get(f"/tickets/{number}/transcript"))["events"]
        return any(words in event["data"].get("text", "") for event in events)

    await eventually(is_there)


async def test_reply_goes_to_the_chat_when_the_customer_wrote_there_last(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)

    await ana.reply(number, "Which network was it?")

    texts = await site.wait_for_texts(4)
    assert texts[2] == f"Ana · {number}\nWhich network was it?"
    assert number in texts[3]
    assert await visitor.texts("agent") == ["Which network was it?"]  # and stays where the case is


async def test_reply_stays_on_the_website_when_the_customer_wrote_there_last(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await visitor.write("Here I am again.")

    await ana.reply(number, "Which network was it?")
    await site.wait_until_delivered()

    assert await visitor.texts("agent") == ["Which network was it?"]
    assert not any("network" in text for text in site.telegram.texts())


async def test_case_of_the_chat_is_answered_on_the_website_too_when_the_customer_went_there(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    visitor = await site.link()
    await write_in_chat(site, wei, "My deposit is missing.")
    (ticket,) = (await ana.get("/tickets"))["tickets"]
    await ana.take(ticket["number"])
    await visitor.write("I am on the website now.")

    await ana.reply(ticket["number"], "Which network was it?")

    assert await visitor.wait_for_text("agent") == "Which network was it?"
    assert "Ana\nWhich network was it?" in await site.wait_for_texts(3)


async def test_what_the_customer_answers_in_the_chat_goes_into_the_case_and_not_to_the_bot(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await ana.reply(number, "Which network was it?")
    await site.wait_for_texts(4)
    asked = len(site.assistant.requests)

    answer = wei.write("It was Tron, and my password is hunter2butlonger.")
    await site.deliver(answer, {**answer, "update_id": 9}, wei.send_file(picture()))

    await agents_read(ana, number, "It was Tron, and my password is [removed")
    events = (await ana.get(f"/tickets/{number}/transcript"))["events"]
    assert len([event for event in events if "Tron" in event["data"].get("text", "")]) == 1
    assert (await ana.ticket(number))["status"] == "open"
    assert len(site.assistant.requests) == asked

    async def is_file_there() -> bool:
        events = (await ana.get(f"/tickets/{number}/transcript"))["events"]
        return any(event["data"].get("attachments") for event in events)

    await eventually(is_file_there)
    await ana.reply(number, "Thank you.")
    assert f"Ana · {number}\nThank you." in await site.wait_for_texts(6)


async def test_edit_of_what_went_into_a_case_is_read_there(site: TelegramSite, wei: Customer, ana: AgentClient) -> None:
    _visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await ana.reply(number, "Which network was it?")
    await site.wait_for_texts(4)
    answer = wei.write("It was Tron.")

    await site.deliver(answer, wei.edit(answer, "It was Ethereum."))

    await agents_read(ana, number, "It now reads:\nIt was Ethereum.")
    events = (await ana.get(f"/tickets/{number}/transcript"))["events"]
    (original,) = [event["id"] for event in events if event["data"].get("text") == "It was Tron."]
    assert f"(number {original})" in str(events)


async def test_chat_is_the_bots_again_when_the_case_is_resolved_and_says_so(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await ana.reply(number, "It has arrived.")
    await site.wait_for_texts(4)

    await ana.change("resolve", number)
    assert "marked as resolved" in (await site.wait_for_texts(5))[4]
    await site.deliver(wei.write("And what is funding?"))

    assert (await site.wait_for_texts(6))[5] == "You wrote: And what is funding?"


async def test_nothing_is_handed_on_to_a_chat_that_was_parted(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await site.deliver(wei.write("/unlink"))
    await site.wait_for_texts(3)

    await ana.reply(number, "Which network was it?")
    await site.wait_until_delivered()

    assert await visitor.texts("agent") == ["Which network was it?"]
    assert len(site.telegram.texts()) == 3


@pytest.mark.parametrize("side", ["chat", "website"])
async def test_cases_are_shared_while_linked_and_not_after(
    site: TelegramSite, wei: Customer, ana: AgentClient, side: str
) -> None:
    visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei, "/status")
    assert [brief.number for brief in site.assistant.requests[-1].customer.tickets] == [number]
    await write_in_chat(site, wei, "I want a person.")
    both = {card["number"] for card in await cards(visitor)}
    assert len(both) == 2

    await (ask(visitor, "unlink") if side == "website" else site.deliver(wei.write("/unlink")))
    await write_in_chat(site, wei, "/status")

    async def is_asked_for_nobody() -> bool:
        told = site.assistant.requests[-1].customer
        return not told.verified and told.tickets == []

    await eventually(is_asked_for_nobody)
    assert {card["number"] for card in await cards(visitor)} == both  # what was the customer's stays theirs


async def test_ticket_on_the_website_says_that_its_customer_blocked_the_bot_and_is_back(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await ana.reply(number, "Which network was it?")
    await site.wait_for_texts(4)
    site.telegram.blocked.add(7)

    await ana.reply(number, "Are you there?")
    await agents_read(ana, number, "cannot be reached on Telegram")
    site.telegram.blocked.discard(7)
    await site.deliver(wei.write("Sorry, I am back."))

    await agents_read(ana, number, "can be reached on Telegram again")


async def test_relay_that_was_cut_short_says_nothing_twice(site: TelegramSite, wei: Customer, ana: AgentClient) -> None:
    _visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    relay = site.app.state.context.push_channels["relay"]
    deliver, seen = relay.deliver, []

    async def deliver_and_fail(delivery: object) -> None:
        await deliver(delivery)
        seen.append(delivery)
        raise RuntimeError("The process died after its commit.")

    relay.deliver = deliver_and_fail
    await ana.reply(number, "Which network was it?")
    await site.wait_for_texts(4)
    relay.deliver = deliver
    await relay.deliver(seen[0])
    await site.wait_until_delivered()

    assert len([text for text in site.telegram.texts() if "network" in text]) == 1
