"""Which articles may answer a message: a search with the vector the message already has.

A long message often holds one question among its story; that sentence is searched
by itself too, so that a case can be answered as well as opened.
"""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import knowledge
from bot.nlu.features import SentenceFeatures, sentence_vector
from bot.nlu.language import LANGUAGE, LanguageDetector
from bot.nlu.signals import Found
from bot.nlu.timing import timed
from kb_index import index

#: Message attributes: what the whole message finds, what the question in it finds, the index they come from.
FOUND = "found"
FOUND_BY_QUESTION = "found_by_question"
INDEX_ID = "index_id"

#: Most articles kept for a message.
TOP_K = "top_k"

_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*")
_ASKS = re.compile(
    r"[?？]\s*$|^\W*(?:how|what|why|when|where|which|who|can|could|do|does|is|are|will|should)\b|[吗呢]\W*$|怎么|如何|什么|为什么|哪里|多久|多少",
    re.IGNORECASE,
)


def question_in(text: str) -> str | None:
    """Return the first sentence that asks, when the text holds more than that sentence."""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text) if len(sentence.strip()) > 3]
    asking = next((sentence for sentence in sentences if _ASKS.search(sentence)), None)
    return asking if asking and len(sentences) > 1 else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PassageRetriever(GraphComponent):
    """Sets the candidates of a message."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [LanguageDetector, SentenceFeatures]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {TOP_K: 5}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PassageRetriever:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Searches for every message in a served language."""
        for message in messages:
            language = message.get(LANGUAGE) or {}
            if message.get(TEXT) and language.get("supported"):
                with timed(message, "retrieve"):
                    self._search(message, message.get(TEXT), language["code"])
        return messages

    def _search(self, message: Message, text: str, code: str) -> None:
        kb = knowledge.index()
        top_k = self._config[TOP_K]
        message.set(FOUND, _told(kb.look(text, code, vector=sentence_vector(message), top_k=top_k)))
        question = question_in(text)
        message.set(FOUND_BY_QUESTION, _told(kb.look(question, code, top_k=top_k)) if question else None)
        message.set(INDEX_ID, kb.build)


def _told(found: index.Found) -> Found:
    first_aid = {match.article_id: match.case for match in found.matches if match.case}
    return Found(list(found.matches), found.nothing, found.similarity, first_aid)
