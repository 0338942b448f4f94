from __future__ import annotations

import pytest

from kit.search_terms import MAX_GROUPS, MAX_TERM_LENGTH, Group, parse_query, search_terms
from kit.snippets import find_snippet


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("Stop Loss", "stop loss", id="words-in-folded-letters"),
        pytest.param("ＢＴＣ Straße ﬁll", "btc strasse fill", id="letters-that-read-alike-are-the-same"),
        pytest.param("提现到账", "提现 现到 到账", id="chinese-as-pairs"),
        pytest.param("币", "币", id="one-character-alone"),
        pytest.param("BTC提现，未到账", "btc 提现 未到 到账", id="scripts-and-punctuation-part-words"),
        pytest.param("PH-889X-FDE2", "ph 889x fde2 ph889xfde2", id="number-by-parts-and-whole"),
        pytest.param("mia@example.com", "mia example com miaexamplecom", id="address-by-parts-and-whole"),
        pytest.param("1,234.5", "1 234 5 12345", id="amount"),
        pytest.param("with\u200bdraw", "withdraw", id="unseen-characters-are-not-there"),
        pytest.param("-- ?! 。", "", id="punctuation-alone"),
        pytest.param("a" * 500, "a" * MAX_TERM_LENGTH, id="endless-word"),
    ],
)
def test_text_becomes_terms(text: str, terms: str) -> None:
    assert search_terms(text) == terms.split()


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        pytest.param("stop depo", [Group((("stop",),)), Group((("depo",),), is_prefix=True)], id="last-word-may-go-on"),
        pytest.param("to", [Group((("to",),))], id="two-letters-are-a-whole-word"),
        pytest.param('"stop loss"', [Group((("stop", "loss"),))], id="quoted-words-follow-each-other"),
        pytest.param("到账了", [Group((("到账",),)), Group((("账了",),))], id="chinese-pairs-must-all-be-there"),
        pytest.param("币", [Group((("币",),), is_prefix=True)], id="one-character-begins-a-pair"),
        pytest.param("PH-88", [Group((("ph88",), ("ph", "88")), is_prefix=True)], id="number-whole-or-in-parts"),
        pytest.param("a a a", [Group((("a",),))], id="said-twice-is-said-once"),
        pytest.param("\" ' % _ * ( \\ \0", [], id="nothing-in-it"),
    ],
)
def test_query_becomes_groups(text: str, groups: list[Group]) -> None:
    assert list(parse_query(text).groups) == groups


def test_query_of_any_length_asks_for_a_bounded_number_of_things() -> None:
    assert len(parse_query(" ".join(map(str, range(4000)))).groups) == MAX_GROUPS


@pytest.mark.parametrize(
    ("text", "q", "marked"),
    [
        pytest.param("My Deposit of 2 XBT", "depos xbt", ["XBT"], id="only-the-last-word-may-go-on"),
        pytest.param("My Deposit of 2 XBT", "of deposi", ["Deposi", "of"], id="each-word"),
        pytest.param("请问提现到账了吗", "提现到账", ["提现到账"], id="chinese"),
        pytest.param("case PH-889X-FDE2 please", "ph889xfde2", ["PH-889X-FDE2"], id="number-without-its-dashes"),
        pytest.param("stop the loss, stop loss", '"stop loss"', ["stop loss"], id="phrase"),
    ],
)
def test_snippet_marks_what_was_looked_for(text: str, q: str, marked: list[str]) -> None:
    pattern = parse_query(q).pattern
    assert pattern is not None

    found = find_snippet(["Something else.", text], pattern)

    assert found is not None
    assert [found.text[start:end] for start, end in found.marks] == marked


def test_snippet_of_a_long_text_is_short_and_begins_before_the_match() -> None:
    pattern = parse_query("needle").pattern
    assert pattern is not None

    found = find_snippet(["hay " * 500 + "needle " + "hay " * 500], pattern)

    assert found is not None
    assert len(found.text) < 120
    (start, end) = found.marks[0]
    assert found.text[start:end] == "needle"
    assert 0 < start < 40
