from __future__ import annotations

import pytest

from escalation.api import stream as stream_api
from tests.escalation.desk import Desk, Stream


async def test_every_change_of_a_ticket_is_hinted_to_every_agent(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    stream = await desk.stream(ben)

    ticket = await ana.take(number)
    hint = await stream.hint()

    assert hint == {"ticket": number, "last_event_id": ticket["last_event_id"]}
    await stream.close()


async def test_customers_message_is_hinted(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    stream = await desk.stream(ana)

    await customer.write("Hello?")

    assert (await stream.hint())["ticket"] == number
    await stream.close()


async def test_conversation_without_a_ticket_is_not_hinted(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    stranger = await desk.customer()
    stream = await desk.stream(ana)

    await stranger.write("What is a funding rate?")
    await stranger.wait_for_bot("You wrote: What is a funding rate?")
    await ana.take(number)

    assert (await stream.hint())["ticket"] == number
    await stream.close()


async def test_stream_ends_when_its_session_is_signed_out(desk: Desk) -> None:
    ana = await desk.agent()
    stream = await desk.stream(ana)

    await ana.client.delete("/session")

    await stream.ended()


async def test_stream_ends_when_its_session_runs_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_api, "LOOK_SECONDS", 0.05)
    ana = await desk.agent()
    stream = await desk.stream(ana)

    desk.clock.advance(hours=13)

    await stream.ended()


async def test_customer_sees_that_an_agent_is_typing(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    ticket = await ana.take(number)
    authorization = customer.client.headers["Authorization"]
    path = f"/api/v1/conversations/{customer.id}/stream"
    stream = Stream(desk.app, path, {"authorization": authorization, "last-event-id": str(ticket["last_event_id"] - 1)})
    await stream.next()

    answer = await ana.try_to("typing", number)

    assert answer.status_code == 204
    assert (await stream.next()).startswith("event: typing")
    await stream.close()
