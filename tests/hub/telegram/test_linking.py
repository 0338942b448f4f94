"""A chat becomes a customer's only by a code from the website, and only such a chat shows their phrase."""

from __future__ import annotations

import pytest

from conversations import service
from hub.channels.telegram import repository
from kit import wire
from tests.conversations.record import dump
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import NAME, Customer
from tests.hub.telegram.chat import SITE, TelegramSite, ask


@pytest.fixture
def assistant(assistant: FakeAssistant) -> FakeAssistant:
    assistant.answers["ticket_status"] = wire.TurnReply([wire.BotMessage("It is open.")], "ticket_status", {}, {})
    return assistant


async def _say(site: TelegramSite, conversation_id: str, text: str) -> None:
    async with site.database.write() as session:
        conversation = await service.access_conversation(session, conversation_id)
        await service.say(session, site.clock.now(), conversation, text, author="agent", name="Ana")


async def test_code_links_the_chat_by_one_tap(site: TelegramSite, wei: Customer) -> None:
    visitor = await site.customer_of_website()

    made = (await ask(visitor, "code")).json()
    await site.deliver(wei.write(f"/start {made['code']}"))

    assert made["url"] == f"https://t.me/{NAME}?start={made['code']}"
    assert "now linked to your account" in (await site.wait_for_texts(1))[0]
    assert (await site.conversation()).customer_id == "customer-7"


@pytest.mark.parametrize("how", [str, str.lower, lambda code: f" {code[:4]}-{code[4:]} "])
async def test_code_may_be_typed(site: TelegramSite, wei: Customer, how: type[str]) -> None:
    code = (await ask(await site.customer_of_website(), "code")).json()["code"]

    await site.deliver(wei.write(how(code)))

    assert "now linked" in (await site.wait_for_texts(1))[0]
    assert code not in await dump(site.database)


async def test_code_works_once(site: TelegramSite) -> None:
    code = (await ask(await site.customer_of_website(), "code")).json()["code"]

    await site.deliver(site.telegram.customer(7).write(f"/start {code}"))
    await site.deliver(site.telegram.customer(8).write(f"/start {code}"))

    assert "not valid" in (await site.wait_for_texts(1, chat_id=8))[0]
    assert (await site.conversation(8)).customer_id is None


async def test_code_expires_after_ten_minutes(site: TelegramSite, wei: Customer) -> None:
    code = (await ask(await site.customer_of_website(), "code")).json()["code"]
    site.clock.advance(minutes=10)

    await site.deliver(wei.write(f"/start {code}"))

    assert "not valid" in (await site.wait_for_texts(1))[0]


async def test_new_code_voids_the_one_before(site: TelegramSite, wei: Customer) -> None:
    visitor = await site.customer_of_website()
    old = (await ask(visitor, "code")).json()["code"]
    await ask(visitor, "code")

    await site.deliver(wei.write(f"/start {old}"))

    assert "not valid" in (await site.wait_for_texts(1))[0]


async def test_eight_letters_that_are_no_code_are_text(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("transfer"))
    site.clock.advance(seconds=1)

    assert await site.wait_for_texts(1) == ["You wrote: transfer"]


