"""Learning weights and calibration for one language from its own articles' questions.

Each question is asked twice: left out of the index, and shortened with its row in place. Authors make the questions of
an article unlike each other, so leaving one out alone is harder than life and underrates questions against passages;
a shortened copy is easier than life. Half of each is the mixture learned from. The calibration also sees queries that
nothing answers: questions whose article is removed, and out-of-domain sentences.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index import ranking
from kb_index.embedding import Vectors
from kb_index.legs import LEGS, Shard, question_rows
from kb_index.ranking import Calibration, Ranking
from kb_index.tokens import tokenize, words
from kb_index.words import Floats, Hidden

#: Most questions used; more take time and change little.
MAX_QUESTIONS = 2000
#: Chance that a word is left out of a shortened question.
DROPPED = 0.4
#: Shares of the three kinds of query in the calibration: they set what mixture "calibrated" means.
ASKED_SHARE, REMOVED_SHARE, OUTSIDE_SHARE = 0.7, 0.15, 0.15
#: The dense legs must raise the share of first places by this much, or they are left out (no embedding needed then).
MIN_DENSE_GAIN = 0.02
#: Ascent on the weights: steps and length; the objective is smooth and concave, so these are generous.
STEPS, RATE = 200, 0.3
#: Pull of the calibration's coefficients to zero, against a total weight of one per query.
RIDGE = 0.5

Matrix = npt.NDArray[np.float64]
Truth = npt.NDArray[np.intp]
Embed = Callable[[list[str]], Vectors]


@dataclass
class _Query:
    """A query as the legs see it: its article (None: no article answers) and the row hidden from it."""

    tokens: list[str]
    features: Floats
    article: int | None = None
    hidden: Hidden | None = None


def fit(shard: Shard, embed: Embed, outside: list[str]) -> Ranking:
    """Learn a language's ranking; `outside` are out-of-domain sentences."""
    left_out, shortened = _left_out(shard, embed), _shortened(shard, embed)
    asked = left_out[::2] + shortened[1::2]
    weights = _weights(asked)
    strangers = [_query(shard, text, vector) for text, vector in zip(outside, embed(outside), strict=True)]
    first = _first_places(left_out, weights)
    return Ranking(weights, _calibrate(shard, weights, asked, strangers), len(left_out), round(first, 4))


def _questions(shard: Shard) -> list[tuple[int, int, str]]:
    """Return (row, article, text) of the questions used, evenly over the articles."""
    rows = [(row, owner, text) for row, (owner, text) in enumerate(question_rows(shard.articles))]
    asked = [(row, owner, text) for row, owner, text in rows if text != shard.articles[owner].title]
    return asked[:: max(1, -(-len(asked) // MAX_QUESTIONS))]


def _left_out(shard: Shard, embed: Embed) -> list[_Query]:
    questions = _questions(shard)
    vectors = embed([text for _, _, text in questions])
    return [
        _query(shard, text, vector, owner, Hidden(owner, row, frozenset(tokenize(text))))
        for (row, owner, text), vector in zip(questions, vectors, strict=True)
    ]


def _shortened(shard: Shard, embed: Embed) -> list[_Query]:
    chance = random.Random(0)  # noqa: S311 -- the same build every time is wanted, not secrecy
    texts = [(owner, _shorten(text, chance)) for _, owner, text in _questions(shard)]
    vectors = embed([text for _, text in texts])
    return [_query(shard, text, vector, owner) for (owner, text), vector in zip(texts, vectors, strict=True)]


def _shorten(text: str, chance: random.Random) -> str:
    parts = words(text)
    kept = [part for part in parts if chance.random() > DROPPED]
    return "".join(kept).strip() or text


def _query(
    shard: Shard, text: str, vector: Vectors, article: int | None = None, hidden: Hidden | None = None
) -> _Query:
    tokens = list(dict.fromkeys(tokenize(text)))
    return _Query(tokens, shard.scores(tokens, vector, hidden).features, article, hidden)


def _weights(asked: list[_Query]) -> list[float]:
    """Return the weights that best rank the right articles, without the dense legs where they bring little."""
    lexical = _ascend(asked, ~ranking.DENSE)
    everything = _ascend(asked, np.ones(len(LEGS), dtype=bool))
    gain = _first_places(asked, everything) - _first_places(asked, lexical)
    return everything if gain >= MIN_DENSE_GAIN else lexical


def _ascend(asked: list[_Query], used: npt.NDArray[np.bool_]) -> list[float]:
    """Maximise the likelihood of the right articles under a softmax of the weighted legs (Adam, weights >= 0)."""
    features, truth = _stacked(asked)
    own = features[np.arange(len(truth)), truth]
    weights = np.where(used, 3.0, 0.0)
    first, second = np.zeros(len(LEGS)), np.zeros(len(LEGS))
    for step in range(1, STEPS + 1):
        logits = features @ weights
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        gradient = (own - (chances[:, None, :] @ features)[:, 0]).mean(axis=0) - 1e-3 * weights
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        change = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        weights = np.where(used, np.maximum(weights + RATE * change, 0.0), 0.0)
    if weights.sum() == 0:  # too few articles to tell anything apart
        weights = used.astype(np.float64)
    return [round(float(weight), 4) for weight in weights / weights.sum()]


def _stacked(asked: list[_Query]) -> tuple[Matrix, Truth]:
    features = np.stack([query.features for query in asked]).astype(np.float64)
    return features, np.array([query.article for query in asked], dtype=np.intp)


def _first_places(asked: list[_Query], weights: list[float]) -> float:
    features, truth = _stacked(asked)
    return float(np.mean((features @ np.array(weights)).argmax(axis=1) == truth))


def _calibrate(shard: Shard, weights: list[float], asked: list[_Query], outside: list[_Query]) -> Calibration:
    kinds = (
        (ASKED_SHARE, [_signals(shard, weights, query) for query in asked]),
        (REMOVED_SHARE, [_signals(shard, weights, query, removed=True) for query in asked]),
        (OUTSIDE_SHARE, [_signals(shard, weights, query) for query in outside]),
    )
    table: Matrix = np.array([(share / len(found), *signals) for share, found in kinds for signals in found])
    sample_weights: Matrix = table[:, 0] * len(table)
    answers, signals = table[:, 1], table[:, 2:]
    return Calibration(*(round(float(value), 4) for value in _increasing(signals, answers, sample_weights)))


def _signals(
    shard: Shard, weights: list[float], query: _Query, *, removed: bool = False
) -> tuple[float, float, float, float]:
    """Return whether the first article answers, then the signals the calibration will see."""
    fused = ranking.fuse(query.features, weights)
    if removed and query.article is not None:
        fused[query.article] = 0.0
    ordered = ranking.order(fused)
    top = int(ordered[0])
    overlap = shard.words.overlap(query.tokens, top, query.hidden)
    answers = top == query.article and not removed
    return float(answers), float(fused[top]), ranking.margin(fused, top, ordered), overlap


def _increasing(signals: Matrix, answers: Matrix, sample_weights: Matrix) -> Matrix:
    """Fit a logistic model in which no signal lowers the probability: one that would is left out."""
    used = list(range(signals.shape[1]))
    while True:
        beta = _logistic(signals[:, used], answers, sample_weights)
        if not used or beta[1:].min() >= 0:
            break
        del used[int(beta[1:].argmin())]
    full = np.zeros(1 + signals.shape[1])
    full[[0, *(i + 1 for i in used)]] = beta
    return full


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
