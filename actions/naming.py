"""Which contract or coin a message is about, for the numbers that the service looks up.

The NLU's rules come first. A coin's ticker by itself ("is SOL deposit open?") and a contract that is misspelt
("XBTUZD") are no facts to them, yet say what to look up; the exchange answers an unknown one with near names.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from actions.intake import values
from actions.turn import Turn
from kit.coins import BASES, STABLE
from kit.live import NAMES

_COINS = "|".join((*BASES, *STABLE))
#: Capitals only: "link", "near", "dot" and "op" are words.
_COIN = re.compile(rf"(?<![A-Za-z0-9_])(?:{_COINS})(?![A-Za-z0-9_])")
_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]{5,14}(?![A-Za-z0-9_])")
_CONTRACT = re.compile(rf"[A-Z]{{2,10}}USDT?|(?:{_COINS})(?P<quote>[A-Z]{{2,5}})")
#: How like USD or USDT the rest of a misspelt contract is at least.
_LIKENESS = 0.6


def named(turn: Turn) -> dict[str, str]:
    """Return the symbol and the currency that were named, in a text or by a button."""
    names = {item["entity"]: str(item["value"]) for item in turn.entities if item["entity"] in NAMES}
    return {**_read(turn.text), **names}


def _read(text: str) -> dict[str, str]:
    coin = _COIN.search(text)
    found = {"currency": coin.group() if coin else values.found([], text).get("currency"), "symbol": _contract(text)}
    return {name: value for name, value in found.items() if value}


def _contract(text: str) -> str | None:
    words = (word.upper() for word in _WORD.findall(text))
    return next((word for word in words if _is_like_contract(word)), None)


def _is_like_contract(word: str) -> bool:
    match = _CONTRACT.fullmatch(word)
    if match is None:
        return False
    quote = match["quote"]
    return quote is None or max(SequenceMatcher(None, quote, known).ratio() for known in ("USD", "USDT")) >= _LIKENESS
