"""When positions are deleveraged, and in which order."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, WIDTH, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "Auto-deleveraging (ADL)",
        "told": "First a liquidation cannot close at its bankruptcy price, then the insurance fund cannot cover it, "
        "then positions on the other side are closed. The queue is ordered by profit and effective leverage; five lit "
        "lights stand at its front, one at its end.",
        "first": "Liquidation cannot close at\nthe bankruptcy price",
        "second": "Insurance fund cannot cover it",
        "third": "ADL closes the other side,\nfrom the front of this queue",
        "lights": "Lights",
        "rank": "PNL% × effective leverage",
        "front": "first",
        "end": "last",
        "note": "Longs and shorts queue separately.\n"
        "In a loss: PNL% ÷ effective leverage.\nLights alone close nothing.",
    },
    "zh": {
        "title": "自动减仓（ADL）",
        "told": "先是强平单没法按破产价平掉，再是保险基金不够，最后才减反方向的仓位。队列按盈利和有效杠杆排，"
        "五格灯全亮的在最前，只亮一格的在最后。",
        "first": "强平单没法按破产价平掉",
        "second": "保险基金也不够",
        "third": "减反方向的仓位，\n从这个队列的最前面开始",
        "lights": "指示灯",
        "rank": "盈亏百分比 × 有效杠杆",
        "front": "最先",
        "end": "最后",
        "note": "多头和空头分开排队。\n亏损时：盈亏百分比 ÷ 有效杠杆。\n灯亮着本身不会平你的仓。",
    },
}

_INNER = WIDTH - 2 * MARGIN
_LIGHTS = 5
_ROW, _BARS = 29, MARGIN + 104
#: How far the bars reach: the rank falls from row to row, by how much means nothing.
_REACH = (168, 128, 92, 60, 30)


def draw(words: Words) -> Canvas:
    """Draw the three steps, then the queue."""
    canvas = Canvas()
    canvas.heading(words)
    y = 56.0
    for number, name in enumerate(("first", "second", "third"), start=1):
        y = _step(canvas, y, number, words[name], is_last=name == "third")
    canvas.text(MARGIN, y + 18, words["lights"], size=12.5, fill="quiet")
    canvas.text(_BARS, y + 18, words["rank"], size=12.5, fill="quiet")
    for row, reach in enumerate(_REACH):
        _place(canvas, words, y + 43 + row * _ROW, row, reach)
    canvas.text(MARGIN, y + 52 + len(_REACH) * _ROW, words["note"], size=12.5, fill="quiet")
    return canvas


def _step(canvas: Canvas, top: float, number: int, told: str, *, is_last: bool) -> float:
    height = 18 + 18 * (told.count("\n") + 1)
    colour = "risk" if is_last else "quiet"
    canvas.rect(MARGIN, top, _INNER, height, fill="risk-soft" if is_last else "soft")
    canvas.circle(MARGIN + 22, top + height / 2, 11, fill="card", edge=colour)
    canvas.text(MARGIN + 22, top + height / 2 + 4.5, str(number), fill=colour, strong=True, anchor="middle")
    canvas.text(MARGIN + 46, top + 22.5, told, size=13.5, fill="risk" if is_last else "ink")
    if not is_last:
        canvas.arrow((MARGIN + 22, top + height + 2), (MARGIN + 22, top + height + 15), edge="quiet", width=1.5)
    return top + height + 16


def _place(canvas: Canvas, words: Words, y: float, row: int, reach: float) -> None:
    for light in range(_LIGHTS):
        is_lit = light < _LIGHTS - row
        lamp, ring = ("lamp", "lamp") if is_lit else ("card", "rule")
        canvas.circle(MARGIN + 7 + light * 17, y, 6, fill=lamp, edge=ring)
    is_front, is_end = row == 0, row == len(_REACH) - 1
    fill, edge = ("risk-soft", "risk") if is_front else ("accent-soft", "")
    canvas.rect(_BARS, y - 9, reach, 18, fill=fill, edge=edge, r=5)
    if is_front or is_end:
        told, colour = (words["front"], "risk") if is_front else (words["end"], "quiet")
        canvas.text(_BARS + reach + 8, y + 4.5, told, fill=colour, strong=is_front)
