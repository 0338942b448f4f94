"""Webhooks: signed, in order, at least once under one id, whatever receiver or service do."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

import pytest

from escalation.outside.outbox import ATTEMPT_TIMEOUT
from escalation.outside.webhooks import WebhookSender
from escalation.outside.work import Outside
from tests.escalation.desk import AgentClient
from tests.escalation.outside.conftest import OpenDesk
from tests.escalation.outside.receivers import Receiver

FIRST_TWO = ["ticket.opened", "ticket.taken"]


async def add_webhook(admin: AgentClient, receiver: Receiver, *events: str) -> dict[str, Any]:
    answer = await admin.client.post(
        "/webhooks", json={"url": receiver.url, "name": "Paging", "events": list(events) or FIRST_TWO}
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def log_of(admin: AgentClient, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the webhook's deliveries, the oldest first."""
    found: list[dict[str, Any]] = (await admin.get(f"/webhooks/{webhook['id']}/deliveries"))["deliveries"]
    return found[::-1]


async def opened_and_taken(desk: OpenDesk, admin: AgentClient) -> str:
    _, number = await desk.case()
    await admin.take(number)
    return number


async def test_what_happens_arrives_signed_and_says_nothing_the_customer_wrote(
    desk: OpenDesk, receiver: Receiver
) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver, "*")
    _, number = await desk.case()

    await desk.send()

    request = receiver.requests[0]
    signed = request.headers["x-pharos-timestamp"].encode() + b"." + request.body
    expected = hmac.new(webhook["secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers["x-pharos-signature"] == f"sha256={expected}"
    assert request.json["id"] == request.id
    assert request.json["ticket"]["number"] == number
    assert request.json["ticket"]["url"] == f"https://support.example/console#/tickets/{number}"
    assert b"abab" not in request.body
    assert b"missing." not in request.body


async def test_secret_is_shown_once(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)

    listed = (await admin.get("/webhooks"))["webhooks"]

    assert webhook["secret"].startswith("whsec_")
    assert [found["id"] for found in listed] == [webhook["id"]]
    assert "secret" not in listed[0]


async def test_only_what_was_asked_for_is_sent(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    await add_webhook(admin, receiver, "ticket.taken")
    await opened_and_taken(desk, admin)

    await desk.send()

    assert receiver.types == ["ticket.taken"]


@pytest.mark.parametrize("trouble", [500, "cut", 302])
async def test_failed_delivery_holds_the_next_back_and_comes_again_under_its_id(
    desk: OpenDesk, receiver: Receiver, trouble: int | str
) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    receiver.answers = [trouble]
    await desk.send()
    desk.clock.advance(seconds=4)
    await desk.send()
    assert receiver.types == ["ticket.opened"]

    desk.clock.advance(seconds=1)
    await desk.send()

    assert receiver.types == ["ticket.opened", "ticket.opened", "ticket.taken"]
    first, again, _ = receiver.requests
    assert (first.id, first.body) == (again.id, again.body)
    assert [(d["status"], d["attempts"]) for d in await log_of(admin, webhook)] == [("delivered", 2), ("delivered", 1)]


async def test_service_that_died_in_a_delivery_is_followed_by_another(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    receiver.answers = ["hang"]
    await desk.outside.sweep()
    dying = asyncio.create_task(desk.outside.dispatcher.deliver_due())
    await asyncio.wait_for(receiver.arrived.wait(), 10)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    other = Outside(desk.database, desk.clock, desk.outside.key, may_be_private=True)
    assert await other.dispatcher.deliver_due() == 0

    desk.clock.advance(seconds=ATTEMPT_TIMEOUT.total_seconds())
    while await other.dispatcher.deliver_due():
        pass

    assert receiver.types == ["ticket.opened", *FIRST_TWO]
    assert receiver.requests[0].id == receiver.requests[1].id
    assert [d["status"] for d in await log_of(admin, webhook)] == ["delivered", "delivered"]


async def test_slow_receiver_is_waited_for_only_so_long(
    desk: OpenDesk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    monkeypatch.setattr("escalation.outside.outbox.ATTEMPT_DEADLINE_SECONDS", 0.05)
    receiver.answers = ["hang"]

    await desk.send()

    first, second = await log_of(admin, webhook)
    assert (first["status"], first["attempts"]) == ("pending", 1)
    assert "took over" in first["error"]
    assert second["attempts"] == 0


async def test_circuit_opens_after_five_failures_and_a_day_later_all_is_given_up(
    desk: OpenDesk, receiver: Receiver
) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    receiver.answers = [500] * 1000
    for _ in range(5):
        await desk.send()
        desk.clock.advance(minutes=2)
    shown = (await admin.get("/webhooks"))["webhooks"][0]
    tries = len(receiver.requests)
    for _ in range(26):
        desk.clock.advance(hours=1)
        await desk.send()
    await admin.sign_in()

    log = await log_of(admin, webhook)

    assert (shown["is_circuit_open"], shown["failures"], shown["waiting"]) == (True, 5, 2)
    assert tries == 5
    assert [delivery["status"] for delivery in log] == ["failed", "failed"]
    assert len(receiver.requests) < tries + 30
    assert set(receiver.types) == {"ticket.opened"}


async def test_delivery_is_sent_again_by_hand_under_its_id(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    await desk.send()
    oldest = (await log_of(admin, webhook))[0]

    answer = await admin.client.post(f"/webhooks/{webhook['id']}/deliveries/{oldest['id']}/resend")
    await desk.send()

    assert answer.status_code == 202
    assert receiver.types == [*FIRST_TWO, "ticket.opened"]
    assert receiver.requests[-1].id == oldest["id"]


async def test_paused_webhook_gets_what_happened_meanwhile_when_it_goes_on(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await admin.client.patch(f"/webhooks/{webhook['id']}", json={"is_paused": True})
    await opened_and_taken(desk, admin)
    await desk.send()
    assert receiver.types == []

    await admin.client.patch(f"/webhooks/{webhook['id']}", json={"is_paused": False})
    await desk.send()

    assert receiver.types == FIRST_TWO


async def test_receiver_that_wants_nothing_any_more_is_paused(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    receiver.answers = [410]

    await desk.send()
    desk.clock.advance(hours=1)
    await desk.send()

    assert len(receiver.requests) == 1
    assert (await admin.get("/webhooks"))["webhooks"][0]["is_paused"]


async def test_removed_webhook_gets_nothing(desk: OpenDesk, receiver: Receiver) -> None:
    admin = await desk.admin()
    webhook = await add_webhook(admin, receiver)
    await opened_and_taken(desk, admin)
    await desk.outside.sweep()

    answer = await admin.client.delete(f"/webhooks/{webhook['id']}")
    await desk.send()

    assert answer.status_code == 204
    assert (receiver.requests, (await admin.get("/webhooks"))["webhooks"]) == ([], [])


@pytest.mark.parametrize("role", ["agent", "lead"])
async def test_only_admins_manage_webhooks(desk: OpenDesk, receiver: Receiver, role: str) -> None:
    someone = await desk.agent(role=role)

    answers = [
        await someone.client.get("/webhooks"),
        await someone.client.post("/webhooks", json={"url": receiver.url, "name": "Mine", "events": ["*"]}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]


class TestPrivateAddresses:
    @pytest.fixture
    def may_be_private(self) -> bool:
        return False

    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example/x",
            "https://127.0.0.1/x",
            "https://10.1.2.3/x",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://localhost/x",
            "https://user:password@hooks.example/x",
            "https://",
            "ftp://hooks.example/x",
            "https://hooks.example:99999/x",
        ],
    )
    async def test_address_that_may_not_be_called_is_refused_at_once(self, desk: OpenDesk, url: str) -> None:
        admin = await desk.admin()

        answer = await admin.client.post("/webhooks", json={"url": url, "name": "Inside", "events": ["*"]})

        assert answer.status_code == 422, answer.text

    async def test_name_that_leads_inside_is_refused_when_it_is_called(
        self, desk: OpenDesk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The name is what it was when the webhook was made; its address has changed since."""
        port = receiver.url.split(":")[2].split("/")[0]
        asked: list[str] = []

        async def resolve(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        admin = await desk.admin()
        receiver.url = f"https://hooks.example:{port}/x"
        webhook = await add_webhook(admin, receiver)
        sender = desk.outside.dispatcher._senders["webhook"]
        assert isinstance(sender, WebhookSender)
        monkeypatch.setattr(sender._client._transport._pool._network_backend, "_resolve", resolve)  # type: ignore[attr-defined]
        await opened_and_taken(desk, admin)

        await desk.send()

        assert asked[0] == "hooks.example"
        assert receiver.requests == []
        first = (await log_of(admin, webhook))[0]
        assert (first["status"], first["error"]) == ("failed", "hooks.example leads to a private or reserved address.")
