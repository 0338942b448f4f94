"""Rules for text that people type, before anything else sees it."""

from __future__ import annotations

import re
import unicodedata

from kit.errors import InvalidRequest, TooLarge

#: Longest customer message, in code points.
MAX_MESSAGE_LENGTH = 4000

_COMMAND_PREFIX = re.compile(r"^[\s/]+")
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SENTENCE_END = (".", "?", "!", "。", "？", "！")


def check_message(text: object, *, limit: int = MAX_MESSAGE_LENGTH) -> str:
    """Return the text of a message, or raise InvalidRequest (TooLarge) saying what is wrong with it."""
    if not isinstance(text, str):
        raise InvalidRequest("'text' must be a string.")
    if "\x00" in text:
        raise InvalidRequest("The message contains a NUL character. Remove it and send again.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidRequest("The message is not valid UTF-8. Send it again as UTF-8 text.")
    if not text.strip():
        raise InvalidRequest("The message is empty. Write something first.")
    if len(text) > limit:
        raise TooLarge(f"The message has {len(text)} characters; the limit is {limit}. Shorten or split it.")
    return text


def strip_command(text: str) -> str:
    """Drop leading slashes and blanks, so that no text reads as a Rasa command."""
    return _COMMAND_PREFIX.sub("", text)


def visible(text: str) -> str:
    """Drop characters that are not seen: zero-width ones and changes of direction; a text of nothing else is kept."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf") or text


def cjk_count(text: str) -> int:
    """Count Chinese characters."""
    return len(_CJK.findall(text))


def is_fragment(text: str) -> bool:
    """Tell whether more is likely to follow: under 4 words (6 Chinese characters) and no closing punctuation."""
    stripped = text.strip()
    if stripped.endswith(_SENTENCE_END):
        return False
    chinese = cjk_count(stripped)
    return chinese < 6 if chinese else len(stripped.split()) < 4
