"""An article as a message: its lead passage word for word, its risk note, its age, and where it is written.

Nothing is generated here. An article past its review date says so; an expired one is not found.
"""

from __future__ import annotations

from actions import wiring
from actions.replies import Reply
from kb_index.models import Article
from kit import blocks
from kit.live import NAMES, name_live
from kit.wire import BotMessage, Button, Citation, Payload

#: Related articles offered under an answer.
_RELATED = 2
#: Longest label a button carries; Telegram and the bubble cut what is longer.
_LABEL_LENGTH = 60


def find(reply: Reply, article_id: str, language: str | None = None) -> Article | None:
    """Return an article that may be quoted today, in the customer's language or else in the other."""
    library, wanted = wiring.library(), language or reply.words.language
    for choice in (wanted, "zh" if wanted == "en" else "en"):
        article = library.get(article_id, choice)
        if article is not None and not article.is_expired(reply.turn.now.date()):
            return article
    return None


def first_aid(reply: Reply, case: str) -> Article | None:
    """Return what to do at once in a case, if it is written down and current."""
    article = wiring.library().first_aid(case, reply.words.language)
    return None if article is None or article.is_expired(reply.turn.now.date()) else article


def quote(reply: Reply, article: Article, *buttons: Button, intro: str = "") -> BotMessage:
    """Return the message that quotes an article, and leave its version in the trace."""
    lead = article.lead
    words = name_live(lead.blocks, _named(reply))
    notes = [note for note in (article.risk or "", *_caveats(reply, article)) if note]
    before = [blocks.paragraph(intro)] if intro else []
    after = [{"type": "note", "spans": [blocks.span(note)]} for note in notes]
    reply.trace["article"] = {"id": article.id, "language": article.language, "version": article.version,
                              "passage": lead.id, "passage_hash": lead.hash}  # fmt: skip
    return BotMessage(
        text="\n\n".join(part for part in (intro, blocks.plain_text(words), *notes) if part),
        blocks=[*before, *words, *after],
        buttons=list(buttons),
        citations=[Citation(article.id, article.version, article.title, article.url, article.reviewed_on)],
    )


def _named(reply: Reply) -> dict[str, str]:
    """Return the symbol and currency the customer named last."""
    return {item["entity"]: str(item["value"]) for item in reply.turn.entities if item["entity"] in NAMES}


def _caveats(reply: Reply, article: Article) -> list[str]:
    said = []
    if article.is_overdue(reply.turn.now.date()):
        said.append(reply.words.say("answer_outdated", date=article.review_due_on))
    if article.language != reply.words.language:
        said.append(reply.words.say("answer_other_language"))
    return said


def related(reply: Reply, article: Article) -> list[Button]:
    """Return buttons for the articles an article names as related."""
    found = [find(reply, article_id, article.language) for article_id in article.related[:_RELATED]]
    return [choose(other.id, other.language, other.title) for other in found if other is not None]


def choose(article_id: str, language: str, title: str) -> Button:
    """Return the button that opens an article in the chat."""
    label = title if len(title) <= _LABEL_LENGTH else f"{title[: _LABEL_LENGTH - 1]}…"
    return Button(label, Payload("choose_article", {"article_id": article_id, "language": language}))
