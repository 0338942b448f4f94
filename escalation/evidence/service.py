"""Stores packs and gives them out: a pack is added, never changed, and read only if its hashes still hold."""

from __future__ import annotations

import zlib
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import hint
from escalation.evidence import repository
from escalation.evidence.domain import (
    DISPUTES,
    Collected,
    CollectedMeanwhile,
    EvidenceDamaged,
    NotADispute,
    Note,
    Part,
    again_at,
    canonical,
    digest,
)
from escalation.evidence.models import EvidencePack, EvidencePart
from escalation.models import Ticket
from kit.clock import to_wire
from kit.errors import NotFound
from kit.ids import new_id


def check_is_dispute(ticket: Ticket) -> None:
    """Raise NotADispute unless evidence is collected for the ticket's case."""
    if ticket.case not in DISPUTES:
        wanted = ", ".join(case.replace("_", " ") for case in DISPUTES)
        raise NotADispute(f"Evidence is collected for {wanted}; this ticket's case is {ticket.case.replace('_', ' ')}.")


async def store(
    session: AsyncSession, ticket: Ticket, collected: Collected, *, after: int, requested_by: str | None = None
) -> EvidencePack:
    """Add a pack after the one numbered `after`, the newest when collecting began (0: none).

    Raises:
        CollectedMeanwhile: another was stored since.
    """
    pack = _row(ticket, collected, after + 1, requested_by)
    try:
        async with session.begin_nested():
            await repository.settle(session, ticket.number)
            session.add(pack)
    except IntegrityError as error:
        raise CollectedMeanwhile("Another pack was stored meanwhile. Look at it first.") from error
    hint(session, ticket.conversation_id)
    return pack


def _row(ticket: Ticket, collected: Collected, sequence: int, requested_by: str | None) -> EvidencePack:
    pack = EvidencePack(
        id=new_id(),
        ticket_number=ticket.number,
        sequence=sequence,
        case=collected.case,
        subject=asdict(collected.subject),
        moment=collected.window and collected.window.moment,
        collected_at=collected.collected_at,
        requested_by=requested_by,
        findings=[_document(note) for note in collected.findings],
        again_at=again_at(collected),
        parts=[_part_row(part, position) for position, part in enumerate(collected.parts)],
    )
    pack.sha256 = digest(manifest(pack))
    return pack


def _part_row(part: Part, position: int) -> EvidencePart:
    return EvidencePart(
        name=part.name,
        position=position,
        sources=part.sources,
        fetched_at=part.fetched_at,
        notes=[_document(note) for note in part.notes],
        missing=_document(part.missing) if part.missing else None,
        sha256=part.sha256,
        size=None if part.content is None else len(part.content),
        content=None if part.content is None else zlib.compress(part.content, 9),
    )


def _document(note: Note) -> dict[str, Any]:
    values = {name: value if isinstance(value, (str, int)) else to_wire(value) for name, value in note.values.items()}
    return {"code": note.code, "values": values}


def is_news(collected: Collected, last: EvidencePack) -> bool:
    """Tell whether a pack says anything the last one does not."""
    known = {part.name: (part.sha256, part.missing and part.missing["code"]) for part in last.parts}
    found = {part.name: (part.sha256, part.missing and part.missing.code) for part in collected.parts}
    return found != known or asdict(collected.subject) != last.subject


def manifest(pack: EvidencePack) -> bytes:
    """Return everything of a pack but its contents, for which their hashes stand, in canonical bytes."""
    head = ("ticket_number", "sequence", "case", "subject", "moment", "collected_at", "requested_by", "findings")
    body = ("name", "sources", "fetched_at", "notes", "missing", "sha256", "size")
    parts = [{name: getattr(part, name) for name in body} for part in pack.parts]
    return canonical({**{name: getattr(pack, name) for name in head}, "parts": parts})


async def access_pack(session: AsyncSession, ticket: Ticket, pack_id: str) -> EvidencePack:
    """Return a pack of a ticket whose manifest still has its hash."""
    pack = await repository.pack(session, ticket.number, pack_id)
    if pack is None:
        raise NotFound(f"Ticket {ticket.number} has no evidence pack {pack_id[:32]}.")
    if digest(manifest(pack)) != pack.sha256:
        raise EvidenceDamaged(f"Evidence pack {pack.sequence} of {ticket.number} was changed after it was stored.")
    return pack


async def contents(session: AsyncSession, pack: EvidencePack) -> dict[str, bytes]:
    """Return the canonical bytes of the parts a pack has, by name."""
    rows = await repository.contents(session, pack.id)
    return {name: _checked(pack, row, row.content) for name, row in rows.items() if row.content is not None}


def _checked(pack: EvidencePack, row: EvidencePart, stored: bytes) -> bytes:
    try:
        content = zlib.decompress(stored)
    except zlib.error:
        content = b""
    if digest(content) != row.sha256:
        raise EvidenceDamaged(
            f"'{row.name}' of evidence pack {pack.sequence} of {pack.ticket_number} was changed after it was stored."
        )
    return content
