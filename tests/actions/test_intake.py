"""The whole intake, from the first message to the ticket, and what may come between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.intake.questions import KINDS, QUESTIONS
from kit.wire import TICKET_DUE_AT, TICKET_NUMBER
from tests.actions.chat import DOMAIN, NOW, Chat, candidate

TXID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
AT = "2026-11-22T03:12:00.000Z"
APPEAL = (
    "I was liquidated at 03:12 UTC on XBTUSD although the mark price never reached my liquidation price, "
    "I want this reviewed"
)
APPEAL_ZH = "我的XBTUSD多单在UTC 03:12被强平了，但标记价格根本没到强平价，要求复核"


def asked(chat: Chat) -> str | None:
    """The slot that the last message asks for."""
    return chat.slots["intake"]["pending"] if chat.slots["intake"] else None


def is_clean(chat: Chat) -> bool:
    left = [slot for slot in (*KINDS, "intake", "requested_slot") if chat.slots.get(slot) is not None]
    return chat.loop is None and not left


def appeal(verified: bool = False) -> Chat:
    chat = Chat(verified=verified)
    chat.says(APPEAL, "case_liquidation_appeal", symbol="XBTUSD", time=AT)
    return chat


def test_an_appeal_starts_with_first_aid_and_the_first_unanswered_question() -> None:
    chat = Chat()

    chat.says(APPEAL, "case_liquidation_appeal", symbol="XBTUSD", time=AT)

    first, question = chat.turn["messages"]
    assert chat.turn["outcome"] == "intake"
    assert first["citations"][0]["article_id"] == "liquidation-first"
    assert first["text"] == "Lead of liquidation-first in en."
    assert asked(chat) == "position"
    assert "1 of 3" in question["text"]
    assert "Long or short" in question["text"]


def test_an_appeal_in_english_reaches_the_desk_with_all_its_facts() -> None:
    chat = appeal()

    chat.says("long, 50k contracts")
    assert "2 of 3" in chat.last
    chat.says("I don't have it", "skip")
    chat.says("trader@example.com", email="trader@example.com")
    summary = chat.last
    chat.presses("affirm")

    assert "2026-11-22 03:12 UTC" in summary
    assert "Not given: Order or price" in summary or "Left out: Order or price" in summary
    assert chat.turn["outcome"] == "handoff"
    assert chat.turn["handoff"] == {"reason": "case_complete"}
    assert chat.turn["case"]["type"] == "liquidation_appeal"
    assert chat.turn["case"]["confirmed"] is True
    assert chat.turn["case"]["missing"] == ["order_id"]
    assert chat.turn["case"]["fields"] == {
        "description": APPEAL, "symbol": "XBTUSD", "occurred_at": AT, "position": "long, 50k contracts",
        "email": "trader@example.com",
    }  # fmt: skip
    assert TICKET_NUMBER in chat.last
    assert TICKET_DUE_AT in chat.last
    assert is_clean(chat)


def test_an_appeal_in_chinese_reaches_the_desk() -> None:
    chat = Chat(locale="zh-CN", timezone="Asia/Shanghai", verified=True)

    chat.says(APPEAL_ZH, "case_liquidation_appeal", symbol="XBTUSD", time=AT, side="long")
    assert chat.turn["messages"][0]["text"] == "Lead of liquidation-first in zh."
    assert "订单编号" in chat.last
    chat.says("跳过", "skip")
    assert "2026-11-22 03:12 UTC (11:12 Asia/Shanghai)" in chat.last
    assert "未提供：订单或价格" in chat.last or "缺少：订单或价格" in chat.last
    chat.says("是的", "affirm")

    assert chat.turn["case"]["fields"]["position"] == "long"
    assert chat.turn["case"]["summary"].startswith("强平复核 · XBTUSD")
    assert "{ticket_number}" in chat.last
    assert is_clean(chat)


def test_a_security_incident_in_english_reaches_the_desk() -> None:
    chat = Chat()

    chat.says("someone withdrew from my account, it was not me", "case_security_incident")
    assert asked(chat) == "access"
    assert "sign in" in chat.last
    chat.presses("affirm")
    assert asked(chat) == "occurred_at"
    chat.says("20 minutes ago", time="2026-11-22T04:40:00.000Z")
    chat.says("one withdrawal of 2 XBT and a new API key", amount="2", currency="XBT")
    chat.says("no", "deny")
    chat.says("yes", "affirm")

    fields = chat.turn["case"]["fields"]
    assert chat.turn["case"]["type"] == "security_incident"
    assert fields["access"] == "Yes"
    assert fields["occurred_at"] == "2026-11-22T04:40:00.000Z"
    assert fields["activity"] == "one withdrawal of 2 XBT and a new API key"
    assert chat.turn["case"]["missing"] == ["email"]
    assert is_clean(chat)


def test_a_security_incident_in_chinese_reaches_the_desk() -> None:
    chat = Chat(verified=True)

    chat.says("我的账户被盗了，有人提走了币", "case_security_incident")
    assert "登录账户" in chat.last
    chat.presses("deny")
    chat.says("昨晚11点半", time="2026-11-21T15:30:00.000Z")
    chat.says("提走了 2 个 XBT", amount="2", currency="XBT")
    chat.presses("affirm")

    assert chat.turn["case"]["fields"]["access"] == "否"
    assert chat.turn["case"]["confirmed"] is True
    assert is_clean(chat)


def test_a_missing_deposit_in_english_reaches_the_desk() -> None:
    chat = Chat(verified=True)

    chat.says("my 500 USDT deposit on trc20 never arrived", "case_missing_deposit", amount="500", currency="USDT")
    assert asked(chat) == "txid"
    assert "1 of 3" in chat.last
    chat.says(TXID, txid=TXID)
    chat.says("yesterday 22:10 UTC", time="2026-11-21T22:10:00.000Z")
    chat.says("TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", address="TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE")
    chat.presses("affirm")

    assert chat.turn["case"]["missing"] == []
    assert chat.turn["case"]["fields"]["network"] == "Tron (TRC-20)"
    assert chat.turn["case"]["fields"]["txid"] == TXID
    assert is_clean(chat)


def test_a_missing_deposit_in_chinese_reaches_the_desk() -> None:
    chat = Chat(locale="zh-CN", verified=True)

    chat.says("充了比特币两个小时还没到账", "case_missing_deposit", currency="XBT", time="2026-11-22T03:00:00.000Z")
    assert asked(chat) == "network"
    chat.says("比特币主网")
    chat.says(TXID, txid=TXID)
    chat.says("0.25")
    chat.presses("skip")
    assert "数量" in chat.last
    chat.presses("affirm")

    assert chat.turn["case"]["fields"]["network"] == "Bitcoin"
    assert chat.turn["case"]["fields"]["amount"] == "0.25"
    assert chat.turn["case"]["missing"] == ["address"]
    assert is_clean(chat)


@pytest.mark.parametrize("case", QUESTIONS)
def test_every_case_can_be_skipped_through_to_the_desk(case: str) -> None:
    chat = Chat(locale="zh-CN")

    chat.presses("start_case", case=case, stale=True)
    asked_for = []
    while asked(chat):
        asked_for.append(asked(chat))
        chat.presses("skip")
    chat.presses("affirm")

    assert asked_for == [*QUESTIONS[case], "email"]
    assert len(QUESTIONS[case]) <= 6
    assert chat.turn["case"]["missing"] == asked_for
    assert is_clean(chat)


def test_a_button_after_a_message_takes_that_message_as_what_happened() -> None:
    chat = Chat()
    chat.says("my xbtusd long got liquidated, wtf", case="case_liquidation_appeal", symbol="XBTUSD", side="long")

    chat.presses("start_case", case="liquidation_appeal")

    assert chat.slots["description"] == "my xbtusd long got liquidated, wtf"
    assert chat.slots["symbol"] == "XBTUSD"
    assert asked(chat) == "occurred_at"


def test_a_person_is_given_at_once_with_the_facts_so_far() -> None:
    chat = appeal()

    chat.says("get me a human", "human_request")

    assert chat.turn["outcome"] == "handoff"
    assert chat.turn["handoff"] == {"reason": "asked"}
    assert chat.turn["case"]["type"] == "liquidation_appeal"
    assert chat.turn["case"]["confirmed"] is False
    assert chat.turn["case"]["fields"]["symbol"] == "XBTUSD"
    assert is_clean(chat)


def test_cancel_drops_the_facts_and_says_so() -> None:
    chat = appeal()

    chat.says("forget it", "cancel")

    assert chat.turn["case"] is None
    assert chat.turn["handoff"] is None
    assert "Nothing was sent" in chat.last or "nothing went to the desk" in chat.last
    assert is_clean(chat)


def test_cancelling_an_order_is_a_story_not_a_command() -> None:
    chat = Chat(verified=True)
    chat.presses("start_case", case="trade_dispute", stale=True)

    chat.says("could not cancel my order", "cancel")

    assert chat.slots["description"] == "could not cancel my order"


def test_a_correction_changes_the_fact_and_repeats_the_question() -> None:
    chat = appeal()
    before = asked(chat)

    chat.says("no, it was ETHUSD", "correct", symbol="ETHUSD")

    assert chat.slots["symbol"] == "ETHUSD"
    assert asked(chat) == before
    assert "ETHUSD" in chat.last
    assert "Long or short" in chat.last or "Which side" in chat.last


def test_a_correction_that_names_both_takes_the_new_one() -> None:
    chat = appeal()

    chat.says("not XBTUSD, ETHUSD", "correct", symbol=["XBTUSD", "ETHUSD"])

    assert chat.slots["symbol"] == "ETHUSD"


def test_a_security_incident_interrupts_another_case_and_keeps_its_facts() -> None:
    chat = appeal()

    chat.says("wait, someone else is logged in and trading", "case_security_incident")

    assert chat.slots["intake"]["case"] == "security_incident"
    assert chat.slots["symbol"] == "XBTUSD"
    assert APPEAL in chat.slots["description"]
    assert chat.slots["description"].startswith("wait, someone else")
    assert asked(chat) == "access"


def test_another_case_does_not_interrupt() -> None:
    chat = Chat()
    chat.says("you stole my money, I complain", "case_complaint")
    chat.says("last week", time="2026-11-15")

    chat.says("it is about a stuck withdrawal", "case_stuck_withdrawal")

    assert chat.slots["intake"]["case"] == "complaint"
    assert chat.slots["reference"] == "it is about a stuck withdrawal"


def test_a_question_is_answered_and_the_pending_question_comes_again() -> None:
    chat = appeal()
    before = asked(chat)

    chat.says("how do I withdraw?", "faq", (candidate("how-to-withdraw"),))

    answer, question = chat.turn["messages"]
    assert chat.turn["outcome"] == "intake"
    assert answer["citations"][0]["article_id"] == "how-to-withdraw"
    assert chat.turn["trace"]["article"]["id"] == "how-to-withdraw"
    assert "1 of 3" in question["text"]
    assert asked(chat) == before


def test_a_question_the_articles_may_not_answer_is_not_guessed_at() -> None:
    chat = appeal()

    chat.says("what about my order?", "clarify", (candidate("how-to-withdraw", 0.4),))

    assert [message["citations"] for message in chat.turn["messages"]] == [[], []]


@pytest.mark.parametrize(
    ("case", "slot", "text", "entities"),
    [
        pytest.param("missing_deposit", "currency", "USDT", {"currency": "USDT"}, id="a-coin"),
        pytest.param("missing_deposit", "currency", "ada", {}, id="a-coin-no-rule-lists"),
        pytest.param("liquidation_appeal", "description", "the mark price never got there", {}, id="a-story"),
    ],
)
def test_the_value_asked_for_is_no_question_whatever_article_it_resembles(
    case: str, slot: str, text: str, entities: dict[str, Any]
) -> None:
    chat = Chat()
    chat.presses("start_case", case=case, stale=True)
    assert asked(chat) == slot

    chat.says(text, "faq", (candidate("how-to-withdraw"),), **entities)

    assert chat.slots[slot] is not None
    assert asked(chat) != slot


@pytest.mark.parametrize(
    ("text", "intent"), [("hello", "greet"), ("thanks", "thanks"), ("are you a bot?", "bot_challenge")]
)
def test_a_courtesy_fills_no_slot(text: str, intent: str) -> None:
    chat = appeal()
    before = dict(chat.slots)

    chat.says(text, intent)

    assert {slot: chat.slots[slot] for slot in KINDS} == {slot: before[slot] for slot in KINDS}
    assert asked(chat) == "position"
    assert chat.turn["outcome"] == "intake"


def test_the_order_of_interruptions_holds_when_a_message_could_be_several() -> None:
    chat = appeal()
    chat.says("human, my account was hacked too", "human_request", symbol="ETHUSD")
    assert chat.turn["outcome"] == "handoff"

    chat = appeal()
    chat.says("no, someone hacked me on ETHUSD", "correct", (candidate("fees"),), symbol="ETHUSD")
    assert chat.slots["intake"]["case"] == "liquidation_appeal"
    assert chat.slots["symbol"] == "ETHUSD"

    chat = appeal()
    chat.says("how did he hack me?", "case_security_incident", (candidate("fees"),))
    assert chat.slots["intake"]["case"] == "security_incident"


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
