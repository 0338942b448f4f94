"""Entries: small articles in YAML, held to the articles' rules, told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_index import articles, build
from kb_index.articles import InvalidArticles
from kb_index.index import Index
from kb_index.models import Article
from tests.kb_index.corpus import ARTICLES, FakeEncoder, write

GLOSSARY = """\
language: en
kind: glossary
reviewed_on: 2026-11-22
review_every_days: 180
owner: content
entries:
  - id: term-haircut
    title: Haircut
    topic: fees
    sources: [F001]
    see: funding
    text: A haircut is the share by which `collateral` is valued below its price.
    questions: [what is a haircut, haircut meaning, define haircut, haircut stands for]
"""
ERRORS = """\
language: en
kind: api_error
reviewed_on: 2026-11-22
review_every_days: 180
owner: api
entries:
  - id: api-error-e05
    title: Signature not valid
    topic: api_error
    status: "401"
    messages: ["Invalid wombat: colour"]
    sources: [E05]
    cause: The signed text differs.
    fix: Sign what you send.
    example: |
      POST /api/v1/order
      {"symbol": "XBTUSD"}
    questions: [wombat refused, colour refused, bad wombat, why is my wombat invalid]
"""


def load(folder: Path, *files: str) -> list[Article]:
    sources = write(folder, *ARTICLES)
    for number, text in enumerate(files):
        path = sources.entries / "en" / f"file-{number}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [a for a in articles.load(sources.articles, sources.facts, sources.entries) if "-" in a.id]


def problems(folder: Path, *files: str) -> list[str]:
    with pytest.raises(InvalidArticles) as caught:
        load(folder, *files)
    return [problem[len(str(folder)) + 1 :] for problem in caught.value.problems]


def test_a_term_becomes_an_article_of_its_own(tmp_path: Path) -> None:
    article = next(a for a in load(tmp_path, GLOSSARY) if a.id == "term-haircut")

    assert (article.kind, article.topic, article.language, article.owner) == ("glossary", "fees", "en", "content")
    assert article.lead.text == "A haircut is the share by which collateral is valued below its price."
    assert article.related == ["funding"]
    assert article.review_due_on == "2027-05-21"
    assert len(article.questions) == 4


def test_an_error_says_cause_fix_example_and_its_literal_text(tmp_path: Path) -> None:
    article = next(a for a in load(tmp_path, ERRORS) if a.id == "api-error-e05")

    assert article.lead.text == "Cause: The signed text differs.\n\nWhat to do: Sign what you send."
    assert [passage.heading for passage in article.passages] == ["", "Example request", "Error text"]
    assert article.passages[1].blocks[0]["text"] == 'POST /api/v1/order\n{"symbol": "XBTUSD"}'
    assert article.messages == ["Invalid wombat: colour"]


def test_the_literal_text_finds_its_entry(tmp_path: Path) -> None:
    load(tmp_path, GLOSSARY, ERRORS)
    build.build(tmp_path / "kb", FakeEncoder(), write(tmp_path))

    [match, *_] = Index.open(tmp_path / "kb", FakeEncoder()).search('400 {"message":"Invalid wombat: colour"}', "en")

    assert match.article_id == "api-error-e05"
    assert match.url == "/help/en/api-error-e05"


def test_another_text_is_another_version(tmp_path: Path) -> None:
    before = next(a for a in load(tmp_path, GLOSSARY) if a.kind == "glossary")
    after = next(a for a in load(tmp_path, GLOSSARY.replace("its price", "its worth")) if a.kind == "glossary")

    assert before.version != after.version


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("topic: fees", "topic: weather", "yml:9: unknown topic 'weather'", id="topic"),
        pytest.param("[F001]", "[F999]", "yml:10: source 'F999' is not an id of facts.md.", id="source"),
        pytest.param("see: funding", "see: nowhere", "yml:11: related 'nowhere' is no article.", id="see"),
        pytest.param("text: A", "text: <b>A</b>", "yml:12: raw HTML is not allowed", id="html"),
        pytest.param(", haircut stands for", "", "yml:13: 3 questions; at least 4", id="too-few-questions"),
        pytest.param("    text: A", "    txet: A", "'text' is missing or empty.", id="misspelt-key"),
        pytest.param("term-haircut", "funding", "yml:7: id 'funding' is already taken by funding.md:1.", id="taken"),
        pytest.param("owner: content\n", "", "yml:1: 'owner' is missing or empty.", id="head"),
        pytest.param("kind: glossary", "kind: faq", "yml:2: entries are of kind glossary or api_error.", id="kind"),
        pytest.param("language: en", "language: zh", "yml:1: language does not match the path (en).", id="language"),
        pytest.param("entries:\n", "entries: [\n", "not valid YAML", id="yaml"),
        pytest.param("2026-11-22", "2026-13-40", "not valid YAML", id="no-such-day"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert any(told in problem for problem in problems(tmp_path, GLOSSARY.replace(old, new)))


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    assert "entries/en/file-1.yml:7: id 'term-haircut' is already taken by file-0.yml:7." in problems(
        tmp_path, GLOSSARY, GLOSSARY
    )


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    load(tmp_path, GLOSSARY)
    (tmp_path / "entries" / "en" / "bad.yml").write_bytes(b"a: \xff")

    with pytest.raises(InvalidArticles, match=r"bad\.yml:1: the file is not valid UTF-8"):
        articles.load(tmp_path / "articles", tmp_path / "facts.md", tmp_path / "entries")
