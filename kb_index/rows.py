"""Rows: texts that can match, each belonging to one subject; their vectors, and for a Side their BM25 too.

Row order follows the catalogue, so a subject's rows stand side by side. Dense scores are cosines, lexical scores BM25
as a share of what a text holding every token of the query could reach.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s
import faiss
import numpy as np
import numpy.typing as npt

from kb_index.embedding import Vectors
from kb_index.words import Floats

#: Beyond so many rows dense search is approximate: it looks at about PROBED_ROWS rows, those of the nearest lists, by
#: codes of half a byte for every two numbers, and again at the best of them by their vectors.
#: Source: André, Kermarrec, Le Scouarnec, "Cache locality is not enough: high-performance nearest neighbor search with
#: product quantization fast scan", 2015.
EXACT_ROWS = 50_000
PROBED_ROWS = 40_000
#: Rows that an approximate search scores by their vectors; rows beyond them get the last one's score.
DENSE_ROWS = 400
#: Vectors a list is trained with, and vectors all training takes; more take time and change little.
POINTS_PER_LIST = 64
TRAINED_ROWS = 100_000
#: BM25 for short texts: little reward for repetition, little punishment for length.
BM25_K1 = 0.9
BM25_B = 0.3

faiss.omp_set_num_threads(1)
logging.getLogger("bm25s").setLevel(logging.WARNING)


def dense_index(vectors: Vectors) -> Any:
    """Index vectors exactly, or approximately when there are very many."""
    rows, dimension = vectors.shape
    if rows <= EXACT_ROWS:
        index = faiss.IndexFlatIP(dimension)
        index.add(vectors)
        return index
    lists = int(2 * rows**0.5)
    coarse = faiss.IndexFlatIP(dimension)
    codes = faiss.IndexIVFPQFastScan(coarse, dimension, lists, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
    codes.own_fields = True
    coarse.this.disown()  # the index frees it now
    codes.by_residual = False
    codes.cp.max_points_per_centroid = POINTS_PER_LIST
    codes.nprobe = max(1, round(lists * PROBED_ROWS / rows))
    index = faiss.IndexRefineFlat(codes)
    index.own_fields = True
    codes.this.disown()
    chosen = np.random.default_rng(0).choice(rows, min(rows, TRAINED_ROWS), replace=False)
    index.train(vectors[np.sort(chosen)])
    index.add(vectors)
    return index


class Rows:
    """Rows with vectors: cosines of all, or of about the nearest when there are very many."""

    def __init__(self, owners: Iterable[int], subjects: int, index: Any) -> None:
        self.owners = np.fromiter(owners, dtype=np.intp)
        if index.ntotal != len(self.owners):
            raise ValueError(f"the index has {index.ntotal} rows, the catalogue {len(self.owners)}")
        self.index = index
        self._subjects = subjects
        self._first_rows = np.flatnonzero(np.diff(self.owners, prepend=-1))
        self._holders = self.owners[self._first_rows]
        self.is_exact = isinstance(index, faiss.IndexFlat)
        if self.is_exact:
            vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(-1, index.d)
            # A column a row: so one query's product reads memory in a line and takes half the time.
            self._columns: Vectors = np.ascontiguousarray(vectors.T)

    def best(self, rows: Floats) -> Floats:
        """Return every subject's best row, 0 for a subject without any."""
        best = np.zeros(self._subjects, dtype=np.float32)
        if len(rows):
            best[self._holders] = np.maximum.reduceat(rows, self._first_rows)
        return best

    def of(self, subject: int) -> slice:
        """Return the rows of one subject."""
        start, end = np.searchsorted(self.owners, [subject, subject + 1])
        return slice(int(start), int(end))

    def dense(self, vector: Vectors | None) -> Floats:
        """Return the cosine of every row, at least 0; where approximate, a row that is not near has the last one's."""
        if vector is None or not len(self.owners):
            return np.zeros(len(self.owners), dtype=np.float32)
        if self.is_exact:
            return np.maximum(vector.reshape(-1) @ self._columns, np.float32(0))
        scores, rows = self.index.search(vector.reshape(1, -1), min(DENSE_ROWS, len(self.owners)))
        found = np.full(len(self.owners), scores[0, -1], dtype=np.float32)
        found[rows[0][rows[0] >= 0]] = scores[0][rows[0] >= 0]
        return np.maximum(found, np.float32(0))


