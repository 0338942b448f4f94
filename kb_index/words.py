"""Which words each article holds: a lexical leg over whole articles, and the overlap of a query with one of them.

BM25 over rows asks whether one question resembles the query; an article's questions together also tell which words it
is asked with. Rarity is counted over articles, and a word in several of an article's questions counts more.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: Questions of one article that must hold a word for it to count in full.
FULL_COUNT = 4


@dataclass(frozen=True)
class Hidden:
    """A question row taken out of its article while fitting, by the tokens it held."""

    article: int
    row: int
    tokens: frozenset[str]


class Words:
    """Word counts of one language's articles."""

    def __init__(self, questions: list[Counter[str]], passages: list[set[str]]) -> None:
        self._questions = questions
        self._passages = passages
        self._holders: dict[str, list[int]] = {}
        for i, counts in enumerate(questions):
            for token in counts:
                self._holders.setdefault(token, []).append(i)
        spread = Counter(token for i, counts in enumerate(questions) for token in {*counts, *passages[i]})
        articles = len(questions)
        self._rarity = {token: _rarity(articles, n) for token, n in spread.items()}
        self._rarest = _rarity(articles, 0)

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read what `save` wrote."""
        held = json.loads(path.read_text(encoding="utf-8"))
        return cls([Counter(counts) for counts in held["questions"]], [set(tokens) for tokens in held["passages"]])

    def save(self, path: Path) -> None:
        """Write the counts."""
        held = {"questions": self._questions, "passages": [sorted(tokens) for tokens in self._passages]}
        path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")

    @property
    def articles(self) -> int:
        return len(self._questions)

    def leg(self, tokens: list[str], hidden: Hidden | None = None) -> Floats:
        """Return for every article the share of the query its questions hold, weighed by rarity."""
        scores = np.zeros(self.articles, dtype=np.float32)
        total = sum(self._weight(token) for token in tokens)
        for token in tokens:
            share = self._weight(token) / total
            for i in self._holders.get(token, ()):
                scores[i] += share * min(1.0, (self._count(i, token, hidden) / FULL_COUNT) ** 0.5)
        return scores

    def overlap(self, tokens: list[str], article: int, hidden: Hidden | None = None) -> float:
        """Return the share of the query, weighed by rarity, that an article holds anywhere."""
        total = sum(self._weight(token) for token in tokens)
        known = sum(
            self._weight(token)
            for token in tokens
            if token in self._passages[article] or self._count(article, token, hidden) > 0
        )
        return known / total if total else 0.0

    def _count(self, article: int, token: str, hidden: Hidden | None) -> int:
        is_hidden = hidden is not None and hidden.article == article and token in hidden.tokens
        return self._questions[article][token] - is_hidden

    def _weight(self, token: str) -> float:
        return self._rarity.get(token, self._rarest)


def _rarity(articles: int, holding: int) -> float:
    return float(np.log1p((articles - holding + 0.5) / (holding + 0.5)))
