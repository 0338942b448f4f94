"""Measures of retrieval and of probabilities, with how far chance alone would move them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

#: Simulated sets behind "what a perfect model gets by chance".
_DRAWS = 2000


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
