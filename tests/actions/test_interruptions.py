"""What may come between an intake's questions."""

from __future__ import annotations

from typing import Any

import pytest

from actions.intake.questions import FACTS
from tests.actions.appeal import APPEAL, AT, appeal, asked, is_clean
from tests.actions.chat import Chat, candidate


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


def test_somebody_to_look_at_it_is_a_person_whatever_it_was_heard_as() -> None:
    chat = appeal()

    chat.says("找个人看看", "ticket_status")

    assert chat.turn["handoff"] == {"reason": "asked"}


def test_cancel_drops_the_facts_and_says_so() -> None:
    chat = appeal()

    chat.says("forget it", "cancel")

    assert chat.turn["case"] is None
    assert chat.turn["handoff"] is None
    assert "Nothing was sent" in chat.last or "nothing went to the desk" in chat.last
    assert is_clean(chat)


@pytest.mark.parametrize(
    "text",
    ["oh wait it just arrived, cancel", "刚到了，取消吧", "算了，取消", "never mind, it arrived",
     "it came in so cancel it", "wrong wallet, cancel please", "算了，已经到账了", "刚到了取消吧", "客服回我了，取消"],
)  # fmt: skip
@pytest.mark.parametrize("case", ["missing_deposit", "liquidation_appeal"])
def test_a_cancel_is_heard_beside_its_reason(text: str, case: str) -> None:
    chat = Chat(verified=True)
    chat.says("it never came", f"case_{case}")

    chat.says(text)

    assert any(word in chat.last for word in ("Nothing was sent", "nothing went", "没有提交"))
    assert is_clean(chat)


@pytest.mark.parametrize(
    "text",
    [
        "forget that, it was ETHUSD",
        "算了，还是ETHUSD",
        "don't cancel",
        "不要取消",
        "I could not sell, then cancel my order",
    ],
)
def test_words_that_cancel_something_else_keep_the_case(text: str) -> None:
    chat = appeal()

    chat.says(text)

    assert chat.loop is not None


def test_where_words_are_asked_for_a_cancel_in_them_is_told() -> None:
    chat = Chat(verified=True)
    chat.presses("start_case", case="trade_dispute", stale=True)

    chat.says("the screen said failed, cancel")

    assert chat.slots["description"] == "the screen said failed, cancel"


@pytest.mark.parametrize(
    "text",
    ["its been 24h, whats the status of my case", "whats the status of my other ticket", "where's my ticket",
     "any update on PH-2222-3333?", "都一天了，我的案子处理到哪了"],
)  # fmt: skip
def test_the_state_of_another_case_is_told_amid_an_intake(text: str) -> None:
    chat = Chat(tickets=[{"number": "PH-2222-3333", "case": "complaint", "status": "new", "due_at": None}])
    chat.says("it never came", "case_missing_deposit")
    before = asked(chat)

    chat.says(text)

    assert "PH-2222-3333" in chat.turn["messages"][0]["text"]
    assert asked(chat) == before


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

    assert {slot: chat.slots[slot] for slot in FACTS} == {slot: before[slot] for slot in FACTS}
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


@pytest.mark.parametrize(
    ("text", "intent"),
    [("I'm back", "goodbye"), ("ok I am back now", "case_security_incident"), ("我回来了", "clarify"),
     ("好的，继续吧", "affirm"), ("let's continue", "clarify"), ("刚才说到哪了", "faq")],
)  # fmt: skip
def test_who_comes_back_is_asked_what_was_asked(text: str, intent: str) -> None:
    chat = appeal()
    before = asked(chat)

    chat.says(text, intent, (candidate("fees"),))

    assert asked(chat) == before
    assert chat.slots["intake"]["case"] == "liquidation_appeal"
    assert any(words in chat.last for words in ("where we", "刚才", "回来"))
    assert len(chat.turn["messages"]) == 1


def test_who_comes_back_to_the_summary_sees_it_again() -> None:
    chat = appeal(verified=True)
    chat.presses("skip")
    chat.presses("skip")

    chat.says("I'm back", "goodbye")

    assert "XBTUSD" in chat.last
    assert "Send it" in chat.labels


@pytest.mark.parametrize("intent", ["human_request", "clarify", "out_of_scope", "unsupported_language"])
@pytest.mark.parametrize(
    ("locale", "text", "word"),
    [("en-GB", "speak chinese please", "做多"), ("en-GB", "说中文", "做多"), ("zh-CN", "说英文", "ong or short"),
     ("zh-CN", "can we do this in english?", "ong or short")],
)  # fmt: skip
def test_a_language_asked_for_in_an_intake_is_gone_on_in(locale: str, text: str, word: str, intent: str) -> None:
    chat = appeal() if locale == "en-GB" else appeal_in_chinese()

    chat.says(text, intent)

    assert word in chat.last or {"做多": "方向", "ong or short": "Which side"}[word] in chat.last
    assert asked(chat) == "position"
    assert chat.turn["handoff"] is None


def appeal_in_chinese() -> Chat:
    chat = Chat("zh-CN")
    chat.says("我的XBTUSD在UTC 03:12被强平了，要求复核", "case_liquidation_appeal", symbol="XBTUSD", time=AT)
    return chat


def test_a_language_nobody_speaks_here_is_named_and_the_question_comes_again() -> None:
    chat = appeal()

    chat.says("do you speak german?", "human_request")

    assert "German" in chat.turn["messages"][0]["text"]
    assert asked(chat) == "position"
