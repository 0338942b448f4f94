"""The orders that end a long position, each where its price lies beside the market's."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "You are long: ways to sell",
        "told": "Above the market price: take profit, which triggers there, and the limit order, which waits there. "
        "Below it: the trailing stop, which follows the price up, the stop market order, and the stop limit order "
        "with a trigger and a limit price.",
        "take_profit": "Take profit",
        "take_profit_told": "Trigger above the market,\nthen a market or limit order.",
        "limit": "Limit",
        "limit_told": "Waits in the book. Sells at\nthis price or better.",
        "now": "Price now",
        "trailing": "Trailing stop",
        "trailing_told": "Follows the price up, stays\nput when it turns.",
        "stop": "Stop market",
        "stop_told": "Trigger below, then sells at\nmarket: no price guaranteed.",
        "stop_limit": "Stop limit",
        "stop_limit_told": "Trigger, then a limit order.\nMay stay unfilled if the\nprice jumps past it.",
        "note": "Ring: a trigger. Dot: a price to trade at.\nFor a short the same, upside down.",
    },
    "zh": {
        "title": "做多后，几种卖出方式",
        "told": "市价上方：止盈单到价触发，限价单在那里等成交。市价下方：追踪止损跟着价格上移，止损市价单，"
        "以及带触发价和限价的限价止损单。",
        "take_profit": "止盈",
        "take_profit_told": "涨到触发价，再发出市价单\n或限价单。",
        "limit": "限价单",
        "limit_told": "挂在盘口等，按这个价或\n更好的价卖出。",
        "now": "当前价格",
        "trailing": "追踪止损",
        "trailing_told": "价格涨它跟着上移，价格\n回头它就不动。",
        "stop": "止损市价单",
        "stop_told": "跌到触发价就按市价卖，\n成交价没有保证。",
        "stop_limit": "限价止损",
        "stop_limit_told": "触发后变成限价单，价格\n直接跳过去就可能不成交。",
        "note": "空心点是触发价，实心点是成交限价。\n做空时同理，上下相反。",
    },
}

_NOW_X, _LABELS = 124, 148
_TAKE_PROFIT, _LIMIT, _NOW, _TRAILING, _STOP, _STOP_LIMIT = 84, 152, 222, 268, 344, 414
#: The market's way to its price of now, and the trailing stop's way below it: it never goes down.
_MARKET = ((28, 276), (38, 258), (48, 266), (60, 238), (71, 247), (83, 222), (94, 208), (104, 214), (124, 222))
_TRAIL = ((28, 336), (38, 318), (48, 318), (60, 298), (71, 298), (83, 282), (94, 268), (124, 268))


def draw(words: Words) -> Canvas:
    """Draw the market's path and the orders above and below its end."""
    canvas = Canvas()
    canvas.heading(words)
    canvas.rect(MARGIN, 60, _NOW_X - MARGIN, 400, fill="soft", r=10)
    _order(canvas, words, "take_profit", _TAKE_PROFIT, "accent")
    _order(canvas, words, "limit", _LIMIT, "accent", is_trigger=False)
    _order(canvas, words, "stop", _STOP, "risk")
    _order(canvas, words, "stop_limit", _STOP_LIMIT, "risk")
    _price(canvas, _STOP_LIMIT + 22, "risk", is_trigger=False)
    canvas.path(_TRAIL, edge="warn", width=2, dash="1 5")
    canvas.path(_MARKET, edge="ink", width=2.5)
    canvas.circle(_NOW_X, _TRAILING, 4.5, fill="card", edge="warn")
    canvas.circle(_NOW_X, _NOW, 6.5, fill="ink", edge="card")
    _label(canvas, words, "trailing", _TRAILING, "warn")
    canvas.text(_LABELS, _NOW + 5, words["now"], size=14.5, strong=True)
    canvas.text(MARGIN, 494, words["note"], size=12.5, fill="quiet")
    return canvas


def _order(canvas: Canvas, words: Words, name: str, y: float, colour: str, *, is_trigger: bool = True) -> None:
    _price(canvas, y, colour, is_trigger=is_trigger)
    _label(canvas, words, name, y, colour)


def _price(canvas: Canvas, y: float, colour: str, *, is_trigger: bool) -> None:
    canvas.path([(MARGIN + 8, y), (_NOW_X, y)], edge=colour, dash="4 4" if is_trigger else "")
    canvas.circle(_NOW_X, y, 4.5, fill="card" if is_trigger else colour, edge=colour)


def _label(canvas: Canvas, words: Words, name: str, y: float, colour: str) -> None:
    canvas.text(_LABELS, y + 5, words[name], size=14.5, fill=colour, strong=True)
    canvas.text(_LABELS, y + 23, words[f"{name}_told"], size=12.5, fill="quiet")
