"""The legs of hybrid search for one language: dense and lexical, over questions, over passages and over whole articles.

A *row* is one text that can match: a question (or title) or a passage; each row belongs to one article. A *leg* gives
every article a score between 0 and 1, that of its best row: dense legs the cosine, lexical legs BM25 as a share of what
a text holding every token of the query could reach. All are exact; row order follows the catalogue.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import faiss
import numpy as np
import numpy.typing as npt

from kb_index.embedding import Vectors
from kb_index.models import Article
from kb_index.tokens import tokenize
from kb_index.words import Floats, Hidden, Words

#: The order in which features and weights stand.
LEGS = ("dense_question", "dense_passage", "lexical_question", "lexical_passage", "lexical_article")

#: Rows a dense search returns at most; rows beyond them get the last one's score.
DENSE_ROWS = 1024
#: BM25 for short texts: little reward for repetition, little punishment for length.
BM25_K1 = 0.9
BM25_B = 0.3

WORDS_FILE = "words.json"

faiss.omp_set_num_threads(1)
logging.getLogger("bm25s").setLevel(logging.WARNING)


def question_rows(articles: list[Article]) -> list[tuple[int, str]]:
    """Return (article, text) of every question row: the title, then the questions."""
    return [(i, text) for i, article in enumerate(articles) for text in (article.title, *article.questions)]


def passage_rows(articles: list[Article]) -> list[tuple[int, str]]:
    """Return (article, text) of every passage row; title and heading give a passage its subject."""
    return [
        (i, "\n".join(part for part in (article.title, passage.heading, passage.text) if part))
        for i, article in enumerate(articles)
        for passage in article.passages
    ]


class Side:
    """Questions or passages of one language: their vectors and their BM25 index."""

    def __init__(self, owners: Iterable[int], vectors: Any, lexical: bm25s.BM25) -> None:
        self.owners = np.fromiter(owners, dtype=np.intp)
        self._first_rows = np.flatnonzero(np.diff(self.owners, prepend=-1))
        self._vectors = vectors
        self._lexical = lexical
        frequencies = np.diff(lexical.scores["indptr"])
        idf = _idf(len(self.owners), frequencies)
        # The vocabulary's last entry is bm25s's own empty token, which has no column.
        self._idf = {token: float(idf[i]) for token, i in lexical.vocab_dict.items() if i < len(idf)}
        self._rarest = float(_idf(len(self.owners), np.zeros(1))[0])

    @classmethod
    def build(cls, owners: Iterable[int], vectors: Vectors, token_lists: list[list[str]]) -> Side:
        """Index rows given their vectors and tokens."""
        dense = faiss.IndexFlatIP(vectors.shape[1])
        dense.add(vectors)
        lexical = bm25s.BM25(k1=BM25_K1, b=BM25_B, method="lucene")
        lexical.index(token_lists, show_progress=False)
        return cls(owners, dense, lexical)

    @classmethod
    def load(cls, folder: Path, name: str, owners: Iterable[int]) -> Side:
        """Read what `save` wrote; rows must be those of the catalogue beside it."""
        dense = faiss.read_index(str(folder / f"{name}.faiss"))
        side = cls(owners, dense, bm25s.BM25.load(folder / f"{name}.bm25"))
        if not dense.ntotal == side._lexical.scores["num_docs"] == len(side.owners):
            raise ValueError(f"{name}: the index has {dense.ntotal} rows, the catalogue {len(side.owners)}")
        return side

    def save(self, folder: Path, name: str) -> None:
        """Write both indexes."""
        faiss.write_index(self._vectors, str(folder / f"{name}.faiss"))
        self._lexical.save(folder / f"{name}.bm25", show_progress=False)

    @property
    def dimension(self) -> int:
        return int(self._vectors.d)

    def best(self, rows: Floats) -> Floats:
        """Return every article's best row; each article has rows, side by side."""
        return np.maximum.reduceat(rows, self._first_rows)

    def dense(self, vector: Vectors | None) -> Floats:
        """Return the cosine of every row, at least 0; a row not among the nearest has the last one's."""
        if vector is None:
            return np.zeros(len(self.owners), dtype=np.float32)
        scores, rows = self._vectors.search(vector.reshape(1, -1), min(DENSE_ROWS, len(self.owners)))
        found = np.full(len(self.owners), scores[0, -1], dtype=np.float32)
        found[rows[0]] = scores[0]
        return np.maximum(found, 0.0)

    def lexical(self, tokens: list[str]) -> Floats:
        """Return the share of the reachable BM25 score of every row."""
        reachable = sum(self._idf.get(token, self._rarest) for token in tokens) or 1.0
        return self.bm25(tokens) / np.float32(reachable)

    def bm25(self, tokens: list[str]) -> Floats:
        """Return the BM25 score of every row."""
        if not tokens:
            return np.zeros(len(self.owners), dtype=np.float32)
        scores: Floats = self._lexical.get_scores(tokens)
        return scores


