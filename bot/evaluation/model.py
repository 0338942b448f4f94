"""The product's intent classifier on any labelled messages, and the score that tells what is out of scope.

Features and fit are those of `HybridIntentClassifier` for the intents of one kind. A message's *score* is
z(margin of its best label) + z(cosine to the nearest training message), with mean and deviation of
validation messages in scope.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from bot import knowledge
from bot.evaluation.labelled import Labelled
from bot.nlu.classifier import DENSE_LANGUAGES, INTENT_C, INTENT_NGRAM_WEIGHT, HybridIntentClassifier, intent_chooser
from bot.nlu.language import detect
from bot.nlu.linear import Floats, Level, Row, Spelling, as_table, weighed

Scores = npt.NDArray[np.float64]
T = TypeVar("T")

_SETTINGS = HybridIntentClassifier.get_default_config()
_PROGRESS_SECONDS = 2.0


class Judgement(NamedTuple):
    """What the model says of one message."""

    label: str
    margin: float
    nearest: float


class Model:
    """The intent classifier, fitted on labelled messages."""

    def __init__(self, rows: Sequence[Labelled]) -> None:
        self._spelling = Spelling()
        self._spelling.fit([row.text for row in rows])
        self._known = np.stack([_embedded(row.text) for row in told("embedding", rows)])
        dense = np.stack([_columns(row.text, vector) for row, vector in zip(rows, self._known, strict=True)])
        table = as_table(dense, [self._spelled(row.text) for row in rows], self._spelling.width)
        print("fitting ...", file=sys.stderr, flush=True)
        labels = [row.label for row in rows]
        self._level = Level.fit(intent_chooser(_SETTINGS[INTENT_C]), table, labels, calibrated=False)

    def judge(self, text: str) -> Judgement:
        """Return the best label of one message, its margin and the cosine to the nearest training message."""
        vector = _embedded(text)
        margins = self._level.margins(_columns(text, vector), self._spelled(text))
        best = int(margins.argmax())
        return Judgement(self._level.labels[best], float(margins[best]), float((self._known @ vector).max()))

    def _spelled(self, text: str) -> Row:
        row: Row = weighed(self._spelling.row(text), _SETTINGS[INTENT_NGRAM_WEIGHT])
        return row


def _embedded(text: str) -> Floats:
    vector: Floats = knowledge.embedder().embed([text])[0]
    return vector


def _columns(text: str, vector: Floats) -> Floats:
    """Return the dense columns; a language the embedding does not know has none."""
    return vector if detect(text).code in _SETTINGS[DENSE_LANGUAGES] else np.zeros_like(vector)


@dataclass(frozen=True)
class Scale:
    """Turns margins and cosines into scores."""

    mean: Scores
    deviation: Scores

    @classmethod
    def fit(cls, judged: Sequence[Judgement]) -> Scale:
        """Learn mean and deviation of margins and cosines."""
        both = _both(judged)
        deviation = both.std(axis=0)
        return cls(both.mean(axis=0), np.where(deviation > 0, deviation, 1.0))

    def scores(self, judged: Sequence[Judgement]) -> Scores:
        """Return one score a message: the higher, the more in scope."""
        return np.asarray(((_both(judged) - self.mean) / self.deviation).sum(axis=1))


def _both(judged: Sequence[Judgement]) -> Scores:
    return np.array([(each.margin, each.nearest) for each in judged], dtype=np.float64).reshape(-1, 2)


def told(what: str, items: Sequence[T]) -> Iterator[T]:
    """Yield items and say on stderr every two seconds how far it is."""
    said_at = perf_counter()
    for number, item in enumerate(items):
        if perf_counter() - said_at >= _PROGRESS_SECONDS:
            said_at = perf_counter()
            print(f"{what}: {number}/{len(items)}", file=sys.stderr, flush=True)
        yield item
