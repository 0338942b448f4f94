"""One language's index, and what it would say of its natural queries if it did not hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index.embedding import Vectors
from kb_index.learned import GRAM_SHARES, Learned
from kb_index.legs import Shard, Without, main_directions, passage_rows, question_rows
from kb_index.models import Subject
from kb_index.natural import Natural
from kb_index.wording import Worded, Wording
from kb_index.words import Floats, Words

#: Parts of the natural queries that are left out together. The file keeps each writer's queries side by side, so a
#: part of it also leaves most of a writer's ways of asking out.
FOLDS = 8

#: Takes texts as they are worded.
Embed = Callable[[list[str]], Vectors]


@dataclass(frozen=True)
class Content:
    """What one language holds: its subjects, and the sentences that nothing answers."""

    subjects: list[Subject]
    outside: list[str]

    @property
    def asked(self) -> list[tuple[int, str]]:
        return question_rows(self.subjects, self.outside)


@dataclass(frozen=True)
class Unseen:
    """A natural query as an index without its fold sees it: the legs' features, and its words there."""

    query: Natural
    tokens: list[str]
    features: Floats
    words: Words


class Indexed:
    """A language's index with its natural queries, and the means to ask it without them."""

    def __init__(self, language: str, whole: Content, before: Content, wording: Wording, embed: Embed) -> None:
        """Index `whole`; the rows it has more than `before` are the natural queries'."""
        rows = whole.asked
        self._worded = [wording.worded(text) for _, text in rows]
        self._owners = [owner for owner, _ in rows]
        self._vectors = embed([each.text for each in self._worded])
        passages = embed([wording.worded(text).text for _, text in passage_rows(whole.subjects)])
        directions = main_directions(self._vectors)
        late = _late(rows, before.asked)
        self._late = np.flatnonzero(late)
        self._places = {rows[row][1]: place for place, row in enumerate(self._late)}
        short = np.ascontiguousarray(self._vectors @ directions)
        learned, self._left_out = Learned.fit(
            short, [text for _, text in rows], self._owners, len(whole.subjects) + 1, GRAM_SHARES[language], late
        )
        self.shard = Shard.build(
            whole.subjects, whole.outside, wording, self._vectors, passages, learned, directions, self._worded
        )

    def unseen(self, natural: list[Natural]) -> Iterator[Unseen]:
        """Yield the natural queries that are rows of their own, each as seen without its fold."""
        held = [query for query in natural if query.text in self._places]
        for part in np.array_split(np.arange(len(held)), FOLDS):
            queries = [held[i] for i in part]
            if queries:
                yield from self._fold(queries)

    def _fold(self, queries: list[Natural]) -> Iterator[Unseen]:
        places = sorted({self._places[query.text] for query in queries})
        rows = self._late[places]
        learned = dict(zip(rows.tolist(), self._left_out.of(np.array(places)), strict=True))
        words = self.shard.words.without((self._owners[row], self._worded[row].tokens) for row in rows)
        kept = np.ones(len(self._owners), dtype=np.float32)
        kept[rows] = 0.0
        for query in queries:
            row = int(self._late[self._places[query.text]])
            worded: Worded = self._worded[row]
            without = Without(kept, learned[row], words)
            scores = self.shard.scores(query.text, worded, self._vectors[row], without)
            yield Unseen(query, worded.tokens, scores.features, words)


def _late(rows: list[tuple[int, str]], first: list[tuple[int, str]]) -> npt.NDArray[np.bool_]:
    """Tell which rows are not among the first ones, which stand among them in the same order."""
    rest = iter(first)
    expected = next(rest, None)
    late = np.ones(len(rows), dtype=np.bool_)
    for place, row in enumerate(rows):
        if row == expected:
            late[place] = False
            expected = next(rest, None)
    if expected is not None:
        raise ValueError(f"{expected[1]!r} is in the smaller index and not, in its place, in the whole one")
    return late
