"""How alike two short texts are: the same characters, or vectors that nearly coincide.

English vectors come from the embedding model. That model knows few Chinese characters and maps the rest to one unknown
token, so unlike Chinese texts may coincide there; Chinese texts are compared by their single and paired characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp

from kb_index.embedding import Encoder, Vectors

#: Unit vectors, a row each; of characters mostly zeros.
Rows: TypeAlias = "Vectors | sp.csr_matrix"

#: Cosine from which two texts count as near copies.
NEAR_COPY = 0.95


def fold(text: str) -> str:
    """Return the letters and digits of a text, which is what "the same characters" compares."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def vectors(texts: list[str], language: str, encoder: Encoder | None) -> Rows:
    """Return unit vectors, dense for English, of character counts otherwise; comparable within one call."""
    return encoder.embed(texts) if language == "en" and encoder is not None else character_vectors(texts)


def character_vectors(texts: list[str]) -> sp.csr_matrix:
    """Return unit vectors of single and paired characters, the rarer the heavier."""
    counts = [_characters(fold(text)) for text in texts]
    spread = Counter(piece for count in counts for piece in count)
    columns = {piece: column for column, piece in enumerate(spread)}
    rarity = {piece: np.log1p(len(texts) / held) for piece, held in spread.items()}
    weights = [times * rarity[piece] for count in counts for piece, times in count.items()]
    places = [columns[piece] for count in counts for piece in count]
    starts = np.cumsum([0, *(len(count) for count in counts)])
    table = sp.csr_matrix((weights, places, starts), shape=(len(texts), max(1, len(columns))), dtype=np.float32)
    norms = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)))
    return sp.diags(1 / np.maximum(norms.ravel(), 1e-9)).astype(np.float32).tocsr() @ table


def cosines(some: Rows, others: Rows) -> Vectors:
    """Return the cosine of each of some rows with each of the others."""
    product: Any = some @ others.T
    return product.toarray() if sp.issparse(product) else product  # type: ignore[no-any-return]  # scipy has no types


def _characters(text: str) -> Counter[str]:
    return Counter([*text, *(text[i : i + 2] for i in range(len(text) - 1))])


def near_pairs(unit: Rows, owners: list[str]) -> list[tuple[int, int, float]]:
    """Return rows of different owners whose cosine is NEAR_COPY or more, the nearest first."""
    found = []
    for start in range(0, len(owners), 512):
        alike = cosines(unit[start : start + 512], unit)
        for row, other in zip(*np.nonzero(alike >= NEAR_COPY), strict=True):
            first, second = start + int(row), int(other)
            if first < second and owners[first] != owners[second]:
                found.append((first, second, float(alike[row, other])))
    return sorted(found, key=lambda pair: -pair[2])
