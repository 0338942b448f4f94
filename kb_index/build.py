"""Build of the knowledge base: articles to var/kb/<build id>/, whole or not at all.

The *build id* is a hash of everything the result depends on (articles, out-of-domain sentences, this package's code,
the embedding model), so building again without a change does nothing. Vectors are cached by the hash of their text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb_index import articles as article_files
from kb_index import fitting, store
from kb_index.embedding import Encoder, Vectors
from kb_index.index import RANKING_FILE, load_shards
from kb_index.legs import Shard, passage_rows, question_rows
from kb_index.models import LANGUAGES, Article, Catalogue, write_catalogue
from kb_index.ranking import Ranking
from kit import clock, codec
from kit.clock import Clock, SystemClock
from kit.errors import Misconfigured

#: Out-of-domain sentences: a line each below a [language] line.
NEGATIVES = article_files.PACKAGE / "negatives.txt"

#: Told what is being done, how many are done and how many there are.
Progress = Callable[[str, int, int], None]

_EMBEDDED_AT_ONCE = 64


@dataclass(frozen=True)
class Sources:
    """Where a build's inputs lie."""

    articles: Path = article_files.ARTICLES
    facts: Path = article_files.FACTS
    negatives: Path = NEGATIVES
    entries: Path = article_files.ENTRIES


@dataclass(frozen=True)
class Built:
    """What `build` did; `changed` is false when the build in use was already this one."""

    build: str
    articles: int
    changed: bool
    rankings: dict[str, Ranking]


def _silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def build(
    kb_dir: Path,
    encoder: Encoder,
    sources: Sources | None = None,
    *,
    now: Clock | None = None,
    progress: Progress = _silent,
) -> Built:
    """Build what the articles say and bring it into use.

    Raises:
        InvalidArticles: nothing was changed; the error lists every problem.
    """
    sources = sources or Sources()
    found = article_files.load(sources.articles, sources.facts, sources.entries)
    outside = read_negatives(sources.negatives)
    build_id = _build_id(sources, encoder.model_id)
    with store.locked(kb_dir):
        rankings = _usable(kb_dir / build_id)
        changed = rankings is None or store.read_pointer(kb_dir) != build_id
        if rankings is None:
            catalogue = Catalogue(build_id, encoder.model_id, clock.to_wire((now or SystemClock()).now()), found)
            rankings = _write(kb_dir, catalogue, outside, _CachedVectors(kb_dir, encoder, progress), progress)
        if changed:
            store.point_to(kb_dir, build_id)
            store.prune(kb_dir, build_id)
    return Built(build_id, len(found), changed, rankings)


def read_negatives(path: Path) -> dict[str, list[str]]:
    """Return out-of-domain sentences by language."""
    found: dict[str, list[str]] = {}
    language = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if text.startswith("[") and text[1:-1] in LANGUAGES:
            language = text[1:-1]
        elif text and not language:
            raise Misconfigured(f"{path}:{number}: expected a line [en] or [zh] first.")
        elif text:
            found.setdefault(language, []).append(text)
    missing = [language for language in LANGUAGES if language not in found]
    if missing:
        raise Misconfigured(f"{path}: no sentences for {', '.join(missing)}.")
    return found


def _build_id(sources: Sources, model_id: str) -> str:
    digest = hashlib.sha256(model_id.encode())
    code = sorted(article_files.PACKAGE.glob("*.py"))
    written = (*sorted(sources.articles.glob("*/*.md")), *sorted(sources.entries.glob("*/*.yml")))
    for path in (*written, sources.negatives, *code):
        data = path.read_bytes()
        digest.update(f"\n{path.parent.name}/{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


def _usable(folder: Path) -> dict[str, Ranking] | None:
    """Return the rankings of a build that is there and loads, else None."""
    if not folder.is_dir():
        return None
    try:
        return {language: shard.ranking for language, shard in load_shards(folder).shards.items()}
    except Misconfigured:
        return None


def _write(
    kb_dir: Path, catalogue: Catalogue, outside: dict[str, list[str]], vectors: _CachedVectors, progress: Progress
) -> dict[str, Ranking]:
    work = store.work_folder(kb_dir, catalogue.build)
    write_catalogue(work, catalogue)
    rankings = {}
    for step, language in enumerate(LANGUAGES):
        progress("Indexing and fitting languages", step, len(LANGUAGES))
        chosen = catalogue.ranked(language)
        if chosen:
            rankings[language] = _write_language(work / language, chosen, outside[language], vectors)
    (work / RANKING_FILE).write_text(json.dumps(codec.encode(rankings), indent=1), encoding="utf-8")
    vectors.save()
    store.install(kb_dir, catalogue.build, work)
    progress("Indexing and fitting languages", len(LANGUAGES), len(LANGUAGES))
    return rankings


def _write_language(folder: Path, chosen: list[Article], outside: list[str], vectors: _CachedVectors) -> Ranking:
    questions = vectors.of([text for _, text in question_rows(chosen)])
    passages = vectors.of([text for _, text in passage_rows(chosen)])
    shard = Shard.build(chosen, questions, passages)
    shard.save(folder)
    return fitting.fit(shard, vectors.of, outside)


class _CachedVectors:
    """Vectors of texts, made once for each text and model; `save` keeps those used since it was made."""

    def __init__(self, kb_dir: Path, encoder: Encoder, progress: Progress) -> None:
        self._path = kb_dir / "vectors" / f"{encoder.model_id}.npz"
        self._encoder = encoder
        self._progress = progress
        self._cached = store.read_vectors(self._path)
        self._used: dict[str, Vectors] = {}

    def of(self, texts: list[str]) -> Vectors:
        """Return one vector a row."""
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._cached}
        self._embed(list(missing), list(missing.values()))
        self._used.update((key, self._cached[key]) for key in keys)
        return np.stack([self._cached[key] for key in keys])

    def _embed(self, keys: list[str], texts: list[str]) -> None:
        for start in range(0, len(texts), _EMBEDDED_AT_ONCE):
            self._progress("Embedding texts", start, len(texts))
            end = start + _EMBEDDED_AT_ONCE
            self._cached.update(zip(keys[start:end], self._encoder.embed(texts[start:end]), strict=True))
        if texts:
            self._progress("Embedding texts", len(texts), len(texts))

    def save(self) -> None:
        """Write the vectors in use, forgetting texts that are gone."""
        store.write_vectors(self._path, self._used)
