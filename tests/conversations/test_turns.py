"""One turn at a time, each message answered once: claims, fences, epochs, batches and failures."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from conversations import repository
from conversations.database import Database
from conversations.domain import LEASE_DURATION, MAX_DISCARDS, Claim, StaleTurn, Superseded, must_fail_over
from kit.clock import ManualClock
from tests.conversations.record import Record, button, open_record, reply


@pytest.fixture
async def record(database: Database, clock: ManualClock) -> Record:
    return await open_record(database, clock)


async def test_nothing_waiting_is_nothing_to_claim(record: Record) -> None:
    assert await record.claim() is None


async def test_claim_carries_the_conversation_as_it_is(record: Record) -> None:
    await record.receive("how do I withdraw funds?")

    claim = await record.claimed("worker-1")

    assert (claim.owner, claim.fence, claim.epoch, claim.holder) == ("worker-1", 1, 0, "bot")
    assert (claim.locale, claim.timezone, claim.customer_id, claim.state) == ("en", "UTC", None, None)
    assert claim.text == "how do I withdraw funds?"


async def test_commit_stores_messages_state_and_trace_and_ends_the_wait(record: Record) -> None:
    await record.receive("how do I withdraw funds?")

    turn_id = await record.commit(await record.claimed(), reply("First.", "Second."))

    assert await record.texts("bot") == ["First.", "Second."]
    assert await record.claim() is None
    turn = await record.turn(turn_id)
    assert turn is not None
    assert (turn.outcome, turn.trace) == ("answer", {"gate": {}})
    assert {event["data"].get("turn_id") for event in (await record.events())[1:]} == {turn_id}


async def test_next_turn_starts_from_the_state_the_last_one_left(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.answer(reply("So."))

    await record.receive("how do I deposit them again?")

    assert (await record.claimed()).state == {"turns": 1}


async def test_second_claimer_is_told_when_to_come_back(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.claimed("worker-1")

    assert await record.claim("worker-2") == record.clock.now() + LEASE_DURATION


async def test_twenty_claimers_at_once_get_one_claim(record: Record) -> None:
    await record.receive("how do I withdraw funds?")

    claims = await asyncio.gather(*(record.claim(f"worker-{number}") for number in range(20)))

    assert sum(isinstance(claim, Claim) for claim in claims) == 1
    assert {claim for claim in claims if not isinstance(claim, Claim)} == {record.clock.now() + LEASE_DURATION}


async def test_expired_lease_is_taken_over_and_the_late_reply_is_dropped(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    late = await record.claimed("worker-1")
    record.clock.advance(seconds=LEASE_DURATION.total_seconds())

    taken = await record.claimed("worker-2")
    with pytest.raises(StaleTurn):
        await record.commit(late, reply("Late."))
    await record.commit(taken, reply("In time."))

    assert taken.fence > late.fence
    assert await record.texts("bot") == ["In time."]


async def test_late_reply_is_dropped_after_the_other_has_answered_too(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    late = await record.claimed("worker-1")
    record.clock.advance(seconds=LEASE_DURATION.total_seconds())
    await record.commit(await record.claimed("worker-2"), reply("In time."))

    with pytest.raises(StaleTurn):
        await record.commit(late, reply("Late."))

    assert await record.texts("bot") == ["In time."]


async def test_late_worker_of_the_same_name_is_told_apart_by_its_fence(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    late = await record.claimed("worker")
    record.clock.advance(seconds=LEASE_DURATION.total_seconds())
    await record.claimed("worker")

    with pytest.raises(StaleTurn):
        await record.commit(late)


async def test_fence_never_repeats(record: Record) -> None:
    fences = []
    for number in range(3):
        await record.receive(f"question number {number}, please?")
        claim = await record.claimed()
        await record.commit(claim)
        fences.append(claim.fence)

    assert fences == [1, 2, 3]


async def test_reply_is_dropped_when_an_agent_took_over_meanwhile(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    claim = await record.claimed()
    await record.set_holder("agent", name="Mei")

    with pytest.raises(StaleTurn):
        await record.commit(claim, reply("Late."))

    assert await record.texts("bot") == []


async def test_reply_is_dropped_although_the_bot_has_the_conversation_again(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    claim = await record.claimed()
    await record.set_holder("agent", name="Mei")
    await record.set_holder("bot")

    with pytest.raises(StaleTurn):
        await record.commit(claim, reply("Late."))


async def test_message_to_an_agent_makes_no_turn(record: Record) -> None:
    await record.set_holder("agent", name="Mei")
    await record.receive("are you there, Mei?")

    assert await record.claim() is None
    assert await record.waiting() == []
    await record.set_holder("bot")
    assert await record.claim() is None


async def test_message_in_the_queue_still_makes_a_turn(record: Record) -> None:
    await record.set_holder("queue")
    await record.receive("how do I withdraw funds?")

    assert (await record.claimed()).holder == "queue"


async def test_return_to_the_bot_is_a_fresh_dialogue(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.answer(reply("Which?", buttons=[button("Limits of withdrawals, please", "choose_article")]))

    await record.set_holder("agent", name="Mei")
    await record.set_holder("bot")

    await record.receive("Limits of withdrawals, please")
    claim = await record.claimed()
    assert (claim.state, claim.payload, claim.epoch) == (None, None, 2)


async def test_holder_changes_are_events(record: Record) -> None:
    await record.set_holder("agent", name="Mei")
    await record.set_holder("agent", name="Mei")

    events = await record.events()

    assert [event["type"] for event in events] == ["conversation.holder_changed"]
    assert events[0]["data"] == {"holder": "agent", "name": "Mei"}


async def test_message_before_the_commit_supersedes_the_reply_and_one_turn_answers_both(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    claim = await record.claimed()
    await record.receive("to a new address, that is.")

    with pytest.raises(Superseded):
        await record.commit(claim, reply("Too early."))
    extended = await record.extend(claim)
    await record.commit(extended, reply("Both."))

    assert extended.text == "how do I withdraw funds?\nto a new address, that is."
    assert await record.texts("bot") == ["Both."]
    assert await record.waiting() == []


async def test_reply_is_discarded_twice_at_most(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    claim = await record.claimed()
    for number in range(MAX_DISCARDS):
        await record.receive(f"and another thing, number {number}!")
        with pytest.raises(Superseded):
            await record.commit(claim)
        claim = await record.extend(claim)
    await record.receive("and one more after that!")

    await record.commit(claim, reply("At last."))

    assert MAX_DISCARDS == 2
    assert await record.texts("bot") == ["At last."]
    assert await record.waiting() == ["and one more after that!"]
    assert (await record.claimed()).text == "and one more after that!"


async def test_extending_renews_the_lease(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    claim = await record.claimed()
    record.clock.advance(seconds=10)

    await record.extend(claim)

    record.clock.advance(seconds=10)
    assert await record.claim("worker-2") == record.clock.now() + LEASE_DURATION - timedelta(seconds=10)


async def test_lost_claim_cannot_be_extended(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    late = await record.claimed("worker-1")
    record.clock.advance(seconds=LEASE_DURATION.total_seconds())
    await record.claimed("worker-2")

    with pytest.raises(StaleTurn):
        await record.extend(late)


async def test_button_pressed_meanwhile_does_not_supersede_a_text(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    (event,) = await record.answer(reply("Which?", buttons=[button("Limits", "choose_article")]))
    await record.receive("what is the funding rate?")
    claim = await record.claimed()
    await record.receive(button=event["data"]["buttons"][0]["token"])

    await record.commit(claim, reply("Funding."))

    assert await record.texts("bot") == ["Which?", "Funding."]
    assert (await record.claimed()).payload is not None


async def test_text_sent_meanwhile_does_not_supersede_a_button(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    (event,) = await record.answer(reply("Which?", buttons=[button("Limits", "choose_article")]))
    await record.receive(button=event["data"]["buttons"][0]["token"])
    claim = await record.claimed()
    await record.receive("what is the funding rate?")

    await record.commit(claim, reply("Limits."))

    assert (await record.claimed()).text == "what is the funding rate?"


async def test_texts_go_together_and_a_button_alone_after_them(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    (event,) = await record.answer(reply("Which?", buttons=[button("Limits", "choose_article")]))
    await record.receive("hm")
    await record.receive("wait")
    await record.receive(button=event["data"]["buttons"][0]["token"])
    await record.receive("did that work for you?")

    texts = []
    for _ in range(3):
        claim = await record.claimed()
        texts.append(claim.text or claim.payload)
        await record.commit(claim)

    assert [getattr(text, "intent", text) for text in texts] == [
        "hm\nwait",
        "choose_article",
        "did that work for you?",
    ]


async def test_fragment_is_claimed_when_nothing_more_comes(record: Record) -> None:
    await record.receive("my withdrawal")
    arrived = record.clock.now()

    assert await record.claim() == arrived + timedelta(seconds=0.8)
    record.clock.advance(seconds=0.79)
    assert isinstance(await record.claim(), datetime)
    record.clock.advance(seconds=0.01)
    assert (await record.claimed()).text == "my withdrawal"


async def test_rest_of_the_sentence_ends_the_wait_of_a_fragment(record: Record) -> None:
    await record.receive("my withdrawal")
    await record.receive("has not arrived since yesterday")

    assert (await record.claimed()).text == "my withdrawal\nhas not arrived since yesterday"


@pytest.mark.parametrize("text", ["how do I withdraw", "withdraw?", "我的提现没到账", "提现？"])
async def test_complete_message_is_claimed_at_once(record: Record, text: str) -> None:
    await record.receive(text)

    assert (await record.claimed()).text == text


async def test_failed_turn_is_tried_again_later_and_later(record: Record) -> None:
    await record.receive("how do I withdraw funds?")

    waits = []
    for _ in range(5):
        await record.give_up(await record.claimed(), counts=True)
        again = await record.claim()
        assert isinstance(again, datetime)
        waits.append((again - record.clock.now()).total_seconds())
        record.clock.advance(seconds=waits[-1])

    assert waits == [0.5, 1.0, 2.0, 4.0, 4.0]


async def test_third_failure_of_a_ready_worker_is_for_people(record: Record) -> None:
    await record.receive("how do I withdraw funds?")

    verdicts = []
    for _ in range(3):
        claim = await record.claimed()
        verdicts.append(must_fail_over(claim.batch, record.clock.now()))
        await record.give_up(claim, counts=True)
        record.clock.advance(seconds=4)

    assert verdicts == [False, False, False]
    assert must_fail_over((await record.claimed()).batch, record.clock.now())


async def test_absent_workers_do_not_count_as_failures_until_a_minute_is_over(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    for _ in range(10):
        await record.give_up(await record.claimed(), counts=False)
        record.clock.advance(seconds=4)

    assert not must_fail_over((await record.claimed()).batch, record.clock.now())
    record.clock.advance(seconds=20)
    assert must_fail_over((await record.claimed("worker-2")).batch, record.clock.now())


async def test_new_message_joins_the_failed_one_and_its_wait(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.give_up(await record.claimed(), counts=True)
    await record.receive("hello, is anybody there?")

    record.clock.advance(seconds=0.5)

    claim = await record.claimed()
    assert [message.attempts for message in claim.batch] == [1, 0]


async def test_restarted_store_lets_waiting_messages_be_claimed_at_once(record: Record) -> None:
    await record.receive("how do I withdraw funds?")
    await record.claimed("worker that died")

    async with record.database.write() as session:
        await repository.expire_leases(session, record.clock.now())

    assert (await record.claimed()).fence == 2


async def test_conversations_waiting_come_longest_wait_first(database: Database, clock: ManualClock) -> None:
    records = []
    for _ in range(3):
        records.append(await open_record(database, clock))
        await records[-1].receive("how do I withdraw funds?")
        clock.advance(seconds=1)
    await records[1].answer(reply("So."))

    async with database.read() as session:
        waiting = await repository.conversations_waiting(session)

    assert list(waiting) == [records[0].id, records[2].id]
