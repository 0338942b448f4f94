"""Article files: what is read from them, and which complaint each mistake earns, at which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_index import articles
from kb_index.articles import InvalidArticles
from kb_index.markdown import is_allowed_link
from kb_index.models import Article
from kit import blocks
from tests.kb_index.corpus import FUNDING, Draft, write

GOOD = Draft("funding", "Funding", FUNDING)


def load(folder: Path, *drafts: Draft) -> list[Article]:
    sources = write(folder, *drafts)
    return articles.load(sources.articles, sources.facts, sources.entries)


def problems(folder: Path, *drafts: Draft) -> list[str]:
    with pytest.raises(InvalidArticles) as caught:
        load(folder, *drafts)
    return [problem.removeprefix(f"{folder}/articles/") for problem in caught.value.problems]


def line_of(draft: Draft, start: str) -> int:
    return next(n for n, line in enumerate(draft.text().splitlines(), start=1) if line.startswith(start))


def test_an_article_carries_its_front_matter(tmp_path: Path) -> None:
    draft = GOOD.with_(risk="Can cost money.", expires_on=None, related=["funding"], sources=["F001", "E05", "G085"])

    [article] = load(tmp_path, draft)

    assert (article.id, article.language, article.topic, article.kind) == ("funding", "en", "funding", "faq")
    assert article.questions == list(FUNDING)
    assert article.risk == "Can cost money."
    assert article.sources == ["F001", "E05", "G085"]
    assert (article.reviewed_on, article.review_due_on, article.expires_on) == ("2026-11-22", "2027-02-20", None)
    assert article.url == "/help/en/funding"


def test_everything_before_the_first_heading_is_the_lead(tmp_path: Path) -> None:
    [article] = load(tmp_path, GOOD)

    assert article.lead.text == "The answer in one sentence.\n\n1. First step.\n2. Second step."
    assert [passage.heading for passage in article.passages] == ["", "Details"]
    assert [passage.id for passage in article.passages] == ["lead", "details"]


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    [before] = load(tmp_path, GOOD)
    [after] = load(tmp_path, Draft("funding", "Funding", FUNDING, body="Other words.\n"))

    assert before.version != after.version
    assert len(after.version) == 12
    assert before.lead.hash != after.lead.hash


def test_markdown_becomes_blocks_that_clients_can_render(tmp_path: Path) -> None:
    body = (
        "Some **bold**, `code` and a [page](https://www.bitmex.com/app/fees).\n\n- one\n- two\n\n"
        "> Mind this.\n\n```\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "![A chart](/help/pictures/funding-en.svg)\n"
    )

    [article] = load(tmp_path, Draft("funding", "Funding", FUNDING, body=body + "\n## More\n### Part\nText.\n"))

    made = article.lead.blocks
    blocks.check(made)
    assert [block["type"] for block in made] == ["paragraph", "list", "note", "code", "table", "image"]
    assert {"text": "bold", "bold": True} in made[0]["spans"]
    assert {"text": "code", "code": True} in made[0]["spans"]
    assert {"text": "page", "link": "https://www.bitmex.com/app/fees"} in made[0]["spans"]
    assert made[4]["rows"][1] == [[{"text": "1"}], [{"text": "2"}]]
    assert [block["type"] for block in article.passages[1].blocks] == ["heading", "paragraph"]


def test_a_line_break_is_a_blank_in_english_and_nothing_in_chinese(tmp_path: Path) -> None:
    [article] = load(tmp_path, Draft("funding", "Funding", FUNDING, body="One\ntwo 三,\n四。\n"))

    assert article.lead.text == "One two 三,四。"


@pytest.mark.parametrize(
    ("front", "key", "message"),
    [
        pytest.param({"topic": "weather"}, "topic", "unknown topic 'weather'", id="topic"),
        pytest.param({"kind": "essay"}, "kind", "unknown kind 'essay'", id="kind"),
        pytest.param({"kind": "first_aid", "case": "broken_heart"}, "case", "unknown case", id="case"),
        pytest.param({"kind": "first_aid"}, "kind", "needs a 'case'", id="first-aid-without-case"),
        pytest.param({"case": "complaint"}, "case", "only to kind first_aid", id="case-without-first-aid"),
        pytest.param({"audience": "cats"}, "audience", "unknown audience", id="audience"),
        pytest.param({"colour": "red"}, "colour", "unknown key 'colour'", id="unknown-key"),
        pytest.param({"title": 7}, "title", "must be text", id="title-not-text"),
        pytest.param({"reviewed_on": "soon"}, "reviewed_on", "must be a day", id="day"),
        pytest.param({"review_every_days": 0}, "review_every_days", "whole number", id="interval"),
        pytest.param({"questions": list(FUNDING[:9])}, "questions", "9 questions; at least 10", id="nine-questions"),
        pytest.param({"questions": "one?"}, "questions", "must be a list", id="questions-not-a-list"),
        pytest.param({"questions": [*FUNDING, "Funding Rate"]}, "- Funding Rate", "twice", id="question-twice"),
        pytest.param({"questions": [*FUNDING, {"2FA": "lost"}]}, "- 2FA", "must be text", id="question-not-text"),
        pytest.param({"sources": ["F001", "F999"]}, "- F999", "not an id of facts.md", id="source"),
        pytest.param({"related": ["nowhere"]}, "- nowhere", "is no article", id="related"),
        pytest.param({"id": "other"}, "id", "does not match the path", id="id-is-not-the-file"),
        pytest.param({"language": "zh"}, "language", "does not match the path", id="language-is-not-the-folder"),
    ],
)
def test_front_matter_is_refused_at_its_line(tmp_path: Path, front: dict[str, object], key: str, message: str) -> None:
    draft = GOOD.with_(**front)
    path = tmp_path / "articles/en/funding.md"
    sources = write(tmp_path, GOOD)
    path.write_text(draft.text(), encoding="utf-8")

    with pytest.raises(InvalidArticles) as caught:
        articles.load(sources.articles, sources.facts, sources.entries)

    assert any(p.startswith(f"{path}:{line_of(draft, key)}: ") and message in p for p in caught.value.problems)


@pytest.mark.parametrize("key", ["id", "title", "questions", "sources", "reviewed_on", "owner"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    sources = write(tmp_path, GOOD)
    lines = GOOD.with_(**{key: ""}).text()
    (tmp_path / "articles/en/funding.md").write_text(lines, encoding="utf-8")

    with pytest.raises(InvalidArticles, match=f"'{key}' is missing or empty"):
        articles.load(sources.articles, sources.facts, sources.entries)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("Just text.\n", 1, "no front matter", id="none"),
        pytest.param("---\nid: x\nno end\n", 1, "no front matter", id="not-closed"),
        pytest.param("---\nid: x\ntitle: [a\n---\nText.\n", 4, "not valid YAML", id="broken-yaml"),
        pytest.param("---\nid: x\nid: y\n---\nText.\n", 3, "given twice", id="key-twice"),
        pytest.param("---\njust words\n---\nText.\n", 2, "'key: value'", id="no-mapping"),
        pytest.param("---\nid: x\nreviewed_on: 2026-13-40\n---\nText.\n", 2, "not valid YAML", id="impossible-day"),
    ],
)
def test_a_broken_header_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    sources = write(tmp_path, GOOD)
    path = tmp_path / "articles/en/broken.md"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InvalidArticles) as caught:
        articles.load(sources.articles, sources.facts, sources.entries)

    assert any(p.startswith(f"{path}:{line}: ") and message in p for p in caught.value.problems)


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        pytest.param("Fine.\n\n<script>alert(1)</script>\n", 3, "raw HTML", id="script"),
        pytest.param("Fine\nwith <b>tags</b> in it.\n", 2, "raw HTML", id="inline-html"),
        pytest.param("See [it](https://example.com/).\n", 1, "leads elsewhere", id="other-host"),
        pytest.param("See [it](javascript:alert(1)).\n", 1, "leads elsewhere", id="javascript"),
        pytest.param("Text.\n\n![x](https://evil.example/p.png)\n", 3, "leads elsewhere", id="image-elsewhere"),
        pytest.param("Text.\n\n![x](/help/pictures/no.svg)\n", 3, "no picture /help/pictures/no.svg", id="no-picture"),
        pytest.param("See [it](/help/en/nothing).\n", 1, "leads to no article", id="dead-help-link"),
        pytest.param("Text.\n\n- a\n  - b\n", 3, "no nested list", id="nested-list"),
        pytest.param("Text.\n\n2. a\n3. b\n", 3, "start at 1", id="list-from-two"),
        pytest.param("Text.\n\n# Big\n", 3, "only ## and ###", id="first-level-heading"),
        pytest.param("Text *loud*.\n", 1, "emphasis", id="emphasis"),
        pytest.param("Text ![x](/help/x.svg) more.\n", 1, "paragraph of its own", id="image-in-text"),
        pytest.param("Text.\n\n---\n", 3, "rule", id="rule"),
        pytest.param("## Heading\nText.\n", 1, "no lead", id="no-lead"),
        pytest.param("1. Step.\n", 1, "begin with a sentence", id="lead-begins-with-steps"),
        pytest.param("Text.\n\n## Empty\n\n## Next\nText.\n", 3, "'Empty' is empty", id="empty-section"),
        pytest.param("w" * 901 + "\n", 1, "901 characters; at most 900", id="long-lead"),
    ],
)
def test_a_body_is_refused_at_its_line(tmp_path: Path, body: str, line: int, message: str) -> None:
    draft = Draft("funding", "Funding", FUNDING, body=body)
    first = len(draft.text().splitlines()) - len(body.splitlines())

    found = problems(tmp_path, draft)

    assert len(found) == 1
    assert found[0].startswith(f"en/funding.md:{first + line}: ")
    assert message in found[0]


def test_a_lead_of_900_characters_is_accepted(tmp_path: Path) -> None:
    [article] = load(tmp_path, Draft("funding", "Funding", FUNDING, body="w" * 900 + "\n"))

    assert len(article.lead.text) == 900


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    huge = Draft("funding", "Funding", FUNDING, body="Lead.\n\n## More\n" + "word " * 40_001)

    [problem] = problems(tmp_path, huge)

    assert problem.startswith("en/funding.md:1: the file has ")


def test_bytes_that_are_no_text_are_refused_at_their_line(tmp_path: Path) -> None:
    sources = write(tmp_path, GOOD)
    (tmp_path / "articles/en/bytes.md").write_bytes(b"---\nid: x\n\xff\n---\n")

    with pytest.raises(InvalidArticles, match=r"bytes\.md:3: the file is not valid UTF-8"):
        articles.load(sources.articles, sources.facts, sources.entries)


def test_two_articles_cannot_be_first_aid_for_one_case(tmp_path: Path) -> None:
    first = GOOD.with_(kind="first_aid", case="complaint")
    second = Draft("other", "Other", FUNDING).with_(kind="first_aid", case="complaint")

    [problem] = problems(tmp_path, first, second)

    assert problem == f"en/other.md:{line_of(second, 'case')}: case 'complaint' already has first aid in funding.md."


def test_one_run_lists_every_problem(tmp_path: Path) -> None:
    bad_topic = GOOD.with_(topic="weather")
    bad_link = Draft("other", "Other", FUNDING, body="See [it](https://example.com/).\n")

    found = problems(tmp_path, bad_topic, bad_link)

    assert [problem.split(":")[0] for problem in found] == ["en/funding.md", "en/other.md"]


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    sources = write(tmp_path, GOOD)

    with pytest.raises(InvalidArticles, match="no articles found"):
        articles.load(tmp_path / "kb", sources.facts)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://bitmex.com/app/fees", True),
        ("https://status.bitmex.com", True),
        ("/help/en/funding", True),
        ("http://bitmex.com", False),
        ("https://bitmex.com.evil.example", False),
        ("https://evilbitmex.com", False),
        ("https://user@bitmex.com", False),
        ("https://bitmex.com@evil.example", False),
        ("https://bitmex.com:8443", False),
        ("https://evil.example\\@bitmex.com", False),
        ("https://[bad", False),
        ("//bitmex.com", False),
        ("/help/../admin", False),
        ("/help//evil.example", False),
        ("/admin", False),
        ("data:text/html,x", False),
    ],
)
def test_links_stay_with_the_exchange(url: str, allowed: bool) -> None:
    assert is_allowed_link(url) is allowed


def test_the_repository_knows_its_own_facts() -> None:
    known = articles.known_facts()

    assert {"F001", "E05", "G085"} <= known
    assert "F9999" not in known
