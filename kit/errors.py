"""Errors a person may see; leaves live beside the rule they protect.

SupportError
├── InvalidRequest   422  the request breaks a rule; nothing was stored
│   └── TooLarge     413
├── NotSignedIn      401  no, unknown or expired credential
├── NotPermitted     403  known, but not allowed
├── NotFound         404  does not exist, or is not yours
├── Conflict         409  the state changed, or an id was used before
├── TooMany          429  a limit; carries the seconds to wait
├── Unavailable      503  transient: try again
└── Misconfigured    500  an operator must change something

DeliveryFailed is for channels: transient unless `permanent`.
"""

from __future__ import annotations


class SupportError(Exception):
    """A failure with a sentence for the person who met it."""

    status_code = 500

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def code(self) -> str:
        """The class name in snake case: stable for clients."""
        name = type(self).__name__
        return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class InvalidRequest(SupportError):
    status_code = 422


class TooLarge(InvalidRequest):
    status_code = 413


class NotSignedIn(SupportError):
    status_code = 401


class NotPermitted(SupportError):
    status_code = 403


class NotFound(SupportError):
    status_code = 404


class Conflict(SupportError):
    status_code = 409


class TooMany(SupportError):
    status_code = 429

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(SupportError):
    status_code = 503


class Misconfigured(SupportError):
    status_code = 500


class DeliveryFailed(Exception):
    """A channel could not hand a message over; retry unless `permanent`."""

    def __init__(self, detail: str, *, permanent: bool = False, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds
