"""Learning weights and calibration for one language from natural queries: written apart from the articles' questions.

Each is seen as an index without it, and without those written beside it, would see it: what stands in the index
flatters it. The weights maximise the likelihood of
the subjects that answer (*nothing* where none does); the calibration is a logistic regression of "the first subject
answers" on ranking.SIGNALS, over a mixture with UNANSWERED_SHARE of queries that nothing answers. Too few natural
queries, and the ranking is DEFAULT.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index import ranking
from kb_index.legs import LEGS
from kb_index.models import Subject
from kb_index.natural import names
from kb_index.ranking import SIGNALS, Calibration, Ranking
from kb_index.shards import Unseen

#: Share of queries that nothing answers in the calibration: it sets what mixture "calibrated" means.
UNANSWERED_SHARE = 0.25
#: Fewer natural queries than this say nothing.
MIN_QUERIES = 50
#: Ascent on the weights: steps and length; the objective is smooth and concave, so these are generous.
STEPS, RATE, DECAY = 300, 0.3, 1e-3
#: Pull of the calibration's coefficients to zero, against a total weight of one per query.
RIDGE = 0.5
#: For a knowledge base without natural queries of its own: about what the published articles taught in English, and a
#: little for the legs that theirs did not need.
DEFAULT = Ranking([9.0, 6.2, 0.5, 4.0, 0.5, 6.3, 1.0], Calibration(-0.5, [0.8, 0.0, 1.0, 0.5, 0.0, 0.0]))

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Query:
    """A query as it is seen without itself, and the subjects that answer it."""

    seen: Unseen
    answering: list[int]


def fit(subjects: list[Subject], unseen: Iterable[Unseen]) -> Ranking:
    """Learn a language's ranking from natural queries."""
    places = {name: i for i, subject in enumerate(subjects) for each in subject.members for name in names(each)}
    truth = [(seen, [places[name] for name in seen.query.articles if name in places]) for seen in unseen]
    queries = [_Query(seen, found) for seen, found in truth if found or not seen.query.articles]
    answered = [query for query in queries if query.answering]
    if len(answered) < MIN_QUERIES or len(answered) == len(queries):
        return DEFAULT
    weights = _weights(queries)
    shares = {True: (1 - UNANSWERED_SHARE) / len(answered), False: UNANSWERED_SHARE / (len(queries) - len(answered))}
    table = [(shares[bool(query.answering)], *_signals(weights, query)) for query in queries]
    hits = np.mean([row[1] for row, query in zip(table, queries, strict=True) if query.answering])
    return Ranking(weights, _calibrate(np.array(table)), len(answered), round(float(hits), 4))


def _weights(queries: list[_Query]) -> list[float]:
    """Maximise the likelihood of the answering subjects under a softmax of the weighted legs (Adam).

    No leg counts against a subject.
    """
    features = np.stack([query.seen.features for query in queries]).astype(np.float64)
    right = np.zeros(features.shape[:2])
    for row, query in enumerate(queries):
        right[row, query.answering or [-1]] = 1.0
    weights = np.full(len(LEGS), 2.0)
    first, second = np.zeros(len(LEGS)), np.zeros(len(LEGS))
    for step in range(1, STEPS + 1):
        chances = np.exp(features @ weights - (features @ weights).max(axis=1, keepdims=True))
        among_right = chances * right
        wanted = among_right / among_right.sum(axis=1, keepdims=True) - chances / chances.sum(axis=1, keepdims=True)
        gradient = np.einsum("qs,qsl->l", wanted, features) / len(queries) - DECAY * weights
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        change = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights = np.maximum(weights + RATE * change, 0.0)
    return [round(float(weight), 4) for weight in weights]


def _signals(weights: list[float], query: _Query) -> tuple[float, ...]:
    """Return whether the first subject answers, then the signals the calibration sees."""
    seen = query.seen
    fused = ranking.fuse(seen.features, weights)
    top = int(ranking.order(fused[:-1])[0])
    chance = float(ranking.chances(fused)[top])
    overlap = float(seen.words.overlaps(seen.tokens)[top])
    signals = ranking.signals(seen.features, chance, top, overlap, len(seen.tokens))
    return (float(top in query.answering), *signals)


def _calibrate(table: Matrix) -> Calibration:
    """Fit a logistic model in which no signal lowers the probability: one that would is left out."""
    sample_weights, answers, signals = table[:, 0] * len(table), table[:, 1], table[:, 2:]
    used = list(range(len(SIGNALS)))
    while True:
        beta = _logistic(signals[:, used], answers, sample_weights)
        if not used or beta[1:].min() >= 0:
            break
        del used[int(beta[1:].argmin())]
    coefficients = [0.0] * len(SIGNALS)
    for place, value in zip(used, beta[1:], strict=True):
        coefficients[place] = round(float(value), 4)
    return Calibration(round(float(beta[0]), 4), coefficients)


def _logistic(signals: Matrix, answers: Matrix, sample_weights: Matrix) -> Matrix:
    """Fit bias and coefficients by Newton's method with a small ridge (none to speak of on the bias)."""
    x = np.hstack([np.ones((len(signals), 1)), signals])
    penalty = np.diag([1e-6] + [RIDGE] * signals.shape[1])
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (sample_weights * (answers - p)) - penalty @ beta
        curvature = (x * (sample_weights * p * (1 - p))[:, None]).T @ x + penalty
        beta = beta + np.linalg.solve(curvature, gradient)
    return beta
