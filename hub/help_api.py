"""One article as data, for clients that show it beside the chat: the same words as its page in the help centre."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from hub.help import LANGUAGES, Ctx, HelpCentre
from hub.pictures import with_sizes
from kit.errors import NotFound
from kit.live import without_live

router = APIRouter(prefix="/api/v1")


@router.get("/articles/{language}/{article_id}")
async def get_article(language: str, article_id: str, context: Ctx) -> dict[str, Any]:
    """Return an article with its passages as blocks; a missing translation falls back to the other language."""
    centre: HelpCentre = context.help_centre
    article = _find(centre, article_id, language) if language in LANGUAGES else None
    if article is None or not centre.is_valid(article):
        raise NotFound("There is no such article, or it is no longer valid.")
    shown = ("id", "language", "title", "version", "reviewed_on", "risk")
    return {
        **{name: article[name] for name in shown},
        "url": f"/help/{article['language']}/{article['id']}",
        "is_overdue": centre.is_overdue(article),
        "passages": [_passage(passage) for passage in article["passages"]],
    }


def _find(centre: HelpCentre, article_id: str, language: str) -> dict[str, Any] | None:
    return centre.find(article_id, language) or centre.find(centre.successor(article_id) or "", language)


def _passage(passage: dict[str, Any]) -> dict[str, Any]:
    blocks = with_sizes(without_live(passage["blocks"]))
    return {"id": passage["id"], "heading": passage["heading"], "blocks": blocks}
