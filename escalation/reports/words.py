"""Words on the reports' pictures, in English and Chinese. Pages have their own."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]

_WORDS: dict[str, tuple[str, str]] = {
    "volumes": ("Cases per day", "每日工单"),
    "opened": ("opened", "新建"),
    "resolved": ("resolved", "已解决"),
    "responses": ("Answered and resolved in time", "按时首次回复与按时解决"),
    "breaches": ("Missed targets", "超时次数"),
    "backlog": ("Open cases by age", "未结工单的等待时间"),
    "satisfaction": ("Ratings", "评分"),
    "bot": ("What the bot did", "机器人的处理结果"),
    "complaints": ("Decisions on complaints", "投诉决定"),
    "first_response": ("first answer", "首次回复"),
    "next_response": ("next answer", "后续回复"),
    "resolution": ("resolution", "解决"),
    "4h": ("under 4 h", "4 小时内"),
    "1d": ("4 h to 1 day", "4 小时至 1 天"),
    "3d": ("1 to 3 days", "1 至 3 天"),
    "7d": ("3 to 7 days", "3 至 7 天"),
    "older": ("over 7 days", "7 天以上"),
    "answer": ("answered", "已回答"),
    "clarify": ("asked back", "反问"),
    "intake": ("collected facts", "收集信息"),
    "handoff": ("handed over", "转人工"),
    "ticket_status": ("told the case's state", "告知工单状态"),
    "decline": ("declined", "已婉拒"),
    "upheld": ("upheld", "成立"),
    "partly_upheld": ("partly upheld", "部分成立"),
    "rejected": ("not upheld", "不成立"),
    "withdrawn": ("withdrawn", "已撤回"),
    "nothing": ("No data", "没有数据"),
}


def say(name: str, language: Language) -> str:
    """Return the words for a name; a name without words stands for itself."""
    return _WORDS[name][language == "zh"] if name in _WORDS else name
