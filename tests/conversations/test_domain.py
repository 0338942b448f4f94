"""The rules of turn-taking, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversations.domain import (
    FRAGMENT_WAIT,
    Claim,
    Waiting,
    must_fail_over,
    next_batch,
    ready_at,
    retry_delay,
)
from kit import wire

START = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
BUTTON = {"intent": "affirm", "entities": {}}


def waiting(
    *texts: str | dict[str, Any], attempts: int = 0, retry_at: datetime | None = None, at: datetime = START
) -> list[Waiting]:
    """Messages as they wait, in order; a dictionary is a button's payload."""
    return [
        Waiting(
            inbox_id=number,
            event_id=number,
            text=text if isinstance(text, str) else "label",
            payload=None if isinstance(text, str) else text,
            received_at=at,
            attempts=attempts,
            retry_at=retry_at,
        )
        for number, text in enumerate(texts, start=1)
    ]


def claim_of(batch: list[Waiting]) -> Claim:
    return Claim(
        conversation_id="c",
        owner="o",
        fence=1,
        epoch=0,
        holder="bot",
        locale="en",
        timezone="UTC",
        customer_id=None,
        state=None,
        batch=batch,
    )


@pytest.mark.parametrize(
    ("messages", "length"),
    [
        pytest.param(["one"], 1, id="a-text"),
        pytest.param(["one", "two", "three"], 3, id="texts-go-together"),
        pytest.param(["one", "two", BUTTON, "three"], 2, id="texts-stop-before-a-button"),
        pytest.param([BUTTON, "one"], 1, id="a-button-goes-alone"),
        pytest.param([BUTTON, BUTTON], 1, id="each-button-is-a-turn"),
        pytest.param([], 0, id="nothing-waits"),
    ],
)
def test_batch_is_texts_up_to_a_button_or_one_button(messages: list[str | dict[str, Any]], length: int) -> None:
    batch = next_batch(waiting(*messages))

    assert [message.event_id for message in batch] == list(range(1, length + 1))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("how do I withdraw", id="four-words"),
        pytest.param("withdraw?", id="question-mark"),
        pytest.param("help!", id="exclamation"),
        pytest.param("ok.", id="full-stop"),
        pytest.param("hi. ", id="blank-after-full-stop"),
        pytest.param("我的提现没到", id="six-chinese-characters"),
        pytest.param("提现？", id="chinese-question-mark"),
        pytest.param("谢谢。", id="chinese-full-stop"),
        pytest.param("快！", id="chinese-exclamation"),
    ],
)
def test_complete_message_starts_its_turn_at_once(text: str) -> None:
    assert ready_at(waiting(text)) == START


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hi", id="one-word"),
        pytest.param("my withdrawal is", id="three-words"),
        pytest.param("我的提现没", id="five-chinese-characters"),
        pytest.param("withdraw,", id="comma"),
    ],
)
def test_fragment_waits_for_more(text: str) -> None:
    assert ready_at(waiting(text)) == START + FRAGMENT_WAIT
    assert timedelta(seconds=0.8) == FRAGMENT_WAIT


def test_fragment_before_a_button_does_not_wait() -> None:
    assert ready_at(waiting("hi", BUTTON)) == START


def test_button_does_not_wait() -> None:
    assert ready_at(waiting(BUTTON)) == START


def test_only_the_last_fragment_counts() -> None:
    earlier = waiting("hi", at=START)
    later = waiting("hi", "there", at=START + timedelta(seconds=0.5))[1:]

    assert ready_at(earlier + later) == START + timedelta(seconds=0.5) + FRAGMENT_WAIT


def test_failed_message_waits_until_its_next_try() -> None:
    retry_at = START + timedelta(seconds=2)

    assert ready_at(waiting("what is funding?", retry_at=retry_at)) == retry_at


@pytest.mark.parametrize(
    ("attempts", "age_seconds", "expected"),
    [
        pytest.param(0, 0, False, id="fresh"),
        pytest.param(2, 59.9, False, id="just-inside-both-limits"),
        pytest.param(3, 0, True, id="third-failure"),
        pytest.param(0, 60, True, id="a-minute-old"),
    ],
)
def test_people_take_over_after_three_failures_or_a_minute(attempts: int, age_seconds: float, expected: bool) -> None:
    messages = waiting("what is funding?", attempts=attempts, retry_at=START)

    assert must_fail_over(messages, START + timedelta(seconds=age_seconds)) is expected


def test_message_that_waited_while_the_service_was_down_is_asked_first() -> None:
    assert not must_fail_over(waiting("what is funding?"), START + timedelta(hours=8))


def test_one_old_message_is_enough_for_people_to_take_over() -> None:
    now = START + timedelta(seconds=60)

    assert must_fail_over(waiting("old?", retry_at=START) + waiting("new?", at=now), now)


def test_nothing_waiting_needs_nobody() -> None:
    assert not must_fail_over([], START)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 4.0), (50, 4.0)], ids=str
)
def test_retries_double_up_to_four_seconds(attempts: int, seconds: float) -> None:
    assert retry_delay(attempts) == timedelta(seconds=seconds)


def test_claim_of_texts_reads_as_one_text() -> None:
    claim = claim_of(waiting("my deposit", "is missing"))

    assert claim.text == "my deposit\nis missing"
    assert claim.payload is None
    assert claim.last_event_id == 2


def test_claim_of_a_button_is_its_payload() -> None:
    claim = claim_of(waiting({"intent": "choose_article", "entities": {"article_id": "a", "language": "en"}}))

    assert claim.text is None
    assert claim.payload == wire.Payload("choose_article", {"article_id": "a", "language": "en"})
