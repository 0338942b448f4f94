"""Build of the knowledge base: articles to var/kb/<build id>/, whole or not at all.

The *build id* is a hash of everything the result depends on (articles, out-of-domain sentences, this package's code,
the embedding model), so building again without a change does nothing. Vectors are cached by the hash of their text.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kb_index import articles as article_files
from kb_index import fitting, store
from kb_index import natural as natural_queries
from kb_index.embedding import Encoder, Vectors
from kb_index.index import RANKING_FILE, load_build
from kb_index.models import LANGUAGES, Catalogue, write_catalogue
from kb_index.natural import Natural
from kb_index.ranking import Ranking
from kb_index.shards import Content, Indexed
from kb_index.wording import LEXICON, Wording
from kit import clock, codec
from kit.clock import Clock, SystemClock
from kit.errors import Misconfigured

#: What no article answers: a line each below a [language kind] line.
NEGATIVES = article_files.PACKAGE / "negatives.txt"
#: Natural queries to learn the ranking from: {"language", "text", "articles"} a line.
NATURAL = article_files.PACKAGE / "natural.jsonl"

#: Advice that is not given, subjects that are not ours, and talk that says nothing.
OUTSIDE_KINDS = ("advice", "outside", "talk")
_SECTION = re.compile(rf"\[(?P<language>{'|'.join(LANGUAGES)}) (?P<kind>{'|'.join(OUTSIDE_KINDS)})\]")

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
    natural: Path | None = NATURAL


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
    natural = natural_queries.read(sources.natural) if sources.natural else {}
    outside = {
        language: list(dict.fromkeys(text for texts in kinds.values() for text in texts))
        for language, kinds in read_outside(sources.negatives).items()
    }
    build_id = _build_id(sources, encoder.model_id)
    with store.locked(kb_dir):
        rankings = _usable(kb_dir / build_id, encoder)
        changed = rankings is None or store.read_pointer(kb_dir) != build_id
        if rankings is None:
            created_at = clock.to_wire((now or SystemClock()).now())
            without = Catalogue(build_id, encoder.model_id, created_at, found, outside)
            rankings = _write(kb_dir, without, natural, encoder, progress)
        if changed:
            store.point_to(kb_dir, build_id)
            store.prune(kb_dir, build_id)
    return Built(build_id, len(found), changed, rankings)


def read_outside(path: Path = NEGATIVES) -> dict[str, dict[str, list[str]]]:
    """Return what no article answers: by language, then by kind (OUTSIDE_KINDS)."""
    found: dict[str, dict[str, list[str]]] = {language: {kind: [] for kind in OUTSIDE_KINDS} for language in LANGUAGES}
    section: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if match := _SECTION.fullmatch(text):
            section = found[match["language"]][match["kind"]]
        elif text and not text.startswith("#"):
            if section is None:
                raise Misconfigured(f"{path}:{number}: expected a line such as [en advice] first.")
            section.append(text)
    missing = [language for language, kinds in found.items() if not any(kinds.values())]
    if missing:
        raise Misconfigured(f"{path}: no sentences for {', '.join(missing)}.")
    return found


def _build_id(sources: Sources, model_id: str) -> str:
    digest = hashlib.sha256(model_id.encode())
    code = sorted(article_files.PACKAGE.glob("*.py"))
    written = (*sorted(sources.articles.glob("*/*.md")), *sorted(sources.entries.glob("*/*.yml")))
    kept_apart = (sources.natural,) if sources.natural else ()
    for path in (*written, sources.negatives, *kept_apart, LEXICON, *code):
        data = path.read_bytes()
        digest.update(f"\n{path.parent.name}/{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


def _usable(folder: Path, encoder: Encoder) -> dict[str, Ranking] | None:
    """Return the rankings of a build that is there and loads, else None."""
    if not folder.is_dir():
        return None
    try:
        return {language: shard.ranking for language, shard in load_build(folder, encoder).shards.items()}
    except Misconfigured:
        return None


def _write(
    kb_dir: Path,
    without: Catalogue,
    natural: dict[str, list[Natural]],
    encoder: Encoder,
    progress: Progress,
) -> dict[str, Ranking]:
    """Write a build of a catalogue and the natural queries that it does not hold yet."""
    work = store.work_folder(kb_dir, without.build)
    whole = _with_natural(without, natural)
    write_catalogue(work, whole)
    wording, vectors = Wording(whole.articles, encoder.vocabulary), _CachedVectors(kb_dir, encoder, progress)
    rankings = {}
    for step, language in enumerate(LANGUAGES):
        progress("Indexing and fitting languages", step, len(LANGUAGES))
        contents = [Content(each.subjects(language), each.outside[language]) for each in (whole, without)]
        if contents[0].subjects:
            indexed = Indexed(language, contents[0], contents[1], wording, vectors.of)
            indexed.shard.save(work / language)
            rankings[language] = fitting.fit(contents[0].subjects, indexed.unseen(natural.get(language, [])))
    (work / RANKING_FILE).write_text(json.dumps(codec.encode(rankings), indent=1), encoding="utf-8")
    vectors.save()
    store.seal(work)
    store.install(kb_dir, whole.build, work)
    progress("Indexing and fitting languages", len(LANGUAGES), len(LANGUAGES))
    return rankings


def _with_natural(catalogue: Catalogue, natural: dict[str, list[Natural]]) -> Catalogue:
    unanswered = natural_queries.unanswered(natural)
    return replace(
        catalogue,
        articles=natural_queries.taught(catalogue.articles, natural),
        outside={
            language: list(dict.fromkeys([*texts, *unanswered.get(language, [])]))
            for language, texts in catalogue.outside.items()
        },
    )


class _CachedVectors:
    """Vectors of texts, made once for each text and model; `save` keeps those used since it was made."""

    def __init__(self, kb_dir: Path, encoder: Encoder, progress: Progress) -> None:
        self._path = store.vectors_path(kb_dir, encoder.model_id)
        self._encoder = encoder
        self._progress = progress
        self._cached = store.read_vectors(self._path)
        self._used: dict[str, Vectors] = {}

    def of(self, texts: list[str]) -> Vectors:
        """Return one vector a row."""
        keys = [store.text_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._cached}
        self._embed(list(missing), list(missing.values()))
        self._used.update((key, self._cached[key]) for key in keys)
        return np.stack([self._cached[key] for key in keys])

    def _embed(self, keys: list[str], texts: list[str]) -> None:
        starts = range(0, len(texts), _EMBEDDED_AT_ONCE)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = pool.map(lambda start: self._encoder.embed(texts[start : start + _EMBEDDED_AT_ONCE]), starts)
            for start, vectors in zip(starts, parts, strict=True):
                self._progress("Embedding texts", start, len(texts))
                self._cached.update(zip(keys[start : start + _EMBEDDED_AT_ONCE], vectors, strict=True))
        if texts:
            self._progress("Embedding texts", len(texts), len(texts))

    def save(self) -> None:
        """Write the vectors in use, forgetting texts that are gone."""
        store.write_vectors(self._path, self._used)
