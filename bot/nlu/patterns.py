"""What can be read off a message by rule: spellings of contracts and sides, and literals such as ids and hashes.

`RULER` are spaCy entity-ruler patterns (the id is the normal form); `LITERALS`
are regular expressions in order of precedence, each with how its match becomes
a value. Words end by re.ASCII, so that Chinese may stand right beside a Latin one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kit import quantities
from kit.coins import BASES

Groups = dict[str, str]

_BASE = "|".join(BASES)
_QUOTE = "USDT|USDC|USD|EUR|XBT|ETH"
_MONTH_CODES = "FGHJKMNQUVXZ"
_CURRENCY = (
    r"XBT|BTC|ETH|USDT|USDC|USD|SOL|XRP|LTC|DOGE|BMEX|EUR|sats?|satoshis?|bitcoins?|dollars?|bucks|u(?![a-z])"
    r"|比特币|美元|美金|刀|以太坊?"
)
_NUMBER = f"{quantities.WRITTEN}|{quantities.CHINESE}"

CURRENCIES = {
    "BTC": "XBT",
    "BITCOIN": "XBT",
    "BITCOINS": "XBT",
    "比特币": "XBT",
    "DOLLAR": "USD",
    "DOLLARS": "USD",
    "BUCKS": "USD",
    "美元": "USD",
    "美金": "USD",
    "刀": "USD",
    "$": "USD",
    "U": "USDT",
    "SAT": "XBt",
    "SATS": "XBt",
    "SATOSHI": "XBt",
    "SATOSHIS": "XBt",
    "以太": "ETH",
    "以太坊": "ETH",
}

_COINS = {
    "XBT": ("xbt", "btc", "bitcoin", "比特币", "大饼"),
    "ETH": ("eth", "ether", "ethereum", "以太坊", "以太", "姨太"),
    "SOL": ("sol", "solana"),
    "XRP": ("xrp", "ripple", "瑞波"),
    "DOGE": ("doge", "dogecoin", "狗狗币"),
    "LTC": ("ltc", "litecoin", "莱特币"),
}
_PERPETUAL = ["perp", "perps", "perpetual", "perpetuals", "swap"]
_CHINESE_SIDES = {
    "long": "做多 多单 多头 多仓 开多",
    "short": "做空 空单 空头 空仓 开空",
    "buy": "买单 买入",
    "sell": "卖单 卖出",
}
_LONG = {"TEXT": {"REGEX": "(?i)^longs?$"}}
_SHORT = {"TEXT": {"REGEX": "(?i)^shorts?$"}}


def _coin_patterns() -> list[dict[str, Any]]:
    patterns: list[dict[str, Any]] = []
    for coin, names in _COINS.items():
        symbol = f"{coin}USD"
        latin = [name for name in names if name.isascii()]
        words = [{"LOWER": {"IN": latin}}, {"LOWER": {"IN": _PERPETUAL}}]
        patterns.append({"label": "symbol", "pattern": words, "id": symbol})
        patterns.append({"label": "symbol", "pattern": [words[0], {"LOWER": "usd"}, words[1]], "id": symbol})
        for name in names:
            patterns += [{"label": "symbol", "pattern": f"{name}{word}", "id": symbol} for word in ("永续合约", "永续")]
    return patterns


def _side_patterns() -> list[dict[str, Any]]:
    """Sides only where a position is meant: not "how long", not "in short"."""
    owned = {"LOWER": {"IN": ["my", "a", "the", "was", "went", "were", "am", "go", "open", "opened", "our", "his"]}}
    thing = {"LOWER": {"IN": ["position", "positions", "order", "orders", "side", "trade", "contracts"]}}
    at = {"LOWER": {"IN": ["on", "at", "from", "xbtusd", "ethusd", "got", "was", "liquidated", "x"]}}
    kind = {"LOWER": {"IN": ["limit", "market", "stop"]}}
    patterns: list[dict[str, Any]] = []
    for side, word in (("long", _LONG), ("short", _SHORT)):
        verb, mine = {"LOWER": {"IN": [f"{side}ed", f"{side}ing"]}}, {"LOWER": {"IN": ["my", "went"]}}
        patterns += [_side(side, words) for words in ([word, thing], [owned, word, at], [verb], [mine, word])]
    for side in ("buy", "sell"):
        patterns += [_side(side, words) for words in ([{"LOWER": side}, thing], [kind, {"LOWER": side}])]
    return patterns + [_side(side, word) for side, words in _CHINESE_SIDES.items() for word in words.split()]


def _side(side: str, pattern: Any) -> dict[str, Any]:
    return {"label": "side", "pattern": pattern, "id": side}


RULER: list[dict[str, Any]] = [*_coin_patterns(), *_side_patterns()]


def _symbol(found: Groups) -> str:
    return re.sub(r"^BTC", "XBT", re.sub(r"[\s/-]|\.P$|PERP$", "", found["value"].upper()))


def _lower(found: Groups) -> str:
    return found["value"].lower()


def _as_typed(found: Groups) -> str:
    return found["value"]


def _bounded(pattern: str) -> str:
    """Return a pattern of a whole Latin word; Chinese may stand right beside it."""
    return rf"(?<![A-Za-z])(?P<value>{pattern})(?![A-Za-z0-9])"


LITERALS: list[tuple[str, re.Pattern[str], Callable[[Groups], str]]] = [
    (name, re.compile(pattern, flags), value)
    for name, pattern, flags, value in (
        ("email", r"(?P<value>[\w.+-]+@[\w-]+\.[\w.-]*\w)", re.ASCII, _lower),
        ("order_id", r"\b(?P<value>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b", re.I | re.ASCII, _lower),
        ("txid", r"(?<![0-9a-zA-Z])(?P<value>(?:0x)?[0-9a-f]{64})(?![0-9a-zA-Z])", re.I, _lower),
        (
            "address",
            r"(?<![0-9a-zA-Z])(?P<value>bc1[0-9a-z]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|T[1-9A-HJ-NP-Za-km-z]{33}"
            r"|0x[0-9a-fA-F]{40})(?![0-9a-zA-Z])",
            0,
            _as_typed,
        ),
        ("symbol", _bounded(rf"(?:{_BASE})(?:[-/]?(?:{_QUOTE}))(?:\.P|-?PERP)?(?:_[A-Z]+)?"), re.I, _symbol),
        ("symbol", _bounded(rf"[A-Z]{{2,10}}(?:{_QUOTE})"), 0, _symbol),
        ("symbol", _bounded(rf"(?:{_BASE})(?:USDT|USD)?[{_MONTH_CODES}]\d{{2}}"), re.I, _symbol),
        ("symbol", _bounded(r"P_[A-Z0-9_]{2,}"), 0, _symbol),
    )
]

#: A number and its unit give two entities: the amount and the currency.
AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9.,])(?:(?P<dollar>\$)\s*)?(?P<value>{_NUMBER})\s*(?:[个枚]\s*)?"
    rf"(?P<currency>{_CURRENCY})?(?![A-Za-z0-9%:])",
    re.I,
)
PRICE = re.compile(
    r"(?:(?:price|filled|executed|limit|trigger(?:ed)?|stop|entry|liq(?:uidation)?)\b[^\d\n]{0,24}?|\bat\s+|@\s*|价格?[^\d\n]{0,6})"
    r"(?P<value>(?:\d{1,3}(?:,\d{3})+|\d{3,})(?:\.\d+)?|\d+\.\d+)(?P<times>k)?(?![A-Za-z0-9%:])",
    re.I | re.ASCII,
)
_NO_SPAN = (
    r"(?![A-Za-z0-9%:])(?!\s*(?:s|secs?|seconds?|mins?|minutes?|hrs?|hours?|h|days?|d|weeks?|months?|years?|times|x)\b"
    r"|\s*(?:分|小时|天|日|周|月|年|点|倍|次))"
)
_COIN_CODES = r"XBT|BTC|ETH|SOL|XRP|DOGE|LTC"
_ZH_SIDE = "|".join(word for side in ("long", "short") for word in _CHINESE_SIDES[side].split())
_ZH_SIZE = (
    rf"(?<![A-Za-z0-9.,])(?P<value>{_NUMBER})"
    rf"(?:(?<=[kw千万萬])|(?=\s*(?:张|枚|个(?!小时|月|多)|(?:{_CURRENCY})|[,，。;；]|$)))"
    rf"\s*(?:张|枚|个(?!小时|月|多))?\s*(?:(?P<unit>{_CURRENCY})(?![A-Za-z0-9]))?"
)
#: A side with its size: "short of 20000 XBTUSD", "10k contracts long", "做空2万张". The size is of contracts or a coin.
POSITIONS = tuple(
    re.compile(pattern, re.I | re.ASCII)
    for pattern in (
        r"(?<!\bhow )(?<!\btoo )(?<!\bso )(?<!\bas )(?<!\bin )\b(?P<side>long|short)(?:ed|s|ing)?"
        r"(?:\s+(?:positions?|contracts?|trade|order))?(?:\s+(?:of|with|size|about|around|worth))*[\s:~]+"
        rf"(?P<value>{_NUMBER})\s*(?P<unit>{_CURRENCY})?{_NO_SPAN}",
        rf"(?<![A-Za-z0-9.#:/-])(?P<value>{_NUMBER})\s*(?:contracts?|(?P<unit>{_COIN_CODES})"
        rf"|(?:{_BASE})[-/]?(?:{_QUOTE}))?\s+(?P<side>long|short)s?\b(?!\s+(?:days?|hours?|weeks?|months?|time|of\b))",
        rf"(?P<side>{_ZH_SIDE})\s*了?\s*{_ZH_SIZE}",
        rf"{_ZH_SIZE}\s*的?\s*(?P<side>{_ZH_SIDE})",
    )
)
HTTP_STATUS = re.compile(r"(?<![\w.])(?P<value>40[0-9]|41[0389]|42[2-9]|50[0-4]|520)(?![\w.]?\d)(?!\w)", re.ASCII)
HTTP_CONTEXT = re.compile(
    r"http|status|error|err\b|code|return|respon[sd]|api|request|bad gateway|forbidden|unauthori[sz]ed"
    r"|接口|报错|错误|返回|状态码",
    re.I | re.ASCII,
)


def amount(found: Groups) -> str:
    """Return an amount as a plain decimal, `5k` being 5000."""
    return quantities.plain(found["value"] + (found.get("times") or ""))


def position(found: Groups) -> str:
    """Return a side and its size, as in "short 20000" (contracts) or "long 5 XBT"."""
    sides = {word: side for side, words in _CHINESE_SIDES.items() for word in words.split()}
    side, unit = found["side"].lower(), found.get("unit")
    return " ".join([sides.get(side, side), amount(found), *([currency(unit)] if unit else [])])


def currency(word: str) -> str:
    """Return a currency's code as the exchange writes it."""
    return CURRENCIES.get(word.upper(), word.upper())
