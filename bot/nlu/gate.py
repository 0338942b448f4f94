"""The answer gate: turns what was understood into one of the intents the rules know, and keeps the reasons.

The message attribute `gate` holds the evidence of the decision; it travels with the
message to the actions and ends in the turn's trace.
"""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import tiers
from bot.nlu.classifier import CASE as CASE_TIER
from bot.nlu.classifier import TIER_CHANCES, HybridIntentClassifier
from bot.nlu.decision import OFFERED_FROM, Costs, Decision, Thresholds, decide
from bot.nlu.language import LANGUAGE, LanguageDetector
from bot.nlu.retriever import FOUND, FOUND_BY_QUESTION, INDEX_ID, PassageRetriever
from bot.nlu.signals import CASE, TOPIC, Evidence, Found
from bot.nlu.timing import TIMINGS, timed
from kit.taxonomy import CASES
from kit.wire import Candidate

#: Message attribute that holds the decision and its evidence.
GATE = "gate"

_LISTED_INTENTS = 5
#: Entities that people give of a matter of their own.
_PARTICULARS = frozenset(("email", "order_id", "txid", "address", "time", "amount"))
_SAYS_NOTHING = re.compile(r"[\W\d_]+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswerGate(GraphComponent):
    """Replaces the intent by the decided one and sets the attribute `gate`."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [LanguageDetector, HybridIntentClassifier, PassageRetriever]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {**asdict(Thresholds()), **asdict(Costs())}

    def __init__(self, config: dict[str, Any], model_id: str) -> None:
        self._thresholds = Thresholds(**{item.name: float(config[item.name]) for item in fields(Thresholds)})
        self._costs = Costs(**{item.name: float(config[item.name]) for item in fields(Costs)})
        self._model_id = model_id

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerGate:
        """Creates a new component (see parent class for full docstring)."""
        return cls(config, execution_context.model_id or "")

    def process(self, messages: list[Message]) -> list[Message]:
        """Decides every message that has text."""
        for message in messages:
            if message.get(TEXT):
                with timed(message, "gate"):
                    self._decide(message)
                message.get(GATE)["timings_ms"] = message.get(TIMINGS)
        return messages

    def _decide(self, message: Message) -> None:
        seen = evidence(message)
        decision = decide(seen, tiers.published(), self._costs, self._thresholds)
        intent = {INTENT_NAME_KEY: decision.intent, PREDICTED_CONFIDENCE_KEY: round(decision.confidence, 4)}
        message.set(INTENT, intent, add_to_output=True)
        message.set(GATE, self._reasons(message, seen, decision), add_to_output=True)

    def _reasons(self, message: Message, seen: Evidence, decision: Decision) -> dict[str, Any]:
        raw_intent, confidence = seen.raw
        return {
            "language": message.get(LANGUAGE),
            "topic": _topic(decision, raw_intent),
            "raw_intent": raw_intent,
            "confidence": confidence,
            "intents": [{"name": name, "confidence": chance} for name, chance in seen.ranking[:_LISTED_INTENTS]],
            "candidates": [_as_candidate(candidate) for candidate in decision.candidates],
            "probability": decision.probability,
            "thresholds": asdict(self._thresholds),
            "also_answer": decision.also_answer,
            "case": seen.case,
            "offers_case": decision.chances[CASE_TIER] >= OFFERED_FROM,
            "chances": {name: round(chance, 4) for name, chance in decision.chances.items()},
            "signals": {name: round(value, 4) for name, value in decision.signals.items()},
            "model_id": self._model_id,
            "index_id": message.get(INDEX_ID) or "",
        }


def evidence(message: Message) -> Evidence:
    """Collect what the components before the gate saw."""
    entities = message.get(ENTITIES) or []
    language = message.get(LANGUAGE) or {}
    return Evidence(
        text=message.get(TEXT),
        language=language.get("code", "en"),
        supported=language.get("supported", True),
        ranking=[
            (item[INTENT_NAME_KEY], item[PREDICTED_CONFIDENCE_KEY]) for item in message.get(INTENT_RANKING_KEY) or []
        ],
        tiers=message.get(TIER_CHANCES) or {},
        whole=message.get(FOUND) or Found([]),
        asked=message.get(FOUND_BY_QUESTION),
        words=len(message.get(TOKENS_NAMES[TEXT]) or []),
        particulars=len({entity["entity"] for entity in entities} & _PARTICULARS),
        is_bare=_is_bare(message.get(TEXT), entities),
    )


def _is_bare(text: str, entities: list[dict[str, Any]]) -> bool:
    """Tell whether a message has no words: a symbol, a time, an id, a number, signs."""
    rest = list(text)
    for entity in entities:
        rest[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    return not _SAYS_NOTHING.sub("", "".join(rest))


def _topic(decision: Decision, raw: str) -> str:
    """Name the topic: of the case, of the article answered from, else of the raw intent."""
    if decision.intent.startswith(CASE):
        return CASES[decision.intent[len(CASE) :]].topic
    if decision.intent in ("faq", "clarify") and decision.candidates:
        return decision.candidates[0].topic
    return raw[len(TOPIC) :] if raw.startswith(TOPIC) else ""


def _as_candidate(match: Candidate) -> dict[str, Any]:
    return {item.name: getattr(match, item.name) for item in fields(Candidate)}
