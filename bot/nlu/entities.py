"""Facts in a message, found by rule: contracts, ids, hashes, times, amounts, prices, sides, addresses, HTTP statuses.

spaCy's blank pipelines and entity rulers read what is words; regular expressions
read what is a literal; bot.nlu.moments reads times, against the turn's own now.
Overlaps go to the more specific kind.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language as Pipeline

from bot.nlu import moments, patterns
from bot.nlu.language import LANGUAGE, LanguageDetector
from bot.nlu.timing import timed
from kit.clock import from_wire

Entity = dict[str, Any]

#: How the entities are named in domain.yml, most specific first: of two that overlap the earlier kind stays.
KINDS = ("email", "order_id", "txid", "address", "time", "symbol", "side", "price", "http_status", "amount", "currency")


@lru_cache(maxsize=2)
def _pipeline(code: str) -> Pipeline:
    pipeline = spacy.blank(code)
    ruler: Any = pipeline.add_pipe("entity_ruler", config={"overwrite_ents": True})
    ruler.add_patterns(patterns.RULER)
    return pipeline


def find_entities(text: str, code: str = "en", context: dict[str, Any] | None = None) -> list[Entity]:
    """Return the entities of a text in order; `context` may hold the turn's `now` and `timezone`."""
    sized = _positions(text)
    bare = [word for word in _words(text, code) if all(_are_apart(word, position) for position in sized)]
    found = _literals(text) + _times(text, context or {}) + sized + bare + _numbers(text)
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda item: (KINDS.index(item["entity"]), item["start"])):
        if all(_are_apart(entity, other) for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda item: int(item["start"]))


def _entity(kind: str, start: int, end: int, value: str) -> Entity:
    return {"entity": kind, "start": start, "end": end, "value": value, "extractor": RuleEntityExtractor.__name__}


def _are_apart(one: Entity, other: Entity) -> bool:
    return bool(one["end"] <= other["start"] or one["start"] >= other["end"])


def _literals(text: str) -> list[Entity]:
    return [
        _entity(kind, *match.span("value"), value(match.groupdict()))
        for kind, pattern, value in patterns.LITERALS
        for match in pattern.finditer(text)
    ]


def _times(text: str, context: dict[str, Any]) -> list[Entity]:
    now = from_wire(context["now"]) if context.get("now") else None
    found = moments.find(text, now, moments.zone_of(str(context.get("timezone") or "UTC")))
    return [_entity("time", moment.start, moment.end, moment.meaning or moment.text) for moment in found]


def _positions(text: str) -> list[Entity]:
    """Return sides that stand with their size; the words of the size stay facts of their own."""
    found: list[Entity] = []
    for pattern in patterns.POSITIONS:
        for match in pattern.finditer(text):
            made = _entity("side", *match.span("side"), patterns.position(match.groupdict()))
            found += [made] if all(_are_apart(made, other) for other in found) else []
    return found


def _words(text: str, code: str) -> list[Entity]:
    document = _pipeline("zh" if code == "zh" else "en")(text)
    return [_entity(span.label_, span.start_char, span.end_char, span.ent_id_) for span in document.ents]


def _numbers(text: str) -> list[Entity]:
    found = [
        _entity("price", *match.span("value"), patterns.amount(match.groupdict()))
        for match in patterns.PRICE.finditer(text)
    ]
    if patterns.HTTP_CONTEXT.search(text) or text.strip().isdigit():
        found += [_entity("http_status", *m.span("value"), m["value"]) for m in patterns.HTTP_STATUS.finditer(text)]
    for match in patterns.AMOUNT.finditer(text):
        unit = "currency" if match["currency"] else "dollar"
        if match[unit]:
            found.append(_entity("amount", *match.span("value"), patterns.amount(match.groupdict())))
            found.append(_entity("currency", *match.span(unit), patterns.currency(match[unit])))
    return found


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RuleEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities that rules find."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [LanguageDetector]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RuleEntityExtractor:
        """Creates a new component (see parent class for full docstring)."""
        for code in ("en", "zh"):
            _pipeline(code)
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Finds the entities of every message."""
        for message in messages:
            with timed(message, "entities"):
                code = (message.get(LANGUAGE) or {}).get("code", "en")
                found = find_entities(message.get(TEXT) or "", code, message.get("metadata"))
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
