"""Calibrated linear models over mixed features: the arithmetic of the intent classifier.

A *table* has one row a message: dense columns first, n-grams after them. A *level*
is one choice among labels; its *temperature* is the factor on the margins that makes
their softmax say, on held-out rows, how often it is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.base import ClassifierMixin, clone
from sklearn.model_selection import StratifiedKFold

from bot.nlu.tokenizer import cut

Floats = npt.NDArray[np.float32]

#: One of so many parts of the rows is held out to find the temperature.
_PARTS = 3
_HEX = re.compile(r"\b(?:0x)?[0-9a-f]{16,}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")

#: Marks of a question, and of somebody telling their own matter; each is one column.
_MARKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W*(?:how|what|whats|why|when|where|which|who|can|could|do|does|is|are|will|should|explain|define)\b",
        r"[?？]",
        r"\b(?:my|i|i'm|ive|i've|me|mine)\b",
        r"\b(?:you|your)\b",
        r"我",
        r"你们|您",
        r"怎么|如何|什么|吗|多少|哪|多久",
        r"[!！]",
        r"\d",
        r".{40}",
        r".{90}",
    )
)
_MARK_WEIGHT = 0.3
#: Examples an n-gram must stand in: what stands in one tells little of others, and most stand in one.
MIN_EXAMPLES = 2


def plain(text: str) -> str:
    """Return a text as the n-grams see it: lower case, ids and numbers made alike (HTTP statuses are kept)."""
    text = _HEX.sub(" someid ", text.lower().replace("’", "'"))
    return _NUMBER.sub(lambda match: match[0] if re.fullmatch(r"[45]\d\d", match[0]) else "0", text)


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return [word for word, _ in cut(text)]


def marks(text: str) -> Floats:
    """Return the columns that _MARKS name."""
    return np.array([_MARK_WEIGHT if mark.search(text) else 0.0 for mark in _MARKS], dtype=np.float32)


Row = tuple[npt.NDArray[np.int32], Floats]


def weighed(row: Row, weight: float) -> Row:
    """Return a row whose values count so much."""
    return row[0], row[1] * np.float32(weight)


def _characters(text: str) -> Iterator[str]:
    """Yield the 2- to 5-grams inside each word, blanks at its ends included."""
    for word in text.split():
        padded = f" {word} "
        for length in range(2, 6):
            yield from (padded[start : start + length] for start in range(max(1, len(padded) - length + 1)))


def _word_pairs(text: str) -> Iterator[str]:
    """Yield words and pairs of words, marked apart from character n-grams."""
    said = words(text)
    yield from (f"\t{word}" for word in said)
    yield from (f"\t{first} {second}" for first, second in pairwise(said))


class Spelling:
    """TF-IDF of characters and of words, each part of unit length; made for one message at a time."""

    def __init__(self) -> None:
        self._column: dict[str, int] = {}
        self._idf: Floats = np.zeros(0, np.float32)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self._column)

    def fit(self, texts: list[str]) -> None:
        """Learn the n-grams of the training texts."""
        seen = Counter(gram for text in texts for grams in _both(text) for gram in set(grams))
        kept = sorted(gram for gram, count in seen.items() if count >= MIN_EXAMPLES)
        self._column = {gram: column for column, gram in enumerate(kept)}
        counts = np.array([seen[gram] for gram in kept], dtype=np.float32)
        self._idf = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)

    def row(self, text: str) -> Row:
        """Return the columns of a text and their values."""
        parts = [self._part(Counter(grams)) for grams in _both(text)]
        return np.concatenate([columns for columns, _ in parts]), np.concatenate([values for _, values in parts])

    def _part(self, counts: Counter[str]) -> Row:
        known = [(self._column[gram], count) for gram, count in counts.items() if gram in self._column]
        columns = np.array([column for column, _ in known], dtype=np.int32)
        values = (1 + np.log([count for _, count in known] or 1.0)) * self._idf[columns]
        return columns, (values / (np.linalg.norm(values) or 1.0)).astype(np.float32)


def _both(text: str) -> tuple[list[str], list[str]]:
    made = plain(text)
    return list(_characters(made)), list(_word_pairs(made))


def as_table(dense: Floats, rows: list[Row], width: int) -> sparse.csr_matrix:
    """Return a table for fitting: dense columns, then the rows' own."""
    lengths = [len(columns) for columns, _ in rows]
    indices = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    grams = sparse.csr_matrix((values, indices, np.cumsum([0, *lengths])), shape=(len(rows), width))
    return sparse.hstack([sparse.csr_matrix(dense), grams], format="csr")


@dataclass
class Level:
    """A fitted choice among labels."""

    labels: list[str]
    weights: Floats
    bias: Floats
    temperature: float

    @classmethod
    def fit(
        cls, estimator: ClassifierMixin, table: sparse.csr_matrix, labels: list[str], *, calibrated: bool = True
    ) -> Level:
        """Fit an estimator that has linear margins, and its temperature; margins alone need none."""
        names = sorted(set(labels))
        if len(names) == 1:
            return cls(names, np.zeros((table.shape[1], 1), np.float32), np.zeros(1, np.float32), 1.0)
        numbers = np.array([names.index(label) for label in labels])
        with ThreadPoolExecutor() as pool:  # liblinear lets other threads run
            temperature = pool.submit(_held_out_temperature, estimator, table, numbers) if calibrated else None
            fitted: Any = clone(estimator).fit(table, numbers)
        weights, bias = fitted.coef_.T, np.ravel(fitted.intercept_)
        if len(names) == 2:
            weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
        factor = temperature.result() if temperature else 1.0
        return cls(names, weights.astype(np.float32), bias.astype(np.float32), factor)

    def margins(self, dense: Floats, row: Row) -> Floats:
        """Return the margin of each label for one message."""
        columns, values = row
        made: Floats = dense @ self.weights[: len(dense)] + values @ self.weights[len(dense) + columns] + self.bias
        return made

    def probabilities(self, dense: Floats, row: Row) -> dict[str, float]:
        """Return P(label) for one message."""
        confidences = softmax(self.margins(dense, row)[np.newaxis, :] * self.temperature)[0]
        return dict(zip(self.labels, confidences.tolist(), strict=True))


def softmax(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Turn rows of scores into rows of probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _held_out_temperature(estimator: ClassifierMixin, table: sparse.csr_matrix, labels: npt.NDArray[Any]) -> float:
    """Return the temperature on a part of the rows for an estimator fitted to the others."""
    parts = min(_PARTS, int(np.bincount(labels).min()))
    if parts < 2:
        return 1.0
    fitted, held_out = next(StratifiedKFold(parts, shuffle=True, random_state=0).split(table, labels))
    margins = clone(estimator).fit(table[fitted], labels[fitted]).decision_function(table[held_out])
    if margins.ndim == 1:
        margins = np.stack([-margins, margins], axis=1)
    return fit_temperature(margins, labels[held_out])


def fit_temperature(margins: npt.NDArray[Any], labels: npt.NDArray[Any]) -> float:
    """Return the factor on the margins under which the labels are likeliest."""

    def loss(log_factor: float) -> float:
        right = softmax(margins * np.exp(log_factor))[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(right, 1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 4.0), method="bounded").x))
