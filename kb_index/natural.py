"""Natural queries: what people ask, and the articles that answer it; written apart from the articles.

They teach twice: they are questions of the index, and the index without some of them in turn shows how good its ranking
is on questions it never saw, so weights and calibration are learned there (shards.py, fitting.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kb_index.models import LANGUAGES, Article
from kit.errors import Misconfigured


@dataclass(frozen=True)
class Natural:
    """A query and the ids of the articles that answer it (none: nothing does), the one to teach it to first."""

    text: str
    articles: tuple[str, ...]


def read(path: Path) -> dict[str, list[Natural]]:
    """Return the queries of each language from a file of {"language", "text", "articles"} a line."""
    found: dict[str, list[Natural]] = {language: [] for language in LANGUAGES}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found[row["language"]].append(Natural(row["text"], tuple(row["articles"])))
        except (ValueError, KeyError, TypeError) as error:
            raise Misconfigured(f"{path}:{number}: expected language, text and articles as JSON ({error}).") from error
    return found


def taught(articles: Iterable[Article], natural: dict[str, list[Natural]]) -> list[Article]:
    """Return the articles with the queries they answer among their questions, each query with one article."""
    chosen = list(articles)
    named = {(article.language, name): article for article in chosen for name in names(article)}
    asked: dict[tuple[str, str], list[str]] = {}
    for language, queries in natural.items():
        for query in queries:
            answering = [named[language, name] for name in query.articles if (language, name) in named]
            if answering and query.text not in answering[0].questions:
                asked.setdefault((language, answering[0].id), []).append(query.text)
    return [
        replace(article, questions=[*article.questions, *dict.fromkeys(asked.get((article.language, article.id), []))])
        for article in chosen
    ]


def unanswered(natural: dict[str, list[Natural]]) -> dict[str, list[str]]:
    """Return by language the queries that nothing answers."""
    return {
        language: list(dict.fromkeys(query.text for query in queries if not query.articles))
        for language, queries in natural.items()
    }


def names(article: Article) -> tuple[str, ...]:
    """Return the ids a query may know an article by."""
    return (article.id, *article.replaces)
