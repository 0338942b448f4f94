"""The log of mails and notices: admins see to whom they went, masked, and send them again."""

from __future__ import annotations

from tests.escalation.desk import AgentClient
from tests.escalation.outside.conftest import OpenDesk
from tests.escalation.outside.receivers import Post, Receiver

ANA = "ana@exchange.example"


async def log(ada: AgentClient) -> list[dict[str, object]]:
    return [dict(one) for one in (await ada.get("/deliveries"))["deliveries"]]


async def test_mails_stand_there_with_a_masked_address_and_what_came_of_them(
    desk: OpenDesk, post: Post, receiver: Receiver
) -> None:
    ada = await desk.admin()
    await desk.agent(ANA, "Ana")
    await ada.client.post("/webhooks", json={"name": "Risk", "url": receiver.url, "events": ["*"]})
    _, number = await desk.case("My account was hacked.")
    post.answers = ["550 No such user"]

    await desk.send()

    assert receiver.types == ["ticket.opened"]
    assert [
        {name: one[name] for name in ("kind", "to", "type", "number", "status", "attempts", "error")}
        for one in await log(ada)
    ] == [
        {
            "kind": "mail",
            "to": "a…@exchange.example",
            "type": "p1_opened",
            "number": number,
            "status": "failed",
            "attempts": 1,
            "error": "The address was refused (550).",
        }
    ]


async def test_mail_is_sent_again_under_its_id(desk: OpenDesk, post: Post) -> None:
    ada = await desk.admin()
    await desk.agent(ANA, "Ana")
    await desk.case("My account was hacked.")
    await desk.send()
    [sent] = await log(ada)

    answer = await ada.client.post(f"/deliveries/{sent['id']}/resend")
    await desk.send()

    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    assert [mail["X-Pharos-Delivery"] for mail in post.to(ANA)] == [sent["id"]] * 2
    assert (await ada.get("/audit"))["entries"][0]["action"] == "delivery.resent"


async def test_webhooks_are_not_sent_again_here(desk: OpenDesk, receiver: Receiver) -> None:
    ada = await desk.admin()
    webhook = (await ada.client.post("/webhooks", json={"name": "Risk", "url": receiver.url, "events": ["*"]})).json()
    ping = (await ada.client.post(f"/webhooks/{webhook['id']}/ping")).json()["delivery_id"]

    for id in (ping, "unknown"):
        assert (await ada.client.post(f"/deliveries/{id}/resend")).json()["error"] == "delivery_not_found"


async def test_only_admins_see_deliveries(desk: OpenDesk) -> None:
    lea = await desk.lead()

    answers = [await lea.client.get("/deliveries"), await lea.client.post("/deliveries/x/resend")]

    assert [answer.json()["error"] for answer in answers] == ["wrong_role"] * 2
