"""Tokens for the lexical leg: English words lightly stemmed, Chinese words and character pairs, identifiers whole.

Symbols, order types, endpoint paths and error texts must match literally, so a run of letters and digits joined by
. - _ / ' is kept whole beside its parts. The same function makes the tokens of the index and of the query.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, BinaryIO

_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"(?P<chinese>[{_CHINESE}]+)|(?P<latin>[^\W_{_CHINESE}]+(?:['._/-][^\W_{_CHINESE}]+)*)")
_JOINTS = re.compile(r"['._/-]")

_STOPWORDS = frozenset(
    "a an the and or but of to in on at by for from with as is am are was were be been do does did have has had "
    "i im ive me my we our you your u ur it its this that these those there so just please pls can could would will "
    "should what which how s t".split()
)
_CHINESE_STOPWORDS = frozenset("的了吗呢吧啊呀么嘛我你您他它们是在和与就都也很请把被给会要想能个这那")
#: Ways of asking that say nothing of the subject; rare ones would otherwise count as telling words.
_CHINESE_ASKING = re.compile(
    "请问|怎么样|怎么办|怎么|怎样|怎能|咋样|咋办|如何|为什么|为啥|为何|什么|多少|哪里|哪儿|"
    "可以|能不能|是不是|有没有|才不会|才能|一下"
)

#: How often jieba's dictionary must have counted a word of two characters or more.
LEAST_FREQUENCY = 10
#: Longer Latin words are identifiers such as ParticipateDoNotInitiate, not English.
MAX_STEMMED = 14


def tokenize(text: str) -> list[str]:
    """Return the tokens of a text. The script of each run decides, so mixed messages need no language."""
    tokens: list[str] = []
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()):
        if match["chinese"]:
            pieces = [piece for piece in _CHINESE_ASKING.split(match["chinese"]) if piece]
            for piece in pieces or [match["chinese"]]:
                tokens += _chinese(piece)
        else:
            tokens += _latin(match["latin"])
    kept = [token for token in tokens if token not in _STOPWORDS]
    return kept or tokens


def _latin(run: str) -> list[str]:
    parts = _JOINTS.split(run)
    if len(parts) == 1:
        return [_stem(run)]
    if run.replace(".", "").isdigit():
        return [run]
    if "'" in run:  # don't, account's
        return [_stem("".join(parts))] if parts[-1] != "s" else [_stem(parts[0])]
    return ["".join(parts), *(_stem(part) for part in parts)]


def _stem(word: str) -> str:
    """Cut the commonest English endings; identifiers with digits stay as they are."""
    if not 5 <= len(word) <= MAX_STEMMED or not word.isascii() or not word.isalpha():
        return word
    for ending, replacement in (
        ("ies", "y"),
        ("ied", "y"),
        ("sses", "ss"),
        ("ing", ""),
        ("ed", ""),
        ("es", "e"),
        ("s", ""),
    ):
        if word.endswith(ending) and not word.endswith(("ss", "us", "is")) and len(word) - len(ending) >= 3:
            return _plain_end(word[: -len(ending)] + replacement)
    return _plain_end(word)


def _plain_end(stem: str) -> str:
    """Make verify/verified, withdraw/withdrawal and cancel/cancelled meet."""
    if len(stem) > 4 and stem[-1] == stem[-2] and stem[-1] not in "s":
        stem = stem[:-1]
    if len(stem) > 5 and stem.endswith("al"):
        stem = stem[:-2]
    return stem[:-1] if len(stem) > 4 and stem[-1] in "ey" else stem


def _chinese(run: str) -> list[str]:
    """Return the words that mean something, and every pair of neighbours (marked, so as not to pass for words)."""
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return [
        *(word for word in segment(run) if word not in _CHINESE_STOPWORDS),
        *("~" + pair for pair in pairs if not set(pair) <= _CHINESE_STOPWORDS),
    ]


def segment(run: str) -> list[str]:
    """Cut Chinese text into words."""
    return list(segmenter().cut(run))


def words(text: str) -> list[str]:
    """Cut a text into pieces that can be left out: words with the blanks after them, Chinese words."""
    parts: list[str] = []
    for part in re.findall(rf"[{_CHINESE}]+|[^\s{_CHINESE}]+\s*|\s+", text):
        parts += segment(part) if re.match(f"[{_CHINESE}]", part) else [part]
    return parts


@lru_cache(maxsize=1)
def segmenter() -> Any:
    """Return jieba with its common words: a third of its dictionary's memory, and chats hold no others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own deprecations; nothing here can mend them
        import jieba  # here, because loading its dictionary takes most of a second

    class Common(jieba.Tokenizer):  # type: ignore[misc]  # the library has no types
        def gen_pfdict(self, dictionary: BinaryIO) -> tuple[dict[str, int], int]:
            with dictionary:
                return _common_words(dictionary)

    jieba.setLogLevel(logging.WARNING)
    common = Common()
    common.cache_file = f"jieba-from-{LEAST_FREQUENCY}.cache"
    return common


def _common_words(dictionary: Iterable[bytes]) -> tuple[dict[str, int], int]:
    """Return the frequencies of words and, as 0, of their beginnings; and the sum (lines: word, frequency, tag)."""
    frequencies: dict[str, int] = {}
    for line in dictionary:
        word, number, _ = line.decode("utf-8").split(" ")
        if int(number) >= LEAST_FREQUENCY or len(word) == 1:
            frequencies[word] = int(number)
            for end in range(1, len(word)):
                frequencies.setdefault(word[:end], 0)
    return frequencies, sum(frequencies.values())
