"""The figures of one evaluation: hits against each leg alone, calibration, wrong answers, topics of real messages.

*Dense alone* ranks articles by their nearest row, *BM25 alone* by their best; each over questions and over questions
and passages together, of which the better counts, so that what search is compared with is as good as it can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kb_index import likeness
from kb_index.embedding import Encoder
from kb_index.evaluation import held_out, measures
from kb_index.evaluation.held_out import Asked, NearCopy
from kb_index.evaluation.measures import Numbers
from kb_index.index import Index, Match
from kb_index.legs import Shard, passage_rows, question_rows
from kb_index.models import LANGUAGES
from kb_index.words import Floats
from kit.errors import InvalidRequest
from kit.share import Share

#: Places looked at for the mean reciprocal rank.
DEPTH = 20
#: Share of unanswerable questions in the set on which wrong answers are counted.
UNANSWERABLE_SHARE = 0.25

Rank = Callable[[str], list[str]]


@dataclass(frozen=True)
class Hits:
    """How often an acceptable article came first, was among three, and the mean reciprocal rank."""

    name: str
    first: Share
    among_three: Share
    reciprocal: float

    @classmethod
    def of(cls, name: str, places: list[int | None]) -> Hits:
        """Count places (0 is first, None: not found)."""
        return cls(
            name,
            Share(sum(place == 0 for place in places), len(places)),
            Share(sum(place is not None and place < 3 for place in places), len(places)),
            float(np.mean([1 / (place + 1) if place is not None else 0.0 for place in places])) if places else 0.0,
        )


@dataclass
class Judged:
    """What search said about questions: how likely its first answer was, whether it was right, answerable or not."""

    probabilities: list[float] = field(default_factory=list)
    correct: list[bool] = field(default_factory=list)
    answerable: list[bool] = field(default_factory=list)

    def add(self, matches: list[Match], question: Asked) -> None:
        """Note the first match."""
        self.probabilities.append(matches[0].probability if matches else 0.0)
        self.correct.append(bool(matches) and matches[0].article_id in question.articles)
        self.answerable.append(bool(question.articles))

    def arrays(self) -> tuple[Numbers, Numbers, Numbers]:
        return (
            np.array(self.probabilities, dtype=np.float64),
            np.array(self.correct, dtype=np.float64),
            np.array(self.answerable, dtype=np.float64),
        )


@dataclass(frozen=True)
class Coverage:
    """At one threshold: answerable questions answered, and wrong answers among those given."""

    threshold: float
    answered: Share
    wrong: Share


@dataclass
class LanguageFigures:
    """One language's share of the evaluation."""

    language: str
    asked: int
    methods: list[Hits]
    styles: dict[str, Share]
    copies: list[NearCopy]
    unanswerable: int
    unknown: int
    judged: Judged
    indexed: int


def judge(index: Index, folder: Path, language: str) -> LanguageFigures:
    """Ask one language's held-out questions."""
    ranked = index.ranked(language)
    articles = [member for subject in ranked.shard.subjects for member in subject.members]
    answerable, outside = held_out.read(folder, language, articles)
    kept, copies = held_out.part_near_copies(answerable, articles, language, index.encoder)
    outside, outside_copies = held_out.part_near_copies(outside, articles, language, index.encoder)
    judged = Judged()
    places: list[int | None] = []
    styles: dict[str, list[bool]] = {}
    for question in kept:
        matches = index.search(question.text, language, top_k=DEPTH)
        judged.add(matches, question)
        places.append(_place([match.article_id for match in matches], question))
        styles.setdefault(question.style, []).append(places[-1] == 0)
    wanted = round(len(kept) * UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE))
    for question in outside[:wanted]:
        judged.add(index.search(question.text, language), question)
    ids = {article.id for article in articles}
    return LanguageFigures(
        language=language,
        asked=len(kept),
        methods=[Hits.of("search", places), *_alone(index, ranked.shard, kept)],
        styles={style: Share(sum(hits), len(hits)) for style, hits in sorted(styles.items())},
        copies=copies + outside_copies,
        unanswerable=min(wanted, len(outside)),
        unknown=sum(not question.articles & ids for question in kept),
        judged=judged,
        indexed=len(articles),
    )


def _place(ranking: list[str], question: Asked) -> int | None:
    return next((place for place, article in enumerate(ranking) if article in question.articles), None)


