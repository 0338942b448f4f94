"""The help centre as the desk sees it: its articles, and a search that the assistant answers while it is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.assistant import Assistant
from hub.help import HelpCentre
from kit import wire
from kit.errors import SupportError
from kit.text import visible

#: Articles one search returns.
MAX_FOUND = 8


@dataclass(frozen=True)
class DeskArticles:
    centre: HelpCentre
    assistant: Assistant

    def articles(self, language: str) -> list[dict[str, Any]]:
        return self.centre.articles(language)

    def get(self, article_id: str, language: str) -> dict[str, Any] | None:
        return self.centre.get(article_id, language)

    def is_valid(self, article: dict[str, Any]) -> bool:
        return self.centre.is_valid(article)

    def is_overdue(self, article: dict[str, Any]) -> bool:
        return self.centre.is_overdue(article)

    async def search(self, query: str, language: str) -> list[str]:
        """Return the ids of the articles that may answer a query, then of those whose title has its words.

        While the assistant is down, titles are all that is looked at.
        """
        titles = {article["id"]: article["title"].casefold() for article in self.articles(language)}
        try:
            reply = await self.assistant.search(wire.SearchRequest(visible(query), language, MAX_FOUND))
            found = [each.article_id for each in reply.candidates if each.article_id in titles]
        except SupportError:
            found = []
        words = query.casefold().split()
        named = [article_id for article_id, title in titles.items() if all(word in title for word in words)]
        return list(dict.fromkeys([*found, *named]))[:MAX_FOUND]
