"""Evidence over HTTP: an agent lists a ticket's packs, asks for a new one, sees the chart, downloads the data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel, Field
from starlette.requests import HTTPConnection

from conversations.http import JsonBody, parse
from escalation.access import access_ticket
from escalation.api import Desk, Me, keep_private
from escalation.evidence import chart, reading, repository, service, views
from escalation.evidence.domain import PARTS, digest, subject_of
from escalation.evidence.words import Language, say
from escalation.evidence.worker import EvidenceWorker
from kit.clock import to_wire
from kit.errors import NotFound

#: What a download's hash stands in; the same as in the list of parts.
HASH_HEADER = "X-Evidence-SHA256"


class CollectRequest(BaseModel):
    """What the agent knows better than the ticket's facts; what is left out is taken from them."""

    symbol: str | None = Field(None, min_length=1, max_length=48, pattern=r"^[\w.:/ -]+$")
    at: AwareDatetime | None = None
    price: str | None = Field(None, max_length=32, pattern=r"^\d{1,16}(\.\d{1,16})?$")


def worker_of(connection: HTTPConnection) -> EvidenceWorker:
    """FastAPI dependency: who collects."""
    worker: EvidenceWorker = connection.app.state.evidence
    return worker


Worker = Annotated[EvidenceWorker, Depends(worker_of)]
router = APIRouter(prefix="/desk/v1/tickets/{number}/evidence", dependencies=[Depends(keep_private)])


@router.get("")
async def list_packs(number: str, me: Me, desk: Desk, lang: Language = "en") -> dict[str, Any]:
    """Return what was collected for a ticket, the newest first, with hashes and what is missing."""
    async with desk.database.read() as session:
        ticket, _ = await access_ticket(session, me, number)
        packs = await repository.packs(session, number)
    return views.overview(ticket, packs, lang)


@router.post("", status_code=201)
async def collect(
    number: str, body: JsonBody, me: Me, desk: Desk, worker: Worker, lang: Language = "en"
) -> dict[str, Any]:
    """Collect now; packs that are there stay as they are."""
    asked = parse(CollectRequest, body)
    async with desk.database.read() as session:
        ticket, _ = await access_ticket(session, me, number)
    at = to_wire(asked.at) if asked.at else None
    subject = subject_of(ticket.fields).with_changes(symbol=asked.symbol, at=at, price=asked.price)
    pack = await worker.collect_for(me.name, ticket, subject)
    return views.pack(pack, subject_of(ticket.fields), lang)


@router.get("/{pack_id}/chart.svg", response_class=Response)
async def get_chart(
    number: str, pack_id: str, me: Me, desk: Desk, theme: Literal["light", "dark"] = "light", lang: Language = "en"
) -> Response:
    """Return the pack as a picture, drawn from what is stored and nothing else."""
    async with desk.database.read() as session:
        ticket, _ = await access_ticket(session, me, number)
        pack = await service.access_pack(session, ticket, pack_id)
        contents = await service.contents(session, pack)
    picture = chart.draw(reading.picture(pack, contents, lang), theme)
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.get("/{pack_id}/parts/{name}", response_class=Response)
async def get_part(number: str, pack_id: str, name: str, me: Me, desk: Desk, lang: Language = "en") -> Response:
    """Return a part's stored bytes, or the pack's `manifest`: SHA-256 over the body is the hash in the header."""
    async with desk.database.read() as session:
        ticket, _ = await access_ticket(session, me, number)
        pack = await service.access_pack(session, ticket, pack_id)
        contents = await service.contents(session, pack)
    contents["manifest"] = service.manifest(pack)
    if name not in contents:
        reason = next((part.missing for part in pack.parts if part.name == name and part.missing), None)
        why = f" {say(reason['code'], reason['values'], lang)}" if reason else f" Parts are {', '.join(PARTS)}."
        raise NotFound(f"Pack {pack.sequence} of {number} holds no {name[:32]}.{why}")
    headers = {
        HASH_HEADER: digest(contents[name]),
        "Content-Disposition": f'attachment; filename="{number}-{pack.sequence}-{name}.json"',
        "Cache-Control": "no-store",
    }
    return Response(contents[name], media_type="application/json", headers=headers)