class Side(Rows):
    """Questions or passages of one language: their vectors and their BM25 index."""

    def __init__(self, owners: Iterable[int], subjects: int, index: Any, lexical: bm25s.BM25) -> None:
        super().__init__(owners, subjects, index)
        if lexical.scores["num_docs"] != len(self.owners):
            raise ValueError("BM25 has other rows than the catalogue")
        self._lexical = lexical
        self._postings = _Postings(lexical)
        idf = _idf(len(self.owners), np.diff(lexical.scores["indptr"]))
        # The vocabulary's last entry is bm25s's own empty token, which has no column.
        self._idf = {token: float(idf[i]) for token, i in lexical.vocab_dict.items() if i < len(idf)}
        self._rarest = float(_idf(len(self.owners), np.zeros(1))[0])

    @classmethod
    def build(cls, owners: Iterable[int], subjects: int, vectors: Vectors, token_lists: list[list[str]]) -> Side:
        """Index rows given their vectors and tokens."""
        lexical = bm25s.BM25(k1=BM25_K1, b=BM25_B, method="lucene")
        lexical.index(token_lists, show_progress=False)
        return cls(owners, subjects, dense_index(vectors), lexical)

    @classmethod
    def load(cls, folder: Path, name: str, owners: list[int], subjects: int) -> Side:
        """Read what `save` wrote; rows must be those of the catalogue beside it."""
        index = faiss.read_index(str(folder / f"{name}.faiss"))
        side = cls(owners, subjects, index, bm25s.BM25.load(folder / f"{name}.bm25"))
        if side.is_exact:
            index.reset()  # the columns hold its vectors now
        return side

    def save(self, folder: Path, name: str) -> None:
        """Write both indexes."""
        faiss.write_index(self.index, str(folder / f"{name}.faiss"))
        self._lexical.save(folder / f"{name}.bm25", show_progress=False)

    def knows(self, tokens: list[str]) -> bool:
        """Tell whether any token stands in a row."""
        return any(token in self._idf for token in tokens)

    def lexical(self, tokens: list[str]) -> Floats:
        """Return the share of the reachable BM25 score of every row."""
        reachable = sum(self._idf.get(token, self._rarest) for token in tokens) or 1.0
        return self.bm25(tokens) / np.float32(reachable)

    def bm25(self, tokens: list[str]) -> Floats:
        """Return the BM25 score of every row."""
        scores = np.zeros(len(self.owners), dtype=np.float32)
        for token in tokens:
            if token in self._idf:
                rows, weights = self._postings.of(token)
                scores[rows] += weights
        return scores


class _Postings:
    """The rows that hold a token, each once, and the token's weight in each.

    bm25s adds them up with numpy's unbuffered `add.at`, which is right for rows named twice and four times slower.
    """

    def __init__(self, lexical: bm25s.BM25) -> None:
        self._places = lexical.vocab_dict
        self._starts: list[int] = lexical.scores["indptr"].tolist()
        self._rows = lexical.scores["indices"].astype(np.intp)
        self._weights: Floats = lexical.scores["data"]

    def of(self, token: str) -> tuple[npt.NDArray[np.intp], Floats]:
        place = self._places[token]
        part = slice(self._starts[place], self._starts[place + 1])
        return self._rows[part], self._weights[part]


def _idf(rows: int, frequencies: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return BM25's rarity, the same that bm25s has in its scores."""
    return np.log1p((rows - frequencies + 0.5) / (frequencies + 0.5))
