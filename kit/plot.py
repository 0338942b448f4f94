"""Small plots as SVG text: panels side by side, each with named lines or points over two linear or log axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT, MARGIN = 340, 260, 48
COLOURS = ("#2563eb", "#d97706", "#059669", "#b91c1c", "#7c3aed", "#64748b")


@dataclass(frozen=True)
class Series:
    """Points joined by a line, or bars of error around them: (x, y) or (x, y, low, high)."""

    name: str
    points: Sequence[tuple[float, ...]]
    is_line: bool = True


@dataclass(frozen=True)
class Panel:
    """One plot."""

    title: str
    x_label: str
    y_label: str
    series: list[Series]
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    is_log: bool = False
    guides: list[tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=list)


def draw(panels: list[Panel]) -> str:
    """Return an SVG that reads on light and dark pages."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(panels)} {HEIGHT + 20}" '
        'font-family="sans-serif" font-size="10" fill="#64748b" stroke="none">'
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number * WIDTH},0)">{_panel(panel)}</g>')
    return "\n".join([*parts, "</svg>"])


def _panel(panel: Panel) -> str:
    scale = _Scale(panel)
    left, right, top, bottom = MARGIN, WIDTH - 12, 26, HEIGHT - 34
    parts = [
        f'<text x="{WIDTH / 2}" y="14" text-anchor="middle" font-size="12">{escape(panel.title)}</text>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">{escape(panel.x_label)}</text>',
        f'<text transform="translate(11,{HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(panel.y_label)}</text>',
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="#94a3b8"/>',
    ]
    parts += [
        f'<text x="{scale.x(x):.1f}" y="{bottom + 14}" text-anchor="middle">{escape(text)}</text>'
        for x, text in panel.x_ticks
    ]
    parts += [
        f'<text x="{left - 4}" y="{scale.y(y) + 3:.1f}" text-anchor="end">{escape(text)}</text>'
        for y, text in panel.y_ticks
    ]
    for (x1, y1), (x2, y2) in panel.guides:
        parts.append(_line([(x1, y1), (x2, y2)], scale, "#94a3b8", 'stroke-dasharray="3 3"'))
    for place, series in enumerate(panel.series):
        colour = COLOURS[place % len(COLOURS)]
        parts += _series(series, scale, colour)
        parts.append(f'<text x="{right - 4}" y="{top + 10 + 12 * place}" text-anchor="end" fill="{colour}">'
                     f"{escape(series.name)}</text>")  # fmt: skip
    return "".join(parts)


def _series(series: Series, scale: _Scale, colour: str) -> list[str]:
    parts = [_line([(point[0], point[1]) for point in series.points], scale, colour)] if series.is_line else []
    for x, y, *bar in series.points:
        parts.append(f'<circle cx="{scale.x(x):.1f}" cy="{scale.y(y):.1f}" r="2.5" fill="{colour}"/>')
        if bar:
            parts.append(_line([(x, bar[0]), (x, bar[1])], scale, colour))
    return parts


def _line(points: list[tuple[float, float]], scale: _Scale, colour: str, style: str = "") -> str:
    path = "L".join(f"{scale.x(x):.1f} {scale.y(y):.1f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{colour}" {style}/>'


class _Scale:
    """From values to places; the ticks say how far the axes reach."""

    def __init__(self, panel: Panel) -> None:
        self._map = math.log10 if panel.is_log else float
        self._x = [self._map(x) for x, _ in panel.x_ticks]
        self._y = [self._map(y) for y, _ in panel.y_ticks]

    def x(self, value: float) -> float:
        """Return the place from the left."""
        share = (self._map(value) - self._x[0]) / (self._x[-1] - self._x[0])
        return MARGIN + share * (WIDTH - 12 - MARGIN)

    def y(self, value: float) -> float:
        """Return the place from the top."""
        share = (self._map(value) - self._y[0]) / (self._y[-1] - self._y[0])
        return (HEIGHT - 34) - min(max(share, 0.0), 1.0) * (HEIGHT - 60)
