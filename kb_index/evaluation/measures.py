"""Measures of retrieval and of probabilities, with how far chance alone would move them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

#: Standard normal quantile of a 95 % interval.
_Z = 1.959964
#: Simulated sets behind "what a perfect model gets by chance".
_DRAWS = 2000


@dataclass(frozen=True)
class Share:
    """So many of so many, with the Wilson 95 % interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        p, n = self.value, self.of
        centre = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:6.1%} [{low:.1%}, {high:.1%}]"

    def written(self) -> dict[str, float | list[float]]:
        """Return the share as JSON holds it."""
        return {"hits": self.hits, "of": self.of, "share": self.value, "wilson_95": list(self.interval)}


def calibration_error(probabilities: Numbers, correct: Numbers, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal count."""
    return sum(weight * abs(said - was) for said, was, weight in reliability(probabilities, correct, bins))


def reliability(probabilities: Numbers, correct: Numbers, bins: int = 10) -> list[tuple[float, float, float]]:
    """Return (mean probability, share correct, weight) of bins of equal count."""
    ordered = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(ordered, bins) if len(part)]
    return [
        (float(probabilities[part].mean()), float(correct[part].mean()), len(part) / len(probabilities))
        for part in parts
    ]


def calibration_error_by_chance(probabilities: Numbers, bins: int = 10) -> float:
    """Return the error a perfect model would show on average: answers drawn with exactly its probabilities."""
    chance = np.random.default_rng(0)
    ordered = np.sort(probabilities)
    drawn = chance.random((_DRAWS, len(ordered))) < ordered
    error = np.zeros(_DRAWS)
    for part in np.array_split(np.arange(len(ordered)), bins):
        if len(part):
            error += len(part) / len(ordered) * np.abs(ordered[part].mean() - drawn[:, part].mean(axis=1))
    return float(error.mean())