async def test_guessing_codes_ends(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(*(wei.write(f"/start 2345678{letter}") for letter in "ABCDEFGHJKMNPQRSTVWX"))
    code = (await ask(await site.customer_of_website(), "code")).json()["code"]

    await site.deliver(wei.write(f"/start {code}"))

    assert "not valid" in (await site.wait_for_texts(21))[20]
    assert (await site.conversation()).customer_id is None


async def test_code_typed_after_too_many_tries_is_a_bad_one_and_is_stored_nowhere(
    site: TelegramSite, wei: Customer
) -> None:
    await site.deliver(*(wei.write(f"/start 2345678{letter}") for letter in "ABCDEFGHJKMNPQRSTVWX"))
    code = (await ask(await site.customer_of_website(), "code")).json()["code"]

    await site.deliver(wei.write(code))

    assert "not valid" in (await site.wait_for_texts(21))[20]
    assert (await site.conversation()).customer_id is None
    assert code not in await dump(site.database)
    assert site.assistant.requests == []


@pytest.mark.parametrize("what", ["code", "phrase", "unlink"])
async def test_only_who_is_logged_in_can_link(site: TelegramSite, what: str) -> None:
    anonymous = await site.visit()

    assert (await ask(anonymous, what, phrase="blue whale")).status_code == 403


async def test_linked_chat_hears_of_the_customers_tickets_and_the_website_of_the_chats(
    site: TelegramSite, wei: Customer
) -> None:
    visitor = await site.link()
    await visitor.write("My deposit is missing.")
    await visitor.wait_for_type("ticket.opened")
    await site.deliver(wei.write("I want a person."))
    await site.wait_for_texts(2)

    await site.deliver(wei.write("/status"))
    await site.wait_for_texts(3)

    told = site.assistant.requests[-1].customer
    assert told.verified
    assert {brief.case for brief in told.tickets} == {"missing_deposit", "human_request"}


async def test_what_was_said_before_linking_stays_out_of_the_accounts_history(
    site: TelegramSite, wei: Customer
) -> None:
    await site.deliver(wei.write("What is funding?"))
    await site.wait_for_texts(1)
    before = await site.conversation()

    await site.link()

    after = await site.conversation()
    assert (before.id != after.id, after.customer_id) == (True, "customer-7")
    assert "continues there in a new conversation" in (await site.notes(conversation_id=before.id))[0]
    assert all("funding" not in text for _audience, _author, text in await site.transcript())


async def test_answer_under_way_when_the_chat_is_linked_still_arrives(site: TelegramSite, wei: Customer) -> None:
    site.assistant.may_answer.clear()
    await site.deliver(wei.write("What is funding?"))
    await site.wait_until_asked()
    await site.link()

    site.assistant.may_answer.set()

    assert "You wrote: What is funding?" in await site.wait_for_texts(2)


async def test_conversation_that_people_have_goes_on_and_is_verified(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("My deposit is missing."))
    await site.wait_for_texts(1)
    before = await site.conversation()

    await site.link()

    after = await site.conversation()
    assert (after.id, after.customer_id) == (before.id, "customer-7")


async def test_unlinked_chat_begins_anew_and_nothing_of_the_customer_reaches_it(
    site: TelegramSite, wei: Customer
) -> None:
    await site.link()
    old = await site.conversation()

    await site.deliver(wei.write("/unlink"))
    await site.wait_for_texts(2)
    await _say(site, old.id, "Your balance is 7 XBT.")
    await site.deliver(wei.write("Is anybody there?"))

    assert (await site.conversation()).customer_id is None
    assert (await site.wait_for_texts(3))[1:] == [
        "This chat is no longer linked to an account. We begin a new conversation.",
        "You wrote: Is anybody there?",
    ]
    await site.wait_until_noted(old.id, "no longer belongs to this conversation")


async def test_website_can_unlink_every_chat(site: TelegramSite) -> None:
    visitor = await site.link(7)
    await site.link(8)
    await site.link(9, "customer-9")

    answer = await ask(visitor, "unlink")

    assert answer.json() == {"unlinked_chats": 2}
    assert [(await site.conversation(chat)).customer_id for chat in (7, 8, 9)] == [None, None, "customer-9"]
    assert "no longer linked" in (await site.wait_for_texts(2, chat_id=8))[1]


async def test_chat_that_is_linked_to_another_customer_shares_nothing(site: TelegramSite) -> None:
    await site.link(7, "customer-7")
    first = await site.conversation()
    await site.link(7, "customer-9")

    second = await site.conversation()
    assert (first.id != second.id, second.customer_id) == (True, "customer-9")
    async with site.database.read() as session:
        assert await repository.chat_of(session, first.id) is None


async def test_phrase_is_shown_in_the_linked_chat_only(site: TelegramSite, wei: Customer) -> None:
    visitor = await site.link()
    await ask(visitor, "phrase", phrase="blue whale at noon")
    stranger = site.telegram.customer(8)

    await site.deliver(wei.write("/verify"), stranger.write("/verify"))

    assert "blue whale at noon" in (await site.wait_for_texts(2))[1]
    said = (await site.wait_for_texts(1, chat_id=8))[0]
    assert "blue whale" not in said
    assert "cannot prove here" in said
    assert SITE in said


async def test_unlinked_chat_no_longer_shows_the_phrase(site: TelegramSite, wei: Customer) -> None:
    visitor = await site.link()
    await ask(visitor, "phrase", phrase="blue whale at noon")

    await site.deliver(wei.write("/unlink"), wei.write("/verify"))

    assert "cannot prove" in (await site.wait_for_texts(3))[2]


async def test_linked_chat_without_a_phrase_says_where_to_set_one(site: TelegramSite, wei: Customer) -> None:
    await site.link()

    await site.deliver(wei.write("/verify"))

    assert "no phrase is set" in (await site.wait_for_texts(2))[1]


async def test_website_shows_what_is_linked_but_not_the_phrase(site: TelegramSite) -> None:
    visitor = await site.link()
    await ask(visitor, "phrase", phrase="blue whale at noon")

    shown = await visitor.client.get(f"{visitor.path}/telegram", headers=visitor.headers)

    assert shown.json() == {"bot": NAME, "linked_chats": 1, "has_phrase": True}


@pytest.mark.parametrize("phrase", ["abc", "   a   ", "x" * 65, "two\nlines", "password: hunter2butlonger"])
async def test_phrase_that_will_not_do_is_refused(site: TelegramSite, phrase: str) -> None:
    visitor = await site.customer_of_website()

    assert (await ask(visitor, "phrase", phrase=phrase)).status_code == 422
