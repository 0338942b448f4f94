"""Which contacts the bot really settled.

Pure. A *contact* is what one customer asked the bot without pausing for 30 minutes; small talk is none. The customer
is the verified one, over all their conversations, or else the conversation. A contact is *settled* when the bot's last
word was an answer, no person had to do with the customer from its beginning until 72 hours after its end, and the
customer did not come back within those. It is *judged* only once the 72 hours are over: before that, the share of the
settled would count the quick failures alone. A contact of more than a day is no short question, and is not settled.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: A pause this long ends a contact.
PAUSE = timedelta(minutes=30)
QUIET = timedelta(hours=72)
LONGEST = timedelta(days=1)


@dataclass(frozen=True)
class Contact:
    """`next_at` is when the customer's next contact begins, if it is known to."""

    customer: str
    started_at: datetime
    ended_at: datetime
    last_outcome: str
    next_at: datetime | None = None


@dataclass(frozen=True)
class Verdicts:
    contacts: int
    #: Those whose 72 hours are over.
    judged: int
    settled: int


def judge(contacts: Iterable[Contact], touched: Mapping[str, Sequence[datetime]], now: datetime) -> Verdicts:
    """Judge contacts.

    Args:
        touched: by customer, when people had to do with them, ascending.
    """
    known = list(contacts)
    judged = [contact for contact in known if now - contact.ended_at >= QUIET]
    settled = sum(_is_settled(contact, touched.get(contact.customer, ())) for contact in judged)
    return Verdicts(len(known), len(judged), settled)


def _is_settled(contact: Contact, touched: Sequence[datetime]) -> bool:
    until = contact.ended_at + QUIET
    place = bisect_left(touched, contact.started_at)
    is_touched = place < len(touched) and touched[place] < until
    came_back = contact.next_at is not None and contact.next_at < until
    is_short = contact.ended_at - contact.started_at <= LONGEST
    return contact.last_outcome == "answer" and is_short and not is_touched and not came_back