def _idf(rows: int, frequencies: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return BM25's rarity, the same that bm25s has in its scores."""
    return np.log1p((rows - frequencies + 0.5) / (frequencies + 0.5))


@dataclass
class Scores:
    """What the legs say about one query: per article and leg, and per question row."""

    features: Floats
    dense_rows: Floats
    lexical_rows: Floats


class Shard:
    """All legs of one language."""

    def __init__(self, articles: list[Article], questions: Side, passages: Side, words: Words) -> None:
        self.articles = articles
        self.questions = questions
        self.passages = passages
        self.words = words

    @classmethod
    def build(cls, articles: list[Article], questions: Vectors, passages: Vectors) -> Shard:
        """Index one language's articles given the vectors of their rows."""
        asked: list[Counter[str]] = [Counter() for _ in articles]
        written: list[set[str]] = [set() for _ in articles]
        question_tokens = [tokenize(text) for _, text in question_rows(articles)]
        passage_tokens = [tokenize(text) for _, text in passage_rows(articles)]
        question_owners = [owner for owner, _ in question_rows(articles)]
        passage_owners = [owner for owner, _ in passage_rows(articles)]
        for owner, tokens in zip(question_owners, question_tokens, strict=True):
            asked[owner].update(set(tokens))
        for owner, tokens in zip(passage_owners, passage_tokens, strict=True):
            written[owner].update(tokens)
        return cls(
            articles,
            Side.build(question_owners, questions, question_tokens),
            Side.build(passage_owners, passages, passage_tokens),
            Words(asked, written),
        )

    @classmethod
    def load(cls, folder: Path, articles: list[Article]) -> Shard:
        """Read one language's folder of a build."""
        words = Words.load(folder / WORDS_FILE)
        if words.articles != len(articles):
            raise ValueError(f"{WORDS_FILE} has {words.articles} articles, the catalogue {len(articles)}")
        questions = Side.load(folder, "questions", [owner for owner, _ in question_rows(articles)])
        passages = Side.load(folder, "passages", [owner for owner, _ in passage_rows(articles)])
        return cls(articles, questions, passages, words)

    def save(self, folder: Path) -> None:
        """Write one language's folder of a build."""
        folder.mkdir()
        self.questions.save(folder, "questions")
        self.passages.save(folder, "passages")
        self.words.save(folder / WORDS_FILE)

    def scores(self, tokens: list[str], vector: Vectors | None, hidden: Hidden | None = None) -> Scores:
        """Score every article for a query of distinct tokens, as if the hidden row were not there."""
        dense, lexical = self.questions.dense(vector), self.questions.lexical(tokens)
        if hidden is not None:
            dense[hidden.row] = lexical[hidden.row] = 0.0
        columns = (
            self.questions.best(dense),
            self.passages.best(self.passages.dense(vector)),
            self.questions.best(lexical),
            self.passages.best(self.passages.lexical(tokens)),
            self.words.leg(tokens, hidden),
        )
        return Scores(np.stack(columns, axis=1), dense, lexical)
