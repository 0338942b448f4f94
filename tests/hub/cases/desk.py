"""A desk with customers and an agent, in the short forms that tests of the customer's side use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import jwt

from kit.ids import new_id
from tests.escalation.desk import AgentClient, Desk
from tests.hub.site import Event, Site, Visitor

KEY = "the key the site and the service share, long enough for every HMAC there is"


@dataclass
class CaseDesk:
    site: Site
    ana: AgentClient

    @property
    def desk(self) -> Desk:
        return Desk(self.site.app, self.site.database, self.site.clock)

    async def customer(self, identity: str | None = None, **body: Any) -> Visitor:
        """Somebody with a new conversation; verified as this customer of the exchange, if any."""
        if identity is not None:
            body["identity"] = self._vouch_for(identity)
        return await self.site.visit(**body)

    def _vouch_for(self, customer: str) -> str:
        expires_at = self.site.clock.now() + timedelta(minutes=5)
        claims = {
            "sub": customer,
            "aud": "pharos",
            "iss": "exchange",
            "jti": new_id(),
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(claims, KEY, algorithm="HS256")

    async def case(self, text: str = "My deposit is missing.", **who: Any) -> tuple[Visitor, str]:
        """A customer with a case; returns them and its number."""
        customer = await self.customer(**who)
        await customer.write(text)
        return customer, (await customer.wait_for_type("ticket.opened"))["number"]

    async def resolved(self, **who: Any) -> tuple[Visitor, str]:
        """A customer whose case Ana answered and resolved."""
        customer, number = await self.case(**who)
        await self.ana.take(number)
        await self.ana.reply(number, "It has arrived.")
        await self.ana.change("resolve", number)
        return customer, number

    async def history(self, number: str) -> list[tuple[str, str, dict[str, Any]]]:
        """What agents see of what happened: type, who, data."""
        await self.ana.sign_in()
        ticket = await self.ana.ticket(number)
        return [(entry["type"], entry["actor"]["kind"], entry["data"]) for entry in ticket["history"]]


async def cards(customer: Visitor) -> list[dict[str, Any]]:
    answer = await customer.client.get(f"{customer.path}/tickets", headers=customer.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["tickets"]
    return found


async def card(customer: Visitor, number: str) -> dict[str, Any]:
    return next(card for card in await cards(customer) if card["number"] == number)


async def call(customer: Visitor, number: str, verb: str, **body: Any) -> httpx.Response:
    return await customer.client.post(f"{customer.path}/tickets/{number}/{verb}", json=body, headers=customer.headers)


async def add(customer: Visitor, number: str, text: object, client_id: str | None = None) -> httpx.Response:
    return await call(customer, number, "facts", client_id=client_id or new_id(), text=text)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


async def buttons(customer: Visitor, text: str) -> dict[str, str]:
    """Return the buttons of the newest message with these words, label -> token, once it is there."""

    def is_it(event: Event) -> bool:
        return text in event["data"].get("text", "") and bool(event["data"].get("buttons"))

    found = [event for event in await customer.events() if is_it(event)]
    event = found[-1] if found else await customer.wait_for(is_it)
    return {button["label"]: button["token"] for button in event["data"]["buttons"]}


async def press(customer: Visitor, token: str) -> str:
    """Press a button; returns what the service said to it."""
    answer = await customer.post(button=token)
    assert answer.status_code == 202, answer.text
    said = [
        event["data"]["text"]
        for event in await customer.events()
        if event["id"] > answer.json()["event_id"] and event["data"].get("author") == "system"
    ]
    return "\n".join(said)
