"""Which past decisions are nearest to a complaint: same topic, same root cause, same words.

Pure. Words are weighed by how rare they are among the complaints compared (TF-IDF) and compared by cosine; a shared
topic and a shared root cause add to that. What shares nothing is not similar.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kit.search_terms import search_terms

SAME_TOPIC, SAME_CAUSE = 0.3, 0.2
#: A cosine below this is chance: a word or two that many share.
LEAST_COSINE = 0.05


@dataclass(frozen=True)
class Compared:
    """A complaint as far as it is compared."""

    number: str
    text: str
    topic: str
    root_cause: str | None = None


def nearest(complaint: Compared, past: Sequence[Compared], limit: int) -> list[tuple[Compared, float]]:
    """Return the most similar of the past complaints with their scores, the nearest first."""
    counts = [Counter(search_terms(each.text)) for each in past]
    spread = Counter(term for count in counts for term in count)
    weights = {term: math.log((1 + len(past)) / (1 + n)) + 1 for term, n in spread.items()}
    asked = _vector(Counter(search_terms(complaint.text)), weights)
    scored = []
    for each, count in zip(past, counts, strict=True):
        cosine = _cosine(asked, _vector(count, weights))
        score = cosine if cosine >= LEAST_COSINE else 0.0
        score += SAME_TOPIC if each.topic == complaint.topic else 0.0
        score += SAME_CAUSE if complaint.root_cause and each.root_cause == complaint.root_cause else 0.0
        if score > 0:
            scored.append((each, score))
    return sorted(scored, key=lambda pair: -pair[1])[:limit]


def _vector(count: Counter[str], weights: dict[str, float]) -> dict[str, float]:
    """Return weights by term, of length 1; terms that no past complaint has weigh like the rarest."""
    rarest = max(weights.values(), default=1.0)
    raw = {term: (1 + math.log(n)) * weights.get(term, rarest) for term, n in count.items()}
    length = math.sqrt(sum(value * value for value in raw.values()))
    return {term: value / length for term, value in raw.items()} if length else {}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(value * other[term] for term, value in one.items() if term in other)
