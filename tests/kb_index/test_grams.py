"""Character runs: near for misspelt words, inflected words and Chinese; of unit length."""

from __future__ import annotations

import numpy as np
import pytest

from kb_index.grams import Vocabulary, grams

ROWS = [
    "withdraw my coins", "withdrawal of coins", "how to withdraw", "funding rate", "funding of a position",
    "rate of funding", "怎么提现", "提现多久到账", "提现失败", "强平价格", "什么是强平", "强平之后",
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.of([grams(text) for text in ROWS])


def cosine(vocabulary: Vocabulary, one: str, other: str) -> float:
    table = vocabulary.matrix([grams(one), grams(other)]).toarray()
    return float(table[0] @ table[1])


@pytest.mark.parametrize("text", [*ROWS, "withdraw " * 400])
def test_a_text_that_shares_runs_is_of_unit_length(vocabulary: Vocabulary, text: str) -> None:
    places, values = vocabulary.weights(grams(text))

    assert len(places) == len(set(places)) == len(values) > 0
    assert np.linalg.norm(values) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", "?!", "🚀", "zzz", "鳄"])
def test_a_text_without_known_runs_weighs_nothing(vocabulary: Vocabulary, text: str) -> None:
    places, values = vocabulary.weights(grams(text))

    assert places == []
    assert values.size == 0
    assert cosine(vocabulary, text, "withdraw my coins") == 0


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        pytest.param("withdarw my coins", "withdraw my coins", "funding rate", id="letters-swapped"),
        pytest.param("witdraw", "withdraw my coins", "funding rate", id="a-letter-dropped"),
        pytest.param("withdrawals", "how to withdraw", "rate of funding", id="inflected"),
        pytest.param("WITHDRAW", "how to withdraw", "rate of funding", id="capitals"),
        pytest.param("ｆｕｎｄｉｎｇ", "funding rate", "how to withdraw", id="full-width"),
        pytest.param("我想提现呀", "怎么提现", "强平价格", id="chinese-without-word-breaks"),
        pytest.param("替县", "怎么提现", "强平价格", id="chinese-homophones"),
        pytest.param("被强平", "什么是强平", "提现失败", id="chinese-word-of-two"),
    ],
)
def test_a_slip_or_another_form_stays_near(vocabulary: Vocabulary, text: str, near: str, far: str) -> None:
    assert cosine(vocabulary, text, near) > 0.25
    assert cosine(vocabulary, text, far) < 0.1


def test_a_text_is_its_own_nearest(vocabulary: Vocabulary) -> None:
    table = vocabulary.matrix([grams(text) for text in ROWS]).toarray()

    assert np.allclose(np.diag(table @ table.T), 1, atol=1e-5)
    assert ((table @ table.T) <= 1 + 1e-5).all()


def test_words_keep_their_ends_and_chinese_its_characters() -> None:
    counts = grams("fee 强平")

    assert {" f", "e ", " fee ", "强", "平", "强平"} <= set(counts)
    assert not any("f" in run and "强" in run for run in counts)


def test_a_run_of_one_row_only_is_forgotten(vocabulary: Vocabulary) -> None:
    assert " fun" in vocabulary.places
    assert "账" not in vocabulary.places
