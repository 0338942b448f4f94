"""Near matches for a symbol or coin that the exchange does not list.

Bitcoin is XBT here and BTC elsewhere; other exchanges write BTC/USDT, BTC-PERP or BTCUSD_PERP for
what is XBTUSDT or XBTUSD. Typing errors are found by edit distance (a swap counts once).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What traders call a coin elsewhere, and its name here.
ALIASES = {
    "BTC": "XBT",
    "BITCOIN": "XBT",
    "比特币": "XBT",
    "ETHEREUM": "ETH",
    "ETHER": "ETH",
    "以太坊": "ETH",
    "SOLANA": "SOL",
    "TETHER": "USDT",
    "泰达币": "USDT",
}
_QUOTES = ("USD", "USDT")
_PERPETUAL = re.compile(r"[-_/ ]?(PERP(ETUAL)?|SWAP)$")
_SEPARATOR = re.compile(r"[-/ :]")
MAX_NEAR = 3
#: Nothing longer is a name; keeps the comparison cheap.
MAX_LENGTH = 48


def normal(name: str) -> str:
    """Write a symbol or coin as the exchange does: capitals, no separators but the underscore of spot pairs."""
    return _SEPARATOR.sub("", name.strip().upper())


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to three listed names that may be meant, the likeliest first."""
    if len(name) > MAX_LENGTH:
        return ()
    listed = {normal(entry): entry for entry in known}
    written = _aliases(name)
    meant = [listed[alias] for alias in written if alias in listed]
    close = sorted((min(_distance(normal(name), entry), _distance(written[0], entry)), entry) for entry in listed)
    typos = [listed[entry] for distance, entry in close if distance <= (1 if meant else max(1, len(entry) // 3))]
    return tuple(dict.fromkeys([*meant, *typos]))[:MAX_NEAR]


def _aliases(name: str) -> list[str]:
    """Return the ways this exchange may write a name that is good elsewhere."""
    bare = normal(_PERPETUAL.sub("", name.strip().upper())).replace("_", "")
    for alias, ours in ALIASES.items():
        if bare.startswith(alias):
            bare = ours + bare.removeprefix(alias)
            break
    spot = [f"{bare.removesuffix(quote)}_{quote}" for quote in _QUOTES if bare.endswith(quote)]
    other = [bare.removesuffix("T")] if bare.endswith("USDT") else [bare + "T"] if bare.endswith("USD") else []
    return [bare, *other, *(bare + quote for quote in _QUOTES), *spot]


def _distance(left: str, right: str) -> int:
    """Return how many insertions, deletions, replacements and swaps of neighbours turn one into the other."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and (left[i - 2], a) == (b, right[j - 2]):
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]
