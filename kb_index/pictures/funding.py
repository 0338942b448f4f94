"""Who pays funding to whom, by the sign of the rate."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, WIDTH, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "Who pays funding",
        "told": "With a positive rate longs pay shorts; with a negative rate shorts pay longs. The payment is the mark "
        "value of the position times the funding rate.",
        "positive": "Rate positive",
        "negative": "Rate negative",
        "long": "Longs",
        "short": "Shorts",
        "pay": "pay",
        "payment": "Payment",
        "formula": "mark value of position × funding rate",
        "note": "Leverage does not change the payment.\n"
        "Only positions open at the funding time\npay or receive. It is not a trading fee.",
    },
    "zh": {
        "title": "资金费谁付给谁",
        "told": "资金费率为正，多头付给空头；为负，空头付给多头。金额等于仓位的标记价值乘以资金费率。",
        "positive": "费率为正",
        "negative": "费率为负",
        "long": "多头",
        "short": "空头",
        "pay": "支付",
        "payment": "金额",
        "formula": "仓位的标记价值 × 资金费率",
        "note": "杠杆高低不影响金额。只有收取那一刻还持有的\n仓位才付或收。这不是交易手续费。",
    },
}

_INNER = WIDTH - 2 * MARGIN
_NODE_WIDTH, _NODE_HEIGHT = 100, 46


def draw(words: Words) -> Canvas:
    """Draw the two directions, then what the payment comes to."""
    canvas = Canvas()
    canvas.heading(words)
    _direction(canvas, words, 56, "positive")
    _direction(canvas, words, 170, "negative")
    canvas.rect(MARGIN, 284, _INNER, 54, fill="accent-soft")
    canvas.text(WIDTH / 2, 305, words["payment"], size=12.5, fill="accent", anchor="middle")
    canvas.text(WIDTH / 2, 326, words["formula"], size=14, strong=True, anchor="middle")
    canvas.text(MARGIN, 362, words["note"], size=12.5, fill="quiet")
    return canvas


def _direction(canvas: Canvas, words: Words, top: float, sign: str) -> None:
    is_positive = sign == "positive"
    canvas.rect(MARGIN, top, _INNER, 102, fill="soft", r=10)
    canvas.circle(MARGIN + 20, top + 20, 9, fill="accent-soft")
    canvas.path([(MARGIN + 16, top + 20), (MARGIN + 24, top + 20)], edge="accent", width=2)
    if is_positive:
        canvas.path([(MARGIN + 20, top + 16), (MARGIN + 20, top + 24)], edge="accent", width=2)
    canvas.text(MARGIN + 36, top + 25, words[sign], size=14, strong=True)
    left, right, y = MARGIN + 12, WIDTH - MARGIN - 12 - _NODE_WIDTH, top + 42
    _node(canvas, left, y, words["long"], is_up=True, is_payer=is_positive)
    _node(canvas, right, y, words["short"], is_up=False, is_payer=not is_positive)
    ends = (left + _NODE_WIDTH + 8, y + 28), (right - 8, y + 28)
    canvas.arrow(*(ends if is_positive else ends[::-1]), edge="accent", width=2.5)
    canvas.text(WIDTH / 2, y + 18, words["pay"], fill="accent", anchor="middle")


def _node(canvas: Canvas, x: float, y: float, name: str, *, is_up: bool, is_payer: bool) -> None:
    canvas.rect(x, y, _NODE_WIDTH, _NODE_HEIGHT, fill="card", edge="accent" if is_payer else "edge")
    tip, base = (-5, 4) if is_up else (5, -4)
    middle = y + _NODE_HEIGHT / 2
    canvas.shape([(x + 20, middle + tip), (x + 14, middle + base), (x + 26, middle + base)], fill="quiet")
    canvas.text(x + 34, middle + 5, name, size=14.5, strong=True)
