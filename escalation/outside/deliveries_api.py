"""Mails and Telegram notices as admins see them: to whom, what came of them, once more. Webhooks have their own log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from escalation import audit
from escalation.access import check_admin
from escalation.api.context import Desk, Me
from escalation.outside import outbox, repository
from escalation.outside.models import Delivery
from kit.clock import to_wire
from kit.errors import NotFound

router = APIRouter(prefix="/deliveries")
_PAGE = 50


class DeliveryNotFound(NotFound):
    """There is no such mail or notice, or its reader was erased."""


@router.get("")
async def list_deliveries(
    me: Me, desk: Desk, before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> dict[str, Any]:
    """Return the mails and notices of 30 days, the newest first; for admins."""
    check_admin(me, "see deliveries")
    async with desk.database.read() as session:
        found = await repository.log_of_letters(session, before, _PAGE + 1)
    page = found[:_PAGE]
    return {
        "deliveries": [_show(delivery) for delivery in page],
        "next": page[-1].place if len(found) > _PAGE else None,
    }


@router.post("/{delivery_id}/resend", status_code=202)
async def resend(delivery_id: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Send a mail or a notice once more, under the same id; for admins."""
    check_admin(me, "send again")
    now = desk.clock.now()
    async with desk.database.write() as session:
        delivery = await repository.delivery(session, delivery_id)
        if delivery is None or _kind(delivery) == "webhook" or not delivery.payload:
            raise DeliveryNotFound("There is no such delivery.")
        await outbox.send_again(session, now, delivery)
        data = {"type": delivery.type, "kind": _kind(delivery)}
        await audit.record(session, now, me, "delivery.resent", f"delivery:{delivery.id}", data)
        return _show(delivery)


def _kind(delivery: Delivery) -> str:
    return delivery.destination_id.partition(":")[0]


def _show(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "kind": _kind(delivery),
        "to": masked(delivery.payload),
        "type": delivery.type,
        "number": delivery.payload.get("number"),
        "status": delivery.status,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "created_at": to_wire(delivery.created_at),
        "delivered_at": to_wire(delivery.delivered_at) if delivery.delivered_at else None,
    }


def masked(payload: dict[str, Any]) -> str | None:
    """Return whom a letter is for, so that who knows them knows them: `m…@example.com`, `…678`; None once erased."""
    if "to" in payload:
        name, _, domain = str(payload["to"]).rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{str(payload['chat_id'])[-3:]}" if "chat_id" in payload else None
