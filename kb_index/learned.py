"""The learned leg: kernel ridge regression from a query to the subjects, solved exactly at build time.

The nearest question alone forgets all the others; this weighs every question row for and against every subject. The
kernel of two texts is exp(SHARPNESS * (cosine of their embeddings - 1)) plus `gram_share` times the cosine of their
character runs (grams.py). Source: Saunders, Gammerman, Vovk, "Ridge regression learning algorithm in dual
variables", 1998.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.linalg

from kb_index.embedding import Vectors
from kb_index.grams import Vocabulary, grams
from kb_index.words import Floats

#: Sharpness of the embedding's kernel, and the ridge.
SHARPNESS = 3.0
RIDGE = 0.3
#: What character runs count against the embedding, by language: the embedding knows English only.
GRAM_SHARES = {"en": 0.25, "zh": 1.0}
#: Most rows to solve for (time grows with the cube); beyond them the leg is silent.
MAX_ROWS = 20_000


class Learned:
    """Weights of every row (subjects x rows), and of every character run (runs x subjects)."""

    def __init__(self, rows: Floats, vocabulary: Vocabulary, runs: Floats) -> None:
        self._rows = rows
        self._vocabulary = vocabulary
        self._runs = runs

    @classmethod
    def fit(cls, vectors: Vectors, texts: list[str], owners: list[int], subjects: int, gram_share: float) -> Learned:
        """Solve for one language's question rows, given their vectors (unit length or less)."""
        if len(texts) > MAX_ROWS:
            return cls(np.zeros((subjects, 0), np.float32), Vocabulary({}, np.zeros(0, np.float32)),
                       np.zeros((0, subjects), np.float32))  # fmt: skip
        counted = [grams(text) for text in texts]
        vocabulary = Vocabulary.of(counted)
        runs = vocabulary.matrix(counted)
        kernel = _kernel(vectors @ vectors.T)
        kernel += np.float32(gram_share) * (runs @ runs.T).toarray()
        kernel[np.diag_indices_from(kernel)] += RIDGE
        wanted = np.zeros((len(texts), subjects), dtype=np.float32)
        wanted[np.arange(len(texts)), owners] = 1.0
        factor = scipy.linalg.cho_factor(kernel, lower=True, overwrite_a=True, check_finite=False)
        rows = scipy.linalg.cho_solve(factor, wanted, check_finite=False).astype(np.float32)
        of_runs = gram_share * (runs.T @ rows)
        return cls(np.ascontiguousarray(rows.T), vocabulary, of_runs.astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> Learned:
        """Read what `save` wrote."""
        with np.load(path) as stored:
            names = stored["grams"].tobytes().decode().split("\n") if len(stored["idf"]) else []
            places = {gram: place for place, gram in enumerate(names)}
            return cls(stored["rows"], Vocabulary(places, stored["idf"]), stored["runs"])

    def save(self, path: Path) -> None:
        """Write the weights."""
        names = np.frombuffer("\n".join(self._vocabulary.places).encode(), dtype=np.uint8)
        np.savez(path, rows=self._rows, runs=self._runs, idf=self._vocabulary.idf, grams=names)

    def leg(self, text: str, cosines: Floats) -> Floats:
        """Return one score a subject, about 0 to 1, given the cosine of every row (all 0: nothing is embedded)."""
        scores = np.zeros(self._runs.shape[1], dtype=np.float32)
        if self._rows.shape[1] == len(cosines) and cosines.any():
            scores += self._rows @ _kernel(cosines)
        places, values = self._vocabulary.weights(grams(text))
        if places:
            scores += values @ self._runs[places].astype(np.float32)
        return scores


def _kernel(cosines: Floats) -> Floats:
    kernel: Floats = np.exp(np.float32(SHARPNESS) * (cosines - np.float32(1)))
    return kernel
