from __future__ import annotations

import pytest

from conversations import service as conversations
from escalation.customers import service as cases
from escalation.domain import AlreadyOpen, NotAllowedNow, TicketNotFound
from escalation.models import Ticket
from tests.escalation.desk import AgentClient, Customer, Desk
from tests.fakes.assistant import FakeAssistant


async def resolved(desk: Desk, ana: AgentClient) -> tuple[Customer, str]:
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "It has arrived.")
    await ana.change("resolve", number)
    return customer, number


async def reopen(desk: Desk, customer: Customer, number: str) -> Ticket:
    async with desk.database.write() as session:
        conversation = await conversations.access_conversation(session, customer.id)
        return await cases.reopen(session, desk.clock.now(), conversation, number)


async def test_customer_reopens_within_fourteen_days_and_people_have_it_again(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await resolved(desk, ana)
    desk.clock.advance(days=13, hours=23)

    opened = await reopen(desk, customer, number)

    await ana.sign_in()
    ticket = await ana.ticket(number)
    assert (opened.number, opened.status) == (number, "open")
    assert (ticket["status"], ticket["holder"], ticket["assignee"]) == ("open", "queue", None)
    assert (ticket["history"][-1]["type"], ticket["history"][-1]["actor"]["kind"]) == ("ticket.reopened", "customer")
    assert (await customer.wait_for("ticket.updated", 4))[-1]["data"]["status"] == "open"


async def test_reopened_ticket_is_assigned_to_who_had_it_if_they_are_there(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await resolved(desk, ana)
    await ana.say("away")

    await reopen(desk, customer, number)

    ticket = await ana.ticket(number)
    assert (ticket["assignee"]["name"], ticket["is_taken"]) == ("Ana", False)


async def test_customer_may_not_reopen_after_fourteen_days(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await resolved(desk, ana)
    desk.clock.advance(days=14)

    with pytest.raises(NotAllowedNow, match="14 days"):
        await reopen(desk, customer, number)


async def test_customer_may_not_reopen_somebody_elses_ticket(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await resolved(desk, ana)
    stranger = await desk.customer()

    with pytest.raises(TicketNotFound):
        await reopen(desk, stranger, number)


async def test_ticket_is_not_reopened_beside_an_open_one_of_the_same_case(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await resolved(desk, ana)
    await customer.write("My deposit is missing.")
    second = (await customer.wait_for("ticket.opened", 2))[1]["data"]["number"]

    with pytest.raises(AlreadyOpen, match=second):
        await reopen(desk, customer, number)
    answer = await ana.try_change("reopen", number)

    assert (answer.status_code, answer.json()["error"]) == (409, "already_open")


async def test_resolved_ticket_closes_by_itself_after_fourteen_days(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    customer, number = await resolved(desk, ana)
    desk.clock.advance(days=13, hours=23)
    await desk.sweep()
    await ana.sign_in()
    before = await ana.ticket(number)
    desk.clock.advance(hours=1)

    await desk.sweep()
    await customer.write("What is a funding rate?")
    await customer.wait_for_bot("You wrote: What is a funding rate?")

    ticket = await ana.ticket(number)
    assert (before["status"], ticket["status"]) == ("resolved", "closed")
    last = ticket["history"][-1]
    assert (last["type"], last["actor"]["kind"], last["data"]) == ("ticket.closed", "system", {"status": "closed"})
    assert (ticket["holder"], assistant.requests[-1].state) == ("bot", None)
    assert [ticket["type"] for ticket in ticket["history"]].count("ticket.closed") == 1


async def test_closed_ticket_stays_closed(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await resolved(desk, ana)
    desk.clock.advance(days=14)
    await desk.sweep()
    await ana.sign_in()

    answers = [await ana.try_change(verb, number) for verb in ("reopen", "take", "resolve", "hold")]

    assert {(answer.status_code, answer.json()["error"]) for answer in answers} <= {
        (409, "not_allowed_now"),
        (409, "taken_by_someone_else"),
    }
    assert (await ana.ticket(number))["status"] == "closed"
