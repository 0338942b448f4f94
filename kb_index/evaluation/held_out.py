"""Held-out questions: read, and parted from those that nearly copy an indexed question.

A folder holds knowledge_<language>.jsonl ({"text", "articles", "style"} a line) and
knowledge_unanswerable_<language>.jsonl ({"text"}). Near copies are left out and counted, so that nothing is judged on
what the index was given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb_index import likeness
from kb_index.embedding import Encoder
from kb_index.models import Article
from kit.errors import InvalidRequest


@dataclass(frozen=True)
class Asked:
    """A question and the articles that answer it (none: it is unanswerable)."""

    text: str
    articles: frozenset[str]
    style: str = ""


@dataclass(frozen=True)
class NearCopy:
    """A question left out, the indexed one it copies, and how near it is (1 also for the same characters)."""

    text: str
    question: str
    cosine: float


def read(folder: Path, language: str, articles: list[Article]) -> tuple[list[Asked], list[Asked]]:
    """Return one language's answerable and unanswerable questions; an article replaced since stands for its heir."""
    path = folder / f"knowledge_{language}.jsonl"
    heirs = {gone: article.id for article in articles for gone in article.replaces}
    answerable = [
        Asked(row["text"], frozenset(heirs.get(name, name) for name in row["articles"]), row.get("style", ""))
        for row in rows(path, ("text", "articles"))
    ]
    outside = folder / f"knowledge_unanswerable_{language}.jsonl"
    unanswerable = [Asked(row["text"], frozenset()) for row in rows(outside, ("text",))] if outside.exists() else []
    return answerable, unanswerable


def rows(path: Path, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield a file's rows; what does not fit is told with its line and the keys it has, never its text."""
    if not path.exists():
        raise InvalidRequest(f"{path}: there is no such file.")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InvalidRequest(f"{path}:{number}: not JSON.") from error
        missing = [key for key in required if key not in row]
        if missing:
            raise InvalidRequest(f"{path}:{number}: no {', '.join(missing)}; the row has {', '.join(row)}.")
        yield row


def part_near_copies(
    asked: list[Asked], articles: list[Article], language: str, encoder: Encoder
) -> tuple[list[Asked], list[NearCopy]]:
    """Part questions into those to judge on and near copies of an indexed question or title."""
    indexed = [text for article in articles for text in (article.title, *article.questions)]
    if not asked or not indexed:
        return asked, []
    unit = likeness.vectors([*indexed, *(question.text for question in asked)], language, encoder)
    cosines = likeness.cosines(unit[len(indexed) :], unit[: len(indexed)])
    same = {likeness.fold(text): text for text in indexed}
    kept, copies = [], []
    for question, row in zip(asked, cosines, strict=True):
        nearest = int(np.argmax(row))
        if likeness.fold(question.text) in same:
            copies.append(NearCopy(question.text, same[likeness.fold(question.text)], 1.0))
        elif row[nearest] >= likeness.NEAR_COPY:
            copies.append(NearCopy(question.text, indexed[nearest], round(float(row[nearest]), 3)))
        else:
            kept.append(question)
    return kept, copies
