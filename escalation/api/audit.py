"""The audit log for admins: by page, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from escalation import audit
from escalation.access import check_admin
from escalation.accounts import repository
from escalation.accounts.models import AuditEntry
from escalation.accounts.repository import AuditFilter
from escalation.api.context import Desk, DeskContext, Me
from kit.clock import from_wire, to_wire
from kit.errors import InvalidRequest

router = APIRouter()
_COLUMNS = ("id", "at", "person_id", "person", "action", "object", "address_hash", "data")
_BATCH = 1000


def filter_of(
    person: Annotated[str | None, Query(max_length=32)] = None,
    action: Annotated[str | None, Query(max_length=40)] = None,
    since: str | None = None,
    until: str | None = None,
) -> AuditFilter:
    return AuditFilter(person or None, action or None, _instant("since", since), _instant("until", until))


def _instant(name: str, text: str | None) -> datetime | None:
    try:
        return from_wire(text) if text else None
    except ValueError as error:
        raise InvalidRequest(f"'{name}' must be an instant such as 2026-01-31T00:00:00Z.") from error


Wanted = Annotated[AuditFilter, Depends(filter_of)]


@router.get("/audit")
async def list_entries(
    me: Me,
    desk: Desk,
    wanted: Wanted,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Return entries, newest first; `next` goes into `before` for what follows. Only the first page has `actions`."""
    check_admin(me, "read the audit log")
    async with desk.database.read() as session:
        found = await repository.audit_entries(session, wanted, before, limit + 1)
        actions = {"actions": list(await repository.audit_actions(session))} if before is None else {}
    page = found[:limit]
    return {
        "entries": [_shown(entry) for entry in page],
        "next": page[-1].id if len(found) > limit else None,
        **actions,
    }


@router.get("/audit.csv")
async def export_entries(me: Me, desk: Desk, wanted: Wanted) -> StreamingResponse:
    """Return all entries of a filter as CSV, the newest first; the export itself is noted first."""
    check_admin(me, "export the audit log")
    async with desk.database.write() as session:
        await audit.record(session, desk.clock.now(), me, "export.made", "audit", _asked(wanted))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_csv(desk, wanted), media_type="text/csv; charset=utf-8", headers=headers)


def _asked(wanted: AuditFilter) -> dict[str, Any]:
    values = {"person": wanted.person, "action": wanted.action}
    instants = {"since": wanted.since, "until": wanted.until}
    values |= {name: to_wire(at) for name, at in instants.items() if at is not None}
    return {name: value for name, value in values.items() if value is not None}


async def _csv(desk: DeskContext, wanted: AuditFilter) -> AsyncIterator[str]:
    """Give the rows in batches, each read by itself, so that no transaction stays open while somebody downloads."""
    yield _lines([list(_COLUMNS)])
    before: int | None = None
    while True:
        async with desk.database.read() as session:
            found = await repository.audit_entries(session, wanted, before, _BATCH)
        if not found:
            return
        before = found[-1].id
        yield _lines([_row(entry) for entry in found])


def _row(entry: AuditEntry) -> list[str]:
    data = json.dumps(entry.data, ensure_ascii=False) if entry.data else ""
    cells = (entry.id, to_wire(entry.at), entry.actor_id, entry.actor_name, entry.action, entry.object)
    return [_cell(str(value or "")) for value in (*cells, entry.address_hash, data)]


def _cell(text: str) -> str:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _shown(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": to_wire(entry.at),
        "person": {"id": entry.actor_id, "name": entry.actor_name},
        "action": entry.action,
        "object": entry.object,
        "address_hash": entry.address_hash,
        "data": entry.data,
    }
