"""Runs of neighbouring characters: what misspelt words, inflected words and Chinese without word breaks have in common.

A Latin word gives its runs of 2 to 5 characters, its ends marked by a blank; Chinese its runs of 1 to 4. A text's
*weights* are TF-IDF with a logarithmic count, of unit length, so that a product of two texts is a cosine.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np
import scipy.sparse as sp

from kb_index.words import Floats

LATIN_LENGTHS = range(2, 6)
CHINESE_LENGTHS = range(1, 5)
#: Rows a run must stand in: what stands in one row only tells nothing of others.
MIN_ROWS = 2

_PART = re.compile(r"(?P<chinese>[\u3400-\u9fff]+)|[a-z0-9./_%-]+")


def grams(text: str) -> Counter[str]:
    """Count the runs of a text."""
    found: Counter[str] = Counter()
    for match in _PART.finditer(unicodedata.normalize("NFKC", text).casefold()):
        part, lengths = (match[0], CHINESE_LENGTHS) if match["chinese"] else (f" {match[0]} ", LATIN_LENGTHS)
        for length in lengths:
            found.update(part[start : start + length] for start in range(len(part) - length + 1))
    return found


class Vocabulary:
    """The runs that rows hold, each with its place and its rarity."""

    def __init__(self, places: dict[str, int], idf: Floats) -> None:
        self.places = places
        self.idf = idf

    @classmethod
    def of(cls, counted: list[Counter[str]]) -> Vocabulary:
        """Take the runs that stand in MIN_ROWS rows."""
        rows = Counter(gram for counts in counted for gram in counts)
        kept = [gram for gram, count in rows.items() if count >= MIN_ROWS]
        idf = [np.log((1 + len(counted)) / (1 + rows[gram])) + 1 for gram in kept]
        return cls({gram: place for place, gram in enumerate(kept)}, np.array(idf, dtype=np.float32))

    def weights(self, counts: Counter[str]) -> tuple[list[int], Floats]:
        """Return the places a text has a weight at, and the weights, of unit length."""
        known = [(self.places[gram], count) for gram, count in counts.items() if gram in self.places]
        places = [place for place, _ in known]
        values = (1 + np.log(np.array([count for _, count in known], dtype=np.float32))) * self.idf[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-9)

    def matrix(self, counted: list[Counter[str]]) -> sp.csr_matrix:
        """Return the weights of many texts, a row each."""
        rows = [self.weights(counts) for counts in counted]
        indptr = np.cumsum([0, *(len(places) for places, _ in rows)])
        indices = np.concatenate([np.array(places, dtype=np.int32) for places, _ in rows])
        data = np.concatenate([values for _, values in rows]).astype(np.float32)
        return sp.csr_matrix((data, indices, indptr), shape=(len(counted), len(self.places)))
