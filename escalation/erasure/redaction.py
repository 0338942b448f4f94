"""Redaction by an agent: a message's words, or a part of them, go from transcript and all the desk made of it.

Facts, summaries, decisions, reasons, ratings, drafts and the subject of evidence lose what quotes the words; a fact
that stands in them is a quote. Who, when and why is in the ticket's log and in the audit log, the words are not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import redaction as transcripts
from conversations.redaction import Cut, words_of
from escalation import audit
from escalation.access import lock_ticket
from escalation.erasure import redaction_repository as repository
from escalation.evidence import service as evidence
from escalation.evidence.domain import digest
from escalation.evidence.models import EvidencePack
from escalation.inbox import search
from escalation.life_cycle import MAX_REASON_LENGTH, record
from escalation.models import Agent, Ticket, TicketEvent
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
    ticket, conversation = await lock_ticket(session, agent, number)
    tickets = await repository.tickets(session, conversation.id)
    numbers = [each.number for each in tickets]
    packs = await repository.packs(session, numbers)
    facts = {word for each in tickets for word in words_of(each.fields)}
    facts |= {word for pack in packs for word in words_of(pack.subject)}
    done = await transcripts.redact(session, now, conversation, event_id, part=part, facts=facts)
    if not done.is_new:
        return []
    await repository.forget_digest(session, numbers, event_id)
    await _cut_desk(session, tickets, packs, done.cut)
    await search.reindex(session, conversation.id)
    said = Cut((*done.cut.pieces, *([part] if part else [])), done.cut.mark)
    data = {"event_id": event_id, "is_whole": part is None, "reason": said.text(reason)}
    await record(session, now, ticket, REDACTED, "agent", agent.name, data)
    await audit.record(session, now, agent, "message.redacted", f"ticket:{number}", data)
    return done.files


async def _cut_desk(session: AsyncSession, tickets: list[Ticket], packs: list[EvidencePack], cut: Cut) -> None:
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
    await session.flush()


def _cut_entry(entry: TicketEvent, cut: Cut) -> None:
    entry.data = {name: value if name in STRUCTURE else cut.value(value) for name, value in entry.data.items()}


def _cut_pack(pack: EvidencePack, cut: Cut) -> None:
    """Take the words out of a pack, which is then what its hash is of; what was asked for becomes unknown."""
    subject = {name: value if cut.value(value) == value else None for name, value in pack.subject.items()}
    findings = cut.value(pack.findings)
    if (subject, findings) != (pack.subject, pack.findings):
        pack.subject, pack.findings = subject, findings
        pack.sha256 = digest(evidence.manifest(pack))
