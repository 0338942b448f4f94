"""What every picture is drawn with: a card of one width, a palette with a light and a dark value each, and few shapes.

Colours are named by their *role* and reach shapes as classes, so that one file serves both themes: the reader's
preference decides inside the SVG, and a page that sets `color-scheme` on the image decides for it. Nothing else is
asked of who draws it: no script, no font, no file. Output is the same bytes for the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

#: A picture's texts by name; a line break in a text is a line break in the picture.
Words = Mapping[str, str]
Point = tuple[float, float]

#: Units the pictures are drawn in, the margin inside the card, and the width pages show them at when there is room.
WIDTH, MARGIN, SHOWN_WIDTH = 360, 20, 480

#: Role -> (light, dark). Ink, quiet, accent, risk and warn are readable as text on card and on every soft role.
PALETTE = {
    "card": ("#ffffff", "#15181d"),
    "edge": ("#e2e6ec", "#303742"),
    "soft": ("#f3f5f8", "#20252d"),
    "rule": ("#c3cad4", "#4b5563"),
    "ink": ("#171b22", "#e8ebf0"),
    "quiet": ("#58616f", "#a3acb9"),
    "accent": ("#2450c4", "#a3bdff"),
    "accent-soft": ("#e6edfd", "#212d4d"),
    "risk": ("#b3261e", "#ffb4ab"),
    "risk-soft": ("#fce8e6", "#40211f"),
    "warn": ("#8a5a00", "#e9c46f"),
    "lamp": ("#c78100", "#e9c46f"),
}

_SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
_XML_LANGUAGE = {"en": "en", "zh": "zh-CN"}


class Canvas:
    """A card that takes shapes from the top down and ends below the lowest."""

    def __init__(self) -> None:
        self._lowest = 0.0
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, *, fill: str, edge: str = "", r: float = 8) -> None:
        """Draw a rounded box."""
        self._lowest = max(self._lowest, y + height)
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="{_n(r)}"'
        self._parts.append(f"<rect {_classes(fill, edge)} {place}/>")

    def circle(self, x: float, y: float, r: float, *, fill: str, edge: str = "") -> None:
        """Draw a dot."""
        self._parts.append(f'<circle {_classes(fill, edge)} cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"/>')

    def path(self, points: Iterable[Point], *, edge: str, width: float = 1.5, dash: str = "") -> None:
        """Draw a line through points."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        line = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(f'<path {_classes("", edge)} stroke-width="{_n(width)}"{dashes} d="M{line}"/>')

    def shape(self, points: Iterable[Point], *, fill: str) -> None:
        """Fill a polygon."""
        line = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(f'<path {_classes(fill, "")} d="M{line}Z"/>')

    def arrow(self, start: Point, end: Point, *, edge: str, width: float = 2) -> None:
        """Draw a straight arrow, along one axis."""
        (x1, y1), (x2, y2) = start, end
        length = max(abs(x2 - x1), abs(y2 - y1))
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        back = (x2 - 8 * dx, y2 - 8 * dy)
        self.path([start, back], edge=edge, width=width)
        self.shape(
            [(x2, y2), (back[0] - 5 * dy, back[1] - 5 * dx), (back[0] + 5 * dy, back[1] + 5 * dx)],
            fill=edge,
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 13,
        fill: str = "ink",
        strong: bool = False,
        anchor: str = "start",
        mono: bool = False,
    ) -> None:
        """Write lines, the first with its baseline at y."""
        names = f'class="{fill}{" b" if strong else ""}{" m" if mono else ""}"'
        place = f'x="{_n(x)}" font-size="{_n(size)}"' + ("" if anchor == "start" else f' text-anchor="{anchor}"')
        for number, line in enumerate(words.split("\n")):
            at = y + number * round(size * 1.35, 1)
            self._lowest = max(self._lowest, at + 2)
            self._parts.append(f'<text {names} {place} y="{_n(at)}">{escape(line, quote=False)}</text>')

    def code(self, x: float, y: float, runs: Iterable[tuple[str, str]], *, size: float) -> None:
        """Write runs of (text, colour) behind each other in one line of code."""
        spans = "".join(f'<tspan class="{fill}">{escape(text, quote=False)}</tspan>' for text, fill in runs)
        self._parts.append(f'<text class="m" x="{_n(x)}" font-size="{_n(size)}" y="{_n(y)}">{spans}</text>')

    def heading(self, words: Words) -> None:
        """Write the picture's title."""
        self.text(MARGIN, 36, words["title"], size=16.5, strong=True)

    def svg(self, language: str, words: Words) -> str:
        """Return the finished file."""
        height = round(self._lowest) + MARGIN
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{SHOWN_WIDTH}" '
            f'height="{round(height * SHOWN_WIDTH / WIDTH)}" role="img" aria-labelledby="t d" '
            f'xml:lang="{_XML_LANGUAGE[language]}">'
        )
        card = f'<rect class="card s-edge" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="12"/>'
        title, told = escape(words["title"], quote=False), escape(words["told"], quote=False)
        about = [f'<title id="t">{title}</title>', f'<desc id="d">{told}</desc>', f"<style>{_style()}</style>"]
        return "\n".join([head, *about, card, *self._parts, "</svg>"]) + "\n"


def _classes(fill: str, edge: str) -> str:
    return f'class="{fill or "none"}{f" s-{edge}" if edge else ""}"'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _style() -> str:
    light, dark = (_colours(theme) for theme in (0, 1))
    shapes = "path{stroke-linecap:round;stroke-linejoin:round}.none{fill:none}"
    return (
        f"text{{font-family:{_SANS}}}.m{{font-family:{_MONO}}}.b{{font-weight:650}}{shapes}{light}"
        f"@media (prefers-color-scheme:dark){{{dark}}}"
    )


def _colours(theme: int) -> str:
    return "".join(f".{role}{{fill:{pair[theme]}}}.s-{role}{{stroke:{pair[theme]}}}" for role, pair in PALETTE.items())
