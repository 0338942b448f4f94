"""What customers send: stored once, in order, without their secrets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from conversations import service
from conversations.database import Database
from conversations.domain import ClientIdReused, Incoming
from conversations.models import Inbox
from kit.clock import ManualClock
from kit.errors import InvalidRequest, NotFound, NotSignedIn
from tests.conversations.record import Record, button, dump, open_record, reply

SEED = "abandon ability able about above absent absorb abstract absurd abuse access accident"
SECRETS = [
    pytest.param(SEED, id="seed-phrase"),
    pytest.param("my api secret: Zx9-kQ27plmN44tyu", id="named-secret"),
    pytest.param("my password is hunter2", id="password"),
    pytest.param("card 4111 1111 1111 1111 was charged", id="card"),
    pytest.param("我的密码是 qwe123RT", id="chinese-password"),
]
FRAGMENTS = {"abandon ability", "Zx9-kQ27plmN44tyu", "hunter2", "4111 1111", "qwe123RT"}


@pytest.fixture
async def record(database: Database, clock: ManualClock) -> Record:
    return await open_record(database, clock)


async def test_event_ids_rise_by_one_from_the_first_message(record: Record) -> None:
    received = [(await record.receive(f"message {number}"))[0] for number in range(3)]

    assert [each.event_id for each in received] == [1, 2, 3]
    assert [event["id"] for event in await record.events()] == [1, 2, 3]


async def test_stored_message_reads_back_as_it_was_typed(record: Record) -> None:
    typed = "  /restart \U0001f600 你好\n" + "x" * 100

    await record.receive(typed, client_id="c-1")

    (event,) = await record.events()
    assert event["type"] == "message.created"
    assert event["data"] == {"author": "customer", "text": typed, "client_id": "c-1"}


async def test_ids_of_two_conversations_do_not_mix(database: Database, clock: ManualClock) -> None:
    first, second = await open_record(database, clock), await open_record(database, clock)
    await first.receive("one", client_id="same")
    await first.receive("two")

    received, _ = await second.receive("one", client_id="same")

    assert received.event_id == 1
    assert received.is_new


async def test_same_id_again_is_the_same_event(record: Record) -> None:
    first, _ = await record.receive("where is it?", client_id="c-1")
    await record.receive("hello?", client_id="c-2")

    again, _ = await record.receive("where is it?", client_id="c-1")

    assert (first.is_new, again.is_new) == (True, False)
    assert again.event_id == first.event_id
    assert len(await record.events()) == 2


async def test_same_id_with_other_text_is_refused(record: Record) -> None:
    await record.receive("where is it?", client_id="c-1")

    with pytest.raises(ClientIdReused):
        await record.receive("where is it", client_id="c-1")

    assert await record.texts("customer") == ["where is it?"]


async def test_repeat_stays_a_repeat_after_the_message_was_answered(record: Record) -> None:
    await record.receive("where is it?", client_id="c-1")
    await record.answer(reply("Here."))

    again, _ = await record.receive("where is it?", client_id="c-1")

    assert not again.is_new
    assert await record.waiting() == []


@pytest.mark.parametrize("text", SECRETS)
async def test_secret_reaches_no_column(record: Record, text: str) -> None:
    _, kinds = await record.receive(text)

    assert kinds
    assert "[removed: " in (await record.texts("customer"))[0]
    everything = await dump(record.database)
    assert [fragment for fragment in FRAGMENTS if fragment in everything] == []


async def test_secret_announced_by_the_message_before_reaches_no_column(record: Record) -> None:
    await record.receive("my password is")

    _, kinds = await record.receive("hunter2")

    assert kinds == ["secret"]
    assert "hunter2" not in await dump(record.database)


@pytest.mark.parametrize("text", SECRETS)
async def test_masked_message_repeats_although_others_came_between(record: Record, text: str) -> None:
    first, _ = await record.receive(text, client_id="c-1")
    await record.receive("did you get it?")

    again, _ = await record.receive(text, client_id="c-1")

    assert not again.is_new
    assert again.event_id == first.event_id


async def test_announced_secret_repeats_although_others_came_between(record: Record) -> None:
    await record.receive("my password is", client_id="c-1")
    first, _ = await record.receive("hunter2", client_id="c-2")
    await record.receive("did you get it?", client_id="c-3")

    again, _ = await record.receive("hunter2", client_id="c-2")

    assert (again.event_id, again.is_new) == (first.event_id, False)


async def test_harmless_message_repeats_although_a_secret_was_announced_since(record: Record) -> None:
    first, _ = await record.receive("hunter2", client_id="c-1")
    await record.receive("my password is", client_id="c-2")

    again, _ = await record.receive("hunter2", client_id="c-1")

    assert (again.event_id, again.is_new) == (first.event_id, False)


async def test_transaction_hash_is_kept(record: Record) -> None:
    text = "tx " + "0f" * 32

    _, kinds = await record.receive(text)

    assert kinds == []
    assert await record.texts("customer") == [text]


async def test_button_is_stored_as_its_label_and_means_its_payload(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    (event,) = await record.answer(reply("Which?", buttons=[button("Limits", "choose_article", article_id="a")]))
    (offered,) = event["data"]["buttons"]
    assert set(offered) == {"token", "label"}

    await record.receive(button=offered["token"])

    assert (await record.texts("customer"))[-1] == "Limits"
    claim = await record.claimed()
    assert claim.payload is not None
    assert (claim.payload.intent, claim.payload.entities) == ("choose_article", {"article_id": "a"})


async def test_typed_label_counts_as_its_button(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.answer(reply("Which?", buttons=[button("Talk to a person", "human_request")]))

    await record.receive("  talk TO a person ")

    claim = await record.claimed()
    assert claim.payload is not None
    assert claim.payload.intent == "human_request"
    assert (await record.texts("customer"))[-1] == "  talk TO a person "


async def test_label_of_an_older_turn_is_plain_text(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.answer(reply("Which?", buttons=[button("Limits and how they work", "choose_article")]))
    await record.receive("what is funding?")
    await record.answer(reply("A payment."))

    await record.receive("Limits and how they work")

    assert (await record.claimed()).payload is None


async def test_older_button_still_means_what_it_said(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    (event,) = await record.answer(reply("Which?", buttons=[button("Limits", "choose_article")]))
    await record.receive("what is funding?")
    await record.answer(reply("A payment."))

    await record.receive(button=event["data"]["buttons"][0]["token"])

    assert (await record.claimed()).payload is not None


async def test_button_of_another_conversation_is_refused(database: Database, clock: ManualClock) -> None:
    first, second = await open_record(database, clock), await open_record(database, clock)
    await first.receive("how do I withdraw funds?")
    (event,) = await first.answer(reply("Which?", buttons=[button("Limits", "choose_article")]))

    with pytest.raises(InvalidRequest):
        await second.receive(button=event["data"]["buttons"][0]["token"])

    assert await second.events() == []


async def test_button_pressed_twice_with_one_id_is_one_message(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    (event,) = await record.answer(reply("Which?", buttons=[button("Limits", "choose_article")]))
    token = event["data"]["buttons"][0]["token"]
    first, _ = await record.receive(button=token, client_id="c-2")

    again, _ = await record.receive(button=token, client_id="c-2")
    with pytest.raises(ClientIdReused):
        await record.receive("Limits", client_id="c-2")

    assert (again.event_id, again.is_new) == (first.event_id, False)


async def test_message_for_no_conversation_is_refused(database: Database, clock: ManualClock) -> None:
    async with database.write() as session:
        with pytest.raises(NotFound):
            await service.receive(session, clock.now(), Incoming("web", "x:1", "nowhere", "hi"))


async def test_twenty_messages_at_once_are_all_stored_in_one_order(record: Record) -> None:
    received = await asyncio.gather(*(record.receive(f"message {number}") for number in range(20)))

    assert sorted(each.event_id for each, _ in received) == list(range(1, 21))
    stored = {event["id"]: event["data"]["text"] for event in await record.events()}
    assert stored == {each.event_id: f"message {number}" for number, (each, _) in enumerate(received)}


async def test_one_message_sent_twenty_times_at_once_is_stored_once(record: Record) -> None:
    received = await asyncio.gather(*(record.receive("where is it?", client_id="c-1") for _ in range(20)))

    assert sorted(each.is_new for each, _ in received) == [False] * 19 + [True]
    assert {each.event_id for each, _ in received} == {1}
    assert len(await record.events()) == 1
    async with record.database.read() as session:
        assert (await session.execute(select(func.count()).select_from(Inbox))).scalar_one() == 1


async def test_conversations_receive_side_by_side(database: Database, clock: ManualClock) -> None:
    records = [await open_record(database, clock) for _ in range(10)]

    await asyncio.gather(*(record.receive(f"message {n}") for n in range(2) for record in records))

    for record in records:
        assert [event["id"] for event in await record.events()] == [1, 2]
        assert sorted(await record.texts("customer")) == ["message 0", "message 1"]


async def test_failing_transaction_leaves_nothing(record: Record) -> None:
    incoming = Incoming("web", f"{record.id}:c-1", record.id, "hello there, anybody home?")

    with pytest.raises(RuntimeError):
        async with record.database.write() as session:
            await service.receive(session, record.clock.now(), incoming)
            raise RuntimeError("the power went")

    assert await record.events() == []
    received, _ = await record.receive(incoming.text, client_id="c-1")
    assert (received.event_id, received.is_new) == (1, True)


async def test_token_signs_in_until_thirty_days_after_its_last_use(record: Record) -> None:
    async def sign_in() -> Any:
        async with record.database.read() as session:
            return (await service.sign_in(session, record.clock.now(), record.token)).id

    record.clock.advance(days=29)
    async with record.database.write() as session:
        await service.extend_token(session, record.clock.now(), record.id)
    record.clock.advance(days=29, hours=23)
    assert await sign_in() == record.id

    record.clock.advance(hours=1)
    with pytest.raises(NotSignedIn):
        await sign_in()


async def test_token_is_not_stored(record: Record) -> None:
    assert record.token not in await dump(record.database)
