"""The legs of hybrid search for one language: what each says about every subject.

A *row* is one text that can match: a question (or title) of a subject's members, or a passage. A *dense* leg is the
cosine of a subject's best row, a *lexical* leg its BM25; *learned* weighs all question rows at once, *words* asks with
which words the subject is asked, *literal* is an error text that stands in the query. After the subjects comes
*nothing*: the sentences that no article answers, which compete like a subject's questions and are never shown.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb_index.embedding import Vectors
from kb_index.learned import Learned
from kb_index.likeness import fold
from kb_index.models import Article, Subject
from kb_index.rows import Side
from kb_index.wording import Worded, Wording
from kb_index.words import Floats, Words

#: The order in which features and weights stand.
LEGS = ("learned", "dense_question", "dense_passage", "lexical_question", "lexical_passage", "words", "literal")

#: Numbers of a vector that search keeps: the main directions of the questions, enough to tell subjects apart.
KEPT_DIMENSIONS = 128
#: Subjects, the best by the sum of the other legs, that the learned leg is worked out for: it reads every weight of
#: each, which for all of them takes longer than everything else, and beyond these it changes no order.
PROMISING = 48
#: Least length of an error text, folded, that counts when it stands in a query.
MIN_LITERAL = 10

WORDS_FILE = "words.npz"
LEARNED_FILE = "learned.npz"
DIRECTIONS_FILE = "directions.npy"

_NOT_LITERAL = re.compile(r"\(.*?\)|[<{\[].*?[>}\]]")
_ASKS_MEANING = re.compile(
    r"\bmean|\bwhat(?:'?s| is| are)\b|\bdefin|\bstands? for\b|\bexplain|\bterm\b|"
    r"意思|是什么|什么是|是啥|啥是|是啥|含义|定义|解释|什么叫|指什么",
    re.IGNORECASE,
)


def question_rows(subjects: list[Subject], outside: list[str]) -> list[tuple[int, str]]:
    """Return (subject, text) of every question row; what nothing answers comes last, as one more subject."""
    asked = [(i, text) for i, subject in enumerate(subjects) for _, text in subject.questions]
    return asked + [(len(subjects), text) for text in outside]


def passage_rows(subjects: list[Subject]) -> list[tuple[int, str]]:
    """Return (subject, text) of every passage row; title and heading give a passage its subject."""
    return [
        (i, "\n".join(part for part in (member.title, passage.heading, passage.text) if part))
        for i, subject in enumerate(subjects)
        for member in subject.members
        for passage in member.passages
    ]


@dataclass(frozen=True)
class Without:
    """An index without some of its question rows: 0 for each of them, what is learned of one query, and the words."""

    kept: Floats
    learned: Floats
    words: Words


@dataclass
class Scores:
    """What the legs say about one query: per subject and leg, per question row, and by which literal texts."""

    features: Floats
    dense_rows: Floats
    lexical_rows: Floats
    literal: dict[int, Article]


class Shard:
    """All legs of one language."""

    def __init__(
        self,
        subjects: list[Subject],
        wording: Wording,
        questions: Side,
        passages: Side,
        words: Words,
        learned: Learned,
        directions: Vectors,
    ) -> None:
        self.subjects = subjects
        self.wording = wording
        self.questions = questions
        self.passages = passages
        self.words = words
        self.learned = learned
        self._directions = directions
        self._asked = [subject.questions for subject in subjects]
        self._messages = [
            (i, member, message)
            for i, subject in enumerate(subjects)
            for member in subject.members
            for message in _literals(member)
        ]
        self.expiring = [(i, subject.article) for i, subject in enumerate(subjects) if subject.article.expires_on]

    @classmethod
    def build(
        cls,
        subjects: list[Subject],
        outside: list[str],
        wording: Wording,
        questions: Vectors,
        passages: Vectors,
        learned: Learned,
        directions: Vectors,
        worded: list[Worded],
    ) -> Shard:
        """Index a language's subjects given the vectors of their rows, what was learned and the questions' wording."""
        question_texts, passage_texts = question_rows(subjects, outside), passage_rows(subjects)
        count = len(subjects) + 1
        asked: list[Counter[str]] = [Counter() for _ in range(count)]
        written: list[set[str]] = [set() for _ in range(count)]
        question_tokens = [each.tokens for each in worded]
        passage_tokens = [wording.worded(text).tokens for _, text in passage_texts]
        owners, passage_owners = [owner for owner, _ in question_texts], [owner for owner, _ in passage_texts]
        for owner, tokens in zip(owners, question_tokens, strict=True):
            asked[owner].update(set(tokens))
        for owner, tokens in zip(passage_owners, passage_tokens, strict=True):
            written[owner].update(tokens)
        return cls(
            subjects,
            wording,
            Side.build(owners, count, np.ascontiguousarray(questions @ directions), question_tokens),
            Side.build(passage_owners, count, np.ascontiguousarray(passages @ directions), passage_tokens),
            Words.count(asked, written),
            learned,
            directions,
        )

    @classmethod
    def load(cls, folder: Path, subjects: list[Subject], outside: list[str], wording: Wording) -> Shard:
        """Read one language's folder of a build."""
        words = Words.load(folder / WORDS_FILE)
        count = len(subjects) + 1
        if words.subjects != count:
            raise ValueError(f"{WORDS_FILE} has {words.subjects} subjects, the catalogue {count}")
        return cls(
            subjects,
            wording,
            Side.load(folder, "questions", [owner for owner, _ in question_rows(subjects, outside)], count),
            Side.load(folder, "passages", [owner for owner, _ in passage_rows(subjects)], count),
            words,
            Learned.load(folder / LEARNED_FILE),
            np.load(folder / DIRECTIONS_FILE),
        )

    def save(self, folder: Path) -> None:
        """Write one language's folder of a build."""
        folder.mkdir()
        self.questions.save(folder, "questions")
        self.passages.save(folder, "passages")
        self.words.save(folder / WORDS_FILE)
        self.learned.save(folder / LEARNED_FILE)
        np.save(folder / DIRECTIONS_FILE, self._directions)

    @property
    def dimension(self) -> int:
        """Numbers of a vector the encoder makes."""
        return int(self._directions.shape[0])

    def shortened(self, vector: Vectors | None) -> Vectors | None:
        """Return a query's vector in the directions that search keeps."""
        return None if vector is None else vector.reshape(-1) @ self._directions

    def scores(self, text: str, worded: Worded, vector: Vectors | None, without: Without | None = None) -> Scores:
        """Score every subject, and nothing last, for a query given the encoder's vector of its wording."""
        short, tokens = self.shortened(vector), worded.tokens
        dense, lexical = self.questions.dense(short), self.questions.lexical(tokens)
        words = without.words if without else self.words
        if without:
            dense, lexical = dense * without.kept, lexical * without.kept
        literal = self._literal(text)
        features = np.zeros((len(self.subjects) + 1, len(LEGS)), dtype=np.float32)
        features[:, 1] = self.questions.best(dense)
        features[:, 2] = self.passages.best(self.passages.dense(short))
        features[:, 3] = self.questions.best(lexical)
        features[:, 4] = self.passages.best(self.passages.lexical(tokens))
        features[:, 5] = words.leg(tokens)
        features[list(literal), 6] = 1.0
        among = _promising(features)
        features[among, 0] = without.learned[among] if without else self.learned.leg(text, dense, among)
        return Scores(features, dense, lexical, literal)

    def knows(self, tokens: list[str]) -> bool:
        """Tell whether any token stands in a question or a passage."""
        return self.questions.knows(tokens) or self.passages.knows(tokens)

    def nearest_question(self, subject: int, scores: Scores) -> tuple[Article, str]:
        """Return the member and the question of a subject that are nearest to the query."""
        rows = self.questions.of(subject)
        return self._asked[subject][int((scores.dense_rows[rows] + scores.lexical_rows[rows]).argmax())]

    def shown(self, subject: int, text: str, scores: Scores, nearest: Article) -> Article:
        """Return the member to answer with: an entry when its error text, or the meaning of its term, is asked for."""
        article = self.subjects[subject].article
        if subject in scores.literal and article.kind != "api_error":  # such an article says more than its entry
            return scores.literal[subject]
        is_term = nearest.kind == "glossary" and _ASKS_MEANING.search(text) is not None
        return nearest if is_term else article

    def _literal(self, text: str) -> dict[int, Article]:
        """Return the subjects whose error texts stand in a text, each with the member that has it."""
        folded = fold(text)
        if len(folded) < MIN_LITERAL:
            return {}
        return {subject: member for subject, member, message in reversed(self._messages) if message in folded}


def _promising(features: Floats) -> npt.NDArray[np.intp]:
    """Return the subjects worth weighing all questions for: those other legs put first, and nothing."""
    if len(features) <= PROMISING + 1:
        return np.arange(len(features))
    best = np.argpartition(-features[:-1, 1:].sum(axis=1), PROMISING)[:PROMISING]
    return np.append(np.sort(best), len(features) - 1)


def main_directions(vectors: Vectors) -> Vectors:
    """Return the main directions of vectors (encoder's numbers x numbers kept), by singular value decomposition."""
    kept = min(KEPT_DIMENSIONS, *vectors.shape)
    moments = vectors.T.astype(np.float64) @ vectors
    directions = np.linalg.eigh(moments)[1][:, ::-1][:, :kept]
    return np.ascontiguousarray(directions, dtype=np.float32)


def _literals(article: Article) -> list[str]:
    folded = [fold(_NOT_LITERAL.sub(" ", message)) for message in article.messages]
    return [message for message in folded if len(message) >= MIN_LITERAL]
