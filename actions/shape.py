"""What a message looks like, whatever it says: whether it asks, how long it is, and what is quoted of it."""

from __future__ import annotations

import re

#: Longest remark, in words; what is longer is a story. "thanks, it was 0.5 XBT on Tuesday" is more than a courtesy.
_BRIEF_WORDS = 6
#: Longest part of a customer's own words in a summary; the transcript has them whole.
_QUOTED = 280
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_QUESTION_MARK = re.compile(r"[?？]\s*$")
_QUESTION_WORDS = re.compile(
    r"^\s*(?:and |but |so |ok |btw |also )*(?:(?:how|what|when|where|who)'?s?|which|whose|why|can|could|do|does|did"
    r"|is|are|will|would|should|explain|tell me)\b"
    r"|怎么|怎样|如何|什么|为何|多少|多久|哪里|哪个|哪种|吗|呢|能不能|可不可以|是不是",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Tell whether a message asks rather than tells."""
    return bool(_QUESTION_MARK.search(text) or _QUESTION_WORDS.search(text))


def is_brief(text: str) -> bool:
    """Tell whether a message is too short to be a story."""
    return length(text) <= _BRIEF_WORDS


def length(text: str) -> float:
    """Count words; two Chinese characters count as one."""
    return len(_CHINESE.sub(" ", text).split()) + len(_CHINESE.findall(text)) / 2


def shorten(words: str, limit: int = _QUOTED) -> str:
    """Return a customer's words on one line, cut where they get long."""
    line = " ".join(words.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
