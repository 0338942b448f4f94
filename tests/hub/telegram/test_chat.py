"""What a customer meets in a chat: buttons, edits, commands, things that are no text, groups, a blocked bot."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from conversations import service
from conversations.models import Event
from escalation.erasure.models import Erasure
from escalation.models import Ticket
from kit import wire
from tests.fakes.telegram import Customer, FakeTelegram
from tests.hub.telegram.chat import SITE, TelegramSite


async def agent_says(site: TelegramSite, *texts: str) -> None:
    conversation_id = (await site.conversation()).id
    async with site.database.write() as session:
        conversation = await service.access_conversation(session, conversation_id)
        for text in texts:
            await service.say(session, site.clock.now(), conversation, text, author="agent", name="Ana")


async def test_button_is_answered_at_once_and_then_by_the_assistant(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    press = wei.press("Withdrawal limits, please.")

    await site.deliver(press)

    assert site.telegram.answered[press["callback_query"]["id"]] == ""
    assert (await site.wait_for_texts(2))[1] == "The limits are on the withdrawal page."
    await site.wait_until(lambda: not site.telegram.chats[7][0].buttons)
    texts = [text for _audience, author, text in await site.transcript() if author == "customer"]
    assert texts == ["How do I withdraw?", "Withdrawal limits, please."]


async def test_button_tokens_are_short_and_tell_nothing(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)

    tokens = site.telegram.chats[7][0].buttons.values()

    assert all(len(token.encode()) <= 64 and re.fullmatch(r"[\w-]{20,}", token) for token in tokens)


async def test_press_that_comes_again_is_answered_again_and_counts_once(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    press = wei.press("Withdrawal limits, please.")

    await site.deliver(press, press, {**press, "update_id": 9})
    await site.wait_for_texts(2)
    await site.deliver(wei.write("Thanks for that."))

    assert len(site.telegram.called("answerCallbackQuery")) == 3
    assert (await site.wait_for_texts(3))[1:] == [
        "The limits are on the withdrawal page.",
        "You wrote: Thanks for that.",
    ]


async def test_press_may_overtake_a_message(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    message, press = wei.write("And what are the fees?"), wei.press("Withdrawal limits, please.")

    await site.deliver(press, message)

    assert (await site.wait_for_texts(3))[1:] == [
        "The limits are on the withdrawal page.",
        "You wrote: And what are the fees?",
    ]


async def test_unknown_button_is_answered_with_what_to_do(site: TelegramSite, wei: Customer) -> None:
    press = wei.press_token("somebody-elses-token", 3)

    await site.deliver(press)

    assert "no longer works" in site.telegram.answered[press["callback_query"]["id"]]
    assert await site.transcript() == []


async def test_press_whose_answer_fails_counts_all_the_same(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    site.telegram.is_down = True

    await site.deliver(wei.press("Withdrawal limits, please."))

    site.telegram.is_down = False
    site.clock.advance(seconds=5)
    assert (await site.wait_for_texts(2))[1] == "The limits are on the withdrawal page."


async def test_edit_is_noted_for_the_agents_beside_the_old_text_and_starts_no_turn(
    site: TelegramSite, wei: Customer
) -> None:
    message = wei.write("I lost 100 XBT.")
    await site.deliver(message)
    await site.wait_for_texts(1)

    await site.deliver(wei.edit(message, "I lost 10 XBT."), wei.edit(message, "I lost 1 XBT.", at=1_800_000_009))

    assert await site.notes() == [
        "The customer edited an earlier message (number 1). It now reads:\nI lost 10 XBT.",
        "The customer edited an earlier message (number 1). It now reads:\nI lost 1 XBT.",
    ]
    assert ("customer", "customer", "I lost 100 XBT.") in await site.transcript()
    assert "send it again as a new message" in (await site.wait_for_texts(2))[1]
    assert len(site.assistant.requests) == 1


async def test_edit_that_comes_again_or_changes_nothing_is_ignored(site: TelegramSite, wei: Customer) -> None:
    message = wei.write("I lost 100 XBT.")
    edit = wei.edit(message, "I lost 10 XBT.")
    unknown = wei.edit(wei.write("never delivered"), "What is this?")

    await site.deliver(message, edit, {**edit, "update_id": 9}, wei.edit(message, "I lost 10 XBT.", at=1), unknown)

    assert len(await site.notes()) == 1


async def test_address_behind_words_is_seen_by_the_agents(site: TelegramSite, wei: Customer) -> None:
    hidden = {"type": "text_link", "offset": 0, "length": 8, "url": "https://bitrnex.com/login"}
    shown = {**hidden, "url": "is this you"}
    message = wei.message(text="Log in 🚀, is this you?", entities=[hidden, hidden, shown])
    edit = wei.edit(message, "Log in now, is this you?")
    edit["edited_message"]["entities"] = [{**hidden, "url": "https://bitmox.com"}]

    await site.deliver(message, edit, wei.message(text="/start", entities=[{**hidden, "type": "bot_command"}]))

    said = [text for _audience, author, text in await site.transcript() if author == "customer"]
    assert said == ["Log in 🚀, is this you?\nhttps://bitrnex.com/login", "/start"]
    assert "Log in now, is this you?\nhttps://bitmox.com" in (await site.notes())[0]


async def test_secret_in_an_edit_is_masked(site: TelegramSite, wei: Customer) -> None:
    message = wei.write("My password does not work.")

    await site.deliver(message, wei.edit(message, "My password is hunter2butlonger."))

    assert "[removed: secret]" in (await site.notes())[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}, "recordings", id="voice"),
        pytest.param({"location": {"longitude": 1.0, "latitude": 2.0}}, "location", id="location"),
        pytest.param(
            {
                "sticker": {
                    "file_id": "a",
                    "file_unique_id": "b",
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                }
            },
            "only understand text",
            id="sticker",
        ),
        pytest.param({"contact": {"phone_number": "1", "first_name": "W"}}, "only understand text", id="contact"),
    ],
)
async def test_what_cannot_be_read_gets_a_sentence_and_a_line_in_the_transcript(
    site: TelegramSite, wei: Customer, content: dict[str, object], said: str
) -> None:
    await site.deliver(wei.message(**content))

    assert said in (await site.wait_for_texts(1))[0]
    assert (await site.transcript())[0] == ("customer", "customer", f"[{next(iter(content))}]")
    assert site.assistant.requests == []


@pytest.mark.parametrize(
    ("command", "intent"),
    [("/help", "capabilities"), ("/human", "human_request"), ("/status@pharos_test_bot", "ticket_status")],
)
async def test_command_reaches_the_assistant_as_what_it_means(
    site: TelegramSite, wei: Customer, command: str, intent: str
) -> None:
    await site.deliver(wei.write(command))

    assert await site.wait_for_texts(1) == [f"You wrote: {intent}"]
    assert site.assistant.requests[0].payload == wire.Payload(intent)
    assert (await site.transcript())[0][2] == command


async def test_command_that_comes_again_is_answered_once(site: TelegramSite, wei: Customer) -> None:
    command = wei.write("/privacy")

    await site.deliver(command, command, {**command, "update_id": 9}, wei.write("/start"))

    assert len(await site.wait_for_texts(2)) == 2
    await site.wait_until_delivered()
    assert len(site.telegram.texts()) == 2


async def test_start_says_who_this_is_and_that_it_never_asks_for_secrets(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("/start"))

    assert "never ask for passwords, codes, keys or funds" in (await site.wait_for_texts(1))[0]


async def test_first_words_are_in_the_language_of_the_customers_app(site: TelegramSite) -> None:
    await site.deliver(site.telegram.customer(8, "zh-hans").write("/privacy"))

    assert "保存" in (await site.wait_for_texts(1, chat_id=8))[0]


async def test_language_that_is_chosen_counts_for_the_channel_and_the_assistant(
    site: TelegramSite, wei: Customer
) -> None:
    await site.deliver(wei.write("/language"))
    await site.wait_for_texts(1)

    await site.deliver(wei.press("中文"))
    await site.wait_for_texts(2)
    await site.deliver(wei.write("/privacy"))

    assert site.assistant.requests[0].payload == wire.Payload("set_slot", {"slot": "language", "value": "zh"})
    assert "保存" in (await site.wait_for_texts(3))[2]


async def test_conversation_is_erased_once_that_is_confirmed(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("I live in Main Street."), wei.write("/delete"))
    await site.wait_for_texts(2)

    await site.deliver(wei.press("Yes, erase it"))

    assert "This conversation is erased" in (await site.wait_for_texts(3))[2]
    async with site.database.read() as session:
        kept = (await session.execute(select(Event.data))).scalars().all()
    assert not [data for data in kept if "Main Street" in str(data)]


async def test_open_case_delays_the_erasure_that_was_asked_for(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("I want a person."))
    await site.wait_for_texts(1)
    await site.deliver(wei.write("/delete"))
    await site.wait_for_texts(2)

    await site.deliver(wei.press("Yes, erase it"))

    said = (await site.wait_for_texts(3))[2]
    async with site.database.read() as session:
        ticket = (await session.execute(select(Ticket))).scalar_one()
        waiting = (await session.execute(select(Erasure))).scalar_one()
    assert ticket.number in said
    assert (waiting.is_own, waiting.done_at) == (True, None)


async def test_erasure_that_is_not_confirmed_changes_nothing(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("/delete"))
    await site.wait_for_texts(1)

    await site.deliver(wei.press("No, keep it"))

    assert (await site.wait_for_texts(2))[1] == "Nothing was changed."
    assert (await site.conversation()).holder == "bot"


async def test_verify_cannot_prove_itself_in_a_chat_that_is_not_linked(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("/verify"))

    said = (await site.wait_for_texts(1))[0]
    assert "cannot prove" in said
    assert SITE in said


async def test_bot_leaves_groups_politely(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    group = {"id": -100, "type": "group", "title": "Traders"}
    update = wei.message(text="hello bot")
    update["message"]["chat"] = group

    await site.deliver(update, update)

    await site.wait_until(lambda: len(telegram.left) > 0)
    conversations = await site.conversations()
    await site.deliver(wei.write("/privacy"))
    await site.wait_for_texts(1)
    assert telegram.left == [-100]
    assert "private chats" in telegram.texts(-100)[0]
    assert conversations == []


async def test_agents_are_told_once_that_the_customer_blocked_the_bot(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("What is funding?"))
    await site.wait_for_texts(1)
    site.telegram.blocked.add(7)

    await agent_says(site, "Are you there?", "Hello?")
    await site.wait_until_delivered()

    assert len(site.telegram.called("sendMessage")) == 3
    blocked = "The customer cannot be reached on Telegram: they blocked the bot or closed the account."
    assert await site.notes() == [blocked]
    assert (await site.chat()).unreachable_at is not None


async def test_customer_who_comes_back_is_reachable_again(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("What is funding?"))
    await site.wait_for_texts(1)
    await site.deliver(wei.block(), wei.unblock())

    await site.deliver(wei.write("Here I am again."))

    assert (await site.wait_for_texts(2))[1] == "You wrote: Here I am again."
    assert (await site.chat()).unreachable_at is None
    assert (await site.notes())[-1] == "The customer can be reached on Telegram again."


async def test_messages_of_an_agent_carry_their_name(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("I want a person."))
    await site.wait_for_texts(1)

    await agent_says(site, "Hello, how can I help?")

    assert (await site.wait_for_texts(2))[1] == "Ana\nHello, how can I help?"
