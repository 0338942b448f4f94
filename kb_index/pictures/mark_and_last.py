"""Why a chart of last prices may never touch the liquidation price of a position that was liquidated."""

from __future__ import annotations

from kb_index.pictures.canvas import MARGIN, WIDTH, Canvas, Words

WORDS: dict[str, Words] = {
    "en": {
        "title": "Mark price decides, not last price",
        "told": "Two price lines over time. The last price comes near the liquidation price of a long position and "
        "turns before it. The mark price reaches it: there liquidation starts.",
        "last": "Last price",
        "mark": "Mark price",
        "liquidation": "Liquidation price",
        "starts": "liquidation starts",
        "note": "The last price line never touched it, the\nmark price line did. Look at the mark price\nchart. "
        "A stop on last price can be too late.",
    },
    "zh": {
        "title": "看标记价格，不看最新成交价",
        "told": "随时间变化的两条价格线。最新成交价靠近多头的强平价又回头了，没有碰到；标记价格碰到了强平价，"
        "强平从那里开始。",
        "last": "最新成交价",
        "mark": "标记价格",
        "liquidation": "强平价格",
        "starts": "开始强平",
        "note": "最新成交价没碰到强平价，标记价格碰到了。\n请对照标记价格的走势图。\n"
        "止损如果按最新成交价触发，可能来不及。",
    },
}

_TOP, _BOTTOM, _LIQUIDATION = 56, 272, 236
_LEFT, _RIGHT = MARGIN + 12, WIDTH - MARGIN - 12
_LAST = (
    (32, 100), (50, 112), (66, 104), (84, 128), (102, 119), (122, 150), (138, 142), (158, 172),
    (176, 165), (194, 196), (212, 186), (230, 200), (246, 180), (264, 186), (284, 164), (304, 170), (328, 148),
)  # fmt: skip
_MARK = ((32, 112), (60, 121), (88, 142), (116, 162), (146, 186), (174, 208), (200, 228), (220, _LIQUIDATION))
_AFTER = ((220, _LIQUIDATION), (240, 230), (262, 214), (284, 198), (306, 186), (328, 176))


def draw(words: Words) -> Canvas:
    """Draw both lines above the level that only one of them reaches."""
    canvas = Canvas()
    canvas.heading(words)
    canvas.rect(MARGIN, _TOP, WIDTH - 2 * MARGIN, _BOTTOM - _TOP, fill="soft", r=10)
    canvas.path([(_LEFT, _LIQUIDATION), (_RIGHT, _LIQUIDATION)], edge="risk", dash="4 4")
    canvas.path(_LAST, edge="quiet", width=2)
    canvas.path(_AFTER, edge="accent", width=2, dash="1 5")
    canvas.path(_MARK, edge="accent", width=2.5)
    canvas.circle(_MARK[-1][0], _LIQUIDATION, 6.5, fill="risk", edge="card")
    canvas.text(84, 92, words["last"], size=13.5, fill="quiet", strong=True)
    canvas.text(_LEFT, 190, words["mark"], size=13.5, fill="accent", strong=True)
    canvas.text(_LEFT, _LIQUIDATION + 22, words["liquidation"], size=13.5, fill="risk", strong=True)
    canvas.text(_MARK[-1][0] + 22, _LIQUIDATION + 22, words["starts"], fill="risk", anchor="middle")
    canvas.text(MARGIN, _BOTTOM + 26, words["note"], size=12.5, fill="quiet")
    return canvas
