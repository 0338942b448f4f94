"""Search: the articles that may answer a query, best first, each with P(it answers).

An Index holds one build in memory and follows the pointer when asked to. It embeds queries itself unless the caller
passes the vector it already has; both must come from the model the build was made with.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from kb_index import ranking
from kb_index.embedding import Embedder, Encoder, Vectors
from kb_index.legs import LEGS, Scores, Shard
from kb_index.models import Catalogue, read_catalogue
from kb_index.ranking import Ranking
from kb_index.store import Pointer
from kb_index.tokens import tokenize
from kb_index.words import Floats
from kit import codec
from kit.clock import Clock, SystemClock
from kit.errors import Misconfigured, SupportError
from kit.wire import Candidate

logger = logging.getLogger(__name__)

RANKING_FILE = "ranking.json"


@dataclass(frozen=True)
class Match(Candidate):
    """A candidate with the question of its article that is nearest to the query."""

    question: str = ""


@dataclass(frozen=True)
class RankedShard:
    """One language: what it holds and how to weigh it."""

    shard: Shard
    ranking: Ranking


@dataclass(frozen=True)
class LoadedBuild:
    catalogue: Catalogue
    shards: dict[str, RankedShard]


def load_shards(folder: Path) -> LoadedBuild:
    """Read a build's folder; anything amiss in it is Misconfigured, naming the command that mends it."""
    try:
        catalogue = read_catalogue(folder)
        rankings = json.loads((folder / RANKING_FILE).read_text(encoding="utf-8"))
        shards = {
            language: RankedShard(
                Shard.load(folder / language, catalogue.ranked(language)), codec.decode(Ranking, learned)
            )
            for language, learned in rankings.items()
        }
    except (OSError, ValueError, KeyError, RuntimeError, SupportError) as error:  # RuntimeError is faiss's
        raise Misconfigured(f"Build {folder.name} cannot be read ({error}). Run: python -m kb_index build") from error
    return LoadedBuild(catalogue, shards)


class Index:
    """Ranked search over one build."""

    def __init__(self, kb_dir: Path, encoder: Encoder | None, now: Clock) -> None:
        self._kb_dir = kb_dir
        self._given = encoder
        self._now = now
        self._pointer = Pointer(kb_dir)
        self._loaded, self._encoder = self._load()

    @classmethod
    def open(cls, kb_dir: Path, encoder: Encoder | None = None, now: Clock | None = None) -> Index:
        """Open the build in use.

        Args:
            encoder: embeds queries; by default the exported model of the build, beside `kb_dir`.

        Raises:
            Misconfigured: no build, a damaged one, or one made with another model; says what to run.
        """
        return cls(kb_dir, encoder, now or SystemClock())

    @property
    def build(self) -> str:
        return self._loaded.catalogue.build

    @property
    def model_id(self) -> str:
        return self._loaded.catalogue.model

    @property
    def encoder(self) -> Encoder:
        return self._encoder

    def ranked(self, language: str) -> RankedShard:
        """Return what one language holds, for measuring; a language without articles is refused."""
        if language not in self._loaded.shards:
            raise Misconfigured(f"Build {self.build} has no articles in {language}.")
        return self._loaded.shards[language]

    def search(self, query: str, language: str, vector: Vectors | None = None, top_k: int = 5) -> list[Match]:
        """Return at most `top_k` articles of one language, best first; none when nothing of the query is known.

        Args:
            vector: the query's embedding, when the caller has it.
        """
        loaded, encoder = self._loaded, self._encoder
        ranked = loaded.shards.get(language)
        tokens = list(dict.fromkeys(tokenize(query)))
        if ranked is None or not tokens:
            return []
        if vector is not None and vector.size != ranked.shard.questions.dimension:
            raise Misconfigured(f"A vector of {vector.size} numbers does not fit build {self.build} ({self.model_id}).")
        if vector is None and ranked.ranking.needs_vector:
            vector = encoder.embed([query])
        return _matches(ranked, tokens, vector, top_k, self._now.now().date())

    def reload_if_changed(self) -> bool:
        """Take a new build up; one that cannot be used is reported and the old one kept."""
        if not self._pointer.has_moved():
            return False
        try:
            self._loaded, self._encoder = self._load()
        except SupportError as error:
            logger.error("Keeping build %s: %s", self.build, error.detail)
            return False
        return True

    def _load(self) -> tuple[LoadedBuild, Encoder]:
        loaded = load_shards(self._pointer.folder())
        model = loaded.catalogue.model
        encoder = self._given or Embedder(self._kb_dir.parent / "embedding" / model)
        if encoder.model_id != model:
            raise Misconfigured(
                f"Build {loaded.catalogue.build} was made with {model}, not {encoder.model_id}. "
                "Run: python -m kb_index build"
            )
        tokenize("预热")  # loads the Chinese dictionary now rather than in somebody's first question
        return loaded, encoder


def _matches(ranked: RankedShard, tokens: list[str], vector: Vectors | None, top_k: int, today: date) -> list[Match]:
    shard, learned = ranked.shard, ranked.ranking
    scores = shard.scores(tokens, vector)
    fused = ranking.fuse(scores.features, learned.weights)
    for i, article in enumerate(shard.articles):
        if article.is_expired(today):
            fused[i] = 0.0
    ordered = ranking.order(fused)
    ceiling = 1.0  # a lower place is never likelier
    matches: list[Match] = []
    for i in (int(i) for i in ordered[:top_k] if fused[i] > 0):
        score, margin = float(fused[i]), ranking.margin(fused, i, ordered)
        ceiling = min(ceiling, learned.calibration.probability(score, margin, shard.words.overlap(tokens, i)))
        matches.append(_match(ranked, scores, i, score, ceiling))
    return matches


def _match(ranked: RankedShard, scores: Scores, i: int, score: float, probability: float) -> Match:
    article = ranked.shard.articles[i]
    return Match(
        article_id=article.id,
        topic=article.topic,
        title=article.title,
        url=article.url,
        score=round(score, 4),
        probability=round(probability, 4),
        question=_nearest_question(ranked, scores, i),
    )


def _nearest_question(ranked: RankedShard, scores: Scores, i: int) -> str:
    weights = dict(zip(LEGS, ranked.ranking.weights, strict=True))
    rows = np.flatnonzero(ranked.shard.questions.owners == i)
    row_scores: Floats = (
        weights["dense_question"] * scores.dense_rows[rows] + weights["lexical_question"] * scores.lexical_rows[rows]
    )
    article = ranked.shard.articles[i]
    return (article.title, *article.questions)[int(row_scores.argmax())]
