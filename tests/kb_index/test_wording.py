"""Wording: Chinese glossed, slips of the keyboard put right, everything else left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_index import articles
from kb_index.wording import Wording, slips_between
from tests.kb_index.corpus import ARTICLES, Draft, write

VOCABULARY = frozenset("how do i withdraw withdrawal funding where is the lend send signature".split())


@pytest.fixture(scope="module")
def wording(tmp_path_factory: pytest.TempPathFactory) -> Wording:
    folder = tmp_path_factory.mktemp("wording")
    body = "Withdraw by the withdrawal page; a withdrawal, the withdrawal.\n\n## More\nSignature, signature.\n"
    sources = write(folder, *ARTICLES, Draft("more", "More", tuple(f"withdraw {i}" for i in range(10)), body=body))
    return Wording(articles.load(sources.articles, sources.facts, sources.entries), VOCABULARY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("how do i widthdraw", "how do i withdraw", id="a-letter-too-many"),
        pytest.param("wihtdraw", "withdraw", id="neighbours-swapped"),
        pytest.param("withdrawl", "withdraw", id="the-nearer-or-commoner-word"),
        pytest.param("signatre", "signature", id="a-letter-dropped"),
        pytest.param("Where is the LEND", "Where is the LEND", id="words-of-the-model-stay"),
        pytest.param("XBTUSDT fundng2", "XBTUSDT fundng2", id="names-with-digits-stay"),
        pytest.param("signatre-x", "signatre-x", id="identifiers-stay"),
        pytest.param("qwertyuiop", "qwertyuiop", id="far-words-stay"),
    ],
)
def test_only_slips_are_put_right(wording: Wording, typed: str, meant: str) -> None:
    assert wording.worded(typed).text == meant


@pytest.mark.parametrize(
    ("asked", "gloss"),
    [
        pytest.param("怎么提币", "how withdraw", id="words"),
        pytest.param("USDT提现没到账", "usdt withdraw not arrived", id="mixed-scripts"),
        pytest.param("爆仓价怎么算", "liquidation price formula", id="the-longest-word-wins"),
        pytest.param("的吗", "", id="nothing-of-the-subject"),
    ],
)
def test_chinese_is_glossed(wording: Wording, asked: str, gloss: str) -> None:
    assert wording.worded(asked).text == gloss


def test_synonyms_share_a_token(wording: Wording) -> None:
    assert "=withdraw" in set(wording.worded("出金").tokens) & set(wording.worded("提现").tokens)


def test_glossary_titles_are_words_too(tmp_path: Path) -> None:
    entry = Draft("term-wombat", "袋熊单（Wombat order）", tuple(f"袋熊{i}" for i in range(10)), "zh", "glossary")
    sources = write(tmp_path, entry)
    wording = Wording(articles.load(sources.articles, sources.facts, sources.entries), VOCABULARY)

    assert wording.worded("袋熊单").text == "wombat order"


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abcd", "abxd", 1), ("abc", "xyz", 3)],
)
def test_slips_are_counted_up_to_the_limit(first: str, second: str, slips: int) -> None:
    assert slips_between(first, second, 2) == slips
