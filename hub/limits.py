"""Rate limits of the customer API: moving windows, kept in this process's memory."""

from __future__ import annotations

import hashlib
import hmac
import time

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from kit.errors import TooMany


class Limits:
    """Counts hits by kind and key; each kind has a rule such as `30/minute`."""

    def __init__(self, **rules: str) -> None:
        self._rules = {kind: parse(rule) for kind, rule in rules.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, kind: str, key: str) -> None:
        """Count one hit, or raise TooMany with the seconds to wait."""
        rule = self._rules[kind]
        if await self._limiter.hit(rule, kind, key):
            return
        window = await self._limiter.get_window_stats(rule, kind, key)
        wait = max(1, round(window.reset_time - time.time()))
        raise TooMany(f"Too many requests. Try again in {wait} s.", retry_after_seconds=wait)


def address_hash(address: str, key: bytes) -> str:
    """Return what is stored of an address: enough to count by, not to read back."""
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()
