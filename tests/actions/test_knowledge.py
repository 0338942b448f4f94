"""Answers, choices, and what happens when neither helps."""

from __future__ import annotations

from tests.actions.chat import Chat, candidate

WITHDRAW = candidate("how-to-withdraw")


def test_an_answer_is_the_article_with_its_source_and_what_comes_next() -> None:
    chat = Chat()

    said = chat.says("how do I withdraw?", "faq", (WITHDRAW,))

    (message,) = chat.turn["messages"]
    assert chat.turn["outcome"] == "answer"
    assert said == "Lead of how-to-withdraw in en.\n\nCheck the network."
    assert message["blocks"][-1]["type"] == "note"
    assert message["citations"] == [
        {"article_id": "how-to-withdraw", "version": "0123456789ab", "title": "Title of how-to-withdraw",
         "url": "/help/en/how-to-withdraw", "reviewed_on": "2026-11-01"}
    ]  # fmt: skip
    assert chat.labels == [
        "This helped", "Not what I asked", "Title of withdrawal-status", "Title of fees", "Talk to a person"
    ]  # fmt: skip
    assert chat.turn["trace"]["article"] == {
        "id": "how-to-withdraw", "language": "en", "version": "0123456789ab", "passage": "lead", "passage_hash": "f00d"
    }  # fmt: skip
    assert chat.turn["trace"]["probability"] == 0.9


def test_an_answer_in_chinese_quotes_the_chinese_article() -> None:
    chat = Chat()

    said = chat.says("怎么提现", "faq", (WITHDRAW,))

    assert said.startswith("Lead of how-to-withdraw in zh.")
    assert chat.turn["messages"][0]["citations"][0]["url"] == "/help/zh/how-to-withdraw"


def test_an_article_of_the_other_language_says_so() -> None:
    chat = Chat()

    said = chat.says("提现手续费", "faq", (candidate("fees"),))

    assert said.startswith("Lead of fees in en.")
    assert "英文" in said


def test_an_overdue_article_may_be_outdated_and_an_expired_one_is_not_quoted() -> None:
    chat = Chat()

    assert "may be outdated" in chat.says("old?", "faq", (candidate("overdue"),))

    assert "Lead" not in chat.says("gone?", "faq", (candidate("expired"),))
    assert chat.turn["outcome"] == "clarify"


def test_the_same_article_again_is_introduced_as_such() -> None:
    chat = Chat()
    first = chat.says("how do I withdraw?", "faq", (WITHDRAW,))

    second = chat.says("but how do I withdraw?", "faq", (WITHDRAW,))
    third = chat.says("HOW do I withdraw", "faq", (WITHDRAW,))

    assert "same article" in second or "just now" in second
    assert len({first, second, third}) == 3


def test_an_answer_offers_the_case_it_may_be() -> None:
    chat = Chat()

    chat.says("withdrawal pending?", "faq", (WITHDRAW,), case="case_stuck_withdrawal")

    assert "My withdrawal is stuck" in chat.labels


def test_unsure_offers_the_close_candidates_and_none_of_these() -> None:
    chat = Chat()

    close = (candidate("how-to-withdraw", 0.5), candidate("fees", 0.4), candidate("overdue", 0.01))
    chat.says("withdraw", "clarify", close)

    assert chat.turn["outcome"] == "clarify"
    assert chat.labels == ["Title of how-to-withdraw", "Title of fees", "None of these"]
    chat.presses("choose_article", article_id="fees", language="en")
    assert chat.turn["outcome"] == "answer"
    assert chat.last.startswith("Lead of fees")


def test_with_no_candidate_it_asks_one_question_and_suggests_subjects() -> None:
    chat = Chat()

    chat.says("hm", "clarify")

    assert len(chat.turn["messages"]) == 1
    assert "Deposits and withdrawals" in chat.labels
    chat.presses("set_slot", slot="topic", value="deposit_withdrawal")
    assert chat.labels == ["My deposit is missing", "My withdrawal is stuck", "Talk to a person"]
    chat.presses("start_case", case="missing_deposit")
    assert chat.loop == "intake_form"


def test_two_misses_in_a_row_offer_a_person_once() -> None:
    chat = Chat()
    chat.says("qwe", "clarify", (candidate("fees", 0.4),))
    assert len(chat.turn["messages"]) == 1

    chat.presses("none_of_these")
    assert len(chat.turn["messages"]) == 2
    assert "person" in chat.last
    assert chat.turn["outcome"] == "clarify"

    chat.says("zxc", "clarify")
    assert len(chat.turn["messages"]) == 1


def test_a_yes_to_the_offer_brings_a_person() -> None:
    chat = Chat()
    chat.says("qwe", "clarify")
    chat.says("asd", "clarify")

    chat.says("yes please", "affirm")

    assert chat.turn["handoff"] == {"reason": "asked"}


def test_an_answer_ends_the_episode() -> None:
    chat = Chat()
    chat.says("qwe", "clarify")
    chat.says("how do I withdraw?", "faq", (WITHDRAW,))

    chat.says("asd", "clarify")

    assert len(chat.turn["messages"]) == 1


def test_not_helpful_asks_what_differs_and_offers_related_articles() -> None:
    chat = Chat()
    chat.says("how do I withdraw?", "faq", (WITHDRAW,))

    chat.presses("helpful", value="no")

    assert chat.turn["outcome"] == "clarify"
    assert chat.labels == ["Title of withdrawal-status", "Title of fees", "Talk to a person"]
    assert chat.turn["trace"]["helpful"] is False


def test_a_typed_yes_after_an_answer_says_that_it_helped() -> None:
    chat = Chat()
    chat.says("how do I withdraw?", "faq", (WITHDRAW,))

    chat.says("yep", "affirm")

    assert chat.turn["trace"]["helpful"] is True
    assert chat.turn["outcome"] == "instant"


def test_a_button_for_an_article_that_is_gone_says_so() -> None:
    chat = Chat()

    chat.presses("choose_article", article_id="expired", language="en", stale=True)

    assert chat.turn["outcome"] == "clarify"
    assert chat.turn["messages"][0]["citations"] == []


def test_a_case_that_also_asks_gets_the_answer_and_the_first_question() -> None:
    chat = Chat()

    chat.says("mine is stuck, how long does it take?", "case_stuck_withdrawal", (WITHDRAW,), also_answer=True)

    assert chat.turn["outcome"] == "intake"
    assert chat.turn["messages"][0]["citations"][0]["article_id"] == "how-to-withdraw"
    assert "Which coin" in chat.last
