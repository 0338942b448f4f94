"""Tokens: what must match literally does, and forms of one word meet."""

from __future__ import annotations

import pytest

from kb_index.tokens import tokenize, words


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("what is the tick of XBTUSD", "xbtusd"),
        ("ParticipateDoNotInitiate", "participatedonotinitiate"),
        ("error 403 on order", "403"),
        ("POST /api/v1/order fails", "apiv1order"),
        ("post-only", "postonly"),
        ("怎么设置 post-only 委托", "postonly"),
        ("XBTUSD的资金费率", "资金"),
        ("强平价格", "强平"),
    ],
)
def test_identifiers_and_words_are_kept(text: str, token: str) -> None:
    assert token in tokenize(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("withdraw", "withdrawals"),
        ("cancel", "cancelled"),
        ("verify", "verified"),
        ("deposit", "deposits"),
        ("XBTUSD", "ｘｂｔｕｓｄ"),
        ("don't", "don’t"),
    ],
)
def test_forms_of_one_word_meet(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other)


def test_different_words_stay_apart() -> None:
    assert tokenize("fees") != tokenize("feed")
    assert tokenize("status") == ["status"]


def test_function_words_are_dropped_unless_nothing_else_is_there() -> None:
    assert tokenize("how do I withdraw") == tokenize("withdraw")
    assert tokenize("怎么提现") == tokenize("提现")
    assert tokenize("how do I") != []
    assert tokenize("怎么办") != []


def test_chinese_neighbours_match_whatever_the_segmentation() -> None:
    assert "~爆仓" in tokenize("我要爆仓了")


@pytest.mark.parametrize("text", ["", "???", "🚀🚀", "\n"])
def test_text_without_words_has_no_tokens(text: str) -> None:
    assert tokenize(text) == []


@pytest.mark.parametrize("text", ["how do I  withdraw?", "怎么提现", "我的USDT 在哪"])
def test_words_together_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text
    assert len(words(text)) > 1
