"""From the legs' scores to an order and to P(answers): pure arithmetic, used alike by fitting and by search.

*Fused* is the weighted sum of an article's legs. The signals behind a probability are the fused score, its margin over
the best other article and the lexical overlap; a *calibration* is a logistic function of them, fitted per language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index.legs import LEGS
from kb_index.words import Floats

DENSE = np.array([leg.startswith("dense") for leg in LEGS])


@dataclass(frozen=True)
class Calibration:
    """Coefficients of P(answers)."""

    bias: float
    score: float
    margin: float
    overlap: float

    def probability(self, score: float, margin: float, overlap: float) -> float:
        """Return P(the article answers), calibrated."""
        z = self.bias + self.score * score + self.margin * margin + self.overlap * overlap
        return float(1 / (1 + np.exp(-np.clip(z, -30, 30))))


@dataclass(frozen=True)
class Ranking:
    """What was learned for one language: a weight for each of LEGS (together 1), a calibration, how well they did."""

    weights: list[float]
    calibration: Calibration
    questions: int
    hit_at_1: float

    @property
    def needs_vector(self) -> bool:
        """Tell whether any dense leg counts."""
        return any(weight > 0 for weight, dense in zip(self.weights, DENSE, strict=True) if dense)


def fuse(features: Floats, weights: list[float]) -> Floats:
    """Return one score an article (last axis of `features` is LEGS)."""
    fused: Floats = features @ np.asarray(weights, dtype=np.float32)
    return fused


def order(fused: Floats) -> npt.NDArray[np.intp]:
    """Return the articles best first; equals keep the catalogue's order."""
    return np.argsort(-fused, kind="stable")


def margin(fused: Floats, article: int, ordered: npt.NDArray[np.intp]) -> float:
    """Return how far an article stands above the best other one (negative: below); `ordered` is from `order`."""
    best = ordered[:2]
    others = best[best != article]
    return float(fused[article] - fused[others[0]]) if len(others) else float(fused[article])
