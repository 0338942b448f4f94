"""Rules of the desk, without a database or a clock.

A *ticket* is a case with a number and a deadline. Its *status* changes only along
TRANSITIONS. `held_by` says who works on it: the `queue` (waiting for a person), an
`agent` who has taken it, or the `bot` it was handed back to; a conversation is held by
the strongest holder of its open tickets. *Assigned* is not *taken*: an assignee is
expected to take the ticket, and until they take it or reply the customer talks to the bot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from kit.errors import Conflict, InvalidRequest, NotFound, NotPermitted, SupportError, TooMany
from kit.taxonomy import CASES

_STAYING = ("assign", "release", "transfer", "set_priority", "tag", "link", "take", "hand_back", "customer_wrote")


def _row(status: str, **moves: str) -> dict[str, str]:
    """Return verb -> next status of an open ticket: what it shares with the others, then its own moves."""
    shared = {"hold": "on_hold", "reply": "waiting_on_customer", "resolve": "resolved", "merge": "closed"}
    return dict.fromkeys(_STAYING, status) | shared | moves


#: status -> verb -> next status. A verb that is missing is not allowed in that status.
TRANSITIONS: dict[str, dict[str, str]] = {
    "new": _row("new", take="open", hand_back="open"),
    "open": _row("open"),
    "waiting_on_customer": _row("waiting_on_customer", customer_wrote="open"),
    "on_hold": _row("on_hold", take="open", unhold="open", customer_wrote="open"),
    "resolved": {
        "reopen": "open",
        "close": "closed",
        "tag": "resolved",
        "link": "resolved",
        "customer_wrote": "resolved",
    },
    "closed": {"link": "closed"},
}
del TRANSITIONS["on_hold"]["hold"]
#: Statuses in which somebody still owes the customer something.
OPEN_STATUSES = ("new", "open", "waiting_on_customer", "on_hold")
#: How long a resolved ticket may be reopened; then it closes by itself.
REOPEN_WITHIN = timedelta(days=14)

PRIORITIES = ("P1", "P2", "P3", "P4")
QUEUES = tuple(sorted({case.queue for case in CASES.values()}))
#: Why a case came to be, for statistics; complaints are resolved only with one of these.
ROOT_CAUSES = (
    "customer_error",
    "platform_fault",
    "market_event",
    "unclear_rules",
    "process_error",
    "third_party",
    "fraud",
    "unfounded",
    "other",
)
MAX_TAGS = 20
_TAG = re.compile(r"[\w-]{1,32}")

LEADS = ("lead", "admin")
#: Of what API tokens act as: nobody, who is in no list of people and gets no ticket assigned.
TOKEN_ROLE = "token"
PRESENCES = ("online", "away", "offline")
#: Without a heartbeat for this long an agent counts as offline.
HEARTBEAT_LASTS = timedelta(seconds=60)
#: Who looked at a ticket, or wrote, is shown for this long.
VIEWING_LASTS = timedelta(seconds=30)
DEFAULT_CAPACITY = 5
DEFAULT_LANGUAGES = ("en",)

#: Wrong passwords in a row that cost nothing; each one more locks the login for twice as long.
FREE_SIGN_INS = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)


class TicketNotFound(NotFound):
    """No ticket has this number."""


class AgentNotFound(NotFound):
    """No agent has this id."""


class NotAllowedNow(Conflict):
    """The ticket's status does not allow this."""


class TakenBySomeoneElse(Conflict):
    """Another agent has the ticket."""


class NotTaken(Conflict):
    """Only who has taken the ticket may talk to the customer."""


class StalePage(Conflict):
    """The ticket changed since the page was loaded."""


class AgentOffline(Conflict):
    """Nobody is there to get the ticket; it would only return."""


class AlreadyOpen(Conflict):
    """The conversation has another open ticket of the same case."""


class NotADuplicate(Conflict):
    """The two tickets are of different customers, or one of them is over."""


class WrongRole(NotPermitted):
    """Only a lead or an admin may do this."""


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


def strongest_holder(holders: Iterable[str]) -> str:
    """Return who has a conversation whose open tickets are held by these; the bot when there are none."""
    held = set(holders)
    return next((holder for holder in ("agent", "queue") if holder in held), "bot")


def language_of(locale: str) -> str:
    """Return the language of a locale: `zh` of `zh-CN` or `zh_TW`."""
    return re.split("[-_]", locale, maxsplit=1)[0].lower()


def presence(said: str, heartbeat_at: datetime | None, now: datetime) -> str:
    """Return where an agent is: what they said last, or offline when they said nothing for a while."""
    is_heard = heartbeat_at is not None and now - heartbeat_at < HEARTBEAT_LASTS
    return said if is_heard else "offline"


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags in lower case, each once, in their order.

    Raises:
        InvalidRequest: a tag is not one word of at most 32 letters, digits, - and _.
    """
    cleaned = [tag.strip().lower() for tag in tags]
    wrong = next((tag for tag in cleaned if not _TAG.fullmatch(tag)), None)
    if wrong is not None:
        raise InvalidRequest(f"'{wrong[:40]}' is not a tag: one word of at most 32 letters, digits, - and _.")
    return list(dict.fromkeys(cleaned))


def is_breached(due_at: datetime | None, first_response_at: datetime | None, now: datetime) -> bool:
    """Tell whether the first answer was or is late; an answer at the deadline is in time."""
    return due_at is not None and (first_response_at or now) > due_at
