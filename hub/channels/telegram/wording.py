"""What the channel itself says, in English and Chinese, and how its menu reads."""

from __future__ import annotations

from hub.wording import language

_TEXTS = {
    "en": {
        "start": (
            "Hello, I am Pharos, the support assistant, a program. Write your question, or what went wrong.\n\n"
            "/human brings a person at any time.\n\n"
            "I never ask for passwords, codes, keys or funds. Whoever does is not support. "
            "/verify shows whether I am the real one."
        ),
        "choose_language": "Which language shall we use?",
        "english": "English",
        "chinese": "中文",
        "privacy": (
            "What you write here is stored so that you get an answer and people can take over your case. Passwords, "
            "codes, keys and seed phrases are removed before anything is saved, but Telegram keeps your original: "
            "delete such a message yourself. Your name and phone number on Telegram are not stored. "
            "/delete erases this conversation."
        ),
        "confirm_delete": (
            "Shall I erase this conversation for good: what was written, the facts of your cases, your files? Open "
            "cases must be finished first. Messages in your Telegram app are yours to delete."
        ),
        "delete": "Yes, erase it",
        "keep": "No, keep it",
        "kept": "Nothing was changed.",
        "deleted": "This conversation is erased. What still stands in your Telegram app is yours to delete.",
        "delete_waits": (
            "{numbers} must be finished first. This conversation is erased by itself as soon as nothing is open any "
            "more; a complaint must be closed."
        ),
        "verify_phrase": (
            "Your phrase is: {phrase}\n\nIt is the one you set on the website, and I show it in this chat only. "
            "I still never ask for passwords, codes, keys or funds."
        ),
        "verify_no_phrase": (
            "This chat is linked to your account, but no phrase is set. Set one on the website while logged in; "
            "then /verify shows it here.{address}"
        ),
        "verify_not_linked": (
            "I cannot prove here that I am the real support: this chat is not linked to an account. Log in on the "
            "website at the address you always use, get a link code there and send it here.{address}"
        ),
        "linked": (
            "This chat is now linked to your account: your cases and their status are shared with the website. "
            "If you did not just ask for a code on the website, send /unlink now."
        ),
        "bad_code": (
            "This code is not valid. A code works once, for 10 minutes. Get a new one on the website while logged in."
        ),
        "unlinked": "This chat is no longer linked to an account. We begin a new conversation.",
        "not_linked": "This chat is not linked to an account.",
        "edited": "I noted your edit for the team. If I should answer it, send it again as a new message.",
        "file_large": "I could not take {name}: a file may have 10 MB. Send a smaller one, or a part of it.",
        "file_pixels": "I could not take {name}: the picture has too many pixels. Crop it or make it smaller.",
        "file_type": (
            "I could not take {name}: only PNG, JPEG and WebP pictures, PDF and plain text are taken, and nothing "
            "that holds another file. Send a plain screenshot or document."
        ),
        "file_damaged": "I could not take {name}: it is empty, damaged or cut short. Save it again and send that.",
        "file_lost": "I could not fetch {name} from Telegram, so it was not kept. Please send it again.",
        "limit": (
            "You write faster than I can read. For the next minute I may miss what you send, and I do not keep it: "
            "please wait a minute, then send again what I did not answer."
        ),
        "limit_press": "Too fast. Please wait a minute and press it again.",
        "voice": "I cannot listen to recordings or watch videos. Please write it down.",
        "sticker": "I only understand text. Please write what you need.",
        "location": "I do not need your location. Please write what you need.",
        "other": "I only understand text. Please write what you need.",
        "old_button": "This button no longer works. Write what you want instead.",
        "group": "I only work in private chats, so I am leaving. Write to me directly and I will help.",
        "source": "Source: {{title}} (reviewed {reviewed_on})",
    },
    "zh": {
        "start": (
            "您好，我是自动客服助手 Pharos。请写下您的问题，或告诉我发生了什么。\n\n"
            "随时发送 /human 可转人工。\n\n"
            "我从不索要密码、验证码、密钥或资金，索要的都不是客服。发送 /verify 可核实我的身份。"
        ),
        "choose_language": "使用哪种语言？",
        "english": "English",
        "chinese": "中文",
        "privacy": (
            "您在这里写的内容会被保存，用于答复您以及由人工接手处理。密码、验证码、密钥和助记词在保存前就会删除，"
            "但 Telegram 里仍有原文，请自行删除该消息。我们不保存您在 Telegram 的姓名和电话。"
            "发送 /delete 可删除本次对话。"
        ),
        "confirm_delete": (
            "要永久删除这段对话吗？包括往来消息、工单信息和您的文件。未结的工单需先处理完。"
            "Telegram 应用里的消息由您自行删除。"
        ),
        "delete": "是，删除",
        "keep": "不，保留",
        "kept": "没有任何改动。",
        "deleted": "这段对话已删除。Telegram 应用里的消息请您自行删除。",
        "delete_waits": "{numbers} 需先处理完。没有未结工单后，这段对话会自动删除；投诉须先关闭。",
        "verify_phrase": (
            "您的暗语是：{phrase}\n\n这是您在网站上设置的，我只在这个聊天中显示。我同样从不索要密码、验证码、密钥或资金。"
        ),
        "verify_no_phrase": (
            "本聊天已关联您的账户，但尚未设置暗语。请登录网站设置，之后发送 /verify 即可在此显示。{address}"
        ),
        "verify_not_linked": (
            "我在这里无法证明自己是官方客服：本聊天尚未关联账户。请在您一直使用的网址登录网站，获取关联码并发送到这里。{address}"
        ),
        "linked": (
            "本聊天已关联您的账户：工单和进度在这里与网站上一致。如果您刚才没有在网站上申请关联码，请立即发送 /unlink。"
        ),
        "bad_code": "此关联码无效。关联码只能使用一次，10 分钟内有效。请登录网站重新获取。",
        "unlinked": "本聊天已解除账户关联，我们开始新的对话。",
        "not_linked": "本聊天没有关联账户。",
        "edited": "您的修改已为团队记录。如果需要我答复，请作为新消息再发一次。",
        "file_large": "无法接收 {name}：文件不能超过 10 MB，请发送更小的文件或其中一部分。",
        "file_pixels": "无法接收 {name}：图片像素过多，请裁剪或缩小后再发。",
        "file_type": (
            "无法接收 {name}：只接受 PNG、JPEG、WebP 图片、PDF 和纯文本，且不能内含其他文件。请发送普通截图或文档。"
        ),
        "file_damaged": "无法接收 {name}：文件为空、已损坏或不完整，请重新保存后再发。",
        "file_lost": "我没能从 Telegram 取到 {name}，文件没有保存，请重新发送。",
        "limit": "您发送得太快了。接下来一分钟的消息可能收不到，也不会保存：请等一分钟，再把没有回复的内容重发一次。",
        "limit_press": "操作太快了，请等一分钟再按。",
        "voice": "我无法收听语音或观看视频，请用文字写下来。",
        "sticker": "我只能看懂文字，请写下您需要什么。",
        "location": "我不需要您的位置，请写下您需要什么。",
        "other": "我只能看懂文字，请写下您需要什么。",
        "old_button": "此按钮已失效，请直接写下您的需求。",
        "group": "我只在私聊中工作，所以现在退出。请直接给我发消息，我会帮您。",
        "source": "来源：{{title}}（审核于 {reviewed_on}）",
    },
}

