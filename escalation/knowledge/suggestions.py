"""Articles for agents: those of a ticket's case and topic, what a search finds, and passages to quote.

The help centre belongs to the application; here it is only a protocol. An article is a
dictionary as the built index has it; one that has expired is neither offered nor quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from escalation.knowledge.quotes import Quote
from escalation.models import Ticket
from kit import wire
from kit.blocks import plain_text
from kit.errors import Conflict, NotFound, Unavailable
from kit.live import without_live
from kit.taxonomy import CASES

LANGUAGES = ("en", "zh")
#: Articles offered for one ticket, or found for one query.
MAX_ARTICLES = 8
#: What helps an agent most comes first among the articles of a topic.
_KINDS = ("first_aid", "policy", "how_to", "faq", "risk", "api_error", "glossary")

Article = dict[str, Any]


class HelpArticles(Protocol):
    """What the desk needs of the help centre."""

    def articles(self, language: str) -> list[Article]:
        """Return the articles of a language that have not expired."""

    def get(self, article_id: str, language: str) -> Article | None: ...

    def is_valid(self, article: Article) -> bool: ...

    def is_overdue(self, article: Article) -> bool: ...

    async def search(self, query: str, language: str) -> list[str]:
        """Return the ids of the articles that may answer a query, best first."""


class ArticleNotFound(NotFound):
    """No article has this id, or it has expired."""


class ArticleChanged(Conflict):
    """The article has another version than the one the agent read."""


class HelpCentreMissing(Unavailable):
    """The service has no help centre."""


def for_ticket(articles: HelpArticles, ticket: Ticket) -> list[str]:
    """Return the ids of the articles of a ticket's case, what those relate to, and its topic's, best first."""
    listed = articles.articles("zh" if ticket.language == "zh" else "en")
    known = {article["id"] for article in listed}
    own = [article for article in listed if article["case"] == ticket.case]
    related = [other for article in own for other in article["related"] if other in known]
    topic = CASES[ticket.case].topic
    same = sorted((article for article in listed if article["topic"] == topic), key=_place)
    ids = [article["id"] for article in own] + related + [article["id"] for article in same]
    return list(dict.fromkeys(ids))[:MAX_ARTICLES]


def _place(article: Article) -> tuple[int, str]:
    kind = article["kind"]
    return (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), article["id"])


async def search(articles: HelpArticles, query: str, languages: Sequence[str]) -> list[str]:
    """Return what a query finds in any of these languages, each article once."""
    ids = [article_id for language in languages for article_id in await articles.search(query, language)]
    return list(dict.fromkeys(ids))[:MAX_ARTICLES]


def brief(articles: HelpArticles, article_id: str) -> dict[str, Any] | None:
    """Return an article as a list shows it, with its title in each language; None when it has expired in all."""
    found = _versions(articles, article_id)
    if not found:
        return None
    first = next(iter(found.values()))
    titles = {language: article["title"] for language, article in found.items()}
    return {"id": article_id, "kind": first["kind"], "topic": first["topic"], "titles": titles}


def read(articles: HelpArticles, article_id: str) -> dict[str, Any]:
    """Return an article in every language it has, to be read side by side."""
    found = _versions(articles, article_id)
    if not found:
        raise ArticleNotFound("There is no such article, or it has expired.")
    return {
        "id": article_id,
        "languages": {language: _shown(articles, article) for language, article in found.items()},
    }


def quote(articles: HelpArticles, article_id: str, language: str, version: str, passage_id: str) -> Quote:
    """Return a passage to be sent, in the version the agent read.

    Raises:
        ArticleNotFound: it is gone, has expired, or has no such passage.
        ArticleChanged: it has another version now.
    """
    article = _versions(articles, article_id).get(language)
    passage = next((each for each in article["passages"] if each["id"] == passage_id), None) if article else None
    if article is None or passage is None:
        raise ArticleNotFound("The article you quote is gone or has expired. Take it out, or choose another.")
    if article["version"] != version:
        raise ArticleChanged(f"'{article['title']}' changed since you read it. Read it again, then quote it.")
    heading = {"type": "heading", "spans": [{"text": passage["heading"] or article["title"]}]}
    return Quote(passage_id, [heading, *without_live(passage["blocks"])], _citation(article))


def _versions(articles: HelpArticles, article_id: str) -> dict[str, Article]:
    found = ((language, articles.get(article_id, language)) for language in LANGUAGES)
    return {language: article for language, article in found if article is not None and articles.is_valid(article)}


def _shown(articles: HelpArticles, article: Article) -> dict[str, Any]:
    passages = [
        {"id": each["id"], "heading": each["heading"], "blocks": blocks}
        for each in article["passages"]
        if plain_text(blocks := without_live(each["blocks"])).strip()
    ]
    return {**vars(_citation(article)), "is_overdue": articles.is_overdue(article), "passages": passages}


def _citation(article: Article) -> wire.Citation:
    url = f"/help/{article['language']}/{article['id']}"
    return wire.Citation(article["id"], article["version"], article["title"], url, article["reviewed_on"])
