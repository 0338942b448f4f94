"""Time as something passed in: every instant is an aware UTC datetime."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(timezone.utc)


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError(f"A clock needs an aware datetime, got {at!r}")
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        """Move forward, for example `advance(minutes=5)`."""
        self._now += timedelta(**duration)


def to_wire(instant: datetime) -> str:
    """Write an instant as RFC 3339 in UTC with milliseconds, for example 2026-01-31T03:12:00.000Z."""
    return instant.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_wire(text: str) -> datetime:
    """Read an RFC 3339 instant; a time without an offset is a ValueError."""
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    return instant
