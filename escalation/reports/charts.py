"""Reports as SVG: columns by day, or bars with their number; the same picture wide or narrow, light or dark.

Pure. Every number that is drawn stands in the section's table too, so the picture has only a title for those who do not
see it. Narrow pictures are for narrow screens: their letters stay as large.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Literal

Theme = Literal["light", "dark"]
Size = Literal["full", "wide", "medium", "narrow"]

WIDTHS: dict[Size, int] = {"full": 1000, "wide": 640, "medium": 470, "narrow": 326}
LETTER = 6.4
HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 220, 34, 190, 38, 8
BAR, BAR_GAP, GROUP_GAP = 16, 4, 10
_COLOURS: dict[Theme, dict[str, str]] = {
    "light": {"ink": "#1b2229", "muted": "#56616c", "grid": "#dce1e6", "first": "#0b5596", "second": "#b36b00"},
    "dark": {"ink": "#e5e9ed", "muted": "#a2adb8", "grid": "#2f373f", "first": "#84bdf2", "second": "#edc069"},
}
#: The colour of each series.
_SERIES = ("first", "second")


@dataclass(frozen=True)
class Columns:
    """A column per day and series."""

    days: Sequence[date]
    series: Sequence[tuple[str, Sequence[int]]]

    @property
    def is_empty(self) -> bool:
        return not any(any(values) for _, values in self.series)


@dataclass(frozen=True)
class Bar:
    """`length` is a share of the longest bar there can be, 0 to 1; None is no data."""

    length: float | None
    text: str


@dataclass(frozen=True)
class Bars:
    """A group of bars per label, one for each series."""

    groups: Sequence[tuple[str, Sequence[Bar]]]
    series: Sequence[str] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        return all(bar.length is None for _, bars in self.groups for bar in bars)


@dataclass(frozen=True)
class Picture:
    title: str
    plot: Columns | Bars
    #: What is said instead of a plot without data.
    nothing: str


def counted(rows: Sequence[tuple[str, int]]) -> Bars:
    """Return bars for counts, the largest as long as there is room."""
    most = max((count for _, count in rows), default=0)
    return Bars([(label, [Bar(count / (most or 1), f"{count:,}")]) for label, count in rows])


def draw(picture: Picture, theme: Theme, size: Size) -> str:
    """Return the picture; on a clear ground, so that it lies on any card of its theme."""
    pen = _Pen(_COLOURS[theme], WIDTHS[size])
    if picture.plot.is_empty:
        height, parts = 90, [pen.text(pen.width / 2, 52, picture.nothing, "muted", 'text-anchor="middle"')]
    elif isinstance(picture.plot, Columns):
        height, parts = HEIGHT, list(_columns(picture.plot, pen))
    else:
        height, parts = _height(picture.plot), list(_bars(picture.plot, pen))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {pen.width} {height}" width="{pen.width}" '
        f'height="{height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="12">'
    )
    return "\n".join([head, f'<title id="title">{escape(picture.title)}</title>', *parts, "</svg>"])


@dataclass(frozen=True)
class _Pen:
    colours: dict[str, str]
    width: int

    def text(self, x: float, y: float, text: str, colour: str = "ink", style: str = "") -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" fill="{self.colours[colour]}" {style}>{escape(text)}</text>'

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> str:
        place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        return f'<rect {place} fill="{self.colours[colour]}"/>'

    def line(self, path: str, colour: str) -> str:
        return f'<path d="{path}" fill="none" stroke="{self.colours[colour]}"/>'

    def legend(self, names: Sequence[str]) -> Iterator[str]:
        x = 0.0
        for name, colour in zip(names, _SERIES, strict=False):
            yield self.box(x, 6, 12, 12, colour)
            yield self.text(x + 18, 16, name)
            x += 18 + _width(name) + 18


def _columns(plot: Columns, pen: _Pen) -> Iterator[str]:
    yield from pen.legend([name for name, _ in plot.series])
    most = max(max(values) for _, values in plot.series)
    top, step = _scale(most)
    for value in range(0, top + 1, step):
        y = BOTTOM - value / top * (BOTTOM - TOP)
        yield pen.line(f"M{LEFT} {y:.1f}H{pen.width - RIGHT}", "grid")
        yield pen.text(LEFT - 6, y + 4, f"{value:,}", "muted", 'text-anchor="end"')
    slot = (pen.width - RIGHT - LEFT) / len(plot.days)
    width = max(min(slot * 0.8 / len(plot.series), 14), 0.6)
    for place, (_, values) in enumerate(plot.series):
        for day, value in enumerate(values):
            if value:
                height = value / top * (BOTTOM - TOP)
                middle = LEFT + (day + 0.5) * slot
                x = middle + (place - len(plot.series) / 2) * width
                yield pen.box(x, BOTTOM - height, width, height, _SERIES[place])
    yield from _day_labels(plot.days, slot, pen)


def _day_labels(days: Sequence[date], slot: float, pen: _Pen) -> Iterator[str]:
    """Write as many days as there is room for, the last one always."""
    every = max(math.ceil(52 / slot), 1)
    for place in range(len(days) - 1, -1, -every):
        x = LEFT + (place + 0.5) * slot
        if x - 18 >= 0:
            x = min(x, pen.width - 18)
            yield pen.text(x, BOTTOM + 18, f"{days[place]:%m-%d}", "muted", 'text-anchor="middle"')


def _bars(plot: Bars, pen: _Pen) -> Iterator[str]:
    y = 0.0
    if plot.series:
        yield from pen.legend(plot.series)
        y = 30.0
    left = min(max(_width(label) for label, _ in plot.groups) + 12, pen.width * 0.5)
    right = max(_width(bar.text) for _, bars in plot.groups for bar in bars) + 8
    for label, bars in plot.groups:
        middle = y + (len(bars) * (BAR + BAR_GAP) - BAR_GAP) / 2
        yield pen.text(left - 8, middle + 4, label, "muted", 'text-anchor="end"')
        for place, bar in enumerate(bars):
            length = (bar.length or 0) * (pen.width - left - right)
            if length:
                yield pen.box(left, y, max(length, 1), BAR, _SERIES[place])
            yield pen.text(left + length + 6, y + 12, bar.text)
            y += BAR + BAR_GAP
        y += GROUP_GAP - BAR_GAP


def _height(plot: Bars) -> int:
    legend = 30 if plot.series else 0
    return legend + sum(len(bars) * (BAR + BAR_GAP) - BAR_GAP + GROUP_GAP for _, bars in plot.groups)


def _scale(most: int) -> tuple[int, int]:
    """Return the top of an axis of whole numbers and the step between its three to six lines."""
    step = next(
        factor * power for power in (10**n for n in range(12)) for factor in (1, 2, 5) if factor * power * 5 >= most
    )
    return max(math.ceil(most / step), 1) * step, step


def _width(text: str) -> float:
    return LETTER * sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
