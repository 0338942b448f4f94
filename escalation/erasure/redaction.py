"""Redaction by an agent: a message's words, or a part of them, go from transcript and all the desk made of it.

Facts, summaries, decisions, reasons, ratings, drafts and the subject of evidence lose what quotes the words; a fact
that stands in them is a quote. So do the tickets that a duplicate's facts went to, and the message's copies in other
conversations of the customer's. Who, when and why is in the ticket's log and in the audit log, the words are not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import redaction as transcripts
from conversations import service as conversations
from conversations.models import Conversation
from conversations.redaction import Cut, NotInMessage, words_of
from escalation import audit
from escalation import repository as desk_repository
from escalation.access import lock_ticket
from escalation.erasure import merged
from escalation.erasure import redaction_repository as repository
from escalation.evidence import service as evidence
from escalation.evidence.domain import digest
from escalation.evidence.models import EvidencePack
from escalation.inbox import search
from escalation.life_cycle import MAX_REASON_LENGTH, record
from escalation.models import Agent, Ticket, TicketEvent
from escalation.relay import copies
from kit.text import check_message

REDACTED = "ticket.message_redacted"
#: What of a ticket's log is not said by anybody; its clocks are read from it.
STRUCTURE = frozenset(
    "case clock confirmed due_at event_id from from_queue into priority queue root_cause score since status to to_queue"
    " is_whole".split()
)


async def redact(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    number: str,
    event_id: int,
    *,
    reason: str,
    part: str | None = None,
) -> list[str]:
    """Redact a message of the ticket's conversation, whole or every occurrence of a part; any agent may.

    Returns:
        Files to remove after the commit.

    Raises:
        NotFound: there is no such message.
        NotInMessage: the part is not in it.
    """
    reason = check_message(reason, limit=MAX_REASON_LENGTH).strip()
    part = check_message(part) if part is not None else None
    ticket, conversation = await _lock(session, agent, number)
    tickets = await repository.tickets(session, [conversation.id])
    numbers = [each.number for each in tickets]
    packs = await repository.packs(session, numbers)
    facts = {word for each in tickets for word in words_of(each.fields)}
    facts |= {word for pack in packs for word in words_of(pack.subject)}
    done = await transcripts.redact(session, now, conversation, event_id, part=part, facts=facts)
    if not done.is_new:
        return []
    await repository.forget_digest(session, numbers, event_id)
    files = done.files
    places = await _copies(session, conversation, event_id, part, done)
    for (conversation_id, copy_id), words in places.items():
        files += await _redact_copy(session, now, conversation_id, copy_id, words, facts)
    await _cut_desk(session, {conversation.id, *(id for id, _ in places)}, done.cut)
    said = Cut((*done.cut.pieces, *([part] if part else [])), done.cut.mark)
    data = {"event_id": event_id, "is_whole": part is None, "reason": said.text(reason)}
    await record(session, now, ticket, REDACTED, "agent", agent.name, data)
    await audit.record(session, now, agent, "message.redacted", f"ticket:{number}", data)
    return files


async def _lock(session: AsyncSession, agent: Agent, number: str) -> tuple[Ticket, Conversation]:
    """Return a ticket and its conversation, with every conversation locked that the message may have copies in."""
    home = await desk_repository.conversation_of(session, number)
    for conversation_id in await copies.reach(session, [home] if home else []):
        await conversations.access_conversation(session, conversation_id)
    ticket, conversation = await lock_ticket(session, agent, number)
    await copies.hold_back(session, conversation.id)
    return ticket, conversation


async def _copies(
    session: AsyncSession, conversation: Conversation, event_id: int, part: str | None, done: transcripts.Redacted
) -> dict[copies.Place, str | None]:
    """Return what is to go in other conversations, by place; None is the whole message."""
    places: dict[copies.Place, str | None] = {}
    for quoting in done.quoting:
        places |= dict.fromkeys(await copies.copies_of(session, conversation, quoting), done.words)
    return places | dict.fromkeys(await copies.copies_of(session, conversation, event_id), part)


async def _redact_copy(
    session: AsyncSession, now: datetime, conversation_id: str, event_id: int, part: str | None, facts: set[str]
) -> list[str]:
    """Redact a message's copy; returns its files. One that is only a part of the message may not have the words."""
    conversation = await conversations.access_conversation(session, conversation_id)
    try:
        done = await transcripts.redact(session, now, conversation, event_id, part=part, facts=facts)
    except NotInMessage:
        return []
    return done.files


async def _cut_desk(session: AsyncSession, conversation_ids: Collection[str], cut: Cut) -> None:
    """Take the words out of all the desk keeps about these conversations, and about the tickets theirs went to."""
    tickets = await repository.tickets(session, conversation_ids)
    tickets += [heir for ticket in tickets for heir, _ in await merged.heirs(session, ticket)]
    packs = await repository.packs(session, [ticket.number for ticket in tickets])
    for ticket in tickets:
        ticket.fields, ticket.summary = cut.value(ticket.fields), cut.text(ticket.summary)
        ticket.decision = cut.text(ticket.decision) if ticket.decision else ticket.decision
    numbers = [ticket.number for ticket in tickets]
    for entry in await repository.log(session, numbers):
        _cut_entry(entry, cut)
    for rating in await repository.ratings(session, numbers):
        rating.comment = cut.text(rating.comment)
    for draft in await repository.drafts(session, numbers):
        draft.text = cut.text(draft.text)
    for decision in await repository.decisions(session, numbers):
        decision.reasons, decision.remedy_text = cut.text(decision.reasons), cut.text(decision.remedy_text)
        decision.points = cut.value(decision.points)
    for pack in packs:
        _cut_pack(pack, cut)
    for conversation_id in {*conversation_ids, *(ticket.conversation_id for ticket in tickets)}:
        await search.reindex(session, conversation_id)


def _cut_entry(entry: TicketEvent, cut: Cut) -> None:
    entry.data = {name: value if name in STRUCTURE else cut.value(value) for name, value in entry.data.items()}


def _cut_pack(pack: EvidencePack, cut: Cut) -> None:
    """Take the words out of a pack, which is then what its hash is of; what was asked for becomes unknown."""
    subject = {name: value if cut.value(value) == value else None for name, value in pack.subject.items()}
    findings = cut.value(pack.findings)
    if (subject, findings) != (pack.subject, pack.findings):
        pack.subject, pack.findings = subject, findings
        pack.sha256 = digest(evidence.manifest(pack))
