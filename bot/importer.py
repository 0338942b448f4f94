"""Training data: the files under data/ and, as examples of `topic_<topic>`, the questions of every article.

First-aid articles are left out: their questions are told by cases, not by topics. Search knows every question; to tell
topics apart a part of them does, and keeps training short.
"""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import knowledge
from kb_index.models import Article

#: Most questions taken of an article, and of an entry that refers to one.
ARTICLE_QUESTIONS, ENTRY_QUESTIONS = 12, 4


class ArticleImporter(RasaFileImporter):
    """Adds article questions to what RasaFileImporter reads."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Retrieves the NLU training data (see parent class for full docstring)."""
        written = super().get_nlu_data(language)
        known = {example.get(TEXT) for example in written.intent_examples}
        return written.merge(TrainingData(question_examples(knowledge.articles(), known)))


def question_examples(articles: list[Article], known: set[str]) -> list[Message]:
    """Return one example for each question that no other example has, in a fixed order."""
    seen, examples = set(known), []
    for article in sorted(articles, key=lambda item: (item.language, item.id)):
        if article.kind == "first_aid":
            continue
        for question in (article.title, *_spread(article)):
            if question not in seen:
                seen.add(question)
                examples.append(Message.build(question, intent=f"topic_{article.topic}"))
    return examples


def _spread(article: Article) -> list[str]:
    """Return questions evenly over an article's: authors write the like ones side by side."""
    most = ENTRY_QUESTIONS if article.see else ARTICLE_QUESTIONS
    return article.questions[:: -(-len(article.questions) // most)]
