"""Which intent a message has, in two steps with calibrated confidence: which kind, then which intent of that kind.

The *kinds* are questions (`topic_*`), cases (`case_*`) and all else. Telling "how does
liquidation work" from "I was liquidated wrongly" is what costs most when it goes
wrong, so it is a choice of its own: held out, it finds a third more cases than one
choice among all intents. Features are the sentence embedding, n-grams and a few
marks. The embedding knows English only: for other languages it still tells kinds,
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

#: How much n-grams weigh against the embedding, for kinds and for the intents of one kind.
KIND_NGRAM_WEIGHT = "kind_ngram_weight"
INTENT_NGRAM_WEIGHT = "intent_ngram_weight"
#: Languages the embedding model understands.
DENSE_LANGUAGES = "dense_languages"
#: Inverse strength of regularisation, for kinds and for intents.
KIND_C = "kind_C"
INTENT_C = "intent_C"
#: Most intents listed in the ranking.
RANKING_LENGTH = "ranking_length"

_MODEL_FILE = "classifier.joblib"


def kind_of(intent: str) -> str:
    """Return the kind of an intent: topic, case or other."""
    prefix = intent.partition("_")[0]
    return prefix if prefix in ("topic", "case") and "_" in intent else "other"


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
            KIND_NGRAM_WEIGHT: 1.0,
            INTENT_NGRAM_WEIGHT: 0.5,
            DENSE_LANGUAGES: ["en"],
            KIND_C: 10.0,
            INTENT_C: 1.0,
            RANKING_LENGTH: 60,
        }

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = Spelling()
        self._kinds: Level | None = None
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
        """Fits the n-gram tables, the choice of kind and, for each kind, the choice of intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        if not examples:
            return self._resource
        self._spelling.fit([example.get(TEXT) for example in examples])
        rows = [self._spelling.row(example.get(TEXT)) for example in examples]
        dense = [self._dense(example) for example in examples]
        intents = np.array([example.get(INTENT) for example in examples])
        kinds = np.array([kind_of(intent) for intent in intents])
        chooser = LogisticRegression(C=self._config[KIND_C], solver="liblinear", random_state=0)
        table = self._table([for_kind for for_kind, _ in dense], rows, KIND_NGRAM_WEIGHT)
        self._kinds = Level.fit(chooser, table, kinds.tolist())
        chooser = intent_chooser(self._config[INTENT_C])
        table = self._table([for_intent for _, for_intent in dense], rows, INTENT_NGRAM_WEIGHT)
        for kind in self._kinds.labels:
            self._intents[kind] = Level.fit(chooser, table[kinds == kind], intents[kinds == kind].tolist())
        self.persist()
        return self._resource

    def _table(self, dense: list[Any], rows: list[Row], weight: str) -> Any:
        return as_table(np.stack(dense), [weighed(row, self._config[weight]) for row in rows], self._spelling.width)

    def _dense(self, message: Message) -> tuple[Any, Any]:
        """Return the dense columns for kinds and those for intents."""
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
            if message.get(TEXT) and self._kinds is not None:
                with timed(message, "classify"):
                    self._classify(message, self._kinds)
        return messages

    def _classify(self, message: Message, kinds: Level) -> None:
        row = self._spelling.row(message.get(TEXT))
        for_kinds, for_intents = self._dense(message)
        by_kind = kinds.probabilities(for_kinds, weighed(row, self._config[KIND_NGRAM_WEIGHT]))
        row = weighed(row, self._config[INTENT_NGRAM_WEIGHT])
        confidences = {
            intent: kind_confidence * confidence
            for kind, kind_confidence in by_kind.items()
            for intent, confidence in self._intents[kind].probabilities(for_intents, row).items()
        }
        best = sorted(confidences.items(), key=lambda item: (-item[1], item[0]))[: self._config[RANKING_LENGTH]]
        ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: round(value, 4)} for name, value in best]
        message.set(INTENT, dict(ranking[0]), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking)

    def persist(self) -> None:
        """Writes the fitted parts to the model storage."""
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump((self._spelling, self._kinds, self._intents), folder / _MODEL_FILE, compress=3)

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
                component._spelling, component._kinds, component._intents = joblib.load(folder / _MODEL_FILE)
        except (ValueError, FileNotFoundError):
            pass  # nothing was trained: messages keep no intent
        return component
