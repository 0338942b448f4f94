"""What the desk itself says to customers about their cases; everything else is said by a person."""

from __future__ import annotations

from escalation.domain import language_of

_TEXTS = {
    "en": {
        "resolved": (
            "Case {number} is marked as resolved. How was it handled? 1 is very poor, 5 is very good. "
            "If it is not solved, write here within 14 days and it can be reopened."
        ),
        "rated": "Thank you. Your rating of case {number}: {score} of 5.",
        "rating_not_now": "Case {number} can be rated only while it is resolved, and for 14 days.",
        "rating_fixed": "Your rating of case {number} is more than a day old and stays as it is.",
        "offer": "Is this about case {number}, which was resolved? It can be reopened, or we go on with something new.",
        "reopen": "Reopen {number}",
        "new_question": "New question",
        "ask_away": "All right. What is your question?",
        "reopened": "Case {number} is open again. A person will answer you here.",
        "too_late": (
            "Case {number} was resolved more than 14 days ago and stays closed. "
            "Tell me what happened, and a new case can be opened."
        ),
        "relayed": "This is about your case {number}. What you write here now goes to the person who has it.",
        "relayed_on_hold": "Your case {number} is on hold: something has to be waited for.",
        "relayed_resolved": (
            "Your case {number} is marked as resolved. Rate or reopen it where you opened it, within 14 days."
        ),
        "already_open": "Another case about the same matter is open. Write what is new, and it is added there.",
    },
    "zh": {
        "resolved": (
            "工单 {number} 已标记为已解决。您对这次处理满意吗？1 表示很不满意，5 表示很满意。"
            "如果问题没有解决，14 天内在这里留言即可重新打开。"
        ),
        "rated": "谢谢。您对工单 {number} 的评分：{score} 分（满分 5 分）。",
        "rating_not_now": "工单 {number} 只能在解决后的 14 天内评分。",
        "rating_fixed": "您对工单 {number} 的评分已超过一天，不能再修改。",
        "offer": "这与已解决的工单 {number} 有关吗？您可以重新打开它，或继续咨询新问题。",
        "reopen": "重新打开 {number}",
        "new_question": "新问题",
        "ask_away": "好的，请说说您的问题。",
        "reopened": "工单 {number} 已重新打开，人工客服会在这里回复您。",
        "too_late": "工单 {number} 解决已超过 14 天，不能重新打开。请说明情况，可以建立新工单。",
        "relayed": "这是关于工单 {number} 的回复。您现在在这里写的内容会转给处理该工单的客服。",
        "relayed_on_hold": "您的工单 {number} 已暂停处理，正在等待进一步结果。",
        "relayed_resolved": "您的工单 {number} 已标记为已解决。14 天内可在提交工单的地方评分或重新打开。",
        "already_open": "同类问题已有一个未结工单。请直接写下新的情况，会补充到那个工单。",
    },
}


def text(key: str, locale: str, **values: object) -> str:
    """Return one of the desk's own sentences in the customer's language: Chinese, or else English."""
    language = "zh" if language_of(locale) == "zh" else "en"
    return _TEXTS[language][key].format(**values)
