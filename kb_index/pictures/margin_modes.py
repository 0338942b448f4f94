"""Cross and isolated margin: how much of the balance stands behind one position."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, WIDTH, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "What backs your position",
        "told": "Two equal balances. In cross margin, the default, the whole available balance in that currency backs "
        "the position. In isolated margin only the margin given to it does; the rest of the balance stays out.",
        "cross": "Cross",
        "isolated": "Isolated",
        "balance": "Available balance",
        "all": "Backs the\nposition",
        "rest": "Stays out",
        "given": "Margin of\nthe position",
        "loss": "You can lose",
        "cross_loss": "all of it, in\nthat currency",
        "isolated_loss": "only the\nmargin given",
        "cross_told": "The default.\nLiquidation price\nmoves with balance\nand other positions.",
        "isolated_told": "You choose the\nmargin. Add more\nor take some out.",
    },
    "zh": {
        "title": "你的仓位靠什么撑着",
        "told": "两份一样的余额。全仓是默认方式，这个币种的全部可用余额都支持仓位；逐仓只用分给这个仓位的保证金，"
        "其余余额不动用。",
        "cross": "全仓",
        "isolated": "逐仓",
        "balance": "可用余额",
        "all": "全部支持\n这个仓位",
        "rest": "不动用",
        "given": "仓位的\n保证金",
        "loss": "最多亏掉",
        "cross_loss": "该币种的\n全部可用余额",
        "isolated_loss": "分给它的\n保证金",
        "cross_told": "默认方式。强平价\n随余额和其他仓位\n变动。",
        "isolated_told": "保证金由你定，\n可以追加，也可以\n取出一部分。",
    },
}

_CARD_WIDTH = 153
_TANK_TOP, _TANK_HEIGHT, _GIVEN_HEIGHT = 122, 140, 52


def draw(words: Words) -> Canvas:
    """Draw one card per mode, side by side."""
    canvas = Canvas()
    canvas.heading(words)
    _card(canvas, words, MARGIN, "cross", _TANK_HEIGHT)
    _card(canvas, words, WIDTH - MARGIN - _CARD_WIDTH, "isolated", _GIVEN_HEIGHT)
    return canvas


def _card(canvas: Canvas, words: Words, x: float, mode: str, backing: float) -> None:
    middle = x + _CARD_WIDTH / 2
    canvas.rect(x, 56, _CARD_WIDTH, 366, fill="soft", r=10)
    canvas.text(middle, 84, words[mode], size=16, strong=True, anchor="middle")
    canvas.text(middle, 108, words["balance"], size=12.5, fill="quiet", anchor="middle")
    _tank(canvas, words, x + 16, backing)
    canvas.text(middle, 288, words["loss"], size=12.5, fill="quiet", anchor="middle")
    canvas.text(middle, 308, words[f"{mode}_loss"], size=14.5, fill="risk", strong=True, anchor="middle")
    canvas.text(middle, 357, words[f"{mode}_told"], size=12.5, fill="quiet", anchor="middle")


def _tank(canvas: Canvas, words: Words, x: float, backing: float) -> None:
    width = _CARD_WIDTH - 32
    middle, top = x + width / 2, _TANK_TOP + _TANK_HEIGHT - backing
    canvas.rect(x, _TANK_TOP, width, _TANK_HEIGHT, fill="card", edge="rule")
    canvas.rect(x, top, width, backing, fill="risk-soft", edge="risk")
    is_whole = backing == _TANK_HEIGHT
    canvas.text(middle, top + backing / 2 - 4, words["all" if is_whole else "given"], fill="risk", anchor="middle")
    if not is_whole:
        canvas.text(middle, _TANK_TOP + (_TANK_HEIGHT - backing) / 2 + 5, words["rest"], fill="quiet", anchor="middle")
