"""Runs of neighbouring characters: what misspelt words, inflected words and Chinese without word breaks have in common.

A Latin word gives its runs of 2 to 5 characters, its ends marked by a blank; Chinese its runs of 1 to 4 and, since most
slips of a Chinese keyboard are homophones, its runs of 1 to 3 syllables in pinyin. A text's *weights* are TF-IDF with a
logarithmic count, of unit length, so that a product of two texts is a cosine.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
from pypinyin import lazy_pinyin

from kb_index.words import Floats

LATIN_LENGTHS = range(2, 6)
CHINESE_LENGTHS = range(1, 5)
SYLLABLES = range(1, 4)
#: Rows a run must stand in: what stands in one row tells nothing of others, in two little for its memory.
MIN_ROWS = 3

Run = TypeVar("Run", str, list[str])

_PART = re.compile(r"(?P<chinese>[\u3400-\u9fff]+)|[a-z0-9./_%-]+")


def grams(text: str) -> Counter[str]:
    """Count the runs of a text."""
    found: Counter[str] = Counter()
    for match in _PART.finditer(unicodedata.normalize("NFKC", text).casefold()):
        if match["chinese"]:
            syllables = [_syllable(character) for character in match[0]]
            found.update(_runs(match[0], CHINESE_LENGTHS))
            found.update("".join(f"{each}'" for each in run) for run in _runs(syllables, SYLLABLES))
        else:
            found.update(_runs(f" {match[0]} ", LATIN_LENGTHS))
    return found


def _runs(whole: Run, lengths: range) -> Iterator[Run]:
    for length in lengths:
        for start in range(len(whole) - length + 1):
            yield whole[start : start + length]


@cache
def _syllable(character: str) -> str:
    """Return the commonest reading: what matters is that homophones meet, not which reading is right here."""
    reading: str = lazy_pinyin(character)[0]
    return reading


class Vocabulary:
    """The runs that rows hold, each with its place and its rarity."""

    def __init__(self, places: dict[str, int], idf: Floats) -> None:
        self.places = places
        self.idf = idf
        self._rarity: list[float] = idf.tolist()

    @classmethod
    def of(cls, counted: list[Counter[str]]) -> Vocabulary:
        """Take the runs that stand in MIN_ROWS rows."""
        rows = Counter(gram for counts in counted for gram in counts)
        kept = [gram for gram, count in rows.items() if count >= MIN_ROWS]
        idf = [np.log((1 + len(counted)) / (1 + rows[gram])) + 1 for gram in kept]
        return cls({gram: place for place, gram in enumerate(kept)}, np.array(idf, dtype=np.float32))

    def weights(self, counts: Counter[str]) -> tuple[list[int], Floats]:
        """Return the places a text has a weight at, and the weights, of unit length."""
        places, values = [], []
        for gram, count in counts.items():
            place = self.places.get(gram)
            if place is not None:
                places.append(place)
                values.append(self._rarity[place] * (1 + math.log(count) if count > 1 else 1))
        length = math.sqrt(sum(value * value for value in values))
        return places, np.array(values, dtype=np.float32) / max(length, 1e-9)

    def matrix(self, counted: list[Counter[str]]) -> sp.csr_matrix:
        """Return the weights of many texts, a row each."""
        rows = [self.weights(counts) for counts in counted]
        indptr = np.cumsum([0, *(len(places) for places, _ in rows)])
        indices = np.concatenate([np.array(places, dtype=np.int32) for places, _ in rows])
        data = np.concatenate([values for _, values in rows]).astype(np.float32)
        return sp.csr_matrix((data, indices, indptr), shape=(len(counted), len(self.places)))
