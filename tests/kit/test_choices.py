"""What is typed instead of pressed."""

from __future__ import annotations

import pytest

from kit.choices import asks_for_more, chosen
from kit.wire import Button, Payload

FIRST = Payload("choose_article", {"article_id": "how-to-withdraw"})
SECOND = Payload("start_case", {"case": "stuck_withdrawal"})
MORE = Payload("choose_article", {"article_id": "how-to-withdraw", "passage": "in-detail"})
NONE = Payload("none_of_these")
PERSON = Payload("human_request")
LIST = [Button("Talk to a person", PERSON), Button("How to withdraw", FIRST), Button("提现卡住了", SECOND),
        Button("None of these", NONE)]  # fmt: skip
ANSWER = [Button("More detail", MORE), Button("This helped", Payload("helpful", {"value": "yes"}))]


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("the first one", FIRST),
        ("first", FIRST),
        ("1", FIRST),
        ("2.", SECOND),
        ("option 2 please", None),
        ("option 2", SECOND),
        ("the last one please", SECOND),
        ("第一个", FIRST),
        ("第二个吧", SECOND),
        ("选第2个", SECOND),
        ("二", SECOND),
        ("后者", SECOND),
        ("none of these", NONE),
        ("no, neither", NONE),
        ("都不是", NONE),
        ("以上都不是", NONE),
        ("how to withdraw", FIRST),
        ("Talk to a person.", PERSON),
        ("the fifth one", None),
        ("7", None),
        ("first tell me about fees", None),
        ("一个", None),
        ("none of my orders fill", None),
        ("2 xbt", None),
        ("more detail", None),
    ],
)
def test_a_place_a_label_or_none_of_them_is_chosen(text: str, payload: Payload | None) -> None:
    assert chosen(text, LIST) == payload


@pytest.mark.parametrize(
    "text",
    ["more detail please", "can you explain it in more detail?", "tell me more", "details", "elaborate pls",
     "说详细点", "详细一点", "能说得具体一点吗", "请详细解释一下", "展开讲讲"],
)  # fmt: skip
def test_more_is_the_longer_passage_where_there_is_one(text: str) -> None:
    assert chosen(text, ANSWER) == MORE
    assert chosen(text, LIST) is None
    assert asks_for_more(text)


@pytest.mark.parametrize(
    "text", ["more details about fees", "具体怎么操作", "I need more margin", "more", "explain funding"]
)
def test_more_of_something_else_is_a_question(text: str) -> None:
    assert asks_for_more(text) == (text == "more")


def test_a_bare_number_answers_the_question_that_is_asked() -> None:
    assert chosen("2", LIST, is_asked=True) is None
    assert chosen("the second one", LIST, is_asked=True) == SECOND


def test_a_bare_number_chooses_nothing_where_one_thing_is_offered() -> None:
    assert chosen("1", LIST[:2]) is None
    assert chosen("the first one", LIST[:2]) == FIRST


def test_a_yes_is_a_button_only_where_no_fact_is_asked_for() -> None:
    buttons = [Button("Yes", Payload("affirm")), Button("No", Payload("deny"))]

    assert chosen("yes", buttons) == Payload("affirm")
    assert chosen("yes", buttons, is_asked=True) is None


def test_a_long_text_is_no_choice() -> None:
    assert chosen("请" * 4000, LIST) is None
