"""Figures of the desk for leads: each section as JSON, as CSV and as a picture; decided complaints one by one as CSV.

All take the same question: `from` and `to` (days in the desk's zone), `queue`, `language`, `channel`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from escalation import audit
from escalation.access import check_lead
from escalation.api.context import Desk, DeskContext, Me
from escalation.models import Agent
from escalation.reports import charts, complaints, csv_file
from escalation.reports.scope import Scope, scope_of
from escalation.reports.sections import SECTIONS, Figures, Section
from escalation.reports.words import Language
from kit.clock import to_wire
from kit.errors import NotFound

router = APIRouter(prefix="/reports")


def scope(
    me: Me,
    desk: Desk,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    queue: Annotated[str | None, Query(max_length=16)] = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2,3}$")] = None,
    channel: Annotated[str | None, Query(pattern="^[a-z_]{1,16}$")] = None,
) -> Scope:
    """FastAPI dependency: what the report is about; for leads."""
    check_lead(me, "see reports")
    return scope_of(desk.clock.now(), desk.zone, first, last, queue=queue, language=language, channel=channel)


Asked = Annotated[Scope, Depends(scope)]


@router.get("/complaints/decided.csv", response_class=Response)
async def export_decided(me: Me, desk: Desk, asked: Asked) -> Response:
    """Return the complaints decided in the range, a line each."""
    async with desk.database.read() as session:
        rows = complaints.listed(await complaints.decided(session, asked))
    return await _csv(desk, me, asked, "complaints-decided", complaints.LISTED, rows)


@router.get("/{name}.csv", response_class=Response)
async def export(name: str, me: Me, desk: Desk, asked: Asked) -> Response:
    """Return a section's table."""
    section, figures = await _measure(desk, name, asked)
    return await _csv(desk, me, asked, name, section.columns, section.rows(figures))


@router.get("/{name}.svg", response_class=Response)
async def picture(
    name: str,
    desk: Desk,
    asked: Asked,
    theme: Literal["light", "dark"] = "light",
    size: charts.Size = "wide",
    lang: Language = "en",
) -> Response:
    """Return a section's picture."""
    section, figures = await _measure(desk, name, asked)
    svg = charts.draw(section.picture(figures, lang), theme, size)
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/{name}")
async def report(name: str, desk: Desk, asked: Asked) -> dict[str, Any]:
    """Return a section's figures with the range they are of; what there is no data for is null."""
    _, figures = await _measure(desk, name, asked)
    return {**_about(asked), **figures}


async def _measure(desk: DeskContext, name: str, asked: Scope) -> tuple[Section, Figures]:
    section = SECTIONS.get(name)
    if section is None:
        raise NotFound(f"There is no report '{name[:32]}'. Reports are {', '.join(SECTIONS)}.")
    async with desk.database.read() as session:
        return section, await section.measure(session, asked)


def _about(asked: Scope) -> dict[str, Any]:
    return {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "zone": str(asked.zone),
        "at": to_wire(asked.now),
        "filters": asked.filters,
    }


async def _csv(
    desk: DeskContext, me: Agent, asked: Scope, name: str, columns: tuple[str, ...], rows: list[dict[str, Any]]
) -> Response:
    data = {"from": str(asked.first), "to": str(asked.last), "rows": len(rows), **asked.filters}
    async with desk.database.write() as session:
        await audit.record(session, desk.clock.now(), me, "report.exported", f"report:{name}", data)
    file = f"pharos-{name}-{asked.first}-{asked.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(csv_file.write(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)
