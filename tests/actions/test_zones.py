"""A time without a zone, from somebody whose zone nobody knows."""

from __future__ import annotations

import pytest

from actions.intake.questions import MOST
from tests.actions.appeal import asked
from tests.actions.chat import Chat
from tests.actions.test_answers_to_questions import answers

FIRST = "my long on XBTUSD was liquidated at 03:12 although the mark price never got there"


def appeal(timezone: str = "UTC", first: str = FIRST) -> Chat:
    chat = Chat(verified=True, timezone=timezone)
    answers(chat, first, "case_liquidation_appeal")
    return chat


def test_the_zone_is_asked_for_once_and_both_times_are_shown() -> None:
    chat = appeal()
    assert asked(chat) == "zone"
    assert "03:12" in chat.last
    assert chat.labels == ["UTC", "UTC+8 (Singapore, Hong Kong)", "Skip", "Talk to a person"]

    chat.presses("set_slot", slot="zone", value="UTC+8")
    while asked(chat):
        assert asked(chat) != "zone"
        chat.presses("skip")

    assert chat.slots["occurred_at"] == "2026-11-21T19:12:00.000Z"
    assert "2026-11-21 19:12 UTC (11-22 03:12 UTC+8)" in chat.last


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("UTC", "2026-11-22T03:12:00.000Z"),
        ("utc of course", "2026-11-22T03:12:00.000Z"),
        ("北京时间", "2026-11-21T19:12:00.000Z"),
        ("it is Berlin time", "2026-11-22T02:12:00.000Z"),
        ("GMT-5", "2026-11-21T08:12:00.000Z"),
        ("New York", "2026-11-21T08:12:00.000Z"),
    ],
)
@pytest.mark.parametrize("heard", ["clarify", "out_of_scope", "goodbye", "faq"])
def test_a_zone_is_typed_as_people_name_it(text: str, at: str, heard: str) -> None:
    chat = appeal()

    answers(chat, text, heard)

    assert chat.slots["occurred_at"] == at
    assert asked(chat) == "order_id"


@pytest.mark.parametrize(
    ("first", "at"),
    [
        ("liquidated wrongly on XBTUSD long, 2026-11-20 23:30", "2026-11-20T15:30:00.000Z"),
        ("liquidated wrongly on XBTUSD long at 06:00", "2026-11-21T22:00:00.000Z"),
        ("liquidated wrongly on XBTUSD long today at 11:00", "2026-11-22T03:00:00.000Z"),
        ("我的XBTUSD多单昨晚三点被错误强平", "2026-11-21T19:00:00.000Z"),
    ],
)
def test_a_loose_time_is_read_where_the_customer_is(first: str, at: str) -> None:
    chat = appeal(first=first)
    assert asked(chat) == "zone"

    answers(chat, "UTC+8")

    assert chat.slots["occurred_at"] == at


@pytest.mark.parametrize(
    "first",
    [
        "my long on XBTUSD was liquidated at 03:12 UTC wrongly",
        "my long on XBTUSD was liquidated at 3am Berlin time wrongly",
        "my long on XBTUSD was liquidated 2 hours ago wrongly",
        "my long on XBTUSD was liquidated yesterday wrongly",
        "我的XBTUSD多单在北京时间3点12分被强平",
    ],
)
def test_a_time_that_is_plain_is_not_asked_about(first: str) -> None:
    assert asked(appeal(first=first)) == "order_id"


def test_a_known_zone_is_not_asked_for() -> None:
    chat = appeal("Asia/Hong_Kong")

    assert asked(chat) == "order_id"
    assert chat.slots["occurred_at"] is not None


def test_a_skipped_zone_leaves_the_time_as_utc() -> None:
    chat = appeal()

    chat.presses("skip")

    assert asked(chat) == "order_id"
    assert chat.slots["occurred_at"] == "2026-11-22T03:12:00.000Z"


def test_a_zone_nobody_knows_is_asked_for_once_more_and_then_left_out() -> None:
    chat = appeal()

    answers(chat, "my local time obviously")
    assert asked(chat) == "zone"
    assert "UTC-5" in chat.last or "UTC+8" in chat.last
    answers(chat, "local")

    assert asked(chat) == "order_id"
    assert chat.slots["intake"]["zone"] is None


def test_a_time_that_lies_ahead_where_the_customer_is_is_asked_for_again() -> None:
    chat = appeal(first="liquidated wrongly on XBTUSD long today at 18:00")
    assert asked(chat) == "zone"

    answers(chat, "UTC")

    assert asked(chat) == "occurred_at"
    assert chat.slots["occurred_at"] is None


def test_a_time_given_when_asked_for_is_asked_about_next() -> None:
    chat = Chat(verified=True, timezone="UTC")
    answers(chat, "I was liquidated wrongly on XBTUSD", "case_liquidation_appeal")
    assert asked(chat) == "occurred_at"
    assert "zone" in chat.last

    answers(chat, "2026-11-21 03:12")
    assert asked(chat) == "zone"
    answers(chat, "UTC+8")

    assert chat.slots["occurred_at"] == "2026-11-20T19:12:00.000Z"
    assert asked(chat) == "position"


def test_the_zone_is_remembered_in_the_next_intake() -> None:
    chat = appeal()
    chat.presses("set_slot", slot="zone", value="UTC+8")
    chat.says("cancel", "cancel")

    answers(chat, "my long on ETHUSD was liquidated at 04:00", "case_liquidation_appeal")

    assert asked(chat) == "order_id"


def test_the_zone_never_makes_more_than_the_most_questions() -> None:
    chat = Chat(verified=True, timezone="UTC")
    answers(chat, "deposit missing", "case_missing_deposit")
    for slot in ("currency", "network", "txid", "amount"):
        assert asked(chat) == slot
        chat.presses("skip")

    answers(chat, "2026-11-21 03:12")
    assert asked(chat) == "address"
    chat.presses("skip")

    assert asked(chat) is None
    assert len(chat.slots["intake"]["asked"]) == MOST


@pytest.mark.parametrize("case", ["account_locked", "complaint"])
def test_the_zone_is_not_asked_for_where_the_day_is_enough(case: str) -> None:
    chat = Chat(verified=True, timezone="UTC")

    answers(chat, "it is 03:12 and I cannot get in", f"case_{case}")

    assert asked(chat) != "zone"


def test_a_zone_told_late_settles_the_time() -> None:
    chat = appeal()
    chat.presses("skip")
    assert asked(chat) == "order_id"

    answers(chat, "UTC+8", "correct")

    assert chat.slots["occurred_at"] == "2026-11-21T19:12:00.000Z"
    assert asked(chat) == "order_id"


def test_another_time_in_reply_to_the_zone_is_taken() -> None:
    chat = appeal()

    answers(chat, "since 02:00")
    assert asked(chat) == "zone"
    assert "02:00" in chat.last
    answers(chat, "UTC+8")

    assert chat.slots["occurred_at"] == "2026-11-21T18:00:00.000Z"


def test_a_wrong_zone_is_put_right() -> None:
    chat = appeal()
    chat.presses("skip")
    chat.presses("skip")

    answers(chat, "时区错了，应该是北京时间", "clarify")

    assert chat.slots["occurred_at"] == "2026-11-21T19:12:00.000Z"
    assert "19:12 UTC" in chat.last
