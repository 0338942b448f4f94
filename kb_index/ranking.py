"""From the legs' scores to an order and to P(answers): pure arithmetic, used alike by fitting and by search.

*Fused* is the weighted sum of a subject's legs; under a softmax it is the chance that this subject of all was meant.
The signals behind P(answers) are the log-odds of that chance, the learned leg, the nearest question's cosine, the
lexical overlap, how much was said, and how unlike it is to what nothing answers; a *calibration* is a logistic function
of them, fitted per language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index.legs import LEGS
from kb_index.words import Floats

#: Beyond these log-odds a chance says nothing more.
MOST_LOG_ODDS = 6.0
SIGNALS = ("log_odds", "learned", "nearest", "overlap", "length", "unlike_nothing")
#: Beyond this many tokens more of them say nothing more.
MOST_TOKENS = 30


@dataclass(frozen=True)
class Calibration:
    """Coefficients of P(answers): one a signal, and a bias."""

    bias: float
    coefficients: list[float]

    def probability(self, signals: list[float]) -> float:
        """Return P(the subject answers), calibrated."""
        z = self.bias + sum(weight * signal for weight, signal in zip(self.coefficients, signals, strict=True))
        return 1 / (1 + math.exp(-min(max(z, -30.0), 30.0)))


@dataclass(frozen=True)
class Ranking:
    """What was learned for one language: a weight for each leg, a calibration, from how many queries, how well."""

    weights: list[float]
    calibration: Calibration
    queries: int = 0
    hit_at_1: float = 0.0


def fuse(features: Floats, weights: list[float]) -> Floats:
    """Return one score a subject (last axis of `features` is LEGS)."""
    fused: Floats = features @ np.asarray(weights, dtype=np.float32)
    return fused


def is_known(features: Floats) -> npt.NDArray[np.bool_]:
    """Tell for every subject whether any leg but the learned one knows anything of the query."""
    known: npt.NDArray[np.bool_] = features[:, 1:].max(axis=1) > 0
    return known


def order(fused: Floats) -> npt.NDArray[np.intp]:
    """Return the subjects best first; equals keep the catalogue's order."""
    return np.argsort(-fused, kind="stable")


def chances(fused: Floats) -> Floats:
    """Return the chance that each subject of all was meant; one at minus infinity is out of the question."""
    if np.isneginf(fused).all():
        return np.zeros_like(fused)
    weights = np.exp(fused - fused.max())
    shares: Floats = weights / weights.sum()
    return shares


def signals(features: Floats, chance: float, subject: int, overlap: float, tokens: int) -> list[float]:
    """Return what a calibration sees of one subject, in the order of SIGNALS; `tokens` of the query are counted."""
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    log_odds = min(max(math.log(chance / (1 - chance)), -MOST_LOG_ODDS), MOST_LOG_ODDS)
    learned, nearest = features[subject, LEGS.index("learned")], features[subject, LEGS.index("dense_question")]
    length, unlike_nothing = math.log1p(min(tokens, MOST_TOKENS)), -features[-1, LEGS.index("learned")]
    return [log_odds, float(learned), float(nearest), overlap, length, float(unlike_nothing)]
