"""Messages reach the chat whole, in order and as seldom twice as can be, whatever Telegram answers."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from conversations import service
from hub.ops import create_ops_app
from kit import blocks, wire
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Customer, Cut, FakeTelegram, Refused
from tests.hub.site import time_passing
from tests.hub.telegram.chat import SITE, TelegramSite, ask

CITATION = wire.Citation("fees", "v1", "Fees", "/help/en/fees", "2026-11-01")
LONG = [blocks.paragraph(f"{letter * 2500}.") for letter in "abc"]


@pytest.fixture
def assistant() -> FakeAssistant:
    bold = {"type": "paragraph", "spans": [blocks.span("0.05 %", bold=True), blocks.span(" 🚀 taker.")]}
    person = wire.Button("Talk to a person", wire.Payload("human_request"))
    return FakeAssistant(
        {
            "What are the fees?": wire.TurnReply(
                [wire.BotMessage("0.05 % taker.", [bold], [person], [CITATION])], "answer", {}, {}
            ),
            "Tell me everything.": wire.TurnReply(
                [wire.BotMessage(blocks.plain_text(LONG), LONG, [person])], "answer", {}, {}
            ),
        }
    )


async def retried(site: TelegramSite, *, after: int) -> None:
    """Let the retry come due that follows the nth send."""
    await site.wait_until(lambda: len(site.telegram.called("sendMessage")) >= after)
    async with time_passing(site.clock, seconds=2):
        await site.wait_until(lambda: len(site.telegram.called("sendMessage")) > after)


async def test_answer_comes_with_entities_source_and_buttons(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("What are the fees?"))

    assert await site.wait_for_texts(1) == ["0.05 % 🚀 taker.\n\nSource: Fees (reviewed 2026-11-01)"]
    sent = site.telegram.chats[7][0]
    assert sent.entities == [
        {"type": "bold", "offset": 0, "length": 6},
        {"type": "text_link", "offset": 26, "length": 4, "url": f"{SITE}/help/en/fees"},
    ]
    assert list(sent.buttons) == ["Talk to a person"]
    assert site.telegram.called("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}


async def test_long_answer_comes_in_parts_with_the_buttons_under_the_last(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("Tell me everything."))

    assert [text[0] for text in await site.wait_for_texts(3)] == ["a", "b", "c"]
    assert [len(sent.buttons) for sent in site.telegram.chats[7]] == [0, 0, 1]


async def test_refused_entity_does_not_lose_the_text(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    telegram.failures["sendMessage"] = [Refused(400, "Bad Request: can't parse entities: unsupported")]

    await site.deliver(wei.write("What are the fees?"))

    assert "0.05 %" in (await site.wait_for_texts(1))[0]
    assert telegram.chats[7][0].entities == []
    assert telegram.chats[7][0].buttons


async def test_refused_button_does_not_lose_the_text(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    refusal = Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    telegram.failures["sendMessage"] = [refusal, refusal]

    await site.deliver(wei.write("What are the fees?"))

    assert "0.05 %" in (await site.wait_for_texts(1))[0]
    assert telegram.chats[7][0].buttons == {}


async def test_message_that_is_refused_for_good_is_given_up_and_the_agents_see_it(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer
) -> None:
    telegram.failures["sendMessage"] = [Refused(400, "Bad Request: no rights to send a message")] * 3

    await site.deliver(wei.write("What are the fees?"))
    await site.wait_until(lambda: len(telegram.called("sendMessage")) == 3)
    await site.deliver(wei.write("Are you still there?"))

    assert await site.wait_for_texts(1) == ["You wrote: Are you still there?"]
    assert "rights to send a message" in (await site.notes())[0]


async def test_telegrams_own_wait_is_obeyed(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    telegram.failures["sendMessage"] = [Refused(429, "Too Many Requests: retry after 7", retry_after=7)]
    await site.deliver(wei.write("What are the fees?"))
    await site.wait_until(lambda: len(telegram.called("sendMessage")) == 1)

    site.clock.advance(seconds=6.5)
    await site.deliver(wei.write("/privacy"))  # held back behind the first
    await asyncio.sleep(0.1)
    assert telegram.texts() == []

    site.clock.advance(seconds=0.6)
    texts = await site.wait_for_texts(2)
    assert texts[0].startswith("0.05 %")


@pytest.mark.parametrize("part", [1, 2])
async def test_retry_goes_on_after_the_parts_that_were_sent(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer, part: int
) -> None:
    telegram.failures["sendMessage"] += [*[None] * part, Refused(500, "Internal Server Error")]

    await site.deliver(wei.write("Tell me everything."))
    await retried(site, after=part + 1)

    assert [text[0] for text in await site.wait_for_texts(3)] == ["a", "b", "c"]
    assert len(telegram.chats[7]) == 3


async def test_cut_connection_is_retried_and_nothing_is_lost(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer
) -> None:
    telegram.failures["sendMessage"] = [Cut()]

    await site.deliver(wei.write("What are the fees?"))
    await retried(site, after=1)

    assert len(set(await site.wait_for_texts(2))) == 1  # at least once: nobody can know that it had arrived


async def test_telegram_that_is_down_delays_answers(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    telegram.is_down = True
    await site.deliver(wei.write("What are the fees?"))
    await site.wait_until(lambda: len(site.assistant.requests) == 1)

    telegram.is_down = False
    site.clock.advance(seconds=300)

    assert len(await site.wait_for_texts(1)) == 1


async def test_slow_chat_holds_up_no_other(site: TelegramSite, telegram: FakeTelegram) -> None:
    telegram.held = {8}
    await site.deliver(telegram.customer(8).write("What are the fees?"))
    await site.wait_until(lambda: len(telegram.called("sendMessage")) == 1)

    await site.deliver(telegram.customer(9).write("What are the fees?"))

    assert len(await site.wait_for_texts(1, chat_id=9)) == 1
    telegram.held = set()
    assert len(await site.wait_for_texts(1, chat_id=8)) == 1


async def test_link_to_elsewhere_is_not_sent_whoever_wrote_it(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("What are the fees?"))
    await site.wait_for_texts(1)
    elsewhere = blocks.span("here", link="https://evil.example")
    paragraph = {"type": "paragraph", "spans": [elsewhere, blocks.span("there", link="https://www.bitmex.com/fees")]}
    conversation_id = (await site.conversation()).id

    async with site.database.write() as session:
        conversation = await service.access_conversation(session, conversation_id)
        await service.say(session, site.clock.now(), conversation, "herethere", author="agent", blocks=[paragraph])
    await site.wait_for_texts(2)

    urls = [entity["url"] for entity in site.telegram.chats[7][1].entities]
    assert urls == ["https://www.bitmex.com/fees"]


@pytest.mark.parametrize(
    "lure",
    [
        "evil-bitmex.com",
        "https://evil.net/login?next=bitmex.com",
        "bitmex.com@evil.net",
        "bitmex.com:1@evil.net",
        "bitmex.com.evil.net",
        "bitmex.com\u200bevil.net",
        "http://10.1.2.3/login",
        "help@evil.org",
        "readme.md",
        "去看看evil.com",
        "@bitmex_help",
        "tg://resolve?domain=bitmex_help",
    ],
)
async def test_bare_address_of_elsewhere_is_no_link_in_what_the_bot_says(
    site: TelegramSite, wei: Customer, lure: str
) -> None:
    await site.deliver(wei.write(f"Somebody told me: {lure} - is that yours?"))

    assert await site.wait_for_texts(1) == [f"You wrote: Somebody told me: {lure} - is that yours?"]
    assert [link for link in site.telegram.chats[7][0].links if link != "bitmex.com"] == []


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://www.bitmex.com/app/fees.html?a=1.5#b.c for that.", "https://www.bitmex.com"),
        ("Write to support@bitmex.com.", "support@bitmex.com"),
        ("It is 0.05 %, or 1.5 XBT since 2026.11.01.", None),
    ],
)
async def test_official_address_and_a_number_are_sent_as_they_are(
    site: TelegramSite, wei: Customer, text: str, link: str | None
) -> None:
    await site.deliver(wei.write(text))

    await site.wait_for_texts(1)
    assert site.telegram.chats[7][0].text == f"You wrote: {text}"
    assert site.telegram.chats[7][0].links == ([link] if link else [])


async def test_phrase_or_file_name_of_a_customers_makes_no_link_in_the_bots_words(
    site: TelegramSite, wei: Customer
) -> None:
    visitor = await site.link()
    await ask(visitor, "phrase", phrase="go to evil.com now")

    await site.deliver(wei.write("/verify"), wei.send_file(b"MZ\x90\x00", "evil.com"))
    await site.wait_for_texts(3)

    assert [link for sent in site.telegram.chats[7] for link in sent.links if "evil" in link] == []


async def test_address_an_agent_writes_is_theirs_to_send(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("What are the fees?"))
    await site.wait_for_texts(1)
    conversation_id = (await site.conversation()).id

    async with site.database.write() as session:
        conversation = await service.access_conversation(session, conversation_id)
        await service.say(session, site.clock.now(), conversation, "See https://mempool.example/tx.", author="agent")

    assert (await site.wait_for_texts(2))[1] == "See https://mempool.example/tx."


async def test_sends_and_updates_are_counted(site: TelegramSite, wei: Customer) -> None:
    site.telegram.failures["sendMessage"] = [Refused(429, "Too Many Requests", retry_after=1)]
    update = wei.write("What are the fees?")
    await site.deliver(update, update)
    await retried(site, after=1)
    await site.wait_for_texts(1)
    site.telegram.blocked.add(7)
    await site.deliver(wei.write("/privacy"))
    await site.wait_until_delivered()

    app = create_ops_app(site.app.state.context)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ops") as client:
        counted = (await client.get("/metrics")).text

    for line in (
        'pharos_telegram_updates_total{kind="text"} 2.0',
        'pharos_telegram_updates_total{kind="repeat"} 1.0',
        'pharos_telegram_sends_total{result="sent"} 1.0',
        'pharos_telegram_sends_total{result="limited"} 1.0',
        'pharos_telegram_sends_total{result="blocked"} 1.0',
    ):
        assert line in counted
