"""Which intent a message has, in two steps with calibrated confidence: which tier, then which intent of that tier.

The *tiers* are questions (`topic_*`), cases (`case_*`, `human_request`), what is
declined, what steers the conversation, and what cannot be told. Telling "how does
liquidation work" from "I was liquidated wrongly" is what costs most when it goes
wrong, so it is a choice of its own: held out, it finds a third more cases than one
choice among all intents. Features are the sentence embedding, n-grams and a few
marks. The embedding knows English only: for other languages it still tells tiers,
with weights of their own, but not intents.
"""

from __future__ import annotations

from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlu.features import SentenceFeatures, sentence_vector
from bot.nlu.language import LANGUAGE, LanguageDetector
from bot.nlu.linear import Level, Row, Spelling, as_table, marks, weighed
from bot.nlu.timing import timed
from bot.nlu.tokenizer import BilingualTokenizer

#: How much n-grams weigh against the embedding, for tiers and for the intents of one tier.
TIER_NGRAM_WEIGHT = "tier_ngram_weight"
INTENT_NGRAM_WEIGHT = "intent_ngram_weight"
#: Languages the embedding model understands.
DENSE_LANGUAGES = "dense_languages"
#: Inverse strength of regularisation, for tiers and for intents.
TIER_C = "tier_C"
INTENT_C = "intent_C"
#: Most intents listed in the ranking.
RANKING_LENGTH = "ranking_length"

#: What a message can be.
TIERS = QUESTION, CASE, DECLINE, CONTROL, UNCLEAR = ("question", "case", "decline", "control", "unclear")
#: Intents that are declined.
DECLINED = frozenset(("decline_advice", "out_of_scope"))
#: Message attribute: P(tier), by tier.
TIER_CHANCES = "tier_chances"

_MODEL_FILE = "classifier.joblib"


def tier_of(intent: str) -> str:
    """Return the tier of an intent, one of TIERS."""
    if intent.startswith("topic_"):
        return QUESTION
    if intent.startswith("case_") or intent == "human_request":
        return CASE
    if intent in DECLINED:
        return DECLINE
    return UNCLEAR if intent == UNCLEAR else CONTROL


def intent_chooser(strength: float) -> LinearSVC:
    """Return the untrained choice among intents; `strength` is INTENT_C."""
    return LinearSVC(C=strength, class_weight="balanced", random_state=0)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridIntentClassifier(GraphComponent):
    """Sets the intent and the ranking of intents."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [LanguageDetector, BilingualTokenizer, SentenceFeatures]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            TIER_NGRAM_WEIGHT: 1.0,
            INTENT_NGRAM_WEIGHT: 0.5,
            DENSE_LANGUAGES: ["en"],
            TIER_C: 10.0,
            INTENT_C: 1.0,
            RANKING_LENGTH: 60,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = Spelling()
        self._tiers: Level | None = None
        self._intents: dict[str, Level] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HybridIntentClassifier:
        """Creates a new untrained component (see parent class for full docstring)."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the n-gram tables, the choice of tier and, for each tier, the choice of intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if not examples:
            return self._resource
        self._spelling.fit([example.get(TEXT) for example in examples])
        rows = [self._spelling.row(example.get(TEXT)) for example in examples]
        dense = [self._dense(example) for example in examples]
        intents = np.array([example.get(INTENT) for example in examples])
        tiers = np.array([tier_of(intent) for intent in intents])
        chooser = LogisticRegression(C=self._config[TIER_C], solver="liblinear", random_state=0)
        table = self._table([for_tier for for_tier, _ in dense], rows, TIER_NGRAM_WEIGHT)
        self._tiers = Level.fit(chooser, table, tiers.tolist())
        chooser = intent_chooser(self._config[INTENT_C])
        table = self._table([for_intent for _, for_intent in dense], rows, INTENT_NGRAM_WEIGHT)
        for tier in self._tiers.labels:
            self._intents[tier] = Level.fit(chooser, table[tiers == tier], intents[tiers == tier].tolist())
        self.persist()
        return self._resource

    def _table(self, dense: list[Any], rows: list[Row], weight: str) -> Any:
        return as_table(np.stack(dense), [weighed(row, self._config[weight]) for row in rows], self._spelling.width)

    def _dense(self, message: Message) -> tuple[Any, Any]:
        """Return the dense columns for tiers and those for intents."""
        vector = sentence_vector(message)
        if vector is None:
            raise ValueError("A message has no sentence features; SentenceFeatures must come before the classifier.")
        code = (message.get(LANGUAGE) or {}).get("code")
        nothing = np.zeros_like(vector)
        known, other = (vector, nothing) if code in self._config[DENSE_LANGUAGES] else (nothing, vector)
        return np.concatenate([known, other, marks(message.get(TEXT))]), known

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking of every message."""
        for message in messages:
            if message.get(TEXT) and self._tiers is not None:
                with timed(message, "classify"):
                    self._classify(message, self._tiers)
        return messages

    def _classify(self, message: Message, tiers: Level) -> None:
        row = self._spelling.row(message.get(TEXT))
        for_tiers, for_intents = self._dense(message)
        by_tier = tiers.probabilities(for_tiers, weighed(row, self._config[TIER_NGRAM_WEIGHT]))
        row = weighed(row, self._config[INTENT_NGRAM_WEIGHT])
        confidences = {
            intent: tier_confidence * confidence
            for tier, tier_confidence in by_tier.items()
            for intent, confidence in self._intents[tier].probabilities(for_intents, row).items()
        }
        best = sorted(confidences.items(), key=lambda item: (-item[1], item[0]))[: self._config[RANKING_LENGTH]]
        ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: round(value, 4)} for name, value in best]
        message.set(INTENT, dict(ranking[0]), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking)
        message.set(TIER_CHANCES, by_tier)

    def persist(self) -> None:
        """Writes the fitted parts to the model storage."""
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump((self._spelling, self._tiers, self._intents), folder / _MODEL_FILE, compress=3)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HybridIntentClassifier:
        """Loads a trained component (see parent class for full docstring)."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._spelling, component._tiers, component._intents = joblib.load(folder / _MODEL_FILE)
        except (ValueError, FileNotFoundError):
            pass  # nothing was trained: messages keep no intent
        return component
