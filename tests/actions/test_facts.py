"""How an intake takes, keeps and shows the facts it is told."""

from __future__ import annotations

import json

import pytest

from tests.actions.appeal import AT, TXID, appeal, asked, is_clean
from tests.actions.chat import DOMAIN, NOW, Chat, candidate


def test_a_wrong_shape_is_asked_about_once_and_then_kept_as_typed() -> None:
    chat = Chat(verified=True)
    chat.says("my usdt is gone", "case_missing_deposit", currency="USDT")
    chat.says("trc20")

    chat.says("abc123")
    assert "64 characters" in chat.last
    assert asked(chat) == "txid"
    chat.says("abc123 is all I have")
    assert asked(chat) == "amount"
    for _ in range(3):
        chat.presses("skip")
    assert "abc123 is all I have (as typed)" in chat.last
    chat.presses("affirm")

    assert chat.turn["case"]["fields"]["unverified"] == "txid"


def test_one_answer_may_give_several_facts() -> None:
    chat = Chat(verified=True)
    chat.says("deposit missing", "case_missing_deposit")

    chat.says("500 USDT over TRC20", amount="500", currency="USDT")

    assert asked(chat) == "txid"
    assert chat.slots["amount"] == "500"


def test_something_can_be_changed_in_the_summary() -> None:
    chat = appeal(verified=True)
    chat.presses("skip")
    chat.presses("skip")

    chat.presses("deny")
    chat.presses("set_slot", slot="symbol")
    chat.says("it was SOLUSD", symbol="SOLUSD")

    assert "SOLUSD" in chat.last
    assert "Send it" in chat.labels
    chat.says("the time was 03:20", time="2026-11-22T03:20:00.000Z")
    assert "03:20" in chat.last
    chat.says("and I could not reach the site for ten minutes before that, it only said overload")
    assert "overload" in chat.last
    chat.presses("affirm")
    assert chat.turn["case"]["fields"]["symbol"] == "SOLUSD"


def test_a_question_at_the_summary_returns_to_the_summary() -> None:
    chat = appeal(verified=True)
    chat.presses("skip")
    chat.presses("skip")

    chat.says("what are the fees?", "faq", (candidate("fees"),))

    assert "Send it" in chat.labels
    assert chat.loop == "intake_form"


def test_a_second_intake_knows_nothing_of_the_first() -> None:
    chat = appeal()
    chat.says("cancel", "cancel")

    chat.says("my deposit is missing", "case_missing_deposit")

    assert asked(chat) == "currency"
    assert chat.slots["symbol"] is None
    assert "1 of 7" in chat.last


def test_the_language_of_a_hash_does_not_change_the_conversation() -> None:
    chat = Chat(locale="zh-CN", verified=True)
    chat.says("充值没到账", "case_missing_deposit")
    chat.says("USDT", currency="USDT", language="en")

    assert "网络" in chat.last


def test_no_question_asks_for_a_secret() -> None:
    asking = [
        item["text"]
        for key, said in DOMAIN["responses"].items()
        if key.startswith(("utter_ask_", "utter_retry_"))
        for item in said
    ]
    forbidden = ("password", "seed", "secret", "private key", "密码", "私钥", "助记词", "验证码")

    telling_not_to = (
        "Never",
        "No ",
        "not send",
        "without your key",
        "Leave out",
        "send no codes",
        "不要",
        "请勿",
        "不带",
        "去掉",
    )
    assert [
        text
        for text in asking
        if any(word in text for word in forbidden) and not any(w in text for w in telling_not_to)
    ] == []


def test_a_fact_said_without_a_number_is_asked_for_once_more() -> None:
    chat = appeal()

    chat.says("this is a joke", "out_of_scope")

    assert asked(chat) == "position"
    assert "long 50,000" in chat.last or "short 2" in chat.last


def test_anger_in_the_intake_offers_a_person_and_keeps_the_question() -> None:
    chat = appeal()

    chat.says("you are useless", "stop_bot_wrong")

    assert "person" in chat.turn["messages"][0]["text"]
    assert asked(chat) == "position"


@pytest.mark.parametrize("text", ["this is ridiculous you are not helping", "你们机器人根本帮不了我，浪费时间"])
def test_anger_of_many_words_is_no_value(text: str) -> None:
    chat = Chat(verified=True)
    chat.says("it never came", "case_missing_deposit")
    assert asked(chat) == "currency"

    for _ in range(2):
        chat.says(text)

    assert asked(chat) == "currency"
    assert chat.slots["currency"] is None


def test_a_sentence_given_twice_for_a_code_is_told_and_the_code_left_out() -> None:
    chat = Chat(verified=True)
    chat.says("it never came", "case_missing_deposit")
    told = "I really could not say which one my brother has picked"

    for _ in range(2):
        chat.says(told)

    assert asked(chat) == "network"
    assert chat.slots["currency"] is None
    assert told in chat.slots["description"]


