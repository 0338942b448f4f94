"""Which words each subject holds: a lexical leg over whole subjects, and the overlap of a query with one of them.

BM25 over rows asks whether one question resembles the query; a subject's questions together also tell which words it
is asked with. Rarity is counted over subjects, and a word in several of a subject's questions counts more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: Questions of one subject that must hold a word for it to count in full.
FULL_COUNT = 4


class Words:
    """Word counts of one language's subjects."""

    def __init__(self, questions: list[Counter[str]], passages: list[set[str]]) -> None:
        self._questions = questions
        self._passages = passages
        self.subjects = len(questions)
        holders: dict[str, list[int]] = {}
        for i, counts in enumerate(questions):
            for token in counts:
                holders.setdefault(token, []).append(i)
        self._asked = {token: (np.array(held), self._strengths(token, held)) for token, held in holders.items()}
        spread = Counter(token for i, counts in enumerate(questions) for token in {*counts, *passages[i]})
        self._rarity = {token: _rarity(self.subjects, n) for token, n in spread.items()}
        self._rarest = _rarity(self.subjects, 0)

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read what `save` wrote."""
        held = json.loads(path.read_text(encoding="utf-8"))
        return cls([Counter(counts) for counts in held["questions"]], [set(tokens) for tokens in held["passages"]])

    def save(self, path: Path) -> None:
        """Write the counts."""
        held = {"questions": self._questions, "passages": [sorted(tokens) for tokens in self._passages]}
        path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")

    def without(self, rows: Iterable[tuple[int, list[str]]]) -> Words:
        """Return the words as they are without some question rows, each with its subject and its distinct tokens."""
        left = [Counter(counts) for counts in self._questions]
        for subject, tokens in rows:
            left[subject].subtract(tokens)
        return Words([+counts for counts in left], self._passages)

    def leg(self, tokens: list[str]) -> Floats:
        """Return for every subject the share of the query its questions hold, weighed by rarity."""
        scores = np.zeros(self.subjects, dtype=np.float32)
        total = sum(self._weight(token) for token in tokens)
        for token in tokens:
            if token in self._asked:
                held, strengths = self._asked[token]
                scores[held] += strengths * (self._weight(token) / total)
        return scores

    def overlap(self, tokens: list[str], subject: int) -> float:
        """Return the share of the query, weighed by rarity, that a subject holds anywhere."""
        total = sum(self._weight(token) for token in tokens)
        passages, questions = self._passages[subject], self._questions[subject]
        known = sum(self._weight(token) for token in tokens if token in passages or token in questions)
        return known / total if total else 0.0

    def _strengths(self, token: str, held: list[int]) -> Floats:
        counts = np.array([self._questions[i][token] for i in held], dtype=np.float32)
        strengths: Floats = np.minimum(1.0, np.sqrt(counts / FULL_COUNT))
        return strengths

    def _weight(self, token: str) -> float:
        return self._rarity.get(token, self._rarest)


def _rarity(subjects: int, holding: int) -> float:
    return float(np.log1p((subjects - holding + 0.5) / (holding + 0.5)))
