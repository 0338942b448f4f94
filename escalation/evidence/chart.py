"""Draws a pack's picture as SVG: 640 wide, light or dark, readable by itself and by screen readers.

Only presentation attributes, no style, script or link; every text is escaped. Colours are those of
the console.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Literal

from escalation.evidence.reading import MINUTE, Picture, Span, claimed
from escalation.evidence.words import label

Theme = Literal["light", "dark"]

WIDTH, LEFT, RIGHT, TOP, PLOT_HEIGHT = 640, 78, 628, 64, 264
BOTTOM = TOP + PLOT_HEIGHT
LINE_HEIGHT, LINE_WIDTH = 17, 100
TICK_EVERY = timedelta(minutes=10)
#: A Latin letter's width, about.
LETTER = 6.1
_COLOURS: dict[Theme, dict[str, str]] = {
    "light": {"ground": "#ffffff", "ink": "#1b2229", "muted": "#56616c", "grid": "#dce1e6", "gap": "#e3e8ed",
              "minute": "#74818d", "mark": "#0b5596", "index": "#8a5600", "claim": "#a8281f"},
    "dark": {"ground": "#1a1f25", "ink": "#e5e9ed", "muted": "#a2adb8", "grid": "#2f373f", "gap": "#313a43",
             "minute": "#8f9ba6", "mark": "#84bdf2", "index": "#edc069", "claim": "#ffa198"},
}  # fmt: skip
#: What XML 1.0 cannot hold.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = re.compile("[\u2e80-\uffef]|[^\\s\u2e80-\uffef]+\\s*|\\s+")


def draw(picture: Picture, theme: Theme) -> str:
    """Return the chart; without a window, or without a price, only the sentences."""
    return _Chart(picture, theme).svg()


class _Chart:
    def __init__(self, picture: Picture, theme: Theme) -> None:
        self._picture = picture
        self._colours = _COLOURS[theme]
        self._low, self._high = _range(picture)

    def svg(self) -> str:
        picture, plot = self._picture, list(self._plot()) if self._picture.window else []
        text_top = BOTTOM + 44 if plot else TOP - 8
        sentences = [part for line in picture.lines for part in _wrapped(line)]
        height = text_top + LINE_HEIGHT * len(sentences) + 4
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            'role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="12">',
            f'<title id="title">{_clean(picture.title)}</title>',
            f'<desc id="desc">{_clean(" ".join(picture.lines))}</desc>',
            f'<rect width="{WIDTH}" height="{height}" fill="{self._colours["ground"]}"/>',
            self._text(12, 20, picture.title, "ink", 'font-size="14" font-weight="600"'),
            *plot,
            *(self._text(12, text_top + LINE_HEIGHT * i, line, "ink") for i, line in enumerate(sentences)),
        ]
        return "\n".join([*parts, "</svg>"])

    def _plot(self) -> Iterator[str]:
        yield from self._spans()
        yield from self._axes()
        if self._is_empty:
            yield self._text(LEFT + 16, TOP + 48, label("nothing", self._picture.language), "ink")
        else:
            yield from self._legend()
            yield from self._minutes()
            yield from self._lines(self._picture.indices, "index", 'stroke-width="1.2" stroke-dasharray="5 3"')
            yield from self._lines(self._picture.marks, "mark", 'stroke-width="1.8"')
            yield from self._claimed_price()
        yield from self._changes()
        yield from self._claimed_time()

    @property
    def _is_empty(self) -> bool:
        return not (self._picture.minutes or self._picture.marks or self._picture.indices)

    def _x(self, at: datetime) -> float:
        window = self._picture.window
        assert window is not None
        share = (at - window.start) / (window.end - window.start)
        return LEFT + min(max(share, 0.0), 1.0) * (RIGHT - LEFT)

    def _y(self, price: float) -> float:
        return BOTTOM - (price - self._low) / (self._high - self._low) * PLOT_HEIGHT

    def _spans(self) -> Iterator[str]:
        """Shade where nothing is recorded, and what had not happened yet."""
        spans: list[tuple[Span, str]] = [(gap, "no_record") for gap in self._picture.gaps]
        if self._picture.not_yet:
            spans.append((self._picture.not_yet, "not_yet"))
        for (start, end), name in spans:
            x, width = self._x(start), max(self._x(end) - self._x(start), 1.5)
            box = f'x="{x:.1f}" y="{TOP}" width="{width:.1f}" height="{PLOT_HEIGHT}"'
            yield f'<rect {box} fill="{self._colours["gap"]}"/>'
            words = label(name, self._picture.language)
            if width > _width(words) * LETTER:
                yield self._text(x + 2, BOTTOM - 26, words, "muted")

    def _axes(self) -> Iterator[str]:
        window = self._picture.window
        assert window is not None
        for price, text in [] if self._is_empty else _price_ticks(self._low, self._high):
            y = self._y(price)
            yield self._path(f"M{LEFT} {y:.1f}H{RIGHT}", "grid")
            yield self._text(LEFT - 6, y + 4, text, "muted", 'text-anchor="end"')
        for at in _time_ticks(window.start, window.end):
            x = self._x(at)
            yield self._path(f"M{x:.1f} {BOTTOM}v5", "muted")
            yield self._text(x, BOTTOM + 18, f"{at:%H:%M}", "muted", 'text-anchor="middle"')
        yield self._text(LEFT - 6, BOTTOM + 18, "UTC", "muted", 'text-anchor="end"')
        yield self._path(f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}", "muted")

    def _legend(self) -> Iterator[str]:
        picture, x = self._picture, 12.0
        known = {"minutes": picture.minutes, "mark": picture.marks, "index": picture.indices}
        strokes = {"minutes": ("minute", 'stroke-width="3"'), "mark": ("mark", 'stroke-width="1.8"'),
                   "index": ("index", 'stroke-width="1.2" stroke-dasharray="5 3"')}  # fmt: skip
        for name, (colour, style) in strokes.items():
            if known[name]:
                yield self._path(f"M{x:.1f} 40h20", colour, style)
                words = label(name, picture.language)
                yield self._text(x + 26, 44, words, "ink")
                x += 26 + _width(words) * LETTER + 20
        if picture.gaps:
            yield f'<rect x="{x:.1f}" y="34" width="20" height="12" fill="{self._colours["gap"]}"/>'
            yield self._text(x + 26, 44, label("no_mark_record", picture.language), "ink")

    def _minutes(self) -> Iterator[str]:
        for minute in self._picture.minutes:
            x, close = self._x(minute.start + MINUTE / 2), self._y(minute.close)
            low, high = self._y(minute.low), self._y(minute.high)
            yield self._path(
                f"M{x:.1f} {high:.1f}V{max(low, high + 1):.1f}M{x:.1f} {close:.1f}h3.5", "minute", 'stroke-width="2"'
            )

    def _lines(self, lines: Sequence[Sequence[tuple[datetime, float]]], colour: str, style: str) -> Iterator[str]:
        for line in lines:
            points = "L".join(f"{self._x(at):.1f} {self._y(price):.1f}" for at, price in line)
            yield self._path(f"M{points}" + ("h1" if len(line) == 1 else ""), colour, style)

    def _claimed_price(self) -> Iterator[str]:
        """A price far from all others is said, not drawn: it would flatten everything else."""
        price, language = self._picture.price, self._picture.language
        if price is None:
            return
        if self._low <= float(price) <= self._high:
            y = self._y(float(price))
            yield self._path(f"M{LEFT} {y:.1f}H{RIGHT}", "claim", 'stroke-width="1.2" stroke-dasharray="2 2"')
            yield self._text(RIGHT - 2, y - 5, claimed(price, language), "claim", 'text-anchor="end"', is_on_plot=True)
        else:
            is_above = float(price) > self._high
            words = claimed(price, language, "above" if is_above else "below")
            y = TOP + 28 if is_above else BOTTOM - 42
            yield self._text(RIGHT - 2, y, words, "claim", 'text-anchor="end"', is_on_plot=True)

    def _claimed_time(self) -> Iterator[str]:
        window = self._picture.window
        assert window is not None
        x = self._x(window.moment)
        yield self._path(f"M{x:.1f} {TOP - 4}V{BOTTOM}", "claim", 'stroke-width="1.2" stroke-dasharray="6 3"')
        words = label("claimed_at", self._picture.language, at=window.moment)
        yield self._text(x + 5, TOP + 10, words, "claim", is_on_plot=True)

    def _changes(self) -> Iterator[str]:
        for place, at in enumerate(self._picture.changes, 1):
            x = self._x(at)
            yield self._path(f"M{x:.1f} {BOTTOM}v-6", "ink", 'stroke-width="1.5"')
            yield self._text(x, BOTTOM - 9, str(place), "ink", 'text-anchor="middle"', is_on_plot=True)

    def _path(self, path: str, colour: str, style: str = "") -> str:
        return f'<path d="{path}" fill="none" stroke="{self._colours[colour]}" {style}/>'

    def _text(self, x: float, y: float, text: str, colour: str, style: str = "", *, is_on_plot: bool = False) -> str:
        """Write a text; on the plot it gets an edge of the ground's colour, so that lines do not cross it."""
        ground = self._colours["ground"]
        edge = f'stroke="{ground}" stroke-width="3" paint-order="stroke"' if is_on_plot else ""
        return f'<text x="{x:.1f}" y="{y:.1f}" fill="{self._colours[colour]}" {edge} {style}>{_clean(text)}</text>'


