"""How alike two short texts are: the same characters, or vectors that nearly coincide.

English vectors come from the embedding model. That model knows few Chinese characters and maps the rest to one unknown
token, so unlike Chinese texts may coincide there; Chinese texts are compared by their single and paired characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

import numpy as np
import numpy.typing as npt

from kb_index.embedding import Encoder, Vectors

#: Cosine from which two texts count as near copies.
NEAR_COPY = 0.95


def fold(text: str) -> str:
    """Return the letters and digits of a text, which is what "the same characters" compares."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def vectors(texts: list[str], language: str, encoder: Encoder | None) -> Vectors:
    """Return unit vectors, dense for English, of character counts otherwise; comparable within one call."""
    return encoder.embed(texts) if language == "en" and encoder is not None else character_vectors(texts)


def character_vectors(texts: list[str]) -> Vectors:
    """Return unit vectors of single and paired characters, the rarer the heavier."""
    counts = [_characters(fold(text)) for text in texts]
    spread = Counter(piece for count in counts for piece in count)
    columns = {piece: column for column, piece in enumerate(spread)}
    rarity = np.log1p(len(texts) / np.array(list(spread.values()), dtype=np.float32))
    table = np.zeros((len(texts), max(1, len(columns))), dtype=np.float32)
    for row, count in enumerate(counts):
        for piece, times in count.items():
            table[row, columns[piece]] = times * rarity[columns[piece]]
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    unit: Vectors = table / np.maximum(norms, 1e-9)
    return unit


def _characters(text: str) -> Counter[str]:
    return Counter([*text, *(text[i : i + 2] for i in range(len(text) - 1))])


def near_pairs(unit: Vectors, owners: list[str]) -> list[tuple[int, int, float]]:
    """Return rows of different owners whose cosine is NEAR_COPY or more, the nearest first."""
    found = []
    for start in range(0, len(unit), 512):
        cosines: npt.NDArray[np.float32] = unit[start : start + 512] @ unit.T
        for row, other in zip(*np.nonzero(cosines >= NEAR_COPY), strict=True):
            first, second = start + int(row), int(other)
            if first < second and owners[first] != owners[second]:
                found.append((first, second, float(cosines[row, other])))
    return sorted(found, key=lambda pair: -pair[2])
