"""The place in a text where a query was found, short enough for a line of a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: Characters shown before the first match, and in all.
BEFORE, LENGTH = 24, 110


@dataclass(frozen=True)
class Snippet:
    """Plain text, and where in it the matches are: start and end of each."""

    text: str
    marks: list[tuple[int, int]]


def find_snippet(texts: Iterable[str], pattern: re.Pattern[str]) -> Snippet | None:
    """Return the piece of the text that holds most of what was looked for; the first of equals."""
    best, most = None, 0
    for text in texts:
        line = " ".join(unicodedata.normalize("NFKC", text).split())
        found = {match[0].casefold() for match in pattern.finditer(line)}
        if len(found) > most:
            best, most = line, len(found)
    return _cut(best, pattern) if best is not None else None


def _cut(line: str, pattern: re.Pattern[str]) -> Snippet | None:
    first = pattern.search(line)
    if first is None:
        return None
    start = max(first.start() - BEFORE, 0)
    if start and (blank := line.find(" ", start, first.start())) >= 0:
        start = blank + 1
    end = min(start + LENGTH, len(line))
    head, tail = "…" if start else "", "…" if end < len(line) else ""
    marks = [
        (match.start() - start + len(head), min(match.end(), end) - start + len(head))
        for match in pattern.finditer(line, first.start(), end)
    ]
    return Snippet(head + line[start:end] + tail, marks)
