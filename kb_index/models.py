"""What a built knowledge base holds, as dataclasses, and the one file that carries them.

An *article* is one page in one language; a *passage* is the part of it under one heading, the first being the *lead*
that the chat shows. A *catalogue* is every article of one build: the file articles.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kit import codec

LANGUAGES = ("en", "zh")
KINDS = ("faq", "how_to", "glossary", "api_error", "risk", "policy", "first_aid")
AUDIENCES = ("novice", "pro", "all")

CATALOGUE_FILE = "articles.json"


@dataclass(frozen=True)
class Passage:
    """One heading's section; `text` says in plain words what `blocks` (kit.blocks) say with structure."""

    id: str
    heading: str
    hash: str
    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True)
class Article:
    """One page in one language; dates are ISO days, `version` is 12 hex of the file's content hash."""

    id: str
    language: str
    kind: str
    topic: str
    case: str | None
    title: str
    version: str
    reviewed_on: str
    review_due_on: str
    expires_on: str | None
    owner: str
    audience: str
    risk: str | None
    sources: list[str]
    related: list[str]
    questions: list[str]
    passages: list[Passage]
    #: Literal texts (of an API error) that find this article.
    messages: list[str] = field(default_factory=list)
    #: Of an entry: the article that explains it fully, and answers its questions.
    see: str | None = None

    @property
    def lead(self) -> Passage:
        """The passage that answers by itself."""
        return self.passages[0]

    @property
    def url(self) -> str:
        """Where the service shows the whole article."""
        return f"/help/{self.language}/{self.id}"

    def is_overdue(self, on: date) -> bool:
        """Tell whether the review is late: still answered, as "may be outdated"."""
        return self.review_due_on < on.isoformat()

    def is_expired(self, on: date) -> bool:
        """Tell whether the last day of the article has passed: not answered any more."""
        return self.expires_on is not None and self.expires_on < on.isoformat()


@dataclass(frozen=True)
class Catalogue:
    """Every article of one build, and the embedding model the build was made with."""

    build: str
    model: str
    created_at: str
    articles: list[Article] = field(default_factory=list)

    def in_language(self, language: str) -> list[Article]:
        """Return the articles of one language in catalogue order."""
        return [article for article in self.articles if article.language == language]

    def ranked(self, language: str) -> list[Article]:
        """Return what questions are answered with, in the order the rows of the index follow.

        An entry that names the article explaining it does not compete with that article: its
        questions and literal texts find the article instead, and it keeps only its page.
        """
        articles = self.in_language(language)
        ids = {article.id for article in articles if article.see is None}
        told: dict[str, list[Article]] = {}
        for article in articles:
            if article.see in ids:
                told.setdefault(str(article.see), []).append(article)
        return [_with(article, told.get(article.id, [])) for article in articles if article.see not in ids]


def _with(article: Article, entries: list[Article]) -> Article:
    questions = dict.fromkeys([*article.questions, *(text for entry in entries for text in entry.questions)])
    messages = dict.fromkeys([*article.messages, *(text for entry in entries for text in entry.messages)])
    return replace(article, questions=list(questions), messages=list(messages)) if entries else article


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Write articles.json into a build's folder."""
    text = json.dumps(codec.encode(catalogue), ensure_ascii=False, indent=1)
    (folder / CATALOGUE_FILE).write_text(text, encoding="utf-8")


def read_catalogue(folder: Path) -> Catalogue:
    """Read articles.json of a build's folder."""
    data = json.loads((folder / CATALOGUE_FILE).read_text(encoding="utf-8"))
    return codec.decode(Catalogue, data)
