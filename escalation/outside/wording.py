"""The words of mails and notices, in English and Chinese."""

from __future__ import annotations

from typing import Any

from escalation.domain import language_of
from kit import zones
from kit.clock import from_wire

_TEXTS = {
    "en": {
        "p1_opened": "Urgent case opened",
        "sla_warned": "A deadline is near",
        "sla_breached": "A deadline was missed",
        "assigned": "A case was assigned to you",
        "customer_replied": "The customer replied",
        "more": "More urgent cases are waiting",
        "more_text": "More urgent cases of unverified customers are waiting. You are not told of each of them.",
        "case": "Case: {case}",
        "number": "Number: {number}",
        "priority": "Priority: {priority}",
        "due": "Due: {due}",
        "verified_no": "The customer is not verified.",
        "open": "Open it: {url}",
        "inbox": "Open the desk: {url}",
        "linked": "This chat now gets the desk's notices for {name}. You can end that in the console.",
        "why": "You can choose in the console what you are told of.",
        "reply_subject": "{number}: a reply is waiting for you",
        "reply_one": "Our support team replied to your case {number}. The reply is waiting in your conversation.",
        "reply_many": (
            "Our support team replied to your case {number}. {count} replies are waiting in your conversation."
        ),
        "reply_link": "Read and answer here:\n{url}",
        "reply_once": "The link works once and until {until}. Do not pass it on: it opens your conversation.",
        "reply_unread": "Please do not answer this mail: replies to it are not read.",
    },
    "zh": {
        "p1_opened": "有新的紧急工单",
        "sla_warned": "工单时限将到",
        "sla_breached": "工单已超过时限",
        "assigned": "有工单分配给您",
        "customer_replied": "客户有新回复",
        "more": "还有更多紧急工单在等待",
        "more_text": "还有更多未验证身份客户的紧急工单在等待，不再逐一通知。",
        "case": "类型：{case}",
        "number": "编号：{number}",
        "priority": "优先级：{priority}",
        "due": "截止时间：{due}",
        "verified_no": "客户身份未验证。",
        "open": "打开工单：{url}",
        "inbox": "打开客服台：{url}",
        "linked": "此聊天将接收 {name} 的客服台通知，可在客服台中取消。",
        "why": "您可以在客服台选择接收哪些通知。",
        "reply_subject": "{number}：客服已回复您",
        "reply_one": "客服已回复您的工单 {number}，请到对话中查看。",
        "reply_many": "客服已回复您的工单 {number}，对话中有 {count} 条回复等待您查看。",
        "reply_link": "点击查看并回复：\n{url}",
        "reply_once": "该链接仅可使用一次，{until} 前有效。请勿转发，它会打开您的对话。",
        "reply_unread": "请不要直接回复本邮件，我们不会查看邮件回复。",
    },
}
_CASES_ZH = {
    "security_incident": "账户安全事件",
    "missing_deposit": "充值未到账",
    "stuck_withdrawal": "提现未到账",
    "liquidation_appeal": "强平申诉",
    "trade_dispute": "交易争议",
    "settlement_dispute": "结算争议",
    "account_locked": "账户锁定",
    "verification_appeal": "身份认证申诉",
    "api_fault": "API 故障",
    "fee_or_promo_dispute": "费用或活动争议",
    "compliance_request": "合规请求",
    "complaint": "投诉",
    "human_request": "要求人工客服",
    "other": "其他",
}


def language(locale: str) -> str:
    return "zh" if language_of(locale) == "zh" else "en"


def text(key: str, locale: str, **values: object) -> str:
    return _TEXTS[language(locale)][key].format(**values)


def case_name(case: str, locale: str) -> str:
    name = case.replace("_", " ").capitalize()
    return _CASES_ZH.get(case, name) if language(locale) == "zh" else name


def instant(at: str, locale: str) -> str:
    """Write an RFC 3339 instant in UTC, for example `22 Nov 2026, 18:40 UTC`."""
    return zones.written(from_wire(at), language(locale), "UTC")


def notice(payload: dict[str, Any], locale: str) -> tuple[str, str]:
    """Return a notice's heading and its lines; nothing the customer wrote stands in them."""
    kind, url = payload["kind"], payload.get("url")
    if payload.get("is_more"):
        lines = [text("more_text", locale), text("inbox", locale, url=url) if url else ""]
        return text("more", locale), "\n".join(line for line in lines if line)
    lines = [
        text("number", locale, number=payload["number"]),
        text("case", locale, case=case_name(payload["case"], locale)),
        text("priority", locale, priority=payload["priority"]),
        text("due", locale, due=instant(payload["due_at"], locale)) if payload.get("due_at") else "",
        "" if payload.get("is_verified", True) else text("verified_no", locale),
        text("open", locale, url=url) if url else "",
    ]
    heading = f"[{payload['priority']}] {payload['number']}: {text(kind, locale)}"
    return heading, "\n".join(line for line in lines if line)


def waiting_reply(payload: dict[str, Any], url: str) -> tuple[str, str]:
    """Return subject and text of the mail to a customer who left."""
    locale, count = payload["locale"], payload["count"]
    values = {"number": payload["number"], "count": count}
    parts = [
        text("reply_one" if count == 1 else "reply_many", locale, **values),
        text("reply_link", locale, url=url),
        text("reply_once", locale, until=instant(payload["expires_at"], locale)),
        text("reply_unread", locale),
    ]
    return text("reply_subject", locale, **values), "\n\n".join(parts)
