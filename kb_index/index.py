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

from kb_index import ranking, store
from kb_index.embedding import Embedder, Encoder, Vectors
from kb_index.legs import LEGS, Shard
from kb_index.models import Article, Catalogue, read_catalogue
from kb_index.ranking import Ranking
from kb_index.store import Pointer
from kb_index.tokens import tokenize
from kb_index.wording import Worded, Wording
from kit import codec
from kit.clock import Clock, SystemClock
from kit.errors import Misconfigured, SupportError
from kit.wire import Candidate

logger = logging.getLogger(__name__)

RANKING_FILE = "ranking.json"


@dataclass(frozen=True)
class Match(Candidate):
    """A candidate with the question of its article that is nearest to the query, and the case it is first aid for."""

    question: str = ""
    case: str | None = None


@dataclass(frozen=True)
class Found:
    """What a search says.

    Attributes:
        matches: articles, a subject each, best first.
        nothing: the chance that nothing answers, before calibration.
        similarity: cosine of the nearest question.
    """

    matches: list[Match]
    nothing: float = 1.0
    similarity: float = 0.0


@dataclass(frozen=True)
class RankedShard:
    """One language: what it holds and how to weigh it."""

    shard: Shard
    ranking: Ranking


@dataclass(frozen=True)
class LoadedBuild:
    """One build in memory, and what embeds queries for it."""

    catalogue: Catalogue
    shards: dict[str, RankedShard]
    encoder: Encoder


def model_of(folder: Path) -> str:
    """Return the embedding model a build was made with."""
    return _readable(folder).model


def _readable(folder: Path) -> Catalogue:
    try:
        return read_catalogue(folder)
    except (OSError, ValueError, SupportError) as error:
        raise Misconfigured(f"Build {folder.name} cannot be read ({error}). Run: python -m kb_index build") from error


def load_build(folder: Path, encoder: Encoder) -> LoadedBuild:
    """Read a build's folder; anything amiss in it is Misconfigured, naming the command that mends it."""
    catalogue = _readable(folder)
    try:
        store.check_seal(folder)
        rankings = json.loads((folder / RANKING_FILE).read_text(encoding="utf-8"))
        wording = Wording(catalogue.articles, encoder.vocabulary)
        shards = {
            language: RankedShard(_shard(folder, catalogue, language, wording), codec.decode(Ranking, learned))
            for language, learned in rankings.items()
        }
    except (OSError, ValueError, KeyError, RuntimeError, SupportError) as error:  # RuntimeError is faiss's
        raise Misconfigured(f"Build {folder.name} cannot be read ({error}). Run: python -m kb_index build") from error
    return LoadedBuild(catalogue, shards, encoder)


def _shard(folder: Path, catalogue: Catalogue, language: str, wording: Wording) -> Shard:
    return Shard.load(folder / language, catalogue.subjects(language), catalogue.outside[language], wording)


class Index:
    """Ranked search over one build."""

    def __init__(self, kb_dir: Path, encoder: Encoder | None, now: Clock) -> None:
        self._kb_dir = kb_dir
        self._given = encoder
        self._now = now
        self._pointer = Pointer(kb_dir)
        self._serving = self._load()

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
        return self._serving.catalogue.build

    @property
    def model_id(self) -> str:
        return self._serving.catalogue.model

    @property
    def encoder(self) -> Encoder:
        return self._serving.encoder

    def ranked(self, language: str) -> RankedShard:
        """Return what one language holds, for measuring; a language without articles is refused."""
        if language not in self._serving.shards:
            raise Misconfigured(f"Build {self.build} has no articles in {language}.")
        return self._serving.shards[language]

    def search(self, query: str, language: str, vector: Vectors | None = None, top_k: int = 5) -> list[Match]:
        """Return at most `top_k` articles of one language, a subject each, best first; none when nothing is known."""
        return self.look(query, language, vector, top_k).matches

    def look(self, query: str, language: str, vector: Vectors | None = None, top_k: int = 5) -> Found:
        """Return what `search` does, with what else was seen.

        Args:
            vector: the query's embedding, when the caller has it; used when the query is embedded as it is written.
        """
        serving = self._serving  # one look: another thread may take a new build up meanwhile
        ranked = serving.shards.get(language)
        if ranked is None:
            return Found([])
        worded = ranked.shard.wording.worded(query)
        if not worded.tokens or not (language == "en" or ranked.shard.knows(worded.tokens)):
            return Found([])
        if vector is not None and vector.size != ranked.shard.dimension:
            raise Misconfigured(f"A vector of {vector.size} numbers does not fit build {self.build} ({self.model_id}).")
        if vector is None or worded.text != query:
            vector = serving.encoder.embed([worded.text]) if worded.text else None
        return _found(ranked, query, worded, vector, top_k, self._now.now().date())

    def reload_if_changed(self) -> bool:
        """Take a new build up; one that cannot be used is reported and the old one kept."""
        if not self._pointer.has_moved():
            return False
        try:
            self._serving = self._load()
        except SupportError as error:
            logger.error("Keeping build %s: %s", self.build, error.detail)
            return False
        return True

    def _load(self) -> LoadedBuild:
        folder = self._pointer.folder()
        model = model_of(folder)
        encoder = self._given or Embedder(self._kb_dir.parent / "embedding" / model)
        if encoder.model_id != model:
            raise Misconfigured(
                f"Build {folder.name} was made with {model}, not {encoder.model_id}. Run: python -m kb_index build"
            )
        tokenize("预热")  # loads the Chinese dictionary now rather than in somebody's first question
        return load_build(folder, encoder)


def _found(ranked: RankedShard, query: str, worded: Worded, vector: Vectors | None, top_k: int, today: date) -> Found:
    shard, learned = ranked.shard, ranked.ranking
    scores = shard.scores(query, worded, vector)
    fused = ranking.fuse(scores.features, learned.weights)
    shown = ranking.is_known(scores.features)
    shown[[i for i, article in shard.expiring if article.is_expired(today)]] = False
    fused[~shown] = -np.inf
    chances = ranking.chances(fused)
    overlaps = shard.words.overlaps(worded.tokens)
    shown[-1], fused[-1] = False, -np.inf  # nothing has its share of the chance and no page
    ceiling = 1.0  # a lower place is never likelier
    matches: list[Match] = []
    for i in (int(i) for i in ranking.order(fused)[:top_k] if shown[i]):
        seen = ranking.signals(scores.features, float(chances[i]), i, float(overlaps[i]), len(worded.tokens))
        ceiling = min(ceiling, learned.calibration.probability(seen))
        member, question = shard.nearest_question(i, scores)
        article = shard.shown(i, query, scores, member)
        if article.is_expired(today):  # an entry: its article explains it too
            article = shard.subjects[i].article
        matches.append(_match(article, question, float(chances[i]), ceiling))
    nearest = float(scores.features[:-1, LEGS.index("dense_question")].max())
    return Found(matches, float(chances[-1]), nearest)


def _match(article: Article, question: str, score: float, probability: float) -> Match:
    return Match(
        article_id=article.id,
        topic=article.topic,
        title=article.title,
        url=article.url,
        score=round(score, 4),
        probability=round(probability, 4),
        question=question,
        case=article.case,
    )
