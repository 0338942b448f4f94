"""Webhooks as admins manage them: create, pause, try, read the log, send again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StrictBool
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.http import JsonBody, parse
from escalation import audit
from escalation.api.context import Desk, Me
from escalation.domain import WrongRole
from escalation.models import Agent
from escalation.outside import outbox, repository, webhooks
from escalation.outside.context import Out
from escalation.outside.domain import WEBHOOK_EVENTS, is_circuit_open
from escalation.outside.models import Delivery, Webhook
from escalation.outside.outbox import put
from kit.clock import to_wire
from kit.ids import new_id

router = APIRouter(prefix="/webhooks")
_PAGE = 50


class WebhookRequest(BaseModel):
    url: str
    name: str
    events: list[str] = Field(max_length=50)


class PauseRequest(BaseModel):
    is_paused: StrictBool


def admin(me: Me) -> Agent:
    if me.role != "admin":
        raise WrongRole("Only an admin may manage webhooks.")
    return me


Admin = Annotated[Agent, Depends(admin)]


@router.get("")
async def list_webhooks(_admin: Admin, desk: Desk, out: Out) -> dict[str, Any]:
    """Return every webhook with how it stands; secrets are shown once, when one is made."""
    async with desk.database.read() as session:
        found = [await _show(session, webhook) for webhook in await repository.webhooks(session)]
    return {"webhooks": found, "events": list(WEBHOOK_EVENTS), "may_be_private": out.may_be_private}


@router.post("", status_code=201)
async def create_webhook(body: JsonBody, me: Admin, desk: Desk, out: Out) -> dict[str, Any]:
    """Add a webhook; its secret is in this answer and in no other."""
    asked, now = parse(WebhookRequest, body), desk.clock.now()
    async with desk.database.write() as session:
        webhook, secret = await webhooks.create(
            session, now, out.key, **asked.model_dump(), may_be_private=out.may_be_private
        )
        await _audit(session, now, me, "webhook.created", webhook)
        return {**await _show(session, webhook), "secret": secret}


@router.patch("/{webhook_id}")
async def pause_webhook(webhook_id: str, body: JsonBody, me: Admin, desk: Desk) -> dict[str, Any]:
    """Pause it or let it go on; what happens meanwhile waits for a day."""
    asked, now = parse(PauseRequest, body), desk.clock.now()
    async with desk.database.write() as session:
        webhook = await webhooks.access_webhook(session, webhook_id)
        if asked.is_paused:
            await repository.pause(session, webhooks.place_of(webhook.id), is_paused=True)
        else:
            await outbox.resume(session, now, webhooks.place_of(webhook.id))
        await _audit(session, now, me, "webhook.paused" if asked.is_paused else "webhook.resumed", webhook)
        return await _show(session, webhook)


@router.delete("/{webhook_id}", status_code=204)
async def remove_webhook(webhook_id: str, me: Admin, desk: Desk) -> None:
    """Remove it with its log."""
    async with desk.database.write() as session:
        webhook = await webhooks.access_webhook(session, webhook_id)
        await _audit(session, desk.clock.now(), me, "webhook.removed", webhook)
        await webhooks.remove(session, webhook)


@router.post("/{webhook_id}/ping", status_code=202)
async def ping_webhook(webhook_id: str, _admin: Admin, desk: Desk) -> dict[str, Any]:
    """Send it a `ping`, behind what waits."""
    now, id = desk.clock.now(), new_id()
    async with desk.database.write() as session:
        webhook = await webhooks.access_webhook(session, webhook_id)
        body = {"id": id, "type": "ping", "at": to_wire(now)}
        await put(session, now, webhooks.place_of(webhook.id), "webhook", "ping", body, id=id)
    return {"delivery_id": id}


@router.get("/{webhook_id}/deliveries")
async def list_deliveries(
    webhook_id: str, _admin: Admin, desk: Desk, before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> dict[str, Any]:
    """Return its log of 30 days, the newest first."""
    async with desk.database.read() as session:
        webhook = await webhooks.access_webhook(session, webhook_id)
        found = await repository.log_of(session, webhooks.place_of(webhook.id), before, _PAGE + 1)
    page = found[:_PAGE]
    return {
        "deliveries": [_show_delivery(delivery) for delivery in page],
        "next": page[-1].place if len(found) > _PAGE else None,
    }


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend", status_code=202)
async def resend(webhook_id: str, delivery_id: str, me: Admin, desk: Desk) -> dict[str, Any]:
    """Send a delivery once more, under the same id."""
    now = desk.clock.now()
    async with desk.database.write() as session:
        webhook = await webhooks.access_webhook(session, webhook_id)
        delivery = await webhooks.access_delivery(session, webhook, delivery_id)
        await outbox.send_again(session, now, delivery)
        await _audit(session, now, me, "delivery.resent", webhook, delivery=delivery.id)
        return _show_delivery(delivery)


async def _audit(session: AsyncSession, now: datetime, me: Agent, action: str, webhook: Webhook, **more: str) -> None:
    await audit.record(session, now, me, action, f"webhook:{webhook.id}", {"name": webhook.name, **more})


async def _show(session: AsyncSession, webhook: Webhook) -> dict[str, Any]:
    place = await repository.destination(session, webhooks.place_of(webhook.id))
    is_open = place is not None and is_circuit_open(place.failures)
    retry_at = place.next_attempt_at if place is not None and place.failures else None
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "events": webhook.events,
        "created_at": to_wire(webhook.created_at),
        "is_paused": place is not None and place.is_paused,
        "is_circuit_open": is_open,
        "failures": place.failures if place is not None else 0,
        "retry_at": to_wire(retry_at) if retry_at else None,
        "waiting": await repository.count_waiting(session, webhooks.place_of(webhook.id)),
    }


def _show_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "type": delivery.type,
        "number": (delivery.payload.get("ticket") or {}).get("number"),
        "status": delivery.status,
        "attempts": delivery.attempts,
        "status_code": delivery.status_code,
        "error": delivery.error,
        "created_at": to_wire(delivery.created_at),
        "attempted_at": to_wire(delivery.attempted_at) if delivery.attempted_at else None,
        "delivered_at": to_wire(delivery.delivered_at) if delivery.delivered_at else None,
        "body": delivery.payload,
    }