#: The menu: commands in the order shown, with what each does.
MENU = {
    "en": {
        "help": "What I can do",
        "human": "Talk to a person",
        "status": "Where my case stands",
        "language": "English or Chinese",
        "verify": "Is this the real support?",
        "privacy": "What is stored",
        "unlink": "Part this chat from my account",
        "delete": "Erase this conversation",
        "start": "Begin",
    },
    "zh": {
        "help": "我能做什么",
        "human": "转人工",
        "status": "我的工单进度",
        "language": "中文或英文",
        "verify": "核实官方身份",
        "privacy": "保存哪些信息",
        "unlink": "解除账户关联",
        "delete": "删除这段对话",
        "start": "开始",
    },
}

#: Notes that only agents read.
_NOTES = {
    "blocked": "The customer cannot be reached on Telegram: they blocked the bot or closed the account.",
    "back": "The customer can be reached on Telegram again.",
    "failed": "A message did not reach the customer on Telegram: {reason}",
    "not_redacted": (
        "Message {event_id} was redacted here, but Telegram keeps it: a customer's message can be taken back for "
        "48 hours only. Ask the customer to delete it."
    ),
    "parted": "A message was not sent: the Telegram chat no longer belongs to this conversation.",
    "edited": "The customer edited an earlier message (number {event_id}). It now reads:\n{text}",
    "linked": "The Telegram chat was linked to a customer's account.",
    "moved": "The customer linked this Telegram chat to their account and continues there in a new conversation.",
    "unlinked": "The Telegram chat was parted from the customer's account; nothing from here reaches it any more.",
}


def text(key: str, locale: str, **values: object) -> str:
    """Return one of the channel's sentences in the customer's language."""
    return _TEXTS[language(locale)][key].format(**values)


def note(key: str, **values: object) -> str:
    return _NOTES[key].format(**values)
