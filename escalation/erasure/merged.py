"""What a duplicate gave to the ticket it was merged into, and to those that one was merged into afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.erasure import packs
from escalation.erasure.plan import log_tombstone
from escalation.evidence.models import EvidencePack
from escalation.inbox import search
from escalation.models import Ticket, TicketEvent


@dataclass(frozen=True)
class Given:
    """What one ticket has or gave to another."""

    fields: dict[str, Any]
    tags: list[Any]
    summary: str

    def common(self, other: Given) -> Given:
        fields = {name: value for name, value in self.fields.items() if (name, value) in other.fields.items()}
        tags = [tag for tag in self.tags if tag in other.tags]
        return Given(fields, tags, self.summary if self.summary == other.summary else "")

    def without(self, other: Given) -> Given:
        fields = {name: value for name, value in self.fields.items() if (name, value) not in other.fields.items()}
        tags = [tag for tag in self.tags if tag not in other.tags]
        return Given(fields, tags, "" if self.summary == other.summary else self.summary)


async def heirs(session: AsyncSession, ticket: Ticket) -> list[tuple[Ticket, TicketEvent]]:
    """Return the tickets a ticket was merged into, one into the next, each with the entry of its log that says so."""
    found = []
    while ticket.merged_into is not None:
        heir = await session.get_one(Ticket, ticket.merged_into)
        query = select(TicketEvent).where(TicketEvent.ticket_number == heir.number, TicketEvent.type == "ticket.merged")
        entries = (await session.execute(query)).scalars().all()
        found += [(heir, entry) for entry in entries if entry.data.get("from") == ticket.number]
        ticket = heir
    return found


async def take_back(session: AsyncSession, ticket: Ticket) -> None:
    """Take what a ticket gave out of its heirs, of their logs and of their evidence. Needs their locks."""
    gone = Given(ticket.fields, ticket.tags, ticket.summary)
    for heir, entry in await heirs(session, ticket):
        given = Given(entry.data.get("fields", {}), entry.data.get("tags", []), entry.data.get("summary", ""))
        gone = given.common(gone)
        left = Given(heir.fields, heir.tags, heir.summary).without(gone)
        heir.fields, heir.tags, heir.summary = left.fields, left.tags, left.summary
        entry.data = {**log_tombstone(entry.data), **vars(given.without(gone))}
        await session.flush()
        await packs.blank(session, [heir.number], partial(_is_about, gone.fields.values()))
        await search.reindex(session, heir.conversation_id)


def _is_about(facts: Collection[Any], pack: EvidencePack) -> bool:
    return any(value is not None and value in facts for value in pack.subject.values())
