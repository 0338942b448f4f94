"""What is made of an answer to the intake's open question: first its value, only then what else it resembles.

The facts in a text are those that the NLU's rules find in it; what the gate made of it is given, right or wrong.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu.entities import find_entities
from tests.actions.chat import NOW, Chat, candidate

SECRET = "s3cr3tKx9fLongToken123"


def answers(chat: Chat, text: str, intent: str = "clarify", candidates: tuple[dict[str, Any], ...] = ()) -> str:
    """Send a text with the facts found in it."""
    code = "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"
    facts: dict[str, Any] = {}
    for found in find_entities(text, code, {"now": NOW, "timezone": "UTC"}):
        facts.setdefault(found["entity"], []).append(found["value"])
    return chat.says(text, intent, candidates, **facts)


def pending(chat: Chat) -> str | None:
    """The slot that was asked for last."""
    return chat.slots["intake"].get("pending") if chat.slots["intake"] else None


def asked_for(slot: str, case: str, first: str = "it went wrong", *, verified: bool = True) -> Chat:
    """An intake that has come to the question for a slot."""
    chat = Chat(verified=verified)
    answers(chat, first, f"case_{case}")
    while pending(chat) != slot:
        assert pending(chat), f"{case} never asks for {slot}"
        chat.presses("skip")
    return chat


def fees(first: str = "fees were charged twice") -> Chat:
    return asked_for("amount", "fee_or_promo_dispute", first)


@pytest.mark.parametrize(
    ("text", "amount"), [("5", "5"), ("7", "7"), ("40", "40"), ("100", "100"), ("5k", "5000"), ("2万", "20000")]
)
@pytest.mark.parametrize("heard", ["goodbye", "deny", "cancel", "human_request", "skip"])
def test_a_number_answers_what_amount_whatever_it_sounds_like(text: str, amount: str, heard: str) -> None:
    chat = fees()

    answers(chat, text, heard)

    assert chat.slots["amount"] == amount
    assert pending(chat) == "reference"


def test_a_number_answers_how_large_a_position_was() -> None:
    chat = asked_for("position", "liquidation_appeal")

    answers(chat, "100", "goodbye")

    assert chat.slots["position"] == "100"


@pytest.mark.parametrize("heard", ["goodbye", "affirm", "clarify"])
def test_an_amount_in_words_is_asked_for_as_a_number(heard: str) -> None:
    chat = fees()

    answers(chat, "all of it", heard)

    assert "number" in chat.last.lower()
    assert pending(chat) == "amount"
    answers(chat, "250", "goodbye")
    assert chat.slots["amount"] == "250"


@pytest.mark.parametrize("heard", ["clarify", "faq"])
def test_a_number_inside_a_word_or_an_id_is_no_amount(heard: str) -> None:
    chat = fees()

    answers(chat, "taker fee on order 1b9d6bcd", heard, (candidate("fees"),))

    assert chat.slots["amount"] is None
    assert "number" in chat.last.lower()
    assert pending(chat) == "amount"


@pytest.mark.parametrize("text", ["40 USD", "40usd", "$40", "40 dollars", "USD 40"])
def test_an_amount_keeps_its_currency_in_the_summary(text: str) -> None:
    chat = fees()

    answers(chat, text)
    chat.presses("skip")
    chat.presses("skip")

    assert "Amount: 40 USD" in chat.last
    assert "Coin" not in chat.last
    chat.presses("affirm")
    assert chat.turn["case"]["fields"]["amount"] == "40"
    assert chat.turn["case"]["fields"]["currency"] == "USD"
    assert "40 USD" in chat.turn["case"]["summary"]


def test_an_amount_in_the_first_message_keeps_its_currency_and_no_later_coin() -> None:
    chat = asked_for("reference", "fee_or_promo_dispute", "i was charged 40 USD of fees twice for one order")

    answers(chat, "taker fee on my 2 ETH order")
    chat.presses("skip")

    assert "Amount: 40 USD" in chat.last


@pytest.mark.parametrize(
    "text",
    [
        "i dont want to", "no email", "none", "x", "don't have one", "no thanks", "I'd rather not", "-",
        "i don't have an email", "没有", "不想给", "不用", "不留", "没有邮箱",
    ],
)  # fmt: skip
@pytest.mark.parametrize("heard", ["cancel", "human_request", "faq", "goodbye", "stop_bot_wrong", "correct"])
def test_an_email_that_is_refused_is_left_out(text: str, heard: str) -> None:
    chat = asked_for("email", "account_locked", verified=False)

    answers(chat, text, heard, (candidate("fees"),))

    assert chat.turn["handoff"] is None
    assert all(not message["citations"] for message in chat.turn["messages"])
    assert chat.slots["intake"]["skipped"][-1] == "email"
    assert pending(chat) is None
    assert chat.loop == "intake_form"


@pytest.mark.parametrize("text", ["no email, human please", "talk to a person now"])
def test_a_person_is_given_when_asked_for_instead_of_an_email(text: str) -> None:
    chat = asked_for("email", "account_locked", verified=False)

    answers(chat, text, "deny")

    assert chat.turn["handoff"] == {"reason": "asked"}


@pytest.mark.parametrize("text", ["没到账", "it never arrived", "no that is wrong"])
def test_what_has_not_come_is_no_refusal_to_tell(text: str) -> None:
    chat = asked_for("txid", "missing_deposit")

    answers(chat, text)

    assert pending(chat) == "txid"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("I want the difference back", "case_trade_dispute"),
        ("I want someone to look at it", "human_request"),
        ("an agent who checks this properly", "human_request"),
        ("an apology and an answer", "thanks"),
        ("look into it", "faq"),
        ("an answer", "goodbye"),
        ("explain what happened", "faq"),
        ("can you give it back?", "faq"),
        ("cancel the trade", "cancel"),
        ("have the price corrected to 61950", "correct"),
        ("tell me the status of things", "ticket_status"),
        ("no reply is not enough", "deny"),
        ("要一个道歉和说法", "out_of_scope"),
        ("解释一下怎么回事", "faq"),
    ],
)
def test_a_wish_is_any_words(text: str, heard: str) -> None:
    chat = asked_for("wish", "settlement_dispute", "XBTU26 settled at 61200 USD")

    answers(chat, text, heard, (candidate("fees"),))

    assert chat.slots["wish"] == text
    assert pending(chat) is None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("human please", "handoff"), ("talk to a person now", "handoff"), ("I want to talk to a human", "handoff"),
        ("I don't care, get me a real person", "handoff"), ("转人工", "handoff"), ("我要人工客服", "handoff"),
    ],
)  # fmt: skip
def test_a_plain_request_for_a_person_is_no_wish(text: str, outcome: str) -> None:
    chat = asked_for("wish", "trade_dispute")

    answers(chat, text)

    assert chat.turn["outcome"] == outcome


@pytest.mark.parametrize("text", ["forget it", "cancel", "never mind", "算了"])
def test_giving_up_is_no_wish(text: str) -> None:
    chat = asked_for("wish", "trade_dispute")

    answers(chat, text)

    assert chat.loop is None
    assert chat.turn["case"] is None


@pytest.mark.parametrize("text", ["skip", "I don't know", "跳过"])
def test_a_wish_can_be_left_out(text: str) -> None:
    chat = asked_for("wish", "trade_dispute")

    answers(chat, text)

    assert chat.slots["wish"] is None
    assert chat.slots["intake"]["skipped"][-1] == "wish"


@pytest.mark.parametrize(("text", "heard"), [("thanks", "thanks"), ("yes", "affirm"), ("hello", "greet")])
def test_a_courtesy_is_no_wish(text: str, heard: str) -> None:
    chat = asked_for("wish", "trade_dispute")

    answers(chat, text, heard)

    assert pending(chat) == "wish"


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24 10:00 UTC",
        "next friday",
        "tomorrow at 3pm",
        "tomorrow",
        "in two days",
        "明天下午三点",
        "下周五",
        "3天后",
    ],
)
def test_a_time_to_come_is_asked_for_again_and_a_past_one_taken(text: str) -> None:
    chat = asked_for("occurred_at", "complaint")

    for _ in range(2):
        answers(chat, text, "goodbye")
        assert (pending(chat), chat.slots["occurred_at"]) == ("occurred_at", None)
        assert any(words in chat.last for words in ("ahead", "still to come", "还没到", "将来"))
    answers(chat, "2026-11-20 10:00 UTC")

    assert chat.slots["occurred_at"] == "2026-11-20T10:00:00.000Z"


def test_a_deadline_in_the_first_message_is_not_when_it_happened() -> None:
    chat = Chat(verified=True)

    answers(chat, "your agent ignored me, I need this solved by tomorrow 10:00 UTC", "case_complaint")

    assert pending(chat) == "occurred_at"


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("pending for two days", "2026-11-20"),
        ("stuck for 9 hours", "2026-11-21T20:00:00.000Z"),
        ("since yesterday evening", "2026-11-21"),
        ("half an hour now", "2026-11-22T04:30:00.000Z"),
        ("三天了", "2026-11-19"),
        ("两个小时了", "2026-11-22T03:00:00.000Z"),
        ("一个半小时", "2026-11-22T03:30:00.000Z"),
        ("十二天了", "2026-11-10"),
        ("last month", "last month"),
        ("a few days ago", "a few days ago"),
        ("two months ago", "two months ago"),
        ("上周", "上周"),
        ("几天前", "几天前"),
    ],
)
@pytest.mark.parametrize("heard", ["goodbye", "faq", "case_stuck_withdrawal"])
def test_how_long_it_has_lasted_and_rough_words_answer_when(text: str, time: str, heard: str) -> None:
    chat = asked_for("occurred_at", "stuck_withdrawal")

    answers(chat, text, heard, (candidate("fees"),))

    assert chat.slots["occurred_at"] == time
    assert pending(chat) == "address"
    assert "occurred_at" not in chat.slots["intake"]["unverified"]


@pytest.mark.parametrize("text", ["last month", "a few days ago", "31 November 10:00"])
def test_a_time_that_is_no_instant_can_be_shown(text: str) -> None:
    chat = asked_for("occurred_at", "complaint")

    answers(chat, text)
    answers(chat, text)
    while pending(chat):
        chat.presses("skip")

    assert text in chat.last


def test_a_position_in_the_first_message_has_the_size_beside_its_side() -> None:
    chat = Chat(verified=True)
    text = "my short of 20000 XBTUSD was liquidated although the mark price stayed 40 dollars below"

    answers(chat, text, "case_liquidation_appeal")

    assert chat.slots["position"] == "short 20000"
    assert chat.slots["symbol"] == "XBTUSD"


def test_an_answer_stands_in_one_place() -> None:
    chat = asked_for("price", "settlement_dispute", "XBTU26 settled wrong")

    answers(chat, "it was 61200 and should be 61950")

    assert chat.slots["price"] == "it was 61200 and should be 61950"
    assert chat.slots["description"] == "XBTU26 settled wrong"


def test_stories_told_one_after_the_other_are_parted_in_the_summary() -> None:
    chat = asked_for("symbol", "trade_dispute", "bad fill")

    answers(chat, "stop-market sell 2000 ETHUSD triggered while mark was above")
    while pending(chat):
        chat.presses("skip")

    assert "What happened: bad fill / stop-market sell" in chat.last
    chat.presses("affirm")
    assert "bad fill / stop-market" in chat.turn["case"]["summary"]


def test_a_correction_is_heard_by_its_words() -> None:
    chat = asked_for("txid", "missing_deposit", "my deposit of 300 USDC over TRC20 is missing")

    said = answers(chat, "actually it was 350 USDC", "clarify")

    assert "Amount: 350" in said
    assert pending(chat) == "txid"


def test_two_corrections_in_one_message_are_said_together() -> None:
    chat = Chat(verified=True)
    answers(chat, "liquidated wrongly on XBTUSD at 03:12 UTC", "case_liquidation_appeal")

    said = answers(chat, "no, it was ETHUSD at 02:50 UTC", "correct")

    assert said.count("Corrected.") + said.count("Changed.") == 1
    assert "Contract: ETHUSD; Time: 2026-11-22 02:50 UTC" in said


@pytest.mark.parametrize(
    ("slot", "case"),
    [("description", "other"), ("error", "api_fault"), ("endpoint", "api_fault"), ("wish", "complaint")],
)
def test_a_secret_is_neither_kept_nor_repeated(slot: str, case: str) -> None:
    chat = Chat(verified=True)
    chat.presses("start_case", case=case, stale=True)
    while pending(chat) != slot:
        chat.presses("skip")

    answers(chat, f"it fails with api secret: {SECRET}")
    said = [chat.last]
    while pending(chat):
        chat.presses("skip")
        said.append(chat.last)
    chat.presses("affirm")

    assert "[removed: secret]" in said[-1]
    assert SECRET not in repr((said, chat.turn, [event for event in chat.events if event["event"] == "slot"]))


@pytest.mark.parametrize("text", ["whats the status of my case?", "我的工单到哪了", "any news on my ticket?"])
@pytest.mark.parametrize(
    ("slot", "case"), [("description", "other"), ("symbol", "trade_dispute"), ("wish", "complaint"), ("email", "other")]
)
@pytest.mark.parametrize("heard", ["ticket_status", "clarify", "case_complaint"])
def test_the_state_of_a_case_that_is_being_taken_down_is_not_sent(text: str, slot: str, case: str, heard: str) -> None:
    chat = Chat()
    chat.presses("start_case", case=case, stale=True)
    while pending(chat) != slot:
        chat.presses("skip")

    answers(chat, text, heard)

    said = chat.turn["messages"][0]["text"]
    assert any(words in said for words in ("not sent yet", "with the desk yet", "还没有提交", "客服那边还没有"))
    assert pending(chat) == slot
    assert chat.slots[slot] is None


@pytest.mark.parametrize(
    "text",
    ["No update on my ticket since Monday, this is a disgrace", "案件一直没有进展", "工单状态一直没变，客服也不理我"],
)
def test_a_story_about_a_case_is_no_question_for_its_state(text: str) -> None:
    chat = Chat(verified=True)
    chat.presses("start_case", case="complaint", stale=True)

    answers(chat, text, "case_complaint")

    assert chat.slots["description"] == text
