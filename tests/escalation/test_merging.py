from __future__ import annotations

from sqlalchemy import update

from conversations.models import Conversation
from tests.escalation.desk import AgentClient, Customer, Desk


async def same_customer(desk: Desk, *customers: Customer) -> None:
    async with desk.database.write() as session:
        ids = [customer.id for customer in customers]
        await session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(customer_id="trader-7"))


async def two_cases(desk: Desk, ana: AgentClient) -> tuple[str, str]:
    """Two tickets of one verified customer, from two conversations; Ana has taken the first."""
    customer, duplicate = await desk.case("The API answers 400.")
    other, original = await desk.case()
    await same_customer(desk, customer, other)
    await ana.take(duplicate)
    return duplicate, original


async def test_duplicate_is_closed_and_its_facts_go_on_in_the_other(desk: Desk) -> None:
    ana = await desk.agent()
    original, duplicate = await two_cases(desk, ana)
    await ana.change("tags", original, add=["vip"])

    merged = await ana.change("merge", original, into=duplicate, reason="Written twice.")

    other = await ana.ticket(duplicate)
    assert (merged["status"], merged["merged_into"], merged["holder"]) == ("closed", duplicate, "bot")
    assert merged["history"][-1]["data"] == {"into": duplicate, "status": "closed", "reason": "Written twice."}
    assert other["history"][-1]["data"]["from"] == original
    assert (other["tags"], other["fields"]["coin"]) == (["vip"], "XBT")
    assert other["related"] == [{"number": original, "case": "api_fault", "status": "closed"}]


async def test_merged_facts_never_overwrite_and_the_higher_priority_stays(desk: Desk) -> None:
    ana = await desk.agent()
    low, high = await two_cases(desk, ana)
    await ana.take(high)

    await ana.change("merge", high, into=low)

    ticket = await ana.ticket(low)
    assert ticket["fields"] == {"coin": "XBT", "transaction_id": "ab" * 32}
    assert ticket["priority"] == "P2"


async def test_tickets_of_different_customers_are_not_merged(desk: Desk) -> None:
    ana = await desk.agent()
    _, first = await desk.case()
    _, second = await desk.case()

    answer = await ana.try_change("merge", first, into=second)

    assert (answer.status_code, answer.json()["error"]) == (409, "not_a_duplicate")
    assert (await ana.ticket(first))["status"] == "new"


async def test_nothing_is_merged_into_a_ticket_that_is_over_or_into_itself(desk: Desk) -> None:
    ana = await desk.agent()
    duplicate, original = await two_cases(desk, ana)
    await ana.change("resolve", original)

    over = await ana.try_change("merge", duplicate, into=original)
    itself = await ana.try_change("merge", duplicate, into=duplicate)
    unknown = await ana.try_change("merge", duplicate, into="PH-2222-2222")

    assert (over.status_code, over.json()["error"]) == (409, "not_a_duplicate")
    assert (itself.status_code, unknown.status_code) == (422, 404)


async def test_linked_tickets_show_each_other_once(desk: Desk) -> None:
    ana = await desk.agent()
    _, first = await desk.case()
    _, second = await desk.case()

    await ana.change("link", first, to=second)
    again = await ana.change("link", second, to=first)

    assert again["related"] == [{"number": first, "case": "missing_deposit", "status": "new"}]
    assert [entry["type"] for entry in again["history"]] == ["ticket.opened", "ticket.linked"]
