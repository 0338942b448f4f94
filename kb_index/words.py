"""Which words each subject holds: a lexical leg over whole subjects, and the overlap of a query with each of them.

BM25 over rows asks whether one question resembles the query; a subject's questions together also tell which words it
is asked with. Rarity is counted over subjects, and a word in several of a subject's questions counts more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int32]

#: Questions of one subject that must hold a word for it to count in full.
FULL_COUNT = 4


class Words:
    """Word counts of one language's subjects.

    A *holding* is one subject that has a token; a token's holdings stand side by side, from `starts[place]` on.

    Args:
        places: where each token stands, in order.
        starts: the first holding of each token, and the end of the last.
        holders: the subject of each holding.
        asked: in how many of the subject's questions the token stands.
        written: whether it stands in the subject's passages.
    """

    def __init__(
        self,
        subjects: int,
        places: dict[str, int],
        starts: Counts,
        holders: Counts,
        asked: Counts,
        written: npt.NDArray[np.bool_],
    ) -> None:
        self.subjects = subjects
        self._places, self._starts, self._holders = places, starts, holders
        self._asked, self._written = asked, written
        self._strengths: Floats = np.minimum(1.0, np.sqrt(asked / FULL_COUNT)).astype(np.float32)
        self._holds: Floats = ((asked > 0) | written).astype(np.float32)
        spread = np.add.reduceat(self._holds, starts[:-1]) if len(holders) else np.zeros(0)
        self._rarity: Floats = np.log1p((subjects - spread + 0.5) / (spread + 0.5)).astype(np.float32)
        self._rarest = float(np.log1p((subjects + 0.5) / 0.5))

    @classmethod
    def count(cls, questions: list[Counter[str]], passages: list[set[str]]) -> Words:
        """Count the tokens of every subject: in how many of its questions, and whether in its passages."""
        held: dict[str, list[int]] = {}
        for subject, (counts, written) in enumerate(zip(questions, passages, strict=True)):
            for token in [*counts, *(token for token in sorted(written) if token not in counts)]:
                held.setdefault(token, []).append(subject)
        each = [(token, subject) for token, subjects in held.items() for subject in subjects]
        return cls(
            len(questions),
            {token: place for place, token in enumerate(held)},
            np.cumsum([0, *(len(subjects) for subjects in held.values())], dtype=np.int32),
            np.array([subject for _, subject in each], dtype=np.int32),
            np.array([questions[subject][token] for token, subject in each], dtype=np.int32),
            np.array([token in passages[subject] for token, subject in each], dtype=np.bool_),
        )

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read what `save` wrote."""
        with np.load(path) as stored:
            names = stored["tokens"].tobytes().decode().split("\n") if len(stored["holders"]) else []
            places = {token: place for place, token in enumerate(names)}
            held = (stored[name] for name in ("starts", "holders", "asked", "written"))
            return cls(int(stored["subjects"]), places, *held)

    def save(self, path: Path) -> None:
        """Write the counts."""
        tokens = np.frombuffer("\n".join(self._places).encode(), dtype=np.uint8)
        held = {"starts": self._starts, "holders": self._holders, "asked": self._asked, "written": self._written}
        np.savez(path, tokens=tokens, subjects=self.subjects, **held)

    def without(self, rows: Iterable[tuple[int, list[str]]]) -> Words:
        """Return the words as they are without some question rows, each with its subject and its distinct tokens."""
        left = self._asked.copy()
        for subject, tokens in rows:
            for token in set(tokens):
                part = self._part(token)
                left[part][self._holders[part] == subject] -= 1
        return Words(self.subjects, self._places, self._starts, self._holders, left, self._written)

    def leg(self, tokens: list[str]) -> Floats:
        """Return for every subject the share of the query its questions hold, weighed by rarity."""
        return self._shares(tokens, self._strengths)

    def overlaps(self, tokens: list[str]) -> Floats:
        """Return for every subject the share of the query, weighed by rarity, that it holds anywhere."""
        return self._shares(tokens, self._holds)

    def _shares(self, tokens: list[str], strengths: Floats) -> Floats:
        scores = np.zeros(self.subjects, dtype=np.float32)
        total = sum(self._weight(token) for token in tokens)
        for token in tokens:
            if token in self._places:
                part = self._part(token)
                scores[self._holders[part]] += strengths[part] * np.float32(self._weight(token) / total)
        return scores

    def _part(self, token: str) -> slice:
        place = self._places[token]
        return slice(self._starts[place], self._starts[place + 1])

    def _weight(self, token: str) -> float:
        place = self._places.get(token)
        return self._rarest if place is None else float(self._rarity[place])
