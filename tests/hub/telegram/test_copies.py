"""What is taken back goes from every conversation it was handed on to, and from the chat."""

from __future__ import annotations

from typing import Any

from tests.escalation.desk import AgentClient, Desk
from tests.fakes.telegram import Customer
from tests.hub.site import Visitor, eventually
from tests.hub.telegram.chat import TelegramSite
from tests.hub.telegram.test_last_used import agents_read, case_on_website, write_in_chat
from tests.hub.telegram.test_last_used import ana as ana  # the fixtures
from tests.hub.telegram.test_last_used import site as site

ADDRESS = "Main Street 5"
ASKED = f"Do you live at {ADDRESS}?"
ANSWERED = f"Yes, {ADDRESS} is right."


async def talked_about(site: TelegramSite, wei: Customer, ana: AgentClient) -> tuple[Visitor, str]:
    """A case of the website that was talked about in the chat."""
    visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    await ana.reply(number, ASKED)
    await site.wait_for_texts(4)
    await site.deliver(wei.write(ANSWERED))
    await agents_read(ana, number, ANSWERED)
    return visitor, number


async def event_of(ana: AgentClient, number: str, words: str) -> int:
    events: list[dict[str, Any]] = (await ana.get(f"/tickets/{number}/transcript"))["events"]
    return next(int(event["id"]) for event in events if event["data"].get("text") == words)


async def in_the_chat(site: TelegramSite) -> list[str]:
    return [text for _audience, _author, text in await site.transcript()]


async def test_part_of_a_reply_is_redacted_in_the_chat_it_was_handed_on_to(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await talked_about(site, wei, ana)

    event_id = await event_of(ana, number, ASKED)
    await ana.do("redact", number, event_id=event_id, part=ADDRESS, reason="Not ours to keep")

    texts = await in_the_chat(site)
    assert "Do you live at [redacted]?" in texts
    assert "Yes, [redacted] is right." in texts
    await site.wait_until(lambda: f"Ana · {number}\nDo you live at [redacted]?" in site.telegram.texts())
    assert not any(ADDRESS in text for text in site.telegram.texts())


async def test_what_the_customer_answered_in_the_chat_is_redacted_there_and_where_it_was_quoted(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await talked_about(site, wei, ana)
    await ana.reply(number, f"You wrote: {ANSWERED}")
    await site.wait_for_texts(5)

    await ana.do("redact", number, event_id=await event_of(ana, number, ANSWERED), reason="Not ours to keep")

    texts = await in_the_chat(site)
    assert ANSWERED not in texts
    assert "You wrote: [redacted]" in texts
    assert ASKED in texts


async def test_reply_that_was_not_handed_on_yet_is_handed_on_as_it_reads_by_then(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await case_on_website(site, ana)
    await write_in_chat(site, wei)
    relay = site.app.state.context.push_channels["relay"]
    deliver, held = relay.deliver, []

    async def hold(delivery: object) -> None:
        held.append(delivery)
        raise RuntimeError("It takes a while.")

    relay.deliver = hold
    await ana.reply(number, ASKED)
    await site.wait_until(lambda: bool(held))
    event_id = await event_of(ana, number, ASKED)
    await ana.do("redact", number, event_id=event_id, part=ADDRESS, reason="Not ours to keep")

    await deliver(held[0])

    assert "Do you live at [redacted]?" in await in_the_chat(site)


async def erase(site: TelegramSite, conversation_id: str) -> None:
    admin = await Desk(site.app, site.database, site.clock).agent("ada@exchange", "Ada", "admin")
    body = {"conversation_id": conversation_id, "reason": "Asked by letter"}
    answer = await admin.client.post("/erasures", json=body)
    assert answer.json() == {"erased": 1, "waiting": 0, "held_by": []}, answer.text


async def test_erased_case_leaves_nothing_in_the_chat(site: TelegramSite, wei: Customer, ana: AgentClient) -> None:
    visitor, _number = await talked_about(site, wei, ana)

    await erase(site, visitor.id)

    assert not any(ADDRESS in text for text in await in_the_chat(site))
    assert "/privacy" in await in_the_chat(site)

    async def is_gone() -> bool:
        return not any(ADDRESS in text for text in site.telegram.texts())

    await eventually(is_gone)


async def test_erased_chat_leaves_nothing_of_what_was_said_there_in_the_case(
    site: TelegramSite, wei: Customer, ana: AgentClient
) -> None:
    _visitor, number = await talked_about(site, wei, ana)

    await erase(site, (await site.conversation()).id)

    events = (await ana.get(f"/tickets/{number}/transcript"))["events"]
    texts = [event["data"].get("text") for event in events]
    assert ANSWERED not in texts
    assert ASKED in texts  # the agent's own words stay with the case
