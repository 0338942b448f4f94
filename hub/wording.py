"""What the service itself says to customers; everything else is said by the assistant or a person."""

from __future__ import annotations

from datetime import datetime

from kit import zones

_TEXTS = {
    "en": {
        "delay": "Still on it. This is taking longer than it should.",
        "failed": (
            "I could not answer this, so I have passed your message to a person. Your case is {number}; "
            "the desk aims to answer by {due}. You can keep writing here."
        ),
        "secret": (
            "I removed something that looks like a secret ({kinds}) before it was saved. Support never needs it. "
            'If it was real, treat it as exposed: change it now, and write "my account is at risk" if you need help.'
        ),
        "limit": (
            "There are already {count} open cases from your connection today, so I cannot open another one. "
            "Add what is new to the open case, or write to support through the contact form of the website."
        ),
        "file": (
            "I have your file, but I cannot read files; a person will see it when this becomes a case. "
            "Tell me in words what it is about, or ask for a person."
        ),
        "file_with_case": "I have added your file to your case. I cannot read it; the person who works on it will.",
        "file_in_intake": (
            "I have your file; it goes with your case. I cannot read it, but a person will. "
            "Please answer the question above to go on."
        ),
        "person": "Talk to a person",
        "soon": "the time shown on your case",
        "verify": (
            "I cannot prove here that I am the real support: anyone can copy a page. Close it, type the address you "
            "always use yourself and log in there; a Telegram chat linked to your account shows the phrase you set. "
            "I never ask for passwords, codes, keys or funds.{address}"
        ),
        "address": "\n\nThe official address: {url}",
    },
    "zh": {
        "delay": "还在处理，这次比平时慢一些，请稍等。",
        "failed": (
            "这条消息我没能处理，已转给人工客服。工单号 {number}，客服目标答复时间：{due}。您可以继续在这里补充。"
        ),
        "secret": (
            "您的消息里有疑似机密的内容（{kinds}），我已在保存前删除。客服从不需要这些信息。"
            "如果内容属实，请视为已泄露：立即更换；需要帮助请发送“账户有风险”。"
        ),
        "limit": (
            "今天从您的网络已有 {count} 个未结工单，暂时不能再新建。请在已有工单里补充，或通过网站的联系表单联系客服。"
        ),
        "file": (
            "文件已收到，但我无法查看文件内容；建立工单后，人工客服会看到它。请用文字说明您遇到的情况，或选择转人工。"
        ),
        "file_with_case": "文件已添加到您的工单。我无法查看文件内容，处理该工单的人工客服会查看。",
        "file_in_intake": "文件已收到，会随工单一起提交。我无法查看文件内容，人工客服会查看。请继续回答上面的问题。",
        "person": "转人工",
        "soon": "工单上显示的时间",
        "verify": (
            "我在这里无法证明自己是官方客服：网页可以被仿冒。请关闭本页，亲自输入您一直使用的网址登录；"
            "与您账户关联的 Telegram 聊天会显示您设置的暗语。我从不索要密码、验证码、密钥或资金。{address}"
        ),
        "address": "\n\n官方网址：{url}",
    },
}
_SECRET_KINDS = {
    "zh": {"seed phrase": "助记词", "private key": "私钥", "card number": "银行卡号", "secret": "密码或验证码"},
}


def language(locale: str) -> str:
    """Return the language we speak for a locale: zh or en."""
    return "zh" if locale.lower().startswith("zh") else "en"


def text(key: str, locale: str, **values: object) -> str:
    """Return one of the service's own sentences in the customer's language."""
    return _TEXTS[language(locale)][key].format(**values)


def address(url: str, locale: str) -> str:
    """Return the line with the official address, or nothing where none is set."""
    return text("address", locale, url=url) if url else ""


def secret_kinds(kinds: list[str], locale: str) -> str:
    names = _SECRET_KINDS.get(language(locale), {})
    return ", ".join(names.get(kind, kind) for kind in kinds)


def due(instant: datetime | None, locale: str, timezone: str) -> str:
    """Write a ticket's target time in the customer's zone, for example `22 Nov 2026, 18:40 UTC`."""
    if instant is None:
        return text("soon", locale)
    return zones.written(instant, language(locale), timezone)
