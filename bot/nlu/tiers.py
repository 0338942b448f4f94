"""How likely a message is a question, a case, nothing for us, or unclear; and how likely the first article is right.

Two logistic models over signals.py: a softmax over the four *chances*, and P(*right*).
Their coefficients lie in tiers.json by name; `python -m bot tune` fits them to
validation messages that nothing else was trained on. A signal they do not name
counts nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from pathlib import Path

from bot.nlu.classifier import CASE, DECLINE, QUESTION, UNCLEAR
from bot.nlu.signals import probability_of
from kit.errors import Misconfigured

COEFFICIENTS = Path(__file__).parent / "tiers.json"
#: What a message is told apart into; what steers the conversation is told by the classifier alone.
CHOICES = (QUESTION, CASE, DECLINE, UNCLEAR)
BIAS = "bias"

Coefficients = dict[str, float]


@dataclass(frozen=True)
class TierModel:
    """Coefficients by signal: for every one of CHOICES, and for P(right)."""

    chances_by: dict[str, Coefficients]
    right_by: Coefficients

    @classmethod
    def load(cls, path: Path = COEFFICIENTS) -> TierModel:
        """Read what `save` wrote."""
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return cls({name: dict(held["chances"].get(name, {})) for name in CHOICES}, dict(held["right"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Misconfigured(f"{path} cannot be read ({error}). Run: python -m bot tune") from error

    def save(self, path: Path = COEFFICIENTS) -> None:
        """Write the coefficients, one a line."""
        path.write_text(
            json.dumps({"chances": self.chances_by, "right": self.right_by}, indent=1) + "\n", encoding="utf-8"
        )

    def chances(self, signals: dict[str, float]) -> dict[str, float]:
        """Return P(choice), given the signals of a message."""
        odds = {name: _sum(coefficients, signals) for name, coefficients in self.chances_by.items()}
        most = max(odds.values())
        weights = {name: exp(value - most) for name, value in odds.items()}
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}

    def right(self, signals: dict[str, float]) -> float:
        """Return P(the first article is right), for a question."""
        return probability_of(_sum(self.right_by, signals))


def _sum(coefficients: Coefficients, signals: dict[str, float]) -> float:
    return coefficients.get(BIAS, 0.0) + sum(
        weight * signals.get(name, 0.0) for name, weight in coefficients.items() if name != BIAS
    )


@lru_cache(maxsize=1)
def published() -> TierModel:
    """Return the coefficients in this package."""
    return TierModel.load()
