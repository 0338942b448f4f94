"""Whether an answer has the shape of its fact, and how the fact is written down.

The NLU's rules find facts in a message (bot.nlu.entities) and give each in its one form, times in UTC: a fact they
found is checked. What they do not list, such as a coin's ticker or a network, is checked here. Shapes only: nothing
knows whether a transaction or an account exists. `now` is always in the customer's zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from actions.intake import times
from actions.intake.questions import ENTITY_SLOTS, KINDS
from actions.turn import Turn
from kit import quantities, zones

#: Kinds that take any answer as it is written.
OPEN_KINDS = ("text", "reference")
#: Kinds kept as the whole answer, of which an entity would be a part.
WHOLE_KINDS = ("number", "position", "choice")
#: Kinds of which the answer's other words say more.
PART_KINDS = tuple(dict.fromkeys(kind for kind in KINDS.values() if kind not in (*OPEN_KINDS, *WHOLE_KINDS, "zone")))
#: Kinds that are left out rather than kept as typed: of no use to anybody in another shape.
NEVER_AS_TYPED = ("zone", "email")
#: Kinds that are a name or a code: a sentence is none.
CODE_KINDS = ("symbol", "currency", "network", "txid", "address")
#: Kinds whose shape is so wide that almost any word has it.
_WIDE_KINDS = (*OPEN_KINDS, "choice", "network")

#: How far ahead of UTC a clock may be.
_EASTERNMOST = timedelta(hours=14)

_SYMBOL = re.compile(
    r"^[A-Z]{2,10}(?:USDT|USDC|USD|XBT|EUR)(?:[FGHJKMNQUVXZ]\d{2})?$|^[A-Z]{2,5}[FGHJKMNQUVXZ]\d{2}$|^P_\w+$"
)
_SIDE_OR_SIZE = re.compile(
    r"\d|(?<!too )(?<!so )(?<!how )(?<![a-z])long|(?<![a-z])short(?!ly)|(?<![a-z])(?:buy|sell|bought|sold)|多|空|买|卖",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"\b(?:y|n|yes|no|not|can|still|have|don't|never|yep|yeah|nope)\b|can't|cannot|[能是有在否不没行]",
    re.IGNORECASE | re.ASCII,
)
#: A number that is not a part of a word, an id, a date or a time of day.
_UNITS = "USDT|USDC|USD|EUR|XBT|BTC|ETH|SOL|XRP|DOGE|LTC"
_AMOUNT = re.compile(
    rf"(?<![\w.,:#/])(?<!\w-)(?:(?P<code>{_UNITS})\s?)?(?P<number>{quantities.WRITTEN})"
    rf"(?P<percent>\s?%)?\s?(?:[个枚张]\s?)?(?P<unit>{_UNITS})?(?:元|块|刀|u(?![a-z]))?(?![\w:/万千]|[.-]\w)",
    re.IGNORECASE | re.ASCII,
)
#: An answer that is a number, in digits or Chinese numerals, with little around it.
_BARE_NUMBER = re.compile(
    rf"[\s$~#≈]*{quantities.WRITTEN}\s*(?:[a-z]{{1,9}}|[\u4e00-\u9fff]{{1,3}})?[\s.!。！]*"
    rf"|(?:大概|大约|差不多|约|是|一共|总共|有)*(?P<numerals>{quantities.CHINESE})"
    rf"[个枚张]?\s*(?:{_UNITS}|u|刀|美元|美金|元|块|张)?(?:左右|吧)?[\s.!。！]*",
    re.IGNORECASE,
)
_SIZE = re.compile(
    rf"\W*(?P<number>{quantities.WRITTEN}|{quantities.CHINESE})\s*(?:张|contracts?|lots?)\W*", re.IGNORECASE
)
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


def told(turn: Turn) -> dict[str, str]:
    """Return the facts this turn's message states by itself."""
    return found(turn.entities, turn.text, latest(turn))


def stated(turn: Turn) -> dict[str, list[str]]:
    """Return every value the message states for a slot, in the order it is said."""
    said: dict[str, list[str]] = {}
    for entity in turn.entities:
        for slot, value in found([entity], "", latest(turn)).items():
            said.setdefault(slot, []).append(value)
    for slot, names in (("network", _NETWORK_PATTERNS), ("currency", _COIN_PATTERNS)):
        said.setdefault(slot, []).extend(_all_named(turn.text, names))
    return said


def of_words(slot: str, words: str) -> str | None:
    """Return words that are said to be the value of a slot in its form, None when they cannot be."""
    kind = KINDS[slot]
    return words if kind in OPEN_KINDS else _CHECKS.get(kind, _nothing)(words)


def found(entities: list[dict[str, Any]], text: str = "", now: datetime | None = None) -> dict[str, str]:
    """Return the facts a message states by itself, the first of each; times only against `now`.

    Returns:
        slot -> value; `unit` is the currency beside the amount.
    """
    facts: dict[str, str] = {}
    for entity in entities:
        slot, value = ENTITY_SLOTS.get(entity["entity"]), entity.get("value")
        is_fact = slot != "occurred_at" or (now is not None and times.has_been(str(value), now))
        if slot and value not in (None, "") and is_fact:
            facts.setdefault(slot, str(value))
    for slot, names in (("network", _NETWORK_PATTERNS), ("currency", _COIN_PATTERNS)):
        if named := _named(text, names):
            facts.setdefault(slot, named)
    return _with_unit(facts, entities, text)


