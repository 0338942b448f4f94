"""The wording that is embedded and matched: Chinese put into English words, misspelt words of the subject put right.

The embedding model knows English only. A *gloss* replaces each Chinese word of the subject (lexicon.txt, and the titles
of glossary entries) by its English meaning, so that questions in both languages lie in one space. A Latin word counts
as misspelt when neither the model's vocabulary nor the articles know it and one word of the articles is near enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kb_index.models import Article
from kb_index.tokens import tokenize

LEXICON = Path(__file__).parent / "lexicon.txt"

#: Times a word must stand in the articles to be what somebody meant to type.
MIN_COUNT = 3
#: Shortest word put right, and from which length two slips are allowed.
MIN_LENGTH, TWO_SLIPS_LENGTH = 5, 8

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z0-9]")
_WORD = re.compile(r"[a-z]+")
_STANDALONE = re.compile(r"(?<![\w./_-])[a-z]+(?![\w./_-])")
_TITLE = re.compile(r"^(?P<chinese>[^（(]*[\u4e00-\u9fff][^（(]*)[（(](?P<english>[A-Za-z][^）)]*)[）)]")


@dataclass(frozen=True)
class Worded:
    """A text as search sees it: what is embedded (empty: nothing known) and the distinct tokens."""

    text: str
    tokens: list[str]


class Wording:
    """Words of one build's articles, both languages."""

    def __init__(self, articles: Iterable[Article], vocabulary: frozenset[str]) -> None:
        chosen = list(articles)
        self._lexicon = dict(_lexicon())
        for article in chosen:
            match = _TITLE.match(article.title)
            if article.kind == "glossary" and match:
                for name in re.split(r"[/、／]", match["chinese"]):
                    self._lexicon.setdefault(name.strip().casefold(), match["english"].strip().lower())
        self._longest = max(map(len, self._lexicon))
        counts = Counter(word for article in chosen for text in _texts(article) for word in _WORD.findall(text.lower()))
        self._vocabulary = vocabulary
        self._meant = {
            word: count
            for word, count in counts.items()
            if count >= MIN_COUNT and len(word) >= MIN_LENGTH - 1 and (word in vocabulary or not vocabulary)
        }
        self._near = lru_cache(maxsize=4096)(self._nearest)

    def worded(self, text: str) -> Worded:
        """Return a text as it is embedded and its tokens: its own and those of its gloss."""
        plain = unicodedata.normalize("NFKC", text).casefold()
        if not _CHINESE.search(plain):
            right = self._put_right(plain)
            return Worded(text if right == plain else right, list(dict.fromkeys(tokenize(right))))
        gloss = self._gloss(plain)
        tokens = [*tokenize(text), *(f"={token}" for token in tokenize(gloss) if gloss)]
        return Worded(gloss, list(dict.fromkeys(tokens)))

    def _gloss(self, plain: str) -> str:
        parts: list[str] = []
        place = 0
        while place < len(plain):
            word = self._longest_word(plain, place)
            if word:
                parts.append(f" {self._lexicon[word]} ")
                place += len(word)
            else:
                character = plain[place]
                parts.append(character if character.isascii() else " ")
                place += 1
        return " ".join("".join(parts).split())

    def _longest_word(self, plain: str, place: int) -> str:
        for length in range(min(self._longest, len(plain) - place), 0, -1):
            piece = plain[place : place + length]
            if piece in self._lexicon and not _cuts_latin(plain, place, place + length):
                return piece
        return ""

    def _put_right(self, plain: str) -> str:
        return _STANDALONE.sub(lambda match: self._near(match[0]), plain)

    def _nearest(self, word: str) -> str:
        if len(word) < MIN_LENGTH or word in self._vocabulary or word in self._meant:
            return word
        slips = 2 if len(word) >= TWO_SLIPS_LENGTH else 1
        letters = set(word)
        found: list[tuple[int, int, str]] = []
        for meant, count in self._meant.items():
            if abs(len(meant) - len(word)) <= slips and len(letters ^ set(meant)) <= 2 * slips:
                distance = slips_between(word, meant, slips)
                if distance <= slips:
                    found.append((distance, -count, meant))
        return min(found)[2] if found else word


def _cuts_latin(plain: str, start: int, end: int) -> bool:
    """Tell whether a piece begins or ends inside a run of Latin letters and digits."""
    return any(
        0 < place < len(plain) and _LATIN.match(plain[place - 1]) and _LATIN.match(plain[place])
        for place in (start, end)
    )


def slips_between(first: str, second: str, most: int) -> int:
    """Count the letters dropped, added, replaced or swapped with a neighbour; gives up beyond `most`."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _texts(article: Article) -> Iterable[str]:
    yield article.title
    yield from article.questions
    yield from (passage.text for passage in article.passages)


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, str]:
    words: dict[str, str] = {}
    for line in LEXICON.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            gloss, _, chinese = line.partition(":")
            for word in chinese.split():
                words.setdefault(word.casefold(), gloss.strip())
    return words