@pytest.mark.parametrize("text", ["03:12", "at 03:12 UTC", "昨天下午3点半", "2026-11-21 03:12"])
def test_a_time_alone_is_no_position(text: str) -> None:
    chat = appeal()
    assert asked(chat) == "position"

    chat.says(text)

    assert asked(chat) == "position"
    assert chat.slots["position"] is None


def test_a_time_amid_an_answer_leaves_the_position() -> None:
    chat = appeal()

    chat.says("20000 at 03:12")

    assert chat.slots["position"] == "20000 at 03:12"


def test_a_coin_named_in_the_first_message_is_not_asked_for() -> None:
    chat = Chat()

    chat.says("i sent usdt over tron 6 hours ago, still nothing", "case_missing_deposit", time=AT)

    assert asked(chat) == "txid"
    assert chat.slots["currency"] == "USDT"


def test_a_missing_fact_given_at_the_summary_fills_its_place() -> None:
    chat = Chat(verified=True)
    chat.says("my 5 usdt over tron never came", "case_missing_deposit", amount="5", currency="USDT")
    for _ in range(3):
        chat.presses("skip")
    before = chat.slots["description"]

    chat.says(TXID, txid=TXID)

    assert chat.slots["txid"] == TXID
    assert chat.slots["description"] == before
    assert "Send it" in chat.labels


def test_a_short_yes_at_the_summary_sends_even_when_the_gate_was_unsure() -> None:
    chat = appeal(verified=True)
    chat.presses("skip")
    chat.presses("skip")

    chat.says("send it", "faq", (candidate("fees", 0.7),), raw_intent="affirm")

    assert chat.turn["handoff"] == {"reason": "case_complete"}


def test_the_facts_of_a_talkative_customer_stay_within_the_state() -> None:
    chat = appeal(verified=True)
    chat.presses("skip")
    chat.presses("skip")

    for _ in range(6):
        chat.says("强平" * 2000)

    assert len(json.dumps(chat.slots, ensure_ascii=False).encode()) < 20_000


def test_an_intake_of_an_unknown_shape_is_dropped_not_fatal() -> None:
    chat = appeal()
    chat.slots["intake"] = {"of": "another version"}

    chat.says("long", "clarify")

    assert is_clean(chat)


@pytest.mark.parametrize("text", ["trader@mail.com", "ten minutes ago"])
def test_a_yes_or_no_question_takes_no_other_fact(text: str) -> None:
    chat = Chat()
    chat.says("hacked", "case_security_incident")
    assert asked(chat) == "access"

    chat.says(text, "out_of_scope")

    assert asked(chat) == "access"


def test_a_word_that_sounds_like_no_is_no_answer_to_another_question() -> None:
    chat = Chat(verified=True)
    chat.says("account locked", "case_account_locked")

    chat.says("since monday", "clarify", time="2026-11-16", raw_intent="deny")

    assert chat.slots["occurred_at"] == "2026-11-16"


def test_a_story_told_to_a_short_question_is_kept() -> None:
    chat = Chat(verified=True)
    chat.says("bad fill", "case_trade_dispute")
    story = "stop-market sell 2000 ETHUSD triggered at 3100 while mark was 3140"

    chat.says(story, "case_trade_dispute", symbol="ETHUSD", price="3100")

    assert chat.slots["symbol"] == "ETHUSD"
    assert chat.slots["description"] == f"bad fill\n{story}"


def test_a_statement_with_a_fact_of_the_case_is_no_question() -> None:
    chat = Chat(verified=True)
    chat.says("api down", "case_api_fault")
    chat.presses("skip")
    chat.presses("skip")

    chat.says("502 bad gateway on every request", "faq", (candidate("fees", 0.97),), http_status="502")

    assert all(not message["citations"] for message in chat.turn["messages"])
    assert chat.slots["error"] == "502"


def test_just_now_is_a_time() -> None:
    chat = Chat(verified=True)
    chat.says("account locked", "case_account_locked")

    chat.says("just now", "goodbye")

    assert chat.slots["occurred_at"] == NOW


def test_a_question_without_an_article_is_not_taken_for_a_value() -> None:
    chat = appeal()

    chat.says("why do you need that?", "clarify")

    assert asked(chat) == "position"
    assert chat.slots["position"] is None
    assert "skip" in chat.last.lower() or "skip" in chat.turn["messages"][0]["text"].lower()


def test_first_aid_just_read_is_not_repeated() -> None:
    chat = Chat()
    chat.says("liquidation review?", "faq", (candidate("liquidation-first"),))

    chat.presses("start_case", case="liquidation_appeal")

    assert len(chat.turn["messages"]) == 1


def test_the_status_of_a_case_not_sent_yet_is_that() -> None:
    chat = appeal()

    chat.says("when do I get an answer?", "ticket_status")

    assert "not sent yet" in chat.turn["messages"][0]["text"] or "with the desk yet" in chat.turn["messages"][0]["text"]
    assert asked(chat) == "position"
