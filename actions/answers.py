"""An article as a message: a passage of it word for word, its age, and where it is written.

The lead answers, with the article's risk note; *more detail* is the passage that says the same for professionals,
sent when asked for. Nothing is generated here. An article past its review date says so; an expired one is not found.
"""

from __future__ import annotations

from urllib.parse import quote as url_quote

from actions import wiring
from actions.naming import named
from actions.replies import Reply
from kb_index.models import Article, Passage
from kit import blocks
from kit.live import name_live
from kit.wire import BotMessage, Button, Citation, Payload

#: The heading of the passage that says more than the lead, by the article's language.
_DETAIL = {"en": "In detail", "zh": "详细说明"}
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
    """Return the message that quotes an article's lead, and leave its version in the trace."""
    notes = [article.risk] if article.risk else []
    return _message(reply, article, article.lead, [*_more(reply, article), *buttons], intro, notes)


def quote_chosen(reply: Reply, article: Article, *buttons: Button, intro: str = "") -> BotMessage:
    """Return the message that quotes what a button asks for: a passage of the article, or its lead."""
    passage_id = reply.turn.values.get("passage") if reply.turn.is_payload else None
    passage = next((passage for passage in article.passages if passage.id == passage_id), None)
    if passage is not None:
        return _message(reply, article, passage, list(buttons), intro)
    return quote(reply, article, *buttons, intro=reply.words.say("answer_detail_gone") if passage_id else intro)


def _message(
    reply: Reply,
    article: Article,
    passage: Passage,
    buttons: list[Button],
    intro: str = "",
    notes: list[str] | None = None,
) -> BotMessage:
    words = name_live(passage.blocks, named(reply.turn))
    said = [*(notes or []), *_caveats(reply, article)]
    before = [blocks.paragraph(intro)] if intro else []
    after = [{"type": "note", "spans": [blocks.span(note)]} for note in said]
    reply.trace["article"] = {"id": article.id, "language": article.language, "version": article.version,
                              "passage": passage.id, "passage_hash": passage.hash}  # fmt: skip
    url = article.url if passage is article.lead else f"{article.url}#{url_quote(passage.id)}"
    return BotMessage(
        text="\n\n".join(part for part in (intro, blocks.plain_text(words), *said) if part),
        blocks=[*before, *words, *after],
        buttons=buttons,
        citations=[Citation(article.id, article.version, article.title, url, article.reviewed_on)],
    )


def _more(reply: Reply, article: Article) -> list[Button]:
    """Return the button that asks for more detail, where the article has it."""
    heading = _DETAIL[article.language]
    return [
        Button(reply.words.say("label_more_detail"), _open(reply, article, passage=passage.id))
        for passage in article.passages[1:]
        if passage.heading == heading
    ]


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
    return [choose(reply, other) for other in found if other is not None]


def choose(reply: Reply, article: Article) -> Button:
    """Return the button that opens an article in the chat."""
    title = article.title
    label = title if len(title) <= _LABEL_LENGTH else f"{title[: _LABEL_LENGTH - 1]}…"
    return Button(label, _open(reply, article))


def _open(reply: Reply, article: Article, **more: str) -> Payload:
    """Return what opens an article; the contract or coin that was asked about goes along."""
    return Payload(
        "choose_article", {"article_id": article.id, "language": article.language, **more, **named(reply.turn)}
    )