def _alone(index: Index, shard: Shard, asked: list[Asked]) -> Iterator[Hits]:
    """Yield dense alone (of the whole vectors) and BM25 alone, each with or without passages, whichever is better."""
    ids = [{member.id for member in subject.members} for subject in shard.subjects]
    places: dict[str, dict[bool, list[int | None]]] = {"dense alone": {}, "BM25 alone": {}}
    dense = _Dense(index.encoder, shard)
    for question in asked:
        worded = shard.wording.worded(question.text)
        for name, score in (("dense alone", dense.scores(worded.text)), ("BM25 alone", _lexical(shard, worded.tokens))):
            for with_passages, scores in enumerate(score):
                order = np.argsort(-scores, kind="stable")[:DEPTH]
                right = [bool(ids[i] & question.articles) for i in order if scores[i] > 0]
                places[name].setdefault(bool(with_passages), []).append(right.index(True) if True in right else None)
    for name, variants in places.items():
        yield max((Hits.of(name, found) for found in variants.values()), key=lambda hits: hits.first.value)


class _Dense:
    """Cosines of whole vectors: search itself keeps only their main directions."""

    def __init__(self, encoder: Encoder, shard: Shard) -> None:
        self._encoder = encoder
        rows = question_rows(shard.subjects, []), passage_rows(shard.subjects)
        self._owners = [np.array([owner for owner, _ in found]) for found in rows]
        self._vectors = [encoder.embed([shard.wording.worded(text).text for _, text in found]) for found in rows]
        self._subjects = len(shard.subjects)

    def scores(self, wording: str) -> tuple[Floats, Floats]:
        """Return the cosine of every subject's best question, and of its best question or passage."""
        vector = self._encoder.embed([wording])[0]
        questions, passages = np.zeros((2, self._subjects), dtype=np.float32)
        for best, owners, vectors in zip((questions, passages), self._owners, self._vectors, strict=True):
            np.maximum.at(best, owners, vectors @ vector)
        return questions, np.maximum(questions, passages)


def _lexical(shard: Shard, tokens: list[str]) -> tuple[Floats, Floats]:
    questions = shard.questions.best(shard.questions.bm25(tokens))[:-1]
    return questions, np.maximum(questions, shard.passages.best(shard.passages.bm25(tokens))[:-1])


def pooled(found: list[LanguageFigures]) -> Judged:
    """Put the languages together."""
    together = Judged()
    for figures in found:
        together.probabilities += figures.judged.probabilities
        together.correct += figures.judged.correct
        together.answerable += figures.judged.answerable
    return together


def coverage(judged: Judged, threshold: float) -> Coverage:
    """Count answers given at a threshold."""
    probabilities, correct, answerable = judged.arrays()
    given = probabilities >= threshold
    return Coverage(
        threshold,
        Share(int((given * answerable).sum()), int(answerable.sum())),
        Share(int((given * (1 - correct)).sum()), int(given.sum())),
    )


def at_coverage(judged: Judged, answered: float) -> Coverage:
    """Count answers at the highest threshold that answers such a share of the answerable: none is chosen."""
    probabilities, _, answerable = judged.arrays()
    of_answerable = np.sort(probabilities[answerable > 0])[::-1]
    needed = int(np.ceil(answered * len(of_answerable)))
    return coverage(judged, float(of_answerable[needed - 1]) if needed else 1.0)


@dataclass(frozen=True)
class Real:
    """Topics of the first article on messages that must be answered, odd and even rows apart."""

    odd: Share
    even: Share


def judge_real(index: Index, path: Path) -> Real:
    """Ask the English and Chinese rows with must=answer of a file of real messages."""
    hits: list[bool] = []
    for row in held_out.rows(path, ("text",)):
        must = row.get("must", "answer")
        language = row.get("language") or row.get("lang")
        if "answer" not in (must if isinstance(must, list) else [must]) or language not in LANGUAGES:
            continue
        topics = row.get("topics") or row.get("acceptable_topics") or row.get("topic")
        if topics is None:
            raise InvalidRequest(f"{path}: a row has no topics; it has {', '.join(row)}.")
        matches = index.search(row["text"], language)
        hits.append(bool(matches) and matches[0].topic in (topics if isinstance(topics, list) else [topics]))
    return Real(Share(sum(hits[::2]), len(hits[::2])), Share(sum(hits[1::2]), len(hits[1::2])))


def same_characters(copies: list[NearCopy]) -> int:
    """Count copies that have the very characters of an indexed question."""
    return sum(likeness.fold(copy.text) == likeness.fold(copy.question) for copy in copies)


def calibration(judged: Judged) -> dict[str, float]:
    """Return the calibration error and what a perfect model gets by chance, answerable questions alone and all."""
    probabilities, correct, answerable = judged.arrays()
    asked = answerable > 0
    return {
        "n": int(asked.sum()),
        "ece": measures.calibration_error(probabilities[asked], correct[asked]),
        "ece_by_chance": measures.calibration_error_by_chance(probabilities[asked]),
        "n_with_unanswerable": len(probabilities),
        "ece_with_unanswerable": measures.calibration_error(probabilities, correct),
        "ece_with_unanswerable_by_chance": measures.calibration_error_by_chance(probabilities),
    }
