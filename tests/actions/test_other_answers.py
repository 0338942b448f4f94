"""What answers another question than the open one, or none: having it sent, anger, another fact, more of the story."""

from __future__ import annotations

import pytest

from tests.actions.chat import Chat
from tests.actions.test_answers_to_questions import answers, asked_for, pending


@pytest.mark.parametrize("text", ["send it already", "yes send", "ok please submit it now", "可以，提交", "快提交吧"])
@pytest.mark.parametrize("heard", ["clarify", "out_of_scope", "case_verification_appeal", "human_request", "cancel"])
def test_a_case_is_sent_by_any_words_that_do_nothing_else(text: str, heard: str) -> None:
    chat = asked_for("wish", "trade_dispute")
    chat.presses("skip")

    answers(chat, text, heard)

    assert chat.turn["handoff"] == {"reason": "case_complete"}


def test_having_it_sent_amid_the_questions_leaves_the_rest_out() -> None:
    chat = asked_for("txid", "missing_deposit", verified=False)

    answers(chat, "just send it", "affirm")

    assert pending(chat) is None
    assert "Send it" in chat.labels
    assert "TXID" in chat.last


@pytest.mark.parametrize("heard", ["clarify", "out_of_scope"])
def test_another_fact_than_the_one_asked_for_is_taken_and_the_question_comes_again(heard: str) -> None:
    chat = asked_for("occurred_at", "stuck_withdrawal")

    for _ in range(2):
        answers(chat, "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", heard)

    assert chat.slots["address"] == "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"
    assert pending(chat) != "occurred_at" or chat.slots["occurred_at"] is None


@pytest.mark.parametrize(("text", "size"), [("20k contracts", "20000"), ("三万五千张", "35000")])
def test_a_number_of_contracts_is_no_order_id(text: str, size: str) -> None:
    chat = asked_for("order_id", "liquidation_appeal", "my long on XBTUSD was liquidated wrongly 2 hours ago")

    answers(chat, text, "decline_advice")

    assert chat.slots["position"] == f"long {size}"
    assert chat.slots["order_id"] is None
    assert pending(chat) == "order_id"


def test_what_is_not_there_is_left_out_and_the_question_stands() -> None:
    chat = asked_for("occurred_at", "stuck_withdrawal")

    answers(chat, "no txid", "skip")

    assert chat.slots["intake"]["skipped"][-1] == "txid"
    assert pending(chat) == "occurred_at"
    chat.says("hello", "greet")
    assert chat.slots["intake"]["skipped"][-1] == "txid"


@pytest.mark.parametrize("text", ["垃圾机器人", "useless bot", "this is nonsense"])
@pytest.mark.parametrize("heard", ["clarify", "out_of_scope", "stop_bot_wrong"])
def test_anger_is_no_value(text: str, heard: str) -> None:
    chat = asked_for("occurred_at", "stuck_withdrawal")

    answers(chat, text, heard)

    assert chat.turn["trace"]["intake"]["taken_as"] == "chat"
    assert pending(chat) == "occurred_at"


@pytest.mark.parametrize(
    "text",
    ["补充一下，强平价是61200.5", "forgot to say, my liq price was 61200.5", "also please add that it was on the app"],
)
def test_more_of_the_story_is_no_email(text: str) -> None:
    chat = asked_for("email", "liquidation_appeal", "my long on XBTUSD was liquidated wrongly", verified=False)

    for _ in range(2):
        answers(chat, text, "clarify")

    assert text in chat.slots["description"]
    assert chat.slots["email"] is None
    assert pending(chat) == "email"


def test_words_that_are_no_email_twice_leave_it_out() -> None:
    chat = asked_for("email", "complaint", verified=False)

    for _ in range(2):
        answers(chat, "this is robbery")

    assert pending(chat) is None
    assert chat.slots["email"] is None


@pytest.mark.parametrize("text", ["我要退", "i want it refunded"])
def test_who_is_heard_as_asking_for_a_person_and_names_none_gets_the_question_again(text: str) -> None:
    chat = asked_for("occurred_at", "fee_or_promo_dispute")

    answers(chat, text, "human_request")

    assert chat.turn["handoff"] is None


@pytest.mark.parametrize(
    "text", ["this is robbery. manager now", "叫你们经理来", "is anybody there?", "get me your supervisor"]
)
def test_a_manager_is_a_person(text: str) -> None:
    chat = asked_for("email", "complaint", verified=False)

    answers(chat, text, "human_request")

    assert chat.turn["handoff"] == {"reason": "asked"}


@pytest.mark.parametrize("text", ["when will somebody answer??", "什么时候有人回我"])
@pytest.mark.parametrize("heard", ["human_request", "clarify"])
def test_when_somebody_answers_is_told_before_it_is_sent(text: str, heard: str) -> None:
    chat = asked_for("email", "complaint", verified=False)

    answers(chat, text, heard)

    assert chat.turn["outcome"] == "intake"
    assert chat.turn["trace"]["intake"]["taken_as"] == "status"


@pytest.mark.parametrize(
    ("text", "is_why"), [("why do you need that?", True), ("我的钱安全吗", False), ("那个key怎么办", False)]
)
def test_only_who_asks_why_is_told_why(text: str, is_why: bool) -> None:
    chat = asked_for("occurred_at", "complaint")

    answers(chat, text, "clarify")

    first = chat.turn["messages"][0]["text"]
    assert any(words in first for words in ("desk needs it", "helps the desk", "更快查到", "直接去查")) == is_why


@pytest.mark.parametrize(("text", "heard"), [("在", "greet"), ("能", "clarify"), ("no", "deny"), ("yep", "affirm")])
def test_a_word_answers_yes_or_no(text: str, heard: str) -> None:
    chat = asked_for("access", "security_incident")

    answers(chat, text, heard)

    assert chat.slots["access"] == text


def test_a_side_is_shown_in_the_customers_language() -> None:
    chat = Chat("zh-CN", verified=True)
    answers(chat, "我的XBTUSD空单5000张两小时前被错误强平", "case_liquidation_appeal")
    chat.presses("skip")

    assert "做空 5000" in chat.last
    chat.presses("affirm")
    assert chat.turn["case"]["fields"]["position"] == "short 5000"
