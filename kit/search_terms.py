"""Text as search terms, the same for what is stored and for what is looked for.

A *term* is a word in folded letters, or two neighbouring characters of a script that writes without
spaces: `提现到账` is `提现 现到 到账`; such a character that stands alone is a term by itself. Words held
together by punctuation, such as ticket numbers, addresses and amounts, give their parts and then the whole
without its punctuation: `PH-7K2M-9QXA` is `ph 7k2m 9qxa ph7k2m9qxa`. Terms hold letters and digits only, so
they may be quoted in any query language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: Longest term, in characters; the rest of a longer word is left out.
MAX_TERM_LENGTH = 80
#: Parts that still make a whole: more are a sentence without spaces, or an address of a page.
MAX_PARTS = 8
#: What is read of a query, in characters, and what it may ask for.
MAX_QUERY_LENGTH = 400
MAX_GROUPS = 16
#: A shorter last word of a query must be the whole word: too much begins with two letters.
MIN_PREFIX_LENGTH = 3

#: Han, kana, Hangul.
_CJK = "\u3005\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_JOINER = "-_.,:/@+&#'\u2019"
_WORD = rf"[^\W_{_CJK}]+"
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|{_WORD}(?:[{_JOINER}]{_WORD})*")
_PART = re.compile(_WORD)
_QUOTED = re.compile('["“”]([^"“”]*)["“”]|[「『]([^」』]*)[」』]')


@dataclass(frozen=True)
class Group:
    """What must be found in one of several ways; each way is terms that follow each other."""

    ways: tuple[tuple[str, ...], ...]
    #: The last term of a way may be the beginning of a longer one.
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """Everything of `groups` must be found; without any, nothing is."""

    groups: tuple[Group, ...]
    #: Matches the same words in a text that people read, to show where they are.
    pattern: re.Pattern[str] | None


def folded(text: str) -> str:
    """Return the text with letters that read alike made the same, without characters that are not seen."""
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())


def search_terms(text: str) -> list[str]:
    """Return the terms of a text, in their order."""
    return list(_terms(folded(text)))


def _terms(text: str) -> Iterator[str]:
    for run in _RUN.finditer(text):
        if run["cjk"]:
            yield from _bigrams(run["cjk"])
            continue
        parts = _PART.findall(run[0])
        yield from (part[:MAX_TERM_LENGTH] for part in parts)
        if 1 < len(parts) <= MAX_PARTS:
            yield "".join(parts)[:MAX_TERM_LENGTH]


def _bigrams(run: str) -> Iterator[str]:
    if len(run) == 1:
        yield run
    for at in range(len(run) - 1):
        yield run[at : at + 2]


def parse_query(text: str) -> Query:
    """Read what somebody typed into a search box; any text is a query, quotation marks hold a phrase together."""
    pieces = list(_pieces(folded(text[:MAX_QUERY_LENGTH])))
    groups: list[Group] = []
    needles: list[str] = []
    for place, piece in enumerate(pieces):
        if isinstance(piece, str):
            _add_phrase(piece, groups, needles)
        else:
            _add_run(piece, groups, needles, is_last=place == len(pieces) - 1)
    needles = list(dict.fromkeys(needles))
    return Query(
        groups=tuple(dict.fromkeys(groups))[:MAX_GROUPS],
        pattern=re.compile("|".join(needles), re.IGNORECASE) if needles else None,
    )


def _pieces(text: str) -> Iterator[str | re.Match[str]]:
    """Give quoted phrases as text and the runs between them as matches, in their order."""
    at = 0
    for quoted in _QUOTED.finditer(text):
        yield from _RUN.finditer(text, at, quoted.start())
        yield quoted[1] or quoted[2] or ""
        at = quoted.end()
    yield from _RUN.finditer(text, at)


def _add_phrase(phrase: str, groups: list[Group], needles: list[str]) -> None:
    terms = tuple(_terms(phrase))
    if terms:
        groups.append(Group((terms,)))
        needles.append(r"[\W_]+".join(re.escape(word) for word in re.findall(r"[^\W_]+", phrase)))


def _add_run(run: re.Match[str], groups: list[Group], needles: list[str], *, is_last: bool) -> None:
    if run["cjk"]:
        bigrams = list(_bigrams(run["cjk"]))
        groups += [Group(((bigram,),), is_prefix=len(bigram) == 1) for bigram in bigrams]
        needles += [re.escape(run["cjk"]), *(re.escape(bigram) for bigram in bigrams)]
        return
    parts = tuple(part[:MAX_TERM_LENGTH] for part in _PART.findall(run[0]))
    whole = "".join(parts)[:MAX_TERM_LENGTH]
    is_prefix = is_last and len(whole) >= MIN_PREFIX_LENGTH
    ways = ((whole,), parts) if len(parts) > 1 else ((whole,),)
    groups.append(Group(ways, is_prefix))
    needles.append(_needle(parts, is_prefix=is_prefix))


def _needle(parts: tuple[str, ...], *, is_prefix: bool) -> str:
    """Return a pattern for a word in a text; one with digits may be written in groups there, as numbers are."""
    if len(parts) == 1 and any(character.isdigit() for character in parts[0]):
        word = r"[-_.,]?".join(re.escape(character) for character in parts[0])
    else:
        word = r"[\W_]".join(re.escape(part) for part in parts)
    return rf"(?<![^\W_]){word}" + ("" if is_prefix else r"(?![^\W_])")
