"""Webhooks: who is told of what happens at the desk, and the sender that signs and posts it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database
from escalation.outside import repository
from escalation.outside.domain import WEBHOOK_EVENTS, body_of, is_public, signature
from escalation.outside.guarded import AddressRefused
from escalation.outside.models import Delivery, Webhook
from escalation.outside.outbox import Parcel, Refused
from kit.clock import Clock
from kit.errors import DeliveryFailed, InvalidRequest, NotFound
from kit.ids import new_id, new_token

MAX_WEBHOOKS = 20
_LONGEST_URL, _LONGEST_NAME = 500, 80
_GONE = 410


class WebhookNotFound(NotFound):
    """No webhook has this id, or it has no such delivery."""


async def create(
    session: AsyncSession,
    now: datetime,
    key: bytes,
    *,
    url: str,
    name: str,
    events: list[str],
    may_be_private: bool,
) -> tuple[Webhook, str]:
    """Add a webhook; returns it with its secret, which can be shown only now.

    Raises:
        InvalidRequest: the address is not one that may be called, an unknown event, or too many webhooks.
    """
    _check_url(url, may_be_private=may_be_private)
    if unknown := set(events) - {"*", *WEBHOOK_EVENTS}:
        raise InvalidRequest(f"'events': there is no event '{sorted(unknown)[0][:40]}'.")
    if not events:
        raise InvalidRequest("'events': choose at least one event, or '*' for all.")
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise InvalidRequest(f"'name' needs 1 to {_LONGEST_NAME} characters.")
    if len(await repository.webhooks(session)) >= MAX_WEBHOOKS:
        raise InvalidRequest(f"There are {MAX_WEBHOOKS} webhooks already. Remove one first.")
    webhook = Webhook(
        id=new_id(), url=url, name=name.strip(), events=sorted(set(events)), salt=new_token(), created_at=now
    )
    session.add(webhook)
    await repository.lock_destination(session, place_of(webhook.id), "webhook")
    await session.flush()
    return webhook, secret_of(webhook, key)


def _check_url(url: str, *, may_be_private: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidRequest("'url' is not an address.") from error
    if not host or len(url) > _LONGEST_URL or any(c <= " " or c > "~" for c in url):
        raise InvalidRequest(f"'url' must be an https address of at most {_LONGEST_URL} ASCII characters.")
    if parts.scheme != "https" and not (may_be_private and parts.scheme == "http"):
        raise InvalidRequest("'url' must begin with https://.")
    if parts.username is not None or parts.fragment:
        raise InvalidRequest("'url' must have no user name and no fragment.")
    is_address = host.replace(".", "").isdigit() or ":" in host
    if not may_be_private and (host == "localhost" or (is_address and not is_public(host))):
        raise InvalidRequest("'url' leads to a private address.")


def place_of(id: str) -> str:
    """Return the destination of a webhook."""
    return f"webhook:{id}"


def secret_of(webhook: Webhook, key: bytes) -> str:
    """Return what a webhook's deliveries are signed with: made from the service's key, stored nowhere."""
    made = hmac.new(key, f"webhook:{webhook.salt}".encode(), hashlib.sha256).digest()
    return "whsec_" + base64.urlsafe_b64encode(made).decode().rstrip("=")


async def access_webhook(session: AsyncSession, id: str) -> Webhook:
    found = await repository.webhook(session, id)
    if found is None:
        raise WebhookNotFound("There is no such webhook.")
    return found


async def access_delivery(session: AsyncSession, webhook: Webhook, delivery_id: str) -> Delivery:
    found = await repository.delivery(session, delivery_id)
    if found is None or found.destination_id != place_of(webhook.id):
        raise WebhookNotFound("This webhook has no such delivery.")
    return found


async def remove(session: AsyncSession, webhook: Webhook) -> None:
    """Remove a webhook with its log; what waits is not sent."""
    await repository.lock_destination(session, place_of(webhook.id), "webhook")
    await repository.forget_all_of(session, place_of(webhook.id))
    await session.delete(webhook)
    await session.flush()


class WebhookSender:
    """Posts a delivery to its webhook (see Sender)."""

    def __init__(self, database: Database, clock: Clock, client: httpx.AsyncClient, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._key = key

    async def send(self, parcel: Parcel) -> int:
        async with self._database.read() as session:
            webhook = await repository.webhook(session, parcel.destination_id.partition(":")[2])
        if webhook is None:
            raise DeliveryFailed("The webhook was removed.", permanent=True)
        status_code = await self._post(webhook, parcel)
        if status_code == _GONE:
            raise Refused("The receiver wants nothing any more (410); the webhook is paused.", _GONE, ends=True)
        if not 200 <= status_code < 300:
            raise Refused(f"The receiver answered {status_code}.", status_code)
        return status_code

    async def _post(self, webhook: Webhook, parcel: Parcel) -> int:
        body, timestamp = body_of(parcel.payload), str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Pharos",
            "X-Pharos-Delivery": parcel.id,
            "X-Pharos-Timestamp": timestamp,
            "X-Pharos-Signature": signature(secret_of(webhook, self._key), timestamp, body),
        }
        try:
            async with self._client.stream("POST", webhook.url, content=body, headers=headers) as response:
                return response.status_code  # what else is answered is not read
        except AddressRefused as error:
            raise DeliveryFailed(str(error), permanent=True) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise DeliveryFailed(f"{type(error).__name__}: {error}".rstrip(": ")) from error
