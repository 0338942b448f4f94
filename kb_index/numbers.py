"""Which numbers an article may state: those of the facts it names as its sources.

A number is *grounded* when one of the article's sources states it, in digits or as a small number word. Code, link
addresses, names with digits (XBT7D, TRC20, api/v1) and the numbering of steps are not looked at. A number that only
facts marked "may have changed" state must stand in a section that says when it was true or where to look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

#: Digits that are not part of a name; units may follow directly.
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])\d[\d,]*(?:\.\d+)?(?=(?:x|X|s|h|d|ms|min|k|K|M|px|st|nd|rd|th|bp|bps)?(?![A-Za-z0-9_]))"
)
_LINK = re.compile(r"\]\([^)]*\)|https?://\S+|/help/\S+")
_STEP = re.compile(r"^\s*\d+\.\s")
_FACT = re.compile(r"^(?:- \*\*(?P<fact>F\d+)\*\* (?P<text>.*)|\| (?P<row>[EG]\d+) \|(?P<cells>.*))$", re.MULTILINE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SOURCE = re.compile(r"\(source:.*$")
_MAY_CHANGE = "may have changed"
_CARE = re.compile(
    r"last review|check|verify|may (?:have )?chang|can change|at the time|was (?:stated|announced|published)|"
    r"look (?:at|up)|see the|shown|live|current|核对|复核|为准|可能|查看|当时|变动|调整|实时|显示|看",
    re.IGNORECASE,
)
_UNCAREFUL = "its section says neither when it held nor where to look."
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_WORD_VALUES = {**{word: str(n) for n, word in enumerate(_WORDS)}, "thirty": "30", "sixty": "60", "hundred": "100"}
_MONTHS = "january february march april may june july august september october november december".split()
_WORD_VALUES |= {month: str(n) for n, month in enumerate(_MONTHS, start=1) if month != "may"}
_WORD = re.compile(rf"\b({'|'.join(_WORD_VALUES)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fact:
    """The numbers one fact states, and whether it is marked as one that may have changed."""

    numbers: frozenset[str]
    may_change: bool


def read_facts(path: Path) -> dict[str, Fact]:
    """Return the facts by id."""
    found = {}
    for match in _FACT.finditer(path.read_text(encoding="utf-8")):
        text = match["text"] or match["cells"]
        stated = _SOURCE.sub("", text) if match["fact"] else " ".join(text.split("|")[:4])
        found[match["fact"] or match["row"]] = Fact(
            frozenset(numbers_in(stated) | words_in(stated) | set(_YEAR.findall(text))), _MAY_CHANGE in text
        )
    return found


def numbers_in(text: str) -> set[str]:
    """Return the numbers of a line, written one way (1,000.50 is 1000.5; 04 is 4)."""
    bare = _STEP.sub("", _LINK.sub(" ", text))
    return {_plain(number) for number in _NUMBER.findall(bare)}


def words_in(text: str) -> set[str]:
    """Return the numbers that English words of a text say, months included."""
    return {_WORD_VALUES[word.lower()] for word in _WORD.findall(text)}


def _plain(number: str) -> str:
    whole, _, part = number.replace(",", "").partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


def remarks(prose: list[tuple[int, str]], sources: list[str], facts: dict[str, Fact]) -> list[tuple[int, str]]:
    """Return (line, remark) for every number that the rules do not allow as it stands."""
    named = [facts[source] for source in sources if source in facts]
    found: list[tuple[int, str]] = []
    for section in _sections(prose):
        is_careful = any(_CARE.search(text) for _, text in section)
        for line, text in section:
            for number in sorted(numbers_in(text)):
                stating = [fact for fact in named if number in fact.numbers]
                if not stating:
                    found.append((line, f"number {number} is in none of the article's sources."))
                elif all(fact.may_change for fact in stating) and not is_careful:
                    found.append((line, f"number {number} may have changed; {_UNCAREFUL}"))
    return found


def _sections(prose: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    sections: list[list[tuple[int, str]]] = [[]]
    for line, text in prose:
        if text.startswith("## "):
            sections.append([])
        sections[-1].append((line, text))
    return sections
