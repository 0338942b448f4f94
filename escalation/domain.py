"""Rules of the desk, without a database or a clock.

A *ticket* is a case with a number and a deadline. Its *status* changes only along
TRANSITIONS. `first_response_due_at` is the desk's target for the first human answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kit.errors import Conflict, NotFound, SupportError, TooMany
from kit.taxonomy import CASES

#: status -> verb -> next status. A verb that is missing is not allowed in that status.
TRANSITIONS: dict[str, dict[str, str]] = {
    "new": {"take": "open", "reply": "waiting_on_customer", "resolve": "resolved", "hand_back": "open"},
    "open": {"take": "open", "reply": "waiting_on_customer", "resolve": "resolved", "hand_back": "open"},
    "waiting_on_customer": {
        "take": "waiting_on_customer",
        "reply": "waiting_on_customer",
        "customer_wrote": "open",
        "resolve": "resolved",
        "hand_back": "waiting_on_customer",
    },
    "on_hold": {"take": "open", "reply": "waiting_on_customer", "customer_wrote": "open", "resolve": "resolved"},
    "resolved": {"customer_wrote": "resolved"},
    "closed": {},
}
#: Statuses in which somebody still owes the customer something.
OPEN_STATUSES = ("new", "open", "waiting_on_customer", "on_hold")

#: Target for the first human answer, by priority. Business calendars are not applied: P1 to P4 run day and night.
FIRST_RESPONSE = {
    "P1": timedelta(minutes=15),
    "P2": timedelta(hours=1),
    "P3": timedelta(hours=4),
    "P4": timedelta(hours=8),
}


#: Wrong passwords in a row that cost nothing; each one more locks the login for twice as long.
FREE_SIGN_INS = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)


class TicketNotFound(NotFound):
    """No ticket has this number."""


class NotAllowedNow(Conflict):
    """The ticket's status does not allow this."""


class TakenBySomeoneElse(Conflict):
    """Another agent has the ticket."""


class NotTaken(Conflict):
    """Only who has taken the ticket may talk to the customer."""


class StalePage(Conflict):
    """The ticket changed since the page was loaded."""


class TooManyTickets(SupportError):
    """An anonymous address opened as many tickets today as it may."""

    status_code = 429


class TooManySignIns(TooMany):
    """Repeated wrong passwords."""


def lock_after(failures: int) -> timedelta:
    """Return how long a login is locked after that many wrong passwords in a row."""
    if failures < FREE_SIGN_INS:
        return timedelta(0)
    doublings = min(failures - FREE_SIGN_INS, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def next_status(status: str, verb: str) -> str:
    """Return the status after a verb, or raise NotAllowedNow."""
    try:
        return TRANSITIONS[status][verb]
    except KeyError as error:
        raise NotAllowedNow(f"A ticket that is {status.replace('_', ' ')} cannot be changed this way.") from error


def first_response_due_at(case: str, opened_at: datetime) -> datetime:
    """Return when the first human answer is due."""
    return opened_at + FIRST_RESPONSE[CASES[case].priority]


def is_breached(due_at: datetime | None, first_response_at: datetime | None, now: datetime) -> bool:
    """Tell whether the first answer was or is late; an answer at the deadline is in time."""
    return due_at is not None and (first_response_at or now) > due_at
