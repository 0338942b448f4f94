"""Tickers of the coins that messages name; what the exchange lists it says itself."""

from __future__ import annotations

#: Coins that contracts are written on.
BASES = (
    "XBT", "BTC", "ETH", "SOL", "XRP", "ADA", "DOGE", "LTC", "BCH", "LINK", "AVAX", "DOT", "TRX", "BNB", "SUI", "PEPE",
    "SHIB", "APT", "ARB", "OP", "TON", "NEAR", "ATOM", "FIL", "UNI", "MATIC", "POL", "BMEX",
)  # fmt: skip
#: Coins that stand for a dollar.
STABLE = ("USDT", "USDC")