def checked(slot: str, turn: Turn) -> str | None:
    """Return an answer as the fact of a slot, or None when it does not have the shape."""
    kind, text = KINDS[slot], turn.text.strip()
    if kind in OPEN_KINDS:
        return text or None
    if kind in WHOLE_KINDS:
        return _CHECKS[kind](text)
    if kind == "time":
        return _time(turn)
    return told(turn).get(slot) or _CHECKS.get(kind, _nothing)(text)


def fits(slot: str, turn: Turn) -> bool:
    """Tell whether an answer surely is of the slot asked for: it has its shape, and few other messages would."""
    kind = KINDS[slot]
    if kind == "currency":
        return slot in told(turn)
    return kind not in _WIDE_KINDS and checked(slot, turn) is not None


def size(text: str) -> str | None:
    """Return the number when a message is nothing but a number of contracts."""
    match = _SIZE.fullmatch(text)
    return quantities.plain(match["number"]) if match else None


def is_bare_number(slot: str, text: str) -> bool:
    """Tell whether an answer is nothing but the number (and unit) that the slot asks for."""
    return KINDS[slot] in ("amount", "number", "position") and _BARE_NUMBER.fullmatch(text) is not None


def lies_ahead(slot: str, turn: Turn) -> bool:
    """Tell whether a time was asked for and one to come was given."""
    if KINDS[slot] != "time" or _time(turn):
        return False
    given = [str(entity.get("value")) for entity in turn.entities if entity["entity"] == "time"]
    return times.speaks_of_ahead(turn.text) or any(times.is_ahead(value, latest(turn)) for value in given)


def here(turn: Turn) -> datetime:
    """Return now in the customer's zone."""
    return turn.now.astimezone(zones.zone_of(turn.timezone))


def latest(turn: Turn) -> datetime:
    """Return the latest now there may be where the customer is: a clock time without a zone may be of any."""
    is_anywhere = not turn.knows_zone and zones.mentioned(turn.text or turn.earlier_text) is None
    return here(turn) + (_EASTERNMOST if is_anywhere else timedelta(0))


def _time(turn: Turn) -> str | None:
    given = found(turn.entities, "", latest(turn)).get("occurred_at")
    if given or times.speaks_of_ahead(turn.text):
        return given
    return times.read(turn.text, here(turn))


def _with_unit(facts: dict[str, str], entities: list[dict[str, Any]], text: str) -> dict[str, str]:
    """Add the currency of the first amount: the NLU gives it beside the number, whichever was written first."""
    kinds = [entity["entity"] for entity in entities]
    if "amount" in kinds:
        first = kinds.index("amount")
        beside = [*entities[first + 1 : first + 2], *entities[max(first - 1, 0) : first]]
        unit = next((str(entity.get("value")) for entity in beside if entity["entity"] == "currency"), None)
        return facts | {"unit": unit} if unit else facts
    number = _AMOUNT.search(text)
    unit = number and (number["unit"] or number["code"])
    if not unit:
        return facts
    return facts | {"amount": _amount(text) or "", "unit": _named(unit, _COIN_PATTERNS) or unit.upper()}


def _named(text: str, patterns: dict[str, re.Pattern[str]]) -> str | None:
    return next((name for name, pattern in patterns.items() if pattern.search(text)), None)


def _all_named(text: str, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    places = {name: match.start() for name, pattern in patterns.items() if (match := pattern.search(text))}
    return sorted(places, key=lambda name: places[name])


def _symbol(text: str) -> str | None:
    bare = re.sub(r"^BTC", "XBT", re.sub(r"[\s/\-.]", "", text).upper())
    return bare if _SYMBOL.match(bare) else None


def _amount(text: str) -> str | None:
    number = _AMOUNT.search(text)
    if number:
        return quantities.plain(number["number"]) + ("%" if number["percent"] else "")
    bare = _BARE_NUMBER.fullmatch(text)
    return quantities.plain(bare["numerals"]) if bare and bare["numerals"] else None


def _currency(text: str) -> str | None:
    return _named(text, _COIN_PATTERNS) or (text.upper() if _TICKER.match(text.upper()) else None)


def _network(text: str) -> str | None:
    is_name = 0 < len(text) <= 30 and len(text.split()) <= 3 and not text.endswith(("?", "？"))
    return _named(text, _NETWORK_PATTERNS) or (text if is_name else None)


def _number(text: str) -> str | None:
    is_number = any(character.isdigit() for character in text) and not size(text) and not times.is_bare(text)
    return text if is_number else None


def _position(text: str) -> str | None:
    return text if _SIDE_OR_SIZE.search(text) and not times.is_bare(text) else None


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
    "zone": zones.named,
}
