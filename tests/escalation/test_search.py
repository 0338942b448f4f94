from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from conversations.search import MAX_PARTS, PART_LENGTH
from escalation.inbox import search
from kit.ids import new_id
from tests.escalation.desk import AgentClient, Desk


async def found(agent: AgentClient, q: str, **more: Any) -> list[str]:
    page = await agent.get("/tickets", q=q, **more)
    return [ticket["number"] for ticket in page["tickets"]]


async def test_ticket_is_found_by_its_facts_and_by_what_anybody_said(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await desk.case("My account was hacked.")
    await ana.take(number)
    await ana.reply(number, "Our wallet team looks into it.")
    await ana.do("note", number, client_id=new_id(), text="Flagged by Chainalysis.")
    await customer.write("我的提现还没有到账，请写信到 mia.chen@example.com")
    await ana.change("tags", number, add=["hot-wallet"])

    for q in (
        "deposit",
        number,
        number.lower().replace("-", ""),
        number.split("-")[1],
        "ab" * 32,
        "wallet team",
        "chainalysis",
        "hot-wallet",
        "提现",
        "提现还没有到账",
        "mia.chen@example.com",
        "example.com",
        "提现 wallet deposit",
        '"wallet team looks"',
        "depos",
    ):
        assert await found(ana, q) == [number], q


@pytest.mark.parametrize(
    "q",
    ["deposit hacked", "depo missing", '"missing deposit"', "现提", "dep", "posit"],
    ids=["not-both", "only-the-last-word-may-go-on", "wrong-order", "chinese-backwards", "other-word", "middle-of-it"],
)
async def test_what_does_not_hold_all_of_it_is_not_found(desk: Desk, q: str) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await customer.write("提现")

    assert await found(ana, q) == ([number] if q == "dep" else [])


@pytest.mark.parametrize(
    "q",
    [
        '"',
        "'",
        "' OR 1=1 --",
        "%",
        "_",
        "*",
        "-",
        "NEAR(",
        "NOT",
        "AND OR",
        "deposit AND",
        "facts:deposit",
        "^deposit",
        "deposit:*",
        "!deposit & (",
        "<->",
        "\\",
        "\0",
        "。，？",
        "x" * 4000,
        "词" * 4000,
        '"' * 4000,
        "a b " * 1000,
        "😀",
    ],
)
async def test_no_query_is_an_error(desk: Desk, q: str) -> None:
    ana = await desk.agent()
    await desk.case()

    answer = await ana.client.get("/tickets", params={"q": q})

    assert answer.status_code == 200, answer.text
    assert len(answer.json()["tickets"]) <= 1


async def test_blank_query_is_none(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    assert await found(ana, "  ") == [number]
    assert await found(ana, "?!") == []


async def test_search_keeps_to_the_view_and_its_filters_and_comes_in_pages(desk: Desk) -> None:
    ana = await desk.agent()
    deposits = [(await desk.case())[1] for _ in range(5)]
    await desk.case("My account was hacked.")
    await ana.do("resolve", deposits[0])
    await ana.take(deposits[1])

    assert await found(ana, "deposit", view="resolved") == [deposits[0]]
    assert await found(ana, "deposit", view="mine") == [deposits[1]]
    assert await found(ana, "deposit", queue="security") == []
    assert set(await found(ana, "deposit", queue="payments")) == set(deposits[1:])
    first = await ana.get("/tickets", q="deposit", view="all", limit=3)
    second = await ana.get("/tickets", q="deposit", view="all", limit=3, after=first["next"])
    numbers = [ticket["number"] for page in (first, second) for ticket in page["tickets"]]
    assert numbers == await found(ana, "deposit", view="all")
    assert len(numbers) == 5


async def test_row_says_where_it_was_found_as_plain_text(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await customer.write("Hello?\n\nThe <b>Withdrawal</b> is   late")

    (row,) = (await ana.get("/tickets", q="withdrawal"))["tickets"]

    assert row["snippet"] == {"text": "The <b>Withdrawal</b> is late", "marks": [[7, 17]]} or row["snippet"] == {
        "text": "Hello? The <b>Withdrawal</b> is late",
        "marks": [[14, 24]],
    }
    assert "snippet" not in (await ana.get("/tickets"))["tickets"][0]


async def test_long_conversation_is_found_by_its_first_and_its_last_words(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    filler = " ".join(f"x{at}y" for at in range(PART_LENGTH // 4))
    await customer.write("The first of all: alpha.")
    for _ in range(9):
        await customer.write(filler)
    await customer.write("And the last: omega.")

    assert await found(ana, "alpha deposit") == [number]
    assert await found(ana, f"omega {number}") == [number]
    async with desk.database.read() as session:
        parts = (await session.execute(text("SELECT count(*), max(id), min(id) FROM search_part"))).one()
    assert parts[0] == parts[1] - parts[2] + 1 > 2
    assert parts[1] // MAX_PARTS == parts[2] // MAX_PARTS


async def test_words_taken_out_of_the_transcript_are_found_no_more(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await customer.write("I live at 12 Harbour Road.")
    async with desk.database.write() as session:
        change = "UPDATE event SET data = :data WHERE conversation_id = :id AND CAST(data AS text) LIKE '%Harbour%'"
        await session.execute(text(change), {"id": customer.id, "data": '{"author": "customer", "text": "[removed]"}'})
        await search.reindex(session, customer.id)

    assert await found(ana, "harbour") == []
    assert await found(ana, "removed deposit") == [number]


async def test_two_tickets_of_one_conversation_are_both_found(desk: Desk) -> None:
    ana = await desk.agent()
    customer, first = await desk.case()
    await ana.take(first)
    await ana.change("hand-back", first)
    await customer.write("My account was hacked.")
    second = (await customer.wait_for("ticket.opened", 2))[1]["data"]["number"]

    assert set(await found(ana, "account deposit")) == {first, second}


async def test_row_has_the_deadline_that_comes_next(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()

    async def next_due() -> Any:
        await desk.sweep()
        return (await ana.get("/tickets", view="all"))["tickets"][0]["next_due"]

    assert await next_due() == {"clock": "first_response", "at": "2026-11-22T04:12:00.000Z"}
    await ana.take(number)
    await ana.reply(number, "We look into it.")
    assert await next_due() is None
    await customer.write("And?")
    assert (await next_due())["clock"] == "next_response"
    await ana.change("resolve", number)
    assert await next_due() is None


async def test_views_of_what_is_due_soon_and_of_what_rests(desk: Desk) -> None:
    ana = await desk.agent()
    _, soon = await desk.case("My account was hacked.")
    _, rests = await desk.case()
    await ana.take(rests)
    await ana.reply(rests, "Which address did you send it to?")
    _, late = await desk.case("I want a person.")
    await desk.sweep()

    assert await found(ana, "", view="due") == [soon]
    desk.clock.advance(days=3)
    await ana.sign_in()
    assert set(await found(ana, "", view="due")) == {soon, late}
    page = await ana.get("/tickets", view="waiting")
    assert [ticket["number"] for ticket in page["tickets"]] == [rests]
    assert (page["counts"]["due"], page["counts"]["waiting"]) == (2, 1)
