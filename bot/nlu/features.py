"""The sentence vector of a message: embedded once here, used by the classifier and by the retriever."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import knowledge
from bot.nlu.language import LanguageDetector
from bot.nlu.timing import timed

#: Examples that one thread embeds in training.
_AT_ONCE = 64


def sentence_vector(message: Message) -> npt.NDArray[np.float32] | None:
    """Return the vector that SentenceFeatures gave a message, if it has text."""
    for features in message.features:
        if features.origin == SentenceFeatures.__name__:
            return np.asarray(features.features[0], dtype=np.float32)
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeatures(GraphComponent):
    """Adds the sentence embedding of the message text."""

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
    ) -> SentenceFeatures:
        """Creates a new component (see parent class for full docstring)."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embeds every example that has text, on all cores."""
        examples = training_data.training_examples
        parts = [examples[start : start + _AT_ONCE] for start in range(0, len(examples), _AT_ONCE)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self.process, parts))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Embeds the messages in one batch."""
        written = [message for message in messages if message.get(TEXT)]
        if not written:
            return messages
        with timed(written[0], "embed"):
            vectors = knowledge.embedder().embed([message.get(TEXT) for message in written])
        for message, vector in zip(written, vectors, strict=True):
            made = Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__)
            message.add_features(made)
        return messages
