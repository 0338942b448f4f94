"""A circuit breaker: after failures in a row nothing is sent for a while, then one probe decides.

Pure: the caller tells the time. Our own because the packages for it (purgatory 3.0, aiobreaker 1.2,
pybreaker 1.4) read the system's clock themselves and cannot be told "not before" (Retry-After).
"""

from __future__ import annotations

from datetime import datetime, timedelta

#: Shorter than the recorder's ten seconds, so that an outage costs it no poll more than it lasts.
OPEN_FOR = timedelta(seconds=8)


class CircuitBreaker:
    """Closed: all may pass. Open: none. Once the time is over, one may pass; its outcome closes or opens again."""

    def __init__(self, *, failures: int = 5, open_for: timedelta = OPEN_FOR) -> None:
        self._limit = failures
        self._open_for = open_for
        self._failures = 0
        self._open_until: datetime | None = None

    def allow(self, now: datetime) -> bool:
        """Tell whether a request may go out; a probe counts as out until it is reported or the time has passed anew."""
        if self._open_until is None:
            return True
        if now < self._open_until:
            return False
        self._open_until = now + self._open_for
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._open_until = None

    def failed(self, now: datetime, *, not_before: datetime | None = None) -> None:
        """Count a failure; `not_before` opens at once until then."""
        self._failures += 1
        if not_before is not None:
            self._open_until = not_before
        elif self._failures >= self._limit:
            self._open_until = now + self._open_for
