"""Agents are warned of an address in a customer's message that reads like an official one; the customer is not."""

from __future__ import annotations

from tests.escalation.desk import Desk


async def test_agents_see_which_address_is_false(desk: Desk) -> None:
    agent = await desk.agent("ana@exchange", "Ana")
    customer, number = await desk.case()
    await customer.write("Support sent me to https://bltmex.com/verify, not to www.bitmex.com.")

    events = (await agent.get(f"/tickets/{number}/transcript"))["events"]

    warned = [event["data"]["lookalikes"] for event in events if "lookalikes" in event["data"]]
    assert warned == [[{"domain": "bltmex.com", "official": "bitmex.com", "encoded": None}]]
    assert all("lookalikes" not in event["data"] for event in await customer.events())
