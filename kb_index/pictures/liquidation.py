"""Margin and liquidation of a long position on the price line."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "A long position on the price line",
        "told": "From top to bottom: the entry price, the mark price below it, the liquidation price, the bankruptcy "
        "price. The margin of the position reaches from the entry price to the bankruptcy price. Its last part, from "
        "the liquidation price down, is the maintenance margin.",
        "margin": "Margin",
        "used": "Used by the\nloss so far",
        "free": "Room that\nis left",
        "maintenance": "Maintenance\nmargin",
        "entry": "Entry price",
        "entry_told": "You bought here.",
        "mark": "Mark price",
        "mark_told": "Decides liquidation,\nnot the last price.",
        "liquidation": "Liquidation price",
        "liquidation_told": "Mark price gets here:\nliquidation starts.",
        "bankruptcy": "Bankruptcy price",
        "bankruptcy_told": "The margin is used up.\nYou never owe more.",
        "note": "Not to scale. For a short, upside down.",
    },
    "zh": {
        "title": "多头仓位的几个价格",
        "told": "从上到下：开仓价、下方的标记价格、强平价格、破产价格。仓位的保证金对应开仓价到破产价这一段，"
        "其中强平价以下的最后一段是维持保证金。",
        "margin": "保证金",
        "used": "已被浮亏\n占用",
        "free": "还能承受\n的空间",
        "maintenance": "维持保证金",
        "entry": "开仓价",
        "entry_told": "你在这里买入。",
        "mark": "标记价格",
        "mark_told": "强平看它，不看最新成交价。",
        "liquidation": "强平价格",
        "liquidation_told": "标记价格到这里，开始强平。",
        "bankruptcy": "破产价格",
        "bankruptcy_told": "保证金正好用完，\n不会再倒欠。",
        "note": "示意图，不按比例。做空时上下相反。",
    },
}

_BAR, _BAR_WIDTH, _LABELS = MARGIN, 108, MARGIN + 108 + 30
_ENTRY, _MARK, _LIQUIDATION, _BANKRUPTCY = 84, 162, 250, 336


def draw(words: Words) -> Canvas:
    """Draw the margin as a bar beside the four prices."""
    canvas = Canvas()
    canvas.heading(words)
    canvas.text(_BAR, _ENTRY - 10, words["margin"], fill="quiet")
    _bar(canvas, words)
    _level(canvas, words, "entry", _ENTRY, "ink")
    _level(canvas, words, "mark", _MARK, "accent")
    _level(canvas, words, "liquidation", _LIQUIDATION, "risk")
    _level(canvas, words, "bankruptcy", _BANKRUPTCY, "ink")
    canvas.arrow((_BAR + _BAR_WIDTH + 12, _MARK + 10), (_BAR + _BAR_WIDTH + 12, _MARK + 46), edge="accent")
    canvas.text(MARGIN, 412, words["note"], size=12.5, fill="quiet")
    return canvas


def _bar(canvas: Canvas, words: Words) -> None:
    zones = (
        ("used", _ENTRY, _MARK, "soft", "quiet"),
        ("free", _MARK, _LIQUIDATION, "accent-soft", "accent"),
        ("maintenance", _LIQUIDATION, _BANKRUPTCY, "risk-soft", "risk"),
    )
    for name, top, bottom, fill, ink in zones:
        canvas.rect(_BAR, top + 1, _BAR_WIDTH, bottom - top - 2, fill=fill, r=6)
        lines = words[name].count("\n")
        middle = (top + bottom) / 2 + 4.5 - lines * 9
        canvas.text(_BAR + _BAR_WIDTH / 2, middle, words[name], fill=ink, anchor="middle")


def _level(canvas: Canvas, words: Words, name: str, y: float, colour: str) -> None:
    is_mark = name == "mark"
    canvas.path([(_BAR, y), (_LABELS - 10, y)], edge=colour, width=2 if is_mark else 1.5, dash="" if is_mark else "4 4")
    if is_mark:
        canvas.circle(_BAR + _BAR_WIDTH + 12, y, 5, fill=colour)
    canvas.text(_LABELS, y + 5, words[name], size=14.5, fill=colour, strong=True)
    canvas.text(_LABELS, y + 24, words[f"{name}_told"], fill="quiet")
