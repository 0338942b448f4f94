"""One language's index, and the same without the natural queries, on which the ranking is learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb_index.embedding import Vectors
from kb_index.learned import GRAM_SHARES, Learned
from kb_index.legs import Shard, main_directions, passage_rows, question_rows
from kb_index.models import Subject
from kb_index.wording import Wording

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


def pair(language: str, whole: Content, without: Content, wording: Wording, embed: Embed) -> tuple[Shard, Shard]:
    """Index a language with its natural queries and without them; both share directions and one factorisation.

    Args:
        without: the same subjects in the same order, with some of the questions.
    """

    def vectors(rows: list[tuple[int, str]]) -> Vectors:
        return embed([wording.worded(text).text for _, text in rows])

    questions, passages = vectors(whole.asked), vectors(passage_rows(whole.subjects))
    directions = main_directions(questions)
    late = _late(whole.asked, without.asked)
    owners, texts = [owner for owner, _ in whole.asked], [text for _, text in whole.asked]
    short = np.ascontiguousarray(questions @ directions)
    learned = Learned.fit(short, texts, owners, len(whole.subjects) + 1, GRAM_SHARES[language], late)

    def shard(content: Content, asked: Vectors, of: Learned) -> Shard:
        return Shard.build(content.subjects, content.outside, wording, asked, passages, of, directions)

    return shard(whole, questions, learned[0]), shard(without, questions[~late], learned[1])


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
