"""The learned leg: kernel ridge regression from a query to the subjects, solved exactly at build time.

The nearest question alone forgets all the others; this weighs every question row for and against every subject. The
kernel of two texts is exp(SHARPNESS * (cosine of their embeddings - 1)) plus `gram_share` times the cosine of their
character runs (grams.py). Source: Saunders, Gammerman, Vovk, "Ridge regression learning algorithm in dual
variables", 1998.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse as sp

from kb_index.embedding import Vectors
from kb_index.grams import Vocabulary, grams
from kb_index.words import Floats

#: Sharpness of the embedding's kernel, and the ridge.
SHARPNESS = 3.0
RIDGE = 0.3
#: What character runs count against the embedding, by language: the embedding knows English only.
GRAM_SHARES = {"en": 0.25, "zh": 1.0}
#: Most rows to solve for (time grows with the cube); beyond them the leg is silent.
MAX_ROWS = 24_000
#: Rows whose character runs are compared with all others at once.
_BLOCK = 1024


class LeftOut:
    """What the leg would say of some of its own rows, the *late* ones, had it been fitted without a group of them.

    With ridge regression nothing need be fitted anew: where C is the inverse of the kernel with its ridge, the errors
    on a group that is left out are the inverse of C's block for the group times the group's weights.
    Source: An, Liu, Venkatesh, "Fast cross-validation algorithms for least squares support vector machine and kernel
    ridge regression", 2007.
    """

    def __init__(self, inverse: Floats, weights: Floats, wanted: Floats) -> None:
        self._inverse = inverse  # late x late
        self._weights = weights  # late x subjects
        self._wanted = wanted  # late x subjects

    def of(self, group: npt.NDArray[np.intp]) -> Floats:
        """Return the leg for a group of late rows (by place among them) as if it were not there: group x subjects."""
        wanted: Floats = self._wanted[group]
        if not len(self._inverse):
            return wanted
        block = self._inverse[np.ix_(group, group)].astype(np.float64)
        errors = np.linalg.solve(block, self._weights[group])
        said: Floats = (wanted - errors).astype(np.float32)
        return said


class Learned:
    """Weights of every row (subjects x rows), and of every character run (runs x subjects)."""

    def __init__(self, rows: Floats, vocabulary: Vocabulary, runs: Floats) -> None:
        self._rows = rows
        self._vocabulary = vocabulary
        self._runs = runs

    @classmethod
    def fit(
        cls,
        vectors: Vectors,
        texts: list[str],
        owners: list[int],
        subjects: int,
        gram_share: float,
        late: npt.NDArray[np.bool_],
    ) -> tuple[Learned, LeftOut]:
        """Solve for one language's question rows, by one factorisation.

        Args:
            vectors: of unit length or less, one a row.
            owners: every row's subject.
            late: the rows that are to be left out in turn.
        """
        if len(texts) > MAX_ROWS:
            nothing = np.zeros((int(late.sum()), subjects), dtype=np.float32)
            return cls._silent(subjects), LeftOut(np.zeros((0, 0), np.float32), nothing, nothing)
        order = np.argsort(late, kind="stable")  # late rows last: the factor's last block inverts to their part
        counted = [grams(texts[i]) for i in order]
        vocabulary = Vocabulary.of(counted)
        runs = vocabulary.matrix(counted)
        factor = _factor(_gram_matrix(vectors[order], runs, gram_share))
        wanted = np.zeros((len(texts), subjects), dtype=np.float32)
        wanted[np.arange(len(texts)), np.asarray(owners)[order]] = 1.0
        weights = scipy.linalg.cho_solve((factor, True), wanted, check_finite=False).astype(np.float32)
        of_runs = (gram_share * (runs.T @ weights)).astype(np.float16)
        learned = cls(np.ascontiguousarray(weights[np.argsort(order)].T), vocabulary, of_runs)
        first = int((~late).sum())
        return learned, LeftOut(_inverse(factor[first:, first:]), weights[first:], wanted[first:])

    @classmethod
    def _silent(cls, subjects: int) -> Learned:
        nothing = Vocabulary({}, np.zeros(0, np.float32))
        return cls(np.zeros((subjects, 0), np.float32), nothing, np.zeros((0, subjects), np.float32))

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

    def leg(self, text: str, cosines: Floats, among: npt.NDArray[np.intp]) -> Floats:
        """Return one score, about 0 to 1, for each subject `among` all, given the cosine of every row.

        Cosines that are all 0 say that nothing is embedded.
        """
        scores = np.zeros(len(among), dtype=np.float32)
        if self._rows.shape[1] == len(cosines) and cosines.any():
            kernel = _kernel(cosines)
            scores += [self._rows[subject] @ kernel for subject in among]  # no copy of 100 kB a subject
        places, values = self._vocabulary.weights(grams(text))
        if places:
            scores += values @ self._runs[places][:, among].astype(np.float32)
        return scores


def _gram_matrix(vectors: Vectors, runs: sp.csr_matrix, gram_share: float) -> Floats:
    """Return the kernel of every two rows, in blocks: character runs in common are many for a sparse product."""
    matrix = _kernel(vectors @ vectors.T)
    columns = runs.T.tocsr()
    for start in range(0, len(matrix), _BLOCK):
        block = slice(start, start + _BLOCK)
        matrix[block] += np.float32(gram_share) * (runs[block] @ columns).toarray()
    return matrix


def _factor(matrix: Floats) -> Floats:
    """Return the lower Cholesky factor of a kernel with the ridge."""
    matrix[np.diag_indices_from(matrix)] += RIDGE
    factor: Floats = scipy.linalg.cho_factor(matrix, lower=True, overwrite_a=True, check_finite=False)[0]
    return factor


def _inverse(factor: Floats) -> Floats:
    """Return the inverse of a matrix given its lower Cholesky factor."""
    if not len(factor):
        return factor
    unit = np.eye(len(factor), dtype=np.float32)
    solved: Floats = scipy.linalg.solve_triangular(factor, unit, lower=True, check_finite=False)
    return solved.T @ solved


def _kernel(cosines: Floats) -> Floats:
    kernel: Floats = np.exp(np.float32(SHARPNESS) * (cosines - np.float32(1)))
    return kernel
