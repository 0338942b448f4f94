"""Replaced ids: they lead to the article that holds their content now, in the library, in learning and in judging."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kb_index import articles, build, fitting
from kb_index.articles import InvalidArticles
from kb_index.evaluation import figures
from kb_index.index import Index
from kb_index.library import Library
from kit.share import Share
from tests.kb_index.corpus import ARTICLES, FakeEncoder, write

HEIR = ARTICLES[0].with_(replaces=["cash-out", "payout"])
DRAFTS = (HEIR, *ARTICLES[1:])


@pytest.fixture
def kb_dir(tmp_path: Path) -> Path:
    build.build(tmp_path / "kb", FakeEncoder(), write(tmp_path, *DRAFTS))
    return tmp_path / "kb"


def test_a_replaced_id_gives_its_heir(kb_dir: Path) -> None:
    library = Library.open(kb_dir)

    heir = library.get("cash-out", "en")

    assert heir is not None
    assert (heir.id, heir.url) == ("how-to-withdraw", "/help/en/how-to-withdraw")
    assert library.get("payout", "en") == library.get("how-to-withdraw", "en") == heir
    assert library.get("cash-out", "zh") is None


def test_search_names_the_heir_only(kb_dir: Path) -> None:
    found = {match.article_id for match in Index.open(kb_dir, FakeEncoder()).search("payout", "en", top_k=50)}

    assert "how-to-withdraw" in found
    assert found.isdisjoint({"cash-out", "payout"})


def test_replacing_what_is_still_there_is_refused_at_its_line(tmp_path: Path) -> None:
    draft = ARTICLES[0].with_(replaces=["cash-out", "funding"])
    line = next(n for n, text in enumerate(draft.text().splitlines(), start=1) if text == "- funding")
    sources = write(tmp_path, draft, *ARTICLES[1:])

    with pytest.raises(InvalidArticles) as caught:
        articles.load(sources.articles, sources.facts, sources.entries)

    path = sources.articles / "en" / "how-to-withdraw.md"
    assert caught.value.problems == [f"{path}:{line}: 'funding' is still there; an article replaces only what is gone."]


def test_two_articles_that_replace_the_same_id_are_refused(tmp_path: Path) -> None:
    sources = write(tmp_path, HEIR, ARTICLES[1].with_(replaces=["payout"]), *ARTICLES[2:])

    with pytest.raises(InvalidArticles) as caught:
        articles.load(sources.articles, sources.facts, sources.entries)

    (problem,) = caught.value.problems
    assert "'payout' already leads to" in problem
    assert "an id has one heir" in problem


def test_a_held_out_question_of_a_replaced_article_counts_for_its_heir(kb_dir: Path, tmp_path: Path) -> None:
    asked = [
        {"text": "cash please, all of it", "articles": ["cash-out"]},
        {"text": "is it longs who must pay at eight", "articles": ["cash-out"]},
    ]
    (tmp_path / "knowledge_en.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")

    judged = figures.judge(Index.open(kb_dir, FakeEncoder()), tmp_path, "en")

    assert judged.unknown == 0
    assert judged.methods[0].first == Share(1, 2)


def test_a_natural_query_of_a_replaced_article_teaches_its_heir(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MIN_QUERIES", 2)
    rows = [
        {"language": "en", "text": "cash please", "articles": ["cash-out"]},
        {"language": "en", "text": "profits to my ledger", "articles": ["payout"]},
        {"language": "en", "text": "all of it out", "articles": ["never-was"]},
        {"language": "en", "text": "pizza", "articles": []},
    ]
    natural = tmp_path / "natural.jsonl"
    natural.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    built = build.build(tmp_path / "kb", FakeEncoder(), replace(write(tmp_path, *DRAFTS), natural=natural))

    assert (built.rankings["en"].queries, built.rankings["en"].hit_at_1) == (2, 1.0)
