"""Training data: the files under data/; the questions of every article, as `topic_<topic>`; and what is declined.

First-aid articles are left out: their questions are told by cases, not by topics. Search knows every question; to tell
topics apart a part of them does, and keeps training short.

`rasa data validate` expects of a bot that its classifier names every intent and its rules say every response. Two of
its notices are therefore no news about this one, and are not given: see UNLABELLED and _SAID_BY_ACTIONS.
"""

from __future__ import annotations

import warnings
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import knowledge
from kb_index.build import read_outside
from kb_index.models import Article

#: Most questions taken of an article, and of an entry that refers to one.
ARTICLE_QUESTIONS, ENTRY_QUESTIONS = 12, 4
#: Intents of the kinds of sentence that nothing answers (kb_index/negatives.txt).
_DECLINED = {"advice": "decline_advice", "outside": "out_of_scope"}
#: Intents that no example has: the gate decides the first three (bot/nlu/decision.py), buttons carry the others.
UNLABELLED = tuple("faq clarify unsupported_language choose_article none_of_these helpful start_case set_slot".split())
_DECIDED = rf"The intent '({'|'.join(UNLABELLED)})' is listed in the domain file, but is not found in the NLU"
#: Every response is said by an action (actions/wording.py); tests/actions/test_wording.py finds one that is not.
_SAID_BY_ACTIONS = r"The utterance 'utter_\w+' is not used in any story or rule"


class ArticleImporter(RasaFileImporter):
    """Adds article questions to what RasaFileImporter reads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for notice in (_DECIDED, _SAID_BY_ACTIONS):
            warnings.filterwarnings("ignore", message=notice, category=UserWarning)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Retrieves the NLU training data (see parent class for full docstring)."""
        written = super().get_nlu_data(language)
        known = {example.get(TEXT) for example in written.intent_examples}
        examples = question_examples(knowledge.articles(), known)
        return written.merge(TrainingData(examples + declined_examples(known)))


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


def declined_examples(known: set[str]) -> list[Message]:
    """Return the sentences that nothing answers and that are declined, by kind."""
    return [
        Message.build(text, intent=_DECLINED[kind])
        for kinds in read_outside().values()
        for kind, texts in kinds.items()
        if kind in _DECLINED
        for text in texts
        if text not in known
    ]


def _spread(article: Article) -> list[str]:
    """Return questions evenly over an article's: authors write the like ones side by side."""
    most = ENTRY_QUESTIONS if article.see else ARTICLE_QUESTIONS
    return article.questions[:: -(-len(article.questions) // most)]
