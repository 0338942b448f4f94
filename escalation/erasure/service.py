"""Erasure of a customer's data: words, facts and files are overwritten in place, tombstones stay.

A *legal hold* is a complaint that is not closed: what it is about may not go before it is decided for good. A customer
who asks by themselves also waits for their other open cases. What is held is refused with the reason, or waits
and is done by itself once nothing holds it. `erasure_plan` says what becomes of every column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import redaction as transcripts
from conversations import service as conversations
from conversations.database import Base
from conversations.models import Conversation
from escalation import audit
from escalation.domain import OPEN_STATUSES
from escalation.erasure import merged, packs, repository
from escalation.erasure import plan as erasure_plan
from escalation.erasure.models import Erasure
from escalation.inbox import search
from escalation.life_cycle import change_status, finish, record
from escalation.models import Agent, Ticket
from escalation.relay import copies
from kit.errors import Conflict
from kit.ids import new_id

ERASED = "ticket.erased"
CUSTOMER = "Customer"
_BATCH = 20


class LegalHold(Conflict):
    """An open complaint, or an open case of a customer who asks by themselves, must be finished first."""


@dataclass(frozen=True)
class Outcome:
    """What came of asking: conversations erased now, tickets that hold the others, files to remove after the commit."""

    erased: list[str] = field(default_factory=list)
    held_by: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def holds(tickets: Iterable[Ticket], *, is_own: bool) -> list[str]:
    """Return the numbers of the tickets that must be finished before their conversation is erased."""
    return [
        ticket.number
        for ticket in tickets
        if (ticket.case == "complaint" and ticket.status != "closed") or (is_own and ticket.status in OPEN_STATUSES)
    ]


async def ask(
    session: AsyncSession,
    now: datetime,
    actor: Agent | str,
    conversation_ids: Sequence[str],
    *,
    reason: str,
    may_wait: bool,
    is_own: bool = False,
) -> Outcome:
    """Erase conversations; those that are held wait where they may.

    Raises:
        LegalHold: one is held and may not wait; then nothing is erased.
        NotFound: there is no such conversation.
    """
    await _lock(session, conversation_ids)
    ids = sorted(set(conversation_ids))
    held = {id: holds(await repository.tickets_that_may_hold(session, [id]), is_own=is_own) for id in ids}
    numbers = [number for held_by in held.values() for number in held_by]
    if numbers and not may_wait:
        raise LegalHold(f"{', '.join(numbers)} must be closed first. Erase afterwards, or let it wait.")
    name, files = actor.name if isinstance(actor, Agent) else actor, []
    for id, held_by in held.items():
        erasure = await _note(session, now, id, name, reason, is_own=is_own)
        if held_by:
            data = {"reason": reason, "held_by": held_by}
            await audit.record(session, now, actor, "erasure.asked", f"conversation:{id}", data)
        else:
            files += await _erase(session, now, id, erasure, actor)
    return Outcome([id for id in held if not held[id]], numbers, files)


async def _note(
    session: AsyncSession, now: datetime, conversation_id: str, asked_by: str, reason: str, *, is_own: bool
) -> Erasure:
    """Return the conversation's erasure that waits, or a new one."""
    known = await repository.waiting_for(session, conversation_id)
    if known is not None:
        known.is_own = known.is_own and is_own
        return known
    erasure = Erasure(
        id=new_id(), conversation_id=conversation_id, asked_by=asked_by, is_own=is_own, reason=reason, asked_at=now
    )
    session.add(erasure)
    await session.flush()
    return erasure


async def has_due(session: AsyncSession) -> bool:
    """Tell whether an erasure waited and nothing holds it any more."""
    return await repository.has_due(session)


async def erase_due(session: AsyncSession, now: datetime) -> int:
    """Do the erasures that nothing holds any more; returns how many. The sweep removes their files."""
    found = await repository.lock_due(session, _BATCH)
    await _lock(session, [erasure.conversation_id for erasure in found])
    for erasure in found:
        await _erase(session, now, erasure.conversation_id, erasure, erasure.asked_by)
    return len(found)


async def _lock(session: AsyncSession, conversation_ids: Iterable[str]) -> None:
    """Lock the conversations, and the others of their customers: what is erased may stand there too."""
    for id in await copies.reach(session, conversation_ids):
        await conversations.access_conversation(session, id)


async def _erase(
    session: AsyncSession, now: datetime, conversation_id: str, erasure: Erasure, actor: Agent | str
) -> list[str]:
    conversation = await conversations.access_conversation(session, conversation_id)
    customer_id = conversation.customer_id
    tickets = await repository.tickets(session, [conversation_id])
    numbers = [ticket.number for ticket in tickets]
    messages, _ = await repository.count(session, [conversation_id])
    files = await repository.files(session, conversation_id)
    for ticket in tickets:
        await _close(session, now, conversation, ticket)
    conversation.epoch += 1  # a turn under way still knows what was said
    erasure.done_at = now
    await session.flush()
    files += await _erase_copies(session, now, conversation)
    for ticket in tickets:
        await merged.take_back(session, ticket)
    await _overwrite(session, now, conversation_id, customer_id, numbers)
    data = {"reason": erasure.reason, "tickets": numbers, "messages": messages, "files": len(files)}
    await audit.record(session, now, actor, "conversation.erased", f"conversation:{conversation_id}", data)
    return files


async def _erase_copies(session: AsyncSession, now: datetime, conversation: Conversation) -> list[str]:
    """Redact what was said here and stands in other conversations of the customer's too; returns the files.

    What went into a complaint that is not closed is held with it, and goes with that one's own erasure.
    """
    await copies.hold_back(session, conversation.id)
    files: list[str] = []
    for other_id, event_id in await copies.all_copies_of(session, conversation):
        if not holds(await repository.tickets(session, [other_id]), is_own=False):
            other = await conversations.access_conversation(session, other_id)
            files += (await transcripts.redact(session, now, other, event_id, part=None)).files
            await search.reindex(session, other_id)
    return files


async def _close(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket) -> None:
    """End a ticket for good: there is nothing left to work on."""
    moved = {}
    if ticket.status != "closed":
        verb = "close" if ticket.status == "resolved" else "merge"  # the two ways that end in closed
        moved = await change_status(session, now, conversation, ticket, verb)
        await finish(session, now, conversation, ticket)
    await record(session, now, ticket, ERASED, "system", "Pharos", moved)


async def _overwrite(
    session: AsyncSession, now: datetime, conversation_id: str, customer_id: str | None, numbers: list[str]
) -> None:
    await repository.mark_files(session, conversation_id, now)
    await repository.stop_deliveries(session, conversation_id)
    await repository.blank_letters(session, numbers)
    await packs.blank(session, numbers)
    ids = {"conversation": [conversation_id], "ticket": numbers, "pack": [], "customer": []}
    for part in erasure_plan.PARTS:
        await repository.erase(session, part, ids[part.of])
    if customer_id is not None and not await repository.conversations_of(session, customer_id):
        for part in erasure_plan.PARTS:
            await repository.erase(session, part, [customer_id] if part.of == "customer" else [])
    overwritten = {part.table for part in erasure_plan.PARTS}
    for row in list(session):  # what was read before is no longer so
        if isinstance(row, Base) and row.__tablename__ in overwritten:
            session.expire(row)
    await conversations.access_conversation(session, conversation_id)
    await search.reindex(session, conversation_id)
