"""Whether an answer has the shape of its fact, and how the fact is written down.

The NLU's rules find facts in a message (bot.nlu.entities) and give each in its one form, times in UTC: a fact they
found is checked. What they do not list, such as a coin's ticker or a network, is checked here. Shapes only: nothing
knows whether a transaction or an account exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from actions.intake.questions import ENTITY_SLOTS, KINDS
from kit.clock import to_wire

#: Kinds that take any answer as it is written.
OPEN_KINDS = ("text", "reference")
#: Kinds kept as the whole answer, of which an entity would be a part.
_WHOLE_KINDS = ("number", "position", "choice")

_SYMBOL = re.compile(
    r"^[A-Z]{2,10}(?:USDT|USDC|USD|XBT|EUR)(?:[FGHJKMNQUVXZ]\d{2})?$|^[A-Z]{2,5}[FGHJKMNQUVXZ]\d{2}$|^P_\w+$"
)
_SIDE_OR_SIZE = re.compile(r"\d|long|short|buy|sell|bought|sold|多|空|买|卖", re.IGNORECASE)
_CHOICE = re.compile(
    r"\b(?:y|n|yes|no|not|can|still|have|don't|never|yep|yeah|nope)\b|can't|cannot|[能是有在否不没行]", re.IGNORECASE
)
_JUST_NOW = re.compile(r"\b(?:just|right) now\b|刚刚|刚才|现在", re.IGNORECASE)
_AMOUNT = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)(?![\d.])")
_TICKER = re.compile(r"^[A-Z]{2,6}$")
_NETWORKS = {
    "Ethereum (ERC-20)": r"erc-?\s?20",
    "Tron (TRC-20)": r"trc-?\s?20|tron|波场",
    "BNB Smart Chain (BEP-20)": r"bep-?\s?20|bsc|币安智能链",
    "Lightning": r"lightning|闪电网络",
    "Arbitrum": r"arbitrum",
    "Optimism": r"optimism",
    "Polygon": r"polygon",
    "Bitcoin": r"bitcoin (?:network|mainnet|chain)|比特币(?:主网|网络|链)",
    "Ethereum": r"ethereum (?:network|mainnet|chain)|以太坊(?:主网|网络|链)",
}
#: Coins that are meant whenever they are named; `xbt` in XBTUSD is not a word by itself.
_COINS = {
    "USDT": r"usdt|tether|泰达币",
    "USDC": r"usdc",
    "XBT": r"xbt|btc|bitcoins?(?! (?:network|mainnet|chain))|比特币(?!主网|网络|链)",
    "ETH": r"eth|ether|ethereum(?! (?:network|mainnet|chain))|以太坊(?!主网|网络|链)",
    "SOL": r"sol|solana",
    "XRP": r"xrp|ripple",
    "DOGE": r"doge|dogecoin",
    "LTC": r"ltc|litecoin",
}


def _compiled(names: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", re.IGNORECASE) for name, words in names.items()}


_NETWORK_PATTERNS, _COIN_PATTERNS = _compiled(_NETWORKS), _compiled(_COINS)


def found(entities: list[dict[str, Any]], text: str = "") -> dict[str, str]:
    """Return the facts a message states by itself: slot -> value, the first of each."""
    facts: dict[str, str] = {}
    for entity in entities:
        slot, value = ENTITY_SLOTS.get(entity["entity"]), entity.get("value")
        if slot and value not in (None, ""):
            facts.setdefault(slot, str(value))
    if (side := facts.get("position")) and "amount" in facts:
        facts["position"] = f"{side} {facts['amount']}"
    for slot, names in (("network", _NETWORK_PATTERNS), ("currency", _COIN_PATTERNS)):
        if named := _named(text, names):
            facts.setdefault(slot, named)
    return facts


def checked(slot: str, text: str, entities: list[dict[str, Any]], now: datetime) -> str | None:
    """Return an answer as the fact of a slot, or None when it does not have the shape."""
    kind = KINDS[slot]
    if kind in OPEN_KINDS:
        return text.strip() or None
    if kind in _WHOLE_KINDS:
        return _CHECKS[kind](text.strip())
    if kind == "time" and _JUST_NOW.search(text):
        return to_wire(now)
    return found(entities).get(slot) or _CHECKS.get(kind, _nothing)(text.strip())


def _named(text: str, patterns: dict[str, re.Pattern[str]]) -> str | None:
    return next((name for name, pattern in patterns.items() if pattern.search(text)), None)


def _symbol(text: str) -> str | None:
    bare = re.sub(r"^BTC", "XBT", re.sub(r"[\s/\-.]", "", text).upper())
    return bare if _SYMBOL.match(bare) else None


def _amount(text: str) -> str | None:
    number = _AMOUNT.search(text)
    return number.group().replace(",", "") if number else None


def _currency(text: str) -> str | None:
    return _named(text, _COIN_PATTERNS) or (text.upper() if _TICKER.match(text.upper()) else None)


def _network(text: str) -> str | None:
    is_name = 0 < len(text) <= 30 and len(text.split()) <= 3 and not text.endswith(("?", "？"))
    return _named(text, _NETWORK_PATTERNS) or (text if is_name else None)


def _number(text: str) -> str | None:
    return text if any(character.isdigit() for character in text) else None


def _position(text: str) -> str | None:
    return text if _SIDE_OR_SIZE.search(text) else None


def _choice(text: str) -> str | None:
    return text if _CHOICE.search(text) else None


def _nothing(text: str) -> str | None:
    return None


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "symbol": _symbol,
    "amount": _amount,
    "currency": _currency,
    "network": _network,
    "number": _number,
    "position": _position,
    "choice": _choice,
}
