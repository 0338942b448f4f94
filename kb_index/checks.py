"""What to mend in articles that are valid each by itself: `kb check` beyond the rules of a build.

An *error* must be mended: a question that two articles share, an article missing in one language, a link or source
amiss (told by the build's own rules before). A *warning* is for a person to judge: numbers outside the rules,
near-duplicate articles, competing questions, two languages of an article stating different numbers, late reviews.
Pictures that are not there are refused by the build; here it is an error to show one in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb_index import likeness, numbers, pictures
from kb_index.drafts import Draft
from kb_index.embedding import Encoder
from kb_index.models import LANGUAGES, Article

_PICTURE = re.compile(r"!\[[^\]]*\]\(" + re.escape(pictures.PREFIX) + r"([^)\s]+)\)")


@dataclass(frozen=True)
class Finding:
    """Something to mend at a line of a file."""

    path: Path
    line: int
    message: str
    is_error: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def examine(found: list[Draft], facts: Path, today: date, encoder: Encoder | None) -> list[Finding]:
    """Return all findings by file and line; without an encoder English texts are not compared."""
    findings = [*_missing_languages(found), *_shared_questions(found), *_pictures(found)]
    findings += [*_numbers(found, facts), *_reviews(found, today)]
    for language in LANGUAGES:
        chosen = [draft for draft in found if draft.language == language]
        if chosen and (encoder is not None or language != "en"):
            findings += _competing(chosen, language, encoder)
            findings += _near_duplicates(chosen, language, encoder)
    return sorted(findings, key=lambda finding: (not finding.is_error, str(finding.path), finding.line))


def _article(draft: Draft) -> Article:
    assert draft.article is not None, "only articles that passed the build's rules are examined"
    return draft.article


def _questions(draft: Draft) -> list[tuple[int, str]]:
    questions = _article(draft).questions
    return [(draft.front.item_line("questions", i), question) for i, question in enumerate(questions)]


def _missing_languages(found: list[Draft]) -> Iterator[Finding]:
    there = {(draft.id, draft.language) for draft in found}
    for draft in found:
        for language in LANGUAGES:
            if (draft.id, language) not in there:
                yield Finding(draft.path, draft.line, f"'{draft.id}' is missing in {language}.", is_error=True)


def _shared_questions(found: list[Draft]) -> Iterator[Finding]:
    first: dict[tuple[str, str], tuple[Draft, int]] = {}
    for draft in found:
        for line, question in _questions(draft):
            other, other_line = first.setdefault((draft.language, likeness.fold(question)), (draft, line))
            if other is not draft:
                where = f"{other.id} ({other.path.name}:{other_line})"
                yield Finding(draft.path, line, f"question '{question}' is also one of {where}.", is_error=True)


def _pictures(found: list[Draft]) -> Iterator[Finding]:
    for draft in found:
        for line, text in draft.prose:
            for name in _PICTURE.findall(text):
                if not name.endswith(f"-{draft.language}.svg"):
                    yield Finding(draft.path, line, f"picture {name} is not in the article's language.", is_error=True)


def _numbers(found: list[Draft], facts: Path) -> Iterator[Finding]:
    stated = numbers.read_facts(facts)
    for draft in found:
        for line, remark in numbers.remarks(draft.prose, _article(draft).sources, stated):
            yield Finding(draft.path, line, remark)
    yield from _contradictions(found)


def _contradictions(found: list[Draft]) -> Iterator[Finding]:
    english = {draft.id: draft for draft in found if draft.language == "en"}
    for draft in found:
        if draft.language != "en" and draft.id in english:
            own, other = _stated(draft), _stated(english[draft.id])
            if own - other:
                listed = ", ".join(sorted(own - other))
                yield Finding(draft.path, draft.line, f"states {listed}, which the English version does not.")


def _stated(draft: Draft) -> set[str]:
    return {number for _, text in draft.prose for number in numbers.numbers_in(text) | numbers.words_in(text)}


def _reviews(found: list[Draft], today: date) -> Iterator[Finding]:
    for draft in found:
        article = _article(draft)
        line = draft.front.lines["reviewed_on"]
        if article.is_expired(today):
            yield Finding(draft.path, line, f"'{draft.id}' expired on {article.expires_on}; owner {article.owner}.")
        elif article.is_overdue(today):
            yield Finding(
                draft.path, line, f"'{draft.id}' was due for review on {article.review_due_on}; owner {article.owner}."
            )


def _competing(found: list[Draft], language: str, encoder: Encoder | None) -> Iterator[Finding]:
    rows = [(draft, line, question) for draft in found for line, question in _questions(draft)]
    unit = likeness.vectors([question for _, _, question in rows], language, encoder)
    for first, second, cosine in likeness.near_pairs(unit, [draft.id for draft, _, _ in rows]):
        (draft, line, question), (other, _, rival) = rows[first], rows[second]
        if likeness.fold(question) != likeness.fold(rival):
            told = f"question '{question}' competes with '{rival}' of {other.id} (cosine {cosine:.2f})."
            yield Finding(draft.path, line, told)


def _near_duplicates(found: list[Draft], language: str, encoder: Encoder | None) -> Iterator[Finding]:
    unit = likeness.vectors([_article(draft).lead.text for draft in found], language, encoder)
    for first, second, cosine in likeness.near_pairs(unit, [draft.id for draft in found]):
        told = f"'{found[first].id}' answers nearly as {found[second].id} does (cosine {cosine:.2f})."
        yield Finding(found[first].path, found[first].line, told)
