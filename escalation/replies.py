"""A reply with what goes with it: quoted passages, tags, and what the ticket becomes afterwards.

All of it is one transaction, and a repeat does none of it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from escalation import agents_desk, changes
from escalation.access import access_ticket
from escalation.domain import clean_tags
from escalation.knowledge.quotes import Quote
from escalation.macros.domain import STATUSES, check_filled
from escalation.models import Agent, Ticket
from kit.errors import Conflict, InvalidRequest
from kit.text import check_message


class ComplaintNeedsDecision(Conflict):
    """A complaint is resolved by itself, with a reasoned decision."""


@dataclass(frozen=True)
class Reply:
    client_id: str
    text: object
    quotes: Sequence[Quote] = ()
    tags: Sequence[str] = ()
    #: on_hold or resolved; None lets the ticket wait on the customer.
    status: str | None = None


async def send(session: AsyncSession, now: datetime, agent: Agent, number: str, reply: Reply) -> None:
    """Write to the customer, then tag the ticket and let it rest or end, once per client id.

    Raises:
        UnfilledPlaceholder: the text still holds a placeholder of a macro.
        ComplaintNeedsDecision: a reply cannot resolve a complaint.
    """
    text = check_message(reply.text)
    check_filled(text)
    tags = clean_tags(reply.tags)
    if reply.status is not None and reply.status not in STATUSES:
        raise InvalidRequest(f"'status' must be one of {', '.join(STATUSES)}, or nothing.")
    is_new = await agents_desk.reply(session, now, agent, number, reply.client_id, text, reply.quotes)
    if not is_new or not (tags or reply.status):
        return
    ticket, _ = await access_ticket(session, agent, number)
    if tags:
        await changes.tag(session, now, agent, number, ticket.version, tags, [])
    if reply.status == "on_hold":
        await changes.hold(session, now, agent, number, ticket.version, None)
    elif reply.status == "resolved":
        check_no_complaint(ticket)
        await changes.resolve(session, now, agent, number, ticket.version)


def check_no_complaint(ticket: Ticket) -> None:
    if ticket.case == "complaint":
        raise ComplaintNeedsDecision("A complaint is resolved by itself, with a reasoned decision for the customer.")
