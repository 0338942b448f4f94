"""The customer who left: told once by mail that somebody answered, and let in again by its link, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from kit.ids import new_id
from tests.escalation.desk import AgentClient, Customer, client_of
from tests.escalation.outside.conftest import IDENTITY_KEY, OpenDesk
from tests.escalation.outside.receivers import Post, text_of
from tests.fakes.assistant import FakeAssistant, handoff

WEI = "wei@mail.example"
_LINK = re.compile(r"https://support\.example/resume#([0-9a-f]{64})\b")


@pytest.fixture
def assistant() -> FakeAssistant:
    given = {"coin": "XBT", "email": WEI}
    return FakeAssistant(
        {
            "My deposit is missing.": handoff("missing_deposit", summary="Deposit missing", fields=given),
            "I want a person.": handoff("human_request"),
        }
    )


async def answered(desk: OpenDesk, text: str = "My deposit is missing.", locale: str = "en") -> tuple[Any, ...]:
    """A customer whose case an agent has answered."""
    ana = await desk.agent()
    customer, number = await desk.case(text, locale)
    await ana.take(number)
    await ana.reply(number, "We found it, it needs two hours.")
    await desk.send()
    return ana, customer, number


async def later(desk: OpenDesk, **wait: float) -> None:
    desk.clock.advance(**wait)
    await desk.send()


async def resume(desk: OpenDesk, token: str) -> httpx.Response:
    return await client_of(desk.app).post("/api/v1/resume", json={"token": token})


def token_in(post: Post) -> str:
    found = _LINK.search(text_of(post.mails[-1]))
    assert found is not None, text_of(post.mails[-1])
    return found[1]


async def see(customer: Customer, event_id: int) -> None:
    answer = await customer.client.post("/seen", json={"event_id": event_id})
    assert answer.status_code == 204, answer.text


async def last_id(customer: Customer) -> int:
    event_id: int = (await customer.events())[-1]["id"]
    return event_id


async def test_reply_unread_for_five_minutes_is_mailed_once_and_not_quoted(desk: OpenDesk, post: Post) -> None:
    _ana, _customer, number = await answered(desk)
    await later(desk, minutes=4, seconds=59)
    assert post.mails == []

    await later(desk, seconds=1)
    await later(desk, hours=5)

    assert [str(mail["To"]) for mail in post.mails] == [WEI]
    assert str(post.mails[0]["Subject"]) == f"{number}: a reply is waiting for you"
    text = text_of(post.mails[0])
    assert "replies to it are not read" in text
    assert "two hours" not in text


async def test_mail_speaks_the_customers_language(desk: OpenDesk, post: Post) -> None:
    await answered(desk, locale="zh-CN")

    await later(desk, minutes=5)

    assert "我们不会查看邮件回复" in text_of(post.mails[0])


@pytest.mark.parametrize("how", ["seen", "wrote"])
async def test_reply_that_was_read_is_not_mailed(desk: OpenDesk, post: Post, how: str) -> None:
    _ana, customer, _number = await answered(desk)
    if how == "seen":
        await see(customer, await last_id(customer))
    else:
        await customer.write("Thank you.")

    await later(desk, minutes=5)

    assert post.mails == []


async def test_later_replies_wait_an_hour_and_are_counted(desk: OpenDesk, post: Post) -> None:
    ana, _customer, number = await answered(desk)
    await later(desk, minutes=5)
    await ana.sign_in()
    await ana.reply(number, "It is done.")
    await desk.send()
    await ana.reply(number, "Anything else?")
    await desk.send()
    await later(desk, minutes=59)
    assert len(post.mails) == 1

    await later(desk, minutes=1)

    assert len(post.mails) == 2
    assert "3 replies are waiting" in text_of(post.mails[1])


async def test_customer_without_an_address_is_not_mailed(desk: OpenDesk, post: Post) -> None:
    await answered(desk, "I want a person.")

    await later(desk, minutes=5)

    assert post.mails == []


async def test_verified_customer_is_mailed_where_the_exchange_says(desk: OpenDesk, post: Post) -> None:
    claims = {
        "sub": "customer-7",
        "jti": new_id(),
        "aud": "pharos",
        "exp": desk.clock.now() + timedelta(minutes=5),
        "email": "known@exchange.example",
    }
    identity = jwt.encode(claims, IDENTITY_KEY, "HS256")
    opened = (await client_of(desk.app).post("/api/v1/conversations", json={"identity": identity})).json()
    client = client_of(desk.app, f"http://desk/api/v1/conversations/{opened['conversation_id']}")
    client.headers["Authorization"] = f"Bearer {opened['token']}"
    customer = Customer(client, opened["conversation_id"])
    ana: AgentClient = await desk.agent()
    await customer.write("My deposit is missing.")
    number = (await customer.wait_for("ticket.opened"))[0]["data"]["number"]
    await ana.take(number)
    await ana.reply(number, "Found.")
    await desk.send()

    await later(desk, minutes=5)

    assert [str(mail["To"]) for mail in post.mails] == ["known@exchange.example"]


async def test_link_resumes_the_conversation_once_and_leaves_the_first_browser_in(desk: OpenDesk, post: Post) -> None:
    _ana, customer, _number = await answered(desk)
    await later(desk, minutes=5)

    first, second = await resume(desk, token_in(post)), await resume(desk, token_in(post))

    assert (first.status_code, second.status_code) == (200, 404)
    assert first.json()["conversation_id"] == customer.id
    headers = {"Authorization": f"Bearer {first.json()['token']}"}
    path = f"/api/v1/conversations/{customer.id}/events"
    assert (await client_of(desk.app).get(path, headers=headers)).status_code == 200
    assert await customer.events()


async def test_link_expires_after_seven_days_and_is_stored_only_hashed(desk: OpenDesk, post: Post) -> None:
    await answered(desk)
    await later(desk, minutes=5)
    desk.clock.advance(days=7)

    assert (await resume(desk, token_in(post))).status_code == 404
    assert (await resume(desk, "0" * 64)).status_code == 404


async def test_mail_that_comes_twice_has_the_same_link(desk: OpenDesk, post: Post) -> None:
    await answered(desk)
    post.answers = ["451 Try again later"]
    await later(desk, minutes=5)
    await later(desk, seconds=5)

    assert (await resume(desk, token_in(post))).status_code == 200


async def test_page_of_the_link_sends_its_address_nowhere(desk: OpenDesk) -> None:
    page = await client_of(desk.app).get("/resume")

    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "script-src 'self'" in page.headers["content-security-policy"]
