"""What a built knowledge base holds, as dataclasses, and the one file that carries them.

An *article* is one page in one language; a *passage* is the part of it under one heading, the first being the *lead*
that the chat shows. An *entry* that names an article with `see` says one thing of it in short; a *subject* is an
article with its entries: what search tells apart. A *catalogue* is every article of one build: the file articles.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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
    #: The article that explains fully what an entry says in short.
    see: str | None = None
    #: Ids of articles that went up in this one; their addresses lead here.
    replaces: list[str] = field(default_factory=list)

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
class Subject:
    """An article and the entries that refer to it; the article comes first."""

    members: tuple[Article, ...]

    @property
    def article(self) -> Article:
        """The article that explains it fully."""
        return self.members[0]

    @property
    def questions(self) -> list[tuple[Article, str]]:
        """The titles and questions of all members: (member, text)."""
        return [(member, text) for member in self.members for text in (member.title, *member.questions)]


@dataclass(frozen=True)
class Catalogue:
    """Every article of one build, the embedding model it was made with, and by language what no article answers."""

    build: str
    model: str
    created_at: str
    articles: list[Article] = field(default_factory=list)
    outside: dict[str, list[str]] = field(default_factory=dict)

    def in_language(self, language: str) -> list[Article]:
        """Return the articles of one language in catalogue order."""
        return [article for article in self.articles if article.language == language]

    def subjects(self, language: str) -> list[Subject]:
        """Return one language's subjects in catalogue order: rows of the index follow it."""
        articles = self.in_language(language)
        whole = {article.id for article in articles if article.see is None}
        return [
            Subject((article, *(entry for entry in articles if entry.see == article.id)))
            for article in articles
            if article.see not in whole
        ]


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Write articles.json into a build's folder."""
    text = json.dumps(codec.encode(catalogue), ensure_ascii=False, indent=1)
    (folder / CATALOGUE_FILE).write_text(text, encoding="utf-8")


def read_catalogue(folder: Path) -> Catalogue:
    """Read articles.json of a build's folder."""
    data = json.loads((folder / CATALOGUE_FILE).read_text(encoding="utf-8"))
    return codec.decode(Catalogue, data)
