"""`kb check`: what to mend in articles that are valid each by itself, with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb_index import articles, checks, likeness, numbers
from kb_index.checks import Finding
from tests.kb_index.corpus import ARTICLES, FUNDING, WITHDRAW, Draft, FakeEncoder, write

TODAY = date(2026, 12, 1)
FACTS = """\
- **F001** The rate is fixed every eight hours, at most 0.50%. (source: a page, Jun 2019; confidence: high)
- **F002** Reviews took 24 hours. (source: a page, 2020; confidence: high; may have changed)
| E05 | 401 | Signature not valid | Signed text differs | Sign within 30 s | a source of 7 pages | high |
"""


def findings(folder: Path, *drafts: Draft, facts: str = FACTS) -> list[Finding]:
    sources = write(folder, *drafts)
    sources.facts.write_text(facts, encoding="utf-8")
    found = articles.read(sources.articles, sources.facts, sources.entries)
    return checks.examine(found, sources.facts, TODAY, FakeEncoder())


def told(folder: Path, *drafts: Draft) -> list[str]:
    return [f"{f.path.parent.name}/{f.path.name}:{f.line}: {f.message}" for f in findings(folder, *drafts)]


def funding(body: str = "Longs and shorts pay each other.\n", language: str = "en", **extra: object) -> Draft:
    return Draft("funding", "Funding", FUNDING, language=language, body=body).with_(**extra)


def test_an_article_in_one_language_only_is_an_error(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, funding())

    assert finding.is_error
    assert finding.message == "'funding' is missing in zh."


def test_a_question_of_two_articles_is_an_error_at_its_line(tmp_path: Path) -> None:
    rival = Draft("rival", "Rival", (*WITHDRAW, "Who pays FUNDING?"))

    shared = [f for f in findings(tmp_path, funding(), rival) if "also one of" in f.message]

    assert [str(f) for f in shared] == [
        f"{tmp_path}/articles/en/rival.md:18: question 'Who pays FUNDING?' is also one of funding (funding.md:10)."
    ]
    assert shared[0].is_error


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("It is fixed every 8 hours.\n", id="a-number-word-of-a-source"),
        pytest.param("At most 0.5%.\n", id="the-same-number-written-otherwise"),
        pytest.param("As of 2019 so.\n", id="the-year-of-a-source"),
        pytest.param("Use XBT7D, `100` and\n\n```\n99\n```\n", id="names-and-code"),
        pytest.param("Do so:\n\n1. Open.\n2. Close.\n", id="steps"),
        pytest.param("At the last review, 24 hours.\n", id="changing-with-care"),
    ],
)
def test_a_number_of_the_sources_passes(tmp_path: Path, body: str) -> None:
    draft = funding(body, sources=["F001", "F002"])

    assert not [line for line in told(tmp_path, draft) if "number" in line]


@pytest.mark.parametrize(
    ("body", "where", "remark"),
    [
        pytest.param("The fee is 0.075%.\n", "The fee", "number 0.075 is in none of the article's", id="unknown"),
        pytest.param(
            "Sign.\n\n## More\nUp to 100x.\n", "Up to", "number 100 is in none of", id="leverage-in-a-section"
        ),
        pytest.param("It takes 24 hours.\n", "It takes", "number 24 may have changed; its section", id="bare"),
    ],
)
def test_a_number_outside_the_rules_is_listed(tmp_path: Path, body: str, where: str, remark: str) -> None:
    draft = funding(body, sources=["F001", "F002"])
    number = next(i for i, line in enumerate(draft.text().splitlines(), start=1) if line.startswith(where))

    assert any(line.startswith(f"en/funding.md:{number}: {remark}") for line in told(tmp_path, draft))


def test_error_rows_ground_numbers_but_their_source_column_does_not(tmp_path: Path) -> None:
    sources = write(tmp_path)
    sources.facts.write_text(FACTS, encoding="utf-8")

    assert numbers.read_facts(sources.facts)["E05"].numbers == {"401", "30"}


def test_two_languages_with_different_numbers_are_listed(tmp_path: Path) -> None:
    lines = told(tmp_path, funding("Every eight hours.\n"), funding("每 6 小时。\n", language="zh"))

    assert "zh/funding.md:1: states 6, which the English version does not." in lines


def test_a_picture_in_another_language_is_an_error_at_its_line(tmp_path: Path) -> None:
    body = "Longs and shorts pay.\n\n## More\n![谁付给谁](/help/pictures/funding-zh.svg)\n"

    [found] = [f for f in findings(tmp_path, funding(body)) if "picture" in f.message]

    assert found.is_error
    assert found.message == "picture funding-zh.svg is not in the article's language."
    assert found.path.read_text(encoding="utf-8").splitlines()[found.line - 1].startswith("![")


def test_late_reviews_are_listed_with_their_owner(tmp_path: Path) -> None:
    late = funding(reviewed_on=date(2026, 1, 1))
    gone = Draft("gone", "Gone", WITHDRAW).with_(expires_on=date(2026, 11, 30))

    lines = told(tmp_path, late, gone)

    assert any("'funding' was due for review on 2026-04-01; owner payments." in line for line in lines)
    assert any("'gone' expired on 2026-11-30; owner payments." in line for line in lines)


def test_competing_questions_and_near_duplicates_are_listed(tmp_path: Path) -> None:
    rival = Draft("rival", "Rival", (*WITHDRAW, "longs pay shorts do"), body="Shorts and longs pay each other.\n")

    lines = told(tmp_path, funding(), rival)

    assert any("'do longs pay shorts' competes with 'longs pay shorts do' of rival (cosine 1.00)" in x for x in lines)
    assert any("'funding' answers nearly as rival does" in line for line in lines)


def test_chinese_is_compared_by_characters() -> None:
    unit = likeness.character_vectors(["怎么提现到银行卡", "怎么提现到银行卡？", "资金费率是多少"])

    [(first, second, cosine)] = likeness.near_pairs(unit, ["a", "b", "c"])

    assert (first, second) == (0, 1)
    assert cosine == pytest.approx(1)


def test_the_corpus_has_no_other_findings(tmp_path: Path) -> None:
    pair = [draft for draft in ARTICLES if draft.id == "how-to-withdraw"]

    assert told(tmp_path, *pair) == []
