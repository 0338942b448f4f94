"""Text with marks, split and measured as Telegram does. Pure.

Positions are code points here; Telegram counts UTF-16 code units, so they are converted once, in `entities`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import MessageEntity
from telegram.constants import MessageLimit

#: Longest message, in UTF-16 code units.
MAX_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
#: Where a long text is cut, best first: between paragraphs, lines, sentences, words.
_SEPARATORS = ("\n\n", "\n", "。", ". ", " ")


@dataclass(frozen=True)
class Mark:
    """A style (an entity type of Telegram) from `start` up to `end`; `url` for a text_link."""

    start: int
    end: int
    type: str
    url: str | None = None


@dataclass(frozen=True)
class Rich:
    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: Rich) -> Rich:
        shift = len(self.text)
        moved = tuple(replace(mark, start=mark.start + shift, end=mark.end + shift) for mark in other.marks)
        return Rich(self.text + other.text, self.marks + moved)

    def cut(self, start: int, end: int) -> Rich:
        """Return a part; marks that reach beyond it are clipped."""
        clipped = (
            replace(mark, start=max(mark.start, start) - start, end=min(mark.end, end) - start) for mark in self.marks
        )
        return Rich(self.text[start:end], tuple(mark for mark in clipped if mark.start < mark.end))

    def insert(self, places: Sequence[int], text: str) -> Rich:
        """Return the same with a text at these places, in order; marks around a place go on over it."""
        ends = zip([0, *places], [*places, len(self.text)], strict=True)
        marks = (
            replace(
                mark,
                start=mark.start + bisect_right(places, mark.start) * len(text),
                end=mark.end + bisect_left(places, mark.end) * len(text),
            )
            for mark in self.marks
        )
        return Rich(text.join(self.text[start:end] for start, end in ends), tuple(marks))

    def strip(self) -> Rich:
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))


def styled(text: str, type: str | None = None, url: str | None = None) -> Rich:
    """Return a text in one style, or plain."""
    return Rich(text, (Mark(0, len(text), type, url),) if type and text else ())


def join(parts: list[Rich], separator: str) -> Rich:
    joined = Rich()
    for i, part in enumerate(parts):
        joined += part if i == 0 else Rich(separator) + part
    return joined


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(rich: Rich, limit: int = MAX_UNITS) -> list[Rich]:
    """Return parts of at most `limit` UTF-16 units, cut where a reader would; an empty text has none."""
    parts = []
    rest = rich.strip()
    while units(rest.text) > limit:
        end = _cut_at(rest.text, _fitting(rest.text, limit))
        parts.append(rest.cut(0, end).strip())
        rest = rest.cut(end, len(rest.text)).strip()
    return [*parts, rest] if rest.text else parts


def _fitting(text: str, limit: int) -> int:
    """Return how many code points fit."""
    used = 0
    for i, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return i
    return len(text)


def _cut_at(text: str, most: int) -> int:
    """Return where to cut: after the last separator of the best kind that leaves no part too small."""
    for separator in _SEPARATORS:
        found = text.rfind(separator, most // 4, most)
        if found > 0:
            return found + len(separator)
    return most


def entities(rich: Rich) -> list[MessageEntity]:
    """Return the marks as Telegram's entities, in UTF-16 code units."""
    return [
        MessageEntity(
            type=mark.type,
            offset=units(rich.text[: mark.start]),
            length=units(rich.text[mark.start : mark.end]),
            url=mark.url,
        )
        for mark in rich.marks
    ]