def _range(picture: Picture) -> tuple[float, float]:
    """Return the lowest and highest price of the axis; the claimed one counts when it lies near the others."""
    prices = [price for line in (*picture.marks, *picture.indices) for _, price in line]
    prices += [price for minute in picture.minutes for price in (minute.low, minute.high)]
    if not prices:
        return 0.0, 1.0
    low, high = min(prices), max(prices)
    span = max(high - low, high * 0.0005)
    if picture.price is not None and low - span <= float(picture.price) <= high + span:
        low, high = min(low, float(picture.price)), max(high, float(picture.price))
    margin = max(high - low, high * 0.0005) * 0.08
    return low - margin, high + margin


def _price_ticks(low: float, high: float) -> Iterator[tuple[float, str]]:
    """Give three to seven round prices with their text."""
    rough = (high - low) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    decimals = next(count for count in range(20) if math.isclose(round(step, count), step))
    for count in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield count * step, f"{count * step:,.{decimals}f}"


def _time_ticks(start: datetime, end: datetime) -> Iterator[datetime]:
    at = start.replace(minute=start.minute // 10 * 10, second=0, microsecond=0)
    while at <= end:
        if at >= start:
            yield at
        at += TICK_EVERY


def _wrapped(line: str) -> Iterator[str]:
    """Break a sentence into lines; Chinese breaks anywhere and is twice as wide."""
    text = ""
    for word in _WORDS.findall(line):
        if text and _width(text + word.rstrip()) > LINE_WIDTH:
            yield text.rstrip()
            text = ""
        text += word
    yield text.rstrip()


def _width(text: str) -> int:
    """Return a text's width in Latin letters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _clean(text: str) -> str:
    return escape(_UNWRITABLE.sub("", text))
