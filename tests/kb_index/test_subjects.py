"""Subjects: an article and its entries compete as one, and one of them is shown; what nothing answers competes too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from kb_index import build
from kb_index.index import Index
from kb_index.library import Library
from kit.clock import ManualClock
from tests.kb_index.corpus import ARTICLES, FakeEncoder, write

EN = """\
language: en
kind: {kind}
reviewed_on: 2026-11-22
review_every_days: 180
owner: content
entries:
"""
HAIRCUT = """\
  - id: term-haircut
    title: Haircut
    topic: fees
    sources: [F001]
    see: funding
    text: A haircut is the share by which collateral is valued below its price.
    questions: [what is a haircut, haircut meaning, define haircut, haircut of my collateral]
"""
WOMBAT = """\
  - id: error-wombat
    title: Invalid wombat
    topic: api_error
    status: "400"
    messages: ["Invalid wombat: <colour> is <shade>"]
    sources: [E05]
    see: {see}
    cause: The wombat has a wrong colour.
    fix: Send another colour.
    questions: [wombat refused, colour refused, bad wombat, why is my wombat invalid]
"""
MARGIN_CALL_ZH = """\
language: zh
kind: glossary
reviewed_on: 2026-11-22
review_every_days: 180
owner: content
entries:
  - id: term-bankruptcy
    title: 破产价格
    topic: liquidation
    sources: [F001]
    see: liquidation
    text: 破产价格是保证金全部亏完时的价格。
    questions: [破产价格是什么, 破产价格含义, 破产价什么意思, 破产价格在哪里看]
"""

#: What each article's errors and terms add to the corpus.
ENTRIES = {
    "en/terms.yml": EN.format(kind="glossary") + HAIRCUT,
    "en/errors.yml": EN.format(kind="api_error") + WOMBAT.format(see="tick-size"),
    "zh/terms.yml": MARGIN_CALL_ZH,
}


def opened(folder: Path, files: dict[str, str], now: datetime | None = None) -> Index:
    sources = write(folder)
    for name, text in files.items():
        path = sources.entries / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build.build(folder / "kb", FakeEncoder(), sources)
    return Index.open(folder / "kb", FakeEncoder(), ManualClock(now) if now else None)


def opened_with_outside(folder: Path, *sentences: str) -> Index:
    folder.mkdir()
    sources = replace(write(folder), negatives=folder / "negatives.txt")
    sources.negatives.write_text("\n".join(["[en outside]", *sentences, "[zh outside]", "今天天气"]), encoding="utf-8")
    build.build(folder / "kb", FakeEncoder(), sources)
    return Index.open(folder / "kb", FakeEncoder())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return opened(tmp_path_factory.mktemp("subjects"), ENTRIES)


@pytest.mark.parametrize(
    ("query", "language", "shown", "instead_of"),
    [
        pytest.param("what is a haircut", "en", "term-haircut", "funding", id="the-meaning-of-a-term"),
        pytest.param("define haircut please", "en", "term-haircut", "funding", id="another-way-to-ask-it"),
        pytest.param("haircut of my collateral too big", "en", "funding", "term-haircut", id="the-matter-itself"),
        pytest.param("what is the funding interval", "en", "funding", "term-haircut", id="another-question-of-it"),
        pytest.param("破产价格是什么意思", "zh", "term-bankruptcy", "liquidation", id="a-meaning-in-chinese"),
        pytest.param("破产价格在哪里看", "zh", "liquidation", "term-bankruptcy", id="the-matter-in-chinese"),
        pytest.param(
            '{"message": "Invalid wombat: blue is dark"}', "en", "tick-size", "error-wombat", id="not-literal"
        ),
        pytest.param("400 Invalid wombat: is", "en", "error-wombat", "tick-size", id="an-error-text"),
        pytest.param("my wombat was refused", "en", "tick-size", "error-wombat", id="about-an-error"),
    ],
)
def test_the_entry_or_its_article_is_shown_never_both(
    index: Index, query: str, language: str, shown: str, instead_of: str
) -> None:
    found = [match.article_id for match in index.search(query, language, top_k=50)]

    assert found[0] == shown
    assert instead_of not in found
    assert len(set(found)) == len(found)


def test_an_article_on_this_very_error_is_shown_rather_than_its_entry(tmp_path: Path) -> None:
    index = opened(tmp_path, {"en/errors.yml": EN.format(kind="api_error") + WOMBAT.format(see="signature")})

    assert index.search("400 Invalid wombat: is", "en")[0].article_id == "signature"


def test_an_entry_that_expired_is_not_shown(tmp_path: Path) -> None:
    expiring = HAIRCUT.replace("    text:", "    expires_on: 2026-12-01\n    text:")
    now = datetime(2026, 12, 2, tzinfo=timezone.utc)
    index = opened(tmp_path, {"en/terms.yml": EN.format(kind="glossary") + expiring}, now)

    found = index.search("what is a haircut", "en", top_k=50)

    library = Library.open(tmp_path / "kb", ManualClock(now))
    assert found[0].article_id == "funding"
    assert all(library.get(match.article_id, "en") for match in found)


def test_what_nothing_answers_takes_probability_away_and_is_never_shown(tmp_path: Path) -> None:
    query = "withdraw a pizza"
    without = opened_with_outside(tmp_path / "without", "who won the match").search(query, "en")
    outside = opened_with_outside(tmp_path / "with", "who won the match", "withdraw a pizza from the oven", "pizza")

    found = outside.search(query, "en", top_k=50)

    assert found[0].article_id == without[0].article_id == "how-to-withdraw"
    assert found[0].probability < without[0].probability
    assert sum(match.score for match in found) < 0.9 < sum(match.score for match in without)
    assert {match.article_id for match in found} <= {draft.id for draft in ARTICLES}
    assert outside.search("who won the match", "en")[0].probability < 0.3
