"""Waiting tickets find their agents: assigned by themselves, claimed, returned."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

import pytest
from sqlalchemy import insert

from conversations.database import Database
from conversations.models import Conversation
from conversations.signals import Signals
from escalation import agents_desk
from escalation.agents import add_agent
from escalation.models import Agent, Ticket
from kit.clock import ManualClock
from tests.escalation.desk import AgentClient, Desk


async def holders(reader: AgentClient, *numbers: str) -> list[str | None]:
    """Return who each ticket is assigned to."""
    found = [(await reader.ticket(number))["assignee"] for number in numbers]
    return [assignee["name"] if assignee else None for assignee in found]


async def shared_out(desk: Desk, reader: AgentClient, *numbers: str, count: int) -> list[str | None]:
    """Return who each ticket is assigned to once `count` of them are; what is locked just now is passed over."""
    found = await holders(reader, *numbers)
    async with asyncio.timeout(10):
        while len(numbers) - found.count(None) != count:
            await desk.sweep()
            found = await holders(reader, *numbers)
    return found


async def test_backlog_drains_when_somebody_comes_online(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    stream = await desk.stream(ana)

    await ana.say("online")
    assert (await stream.hint())["ticket"] == number  # nobody asked for it: the desk does it by itself

    ticket = await ana.ticket(number)
    assert (ticket["assignee"]["name"], ticket["status"], ticket["is_taken"]) == ("Ana", "new", False)
    assert (ticket["history"][-1]["type"], ticket["history"][-1]["actor"]["kind"]) == ("ticket.assigned", "system")
    assert [event["data"]["holder"] for event in await customer.wait_for("conversation.holder_changed")] == ["queue"]
    await stream.close()


async def test_bot_goes_on_until_the_assignee_takes_the_ticket(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.say("online")
    await shared_out(desk, ana, number, count=1)

    await customer.write("What is a funding rate?")
    await customer.wait_for_bot("You wrote: What is a funding rate?")

    assert (await ana.take(number))["holder"] == "agent"


@pytest.mark.parametrize("status", ["away", "offline"])
async def test_only_who_is_online_is_assigned_to(desk: Desk, status: str) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.say(status)

    await desk.sweep()

    assert await holders(ana, number) == [None]


async def test_who_was_not_heard_of_for_a_minute_is_not_assigned_to(desk: Desk) -> None:
    ana = await desk.agent()
    await ana.say("online")
    desk.clock.advance(seconds=60)
    _, number = await desk.case()

    await desk.sweep()

    assert await holders(ana, number) == [None]


async def test_capacity_is_kept_and_the_rest_waits(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    await lea.edit(ana, capacity=2)
    numbers = [(await desk.case())[1] for _ in range(3)]
    await ana.say("online")
    before = await shared_out(desk, ana, *numbers, count=2)
    await desk.sweep()
    still = await holders(ana, *numbers)

    await ana.do("resolve", numbers[before.index("Ana")])

    assert before == still
    assert await shared_out(desk, ana, *numbers, count=3) == ["Ana"] * 3


async def test_chinese_case_goes_to_who_speaks_chinese(desk: Desk) -> None:
    lea, ana, zoe = await desk.lead(), await desk.agent(), await desk.agent("zoe", "Zoe")
    await lea.edit(zoe, languages=["zh"])
    _, english = await desk.case()
    _, chinese = await desk.case(locale="zh-CN")
    await ana.say("online")
    await zoe.say("online")

    assert await shared_out(desk, ana, english, chinese, count=2) == ["Ana", "Zoe"]


async def test_next_ticket_goes_to_who_has_fewer(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, first = await desk.case()
    await ana.say("online")
    await shared_out(desk, ana, first, count=1)
    await ben.say("online")

    _, second = await desk.case()

    assert await shared_out(desk, ana, first, second, count=2) == ["Ana", "Ben"]


async def test_untouched_tickets_of_somebody_who_went_offline_return(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    await ana.say("online")
    _, assigned = await desk.case()
    customer, taken = await desk.case()
    _, answered = await desk.case()
    await shared_out(desk, ana, assigned, taken, answered, count=3)
    await ana.take(taken)
    await ana.reply(answered, "I am on it.")
    desk.clock.advance(seconds=59)
    await desk.sweep()
    before = await holders(ana, assigned, taken, answered)
    desk.clock.advance(seconds=1)

    after = await shared_out(desk, ben, assigned, taken, answered, count=1)

    assert before == ["Ana"] * 3
    assert after == [None, None, "Ana"]
    ticket = await ben.ticket(taken)
    assert ticket["history"][-1]["data"] == {"from": "Ana", "reason": "offline"}
    changes = await customer.wait_for("conversation.holder_changed", 3)
    assert [event["data"]["holder"] for event in changes] == ["queue", "agent", "queue"]


async def test_returned_ticket_goes_to_who_is_there(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    await ana.say("online")
    _, number = await desk.case()
    before = await shared_out(desk, ana, number, count=1)

    await ben.say("online")
    await ana.say("offline")

    assert before == ["Ana"]
    async with asyncio.timeout(10):
        while await holders(ana, number) != ["Ben"]:
            await desk.sweep()


async def test_ticket_handed_back_to_the_bot_waits_until_the_customer_asks_for_people_again(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.say("online")
    await ana.change("hand-back", number)
    await desk.sweep()
    before = await holders(ana, number)

    await customer.write("I want a person.")
    await customer.wait_for("conversation.holder_changed", 4)

    assert before == [None]
    assert await shared_out(desk, ana, number, count=1) == ["Ana"]


async def test_claiming_takes_the_most_urgent_ticket_one_has_the_skills_for(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    await lea.edit(ana, queues=["payments", "general"])
    await desk.case("I want a person.")
    _, deposit = await desk.case()
    await desk.case("My account was hacked.")

    claimed = await ana.claim_next()

    assert claimed is not None
    assert (claimed["number"], claimed["holder"], claimed["assignee"]["name"]) == (deposit, "agent", "Ana")


async def test_claiming_when_nothing_waits_gives_nothing(desk: Desk) -> None:
    ana = await desk.agent()
    await desk.case(locale="zh")

    assert await ana.claim_next() is None


async def test_two_who_claim_at_once_get_two_tickets(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    for _ in range(6):
        customer, _ = await desk.case()
        await desk.until_dealt_with(customer)

    claimed = await asyncio.gather(*(agent.claim_next() for agent in (ana, ben) * 3))

    numbers = [ticket["number"] for ticket in claimed if ticket]
    assert len(numbers) == len(set(numbers)) > 1


#: Tickets two agents race on; `make figures` takes a thousand.
RACED = 1000 if os.environ.get("PHAROS_TEST_WHOLE") else 200


async def test_two_agents_racing_on_many_tickets_never_get_the_same(
    database: Database, clock: ManualClock, cheap_passwords: None
) -> None:
    await _open(database, clock, RACED)
    other = database if database.is_sqlite else Database(database.url, Signals())  # a replica, where there may be one
    async with database.write() as session:
        ana = await add_agent(session, clock.now(), "ana", "Ana", "correct horse", "agent")
        ben = await add_agent(session, clock.now(), "ben", "Ben", "correct horse", "agent")

    claimed = await asyncio.gather(_claim_all(database, clock, ana), _claim_all(other, clock, ben))
    await other.close()

    assert len(claimed[0]) + len(claimed[1]) == RACED
    assert len({*claimed[0], *claimed[1]}) == RACED
    assert min(len(mine) for mine in claimed) > RACED // 10, "they were meant to race"


async def _claim_all(database: Database, clock: ManualClock, agent: Agent) -> list[str]:
    claimed: list[str] = []
    while True:
        async with database.write() as session:
            number = await agents_desk.claim_next(session, clock.now(), agent)
        if number is None:
            return claimed
        claimed.append(number)


async def _open(database: Database, clock: ManualClock, count: int) -> None:
    now = clock.now()
    conversation = {
        "channel": "web",
        "locale": "en",
        "timezone": "UTC",
        "holder": "queue",
        "epoch": 0,
        "last_event_id": 0,
        "created_at": now,
    }
    ticket = {
        "case": "other",
        "priority": "P4",
        "queue": "general",
        "status": "new",
        "held_by": "queue",
        "fields": {},
        "missing": [],
        "summary": "",
        "tags": [],
        "language": "en",
        "has_no_skill": False,
        "first_response_due_at": now + timedelta(hours=8),
        "updated_at": now,
        "version": 0,
    }
    rows = [(f"c{number}", f"PH-{number}", now + timedelta(seconds=number)) for number in range(count)]
    async with database.write() as session:
        await session.execute(insert(Conversation), [{**conversation, "id": id} for id, _, _ in rows])
        tickets = [{**ticket, "number": number, "conversation_id": id, "created_at": at} for id, number, at in rows]
        await session.execute(insert(Ticket), tickets)
