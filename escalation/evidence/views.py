"""Packs as the console sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from escalation.evidence.domain import DISPUTES, Subject, Window, subject_of
from escalation.evidence.models import EvidencePack, EvidencePart
from escalation.evidence.words import Language, say
from escalation.models import Ticket
from kit.clock import to_wire


def overview(ticket: Ticket, packs: Sequence[EvidencePack], language: Language) -> dict[str, Any]:
    """Return a ticket's packs, the newest first, and what its facts say now."""
    subject = subject_of(ticket.fields)
    return {
        "ticket": ticket.number,
        "is_collected": ticket.case in DISPUTES,
        "subject": asdict(subject),
        "packs": [pack(each, subject, language) for each in packs],
    }


def pack(row: EvidencePack, subject: Subject, language: Language) -> dict[str, Any]:
    address = f"/desk/v1/tickets/{row.ticket_number}/evidence/{row.id}"
    return {
        "id": row.id,
        "sequence": row.sequence,
        "collected_at": to_wire(row.collected_at),
        "requested_by": row.requested_by,
        "subject": row.subject,
        #: The ticket's facts are still those the pack was collected for.
        "is_current": row.subject == asdict(subject),
        "window": _window(row),
        "is_complete": all(part.missing is None for part in row.parts),
        "findings": [note(each, language) for each in row.findings],
        "parts": [_part(part, address, language) for part in row.parts],
        "sha256": row.sha256,
        "chart": f"{address}/chart.svg",
        "manifest": f"{address}/parts/manifest",
    }


def _window(row: EvidencePack) -> dict[str, str] | None:
    if row.moment is None:
        return None
    window = Window(row.moment)
    return {"moment": to_wire(window.moment), "start": to_wire(window.start), "end": to_wire(window.end)}


def _part(part: EvidencePart, address: str, language: Language) -> dict[str, Any]:
    return {
        "name": part.name,
        "sources": part.sources,
        "fetched_at": to_wire(part.fetched_at),
        "sha256": part.sha256,
        "size": part.size,
        "missing": note(part.missing, language) if part.missing else None,
        "notes": [note(each, language) for each in part.notes],
        "data": f"{address}/parts/{part.name}" if part.missing is None else None,
    }


def note(document: dict[str, Any], language: Language) -> dict[str, Any]:
    return {**document, "text": say(document["code"], document["values"], language)}
