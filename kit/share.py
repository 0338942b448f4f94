"""So many of so many, with the interval that chance leaves open (Wilson 1927)."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Standard normal quantile of a 95 % interval.
_Z = 1.959964


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
