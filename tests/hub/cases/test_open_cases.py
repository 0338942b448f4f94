"""The customer's side of a case that is open: its card, more facts, and whose cases one may see."""

from __future__ import annotations

import pytest

from kit.ids import new_id
from tests.hub.cases.desk import CaseDesk, add, call, card, cards, refusal

OPENED = "2026-11-22T03:12:00.000Z"


async def test_card_shows_number_steps_clock_and_place_in_the_queue(desk: CaseDesk) -> None:
    customer, number = await desk.case()

    found = await cards(customer)

    assert found == [
        {
            "number": number,
            "case": "missing_deposit",
            "status": "new",
            "due_at": "2026-11-22T04:12:00.000Z",
            "position": 1,
            "expected": None,
            "steps": [
                {"name": "received", "at": OPENED},
                {"name": "assigned", "at": None},
                {"name": "answered", "at": None},
                {"name": "resolved", "at": None},
            ],
            "opened_at": OPENED,
            "clock": {"of": "first_response", "due_at": "2026-11-22T04:12:00.000Z", "is_late": False},
            "agent": None,
            "is_here": True,
            "merged_into": None,
            "reopen_until": None,
            "rating": None,
        }
    ]


async def test_customer_without_a_case_has_no_cards(desk: CaseDesk) -> None:
    assert await cards(await desk.customer()) == []


async def test_place_counts_those_who_wait_in_the_same_queue_and_come_first(desk: CaseDesk) -> None:
    _, first = await desk.case()
    await desk.case("I want a person.")
    desk.site.clock.advance(minutes=1)
    customer, number = await desk.case()
    desk.site.clock.advance(minutes=1)
    await desk.case()
    before = await card(customer, number)

    await desk.ana.take(first)
    after = await card(customer, number)
    await desk.ana.take(number)
    taken = await card(customer, number)

    assert (before["position"], after["position"], taken["position"]) == (2, 1, None)


async def test_expected_time_is_read_from_what_the_queue_did_in_the_last_thirty_days(desk: CaseDesk) -> None:
    past = [(await desk.case())[1] for _ in range(21)]
    customer, number = await desk.case()
    for done in past[:-1]:
        desk.site.clock.advance(minutes=1)
        await desk.ana.take(done)
        await desk.ana.reply(done, "It has arrived.")
    other_queue, other_number = await desk.case("I want a person.")
    newcomer, new_number = await desk.case()

    expected = {"of": "first_response", "from_at": "2026-11-22T03:37:45.000Z", "to_at": "2026-11-22T03:47:15.000Z"}
    told = next(event["data"] for event in await newcomer.events() if event["type"] == "ticket.opened")
    assert told["expected"] == {**expected, "based_on": 20}
    assert (await card(newcomer, new_number))["expected"] == told["expected"]
    assert (await card(customer, number))["expected"] is None  # nobody else has waited as long
    assert (await card(other_queue, other_number))["expected"] is None
    assert (await card(newcomer, new_number))["due_at"] == "2026-11-22T04:32:00.000Z"
    desk.site.clock.advance(days=30)
    latest, latest_number = await desk.case()
    assert (await card(latest, latest_number))["expected"] is None


async def test_after_the_first_answer_the_resolution_is_expected(desk: CaseDesk) -> None:
    past = [(await desk.case())[1] for _ in range(21)]
    for done in past:
        desk.site.clock.advance(minutes=10)
        await desk.ana.do("resolve", done)
    newcomer, new_number = await desk.case()
    unanswered = await card(newcomer, new_number)

    taken = await desk.ana.take(new_number)
    await desk.ana.reply(new_number, "We are looking into it.")
    waiting = await card(newcomer, new_number)
    await newcomer.write("Anything new?")
    await newcomer.wait_for(
        lambda event: event["data"].get("status") == "open" and event["id"] > taken["last_event_id"]
    )
    open_again = await card(newcomer, new_number)

    assert unanswered["expected"] is None  # nobody was answered before, only resolved
    assert waiting["expected"] is None  # it is the customer's turn
    assert open_again["expected"] == {
        "of": "resolution",
        "from_at": "2026-11-22T07:42:00.000Z",
        "to_at": "2026-11-22T09:22:00.000Z",
        "based_on": 21,
    }


async def test_card_shows_the_clock_that_runs_and_the_agents_display_name_only(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    await desk.ana.take(number)
    desk.site.clock.advance(minutes=10)
    await desk.ana.reply(number, "Which network?")
    waiting = await card(customer, number)
    desk.site.clock.advance(minutes=10)
    await customer.write("Bitcoin.")

    running = await card(customer, number)

    assert (waiting["clock"], waiting["agent"]) == (None, "Ana")
    assert running["clock"] == {"of": "next_response", "due_at": "2026-11-22T07:32:00.000Z", "is_late": False}
    assert [step["at"] for step in running["steps"]] == [OPENED, OPENED, "2026-11-22T03:22:00.000Z", None]
    assert "ana@exchange" not in str([running, *await customer.events()])
    desk.site.clock.advance(hours=4, seconds=1)
    assert (await card(customer, number))["clock"]["is_late"] is True


async def test_added_fact_reaches_agents_and_no_assistant(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    asked = len(desk.site.assistant.requests)

    answer = await add(customer, number, "It was the Bitcoin network.")

    await desk.site.wait_until_dealt_with(customer)
    event_id = answer.json()["event_id"]
    transcript = await desk.ana.get(f"/tickets/{number}/transcript")
    (event,) = [event for event in transcript["events"] if event["id"] == event_id]
    assert (answer.status_code, event["data"]["text"]) == (202, "It was the Bitcoin network.")
    assert event["data"]["ticket"] == number
    assert (await desk.history(number))[-1] == ("ticket.facts_added", "customer", {"event_id": event_id})
    assert len(desk.site.assistant.requests) == asked


async def test_added_fact_is_the_answer_an_agent_waited_for(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    await desk.ana.take(number)
    await desk.ana.reply(number, "Which network?")

    await add(customer, number, "It was the Bitcoin network.")

    assert (await desk.history(number))[-1] == ("ticket.customer_replied", "customer", {"status": "open"})
    assert (await card(customer, number))["clock"]["of"] == "next_response"


async def test_fact_sent_twice_is_stored_once(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    first = await add(customer, number, "More.", "fact-1")

    again = await add(customer, number, "More.", "fact-1")
    other = await add(customer, number, "Something else.", "fact-1")

    assert (first.status_code, again.status_code, again.json()) == (202, 200, first.json())
    assert refusal(other) == (409, "client_id_reused")
    assert (await customer.texts("customer")).count("More.") == 1
    assert [type for type, _, _ in await desk.history(number)].count("ticket.facts_added") == 1


async def test_secret_in_a_fact_is_masked_and_the_customer_is_told(desk: CaseDesk) -> None:
    customer, number = await desk.case()

    await add(customer, number, "My password is hunter2hunter2")

    assert (await customer.texts("customer"))[-1] == "My password is [removed: secret]"
    assert "I removed something" in (await customer.texts("system"))[-1]


@pytest.mark.parametrize(
    ("text", "code"), [(None, 422), ("", 422), (7, 422), ("a\x00b", 422), ("x" * 4001, 413)], ids=str
)
async def test_fact_that_breaks_a_rule_is_refused(desk: CaseDesk, text: object, code: int) -> None:
    customer, number = await desk.case()

    answer = await add(customer, number, text)

    assert answer.status_code == code
    assert len(await desk.history(number)) == 1


async def test_case_that_is_over_takes_no_facts_and_nothing_is_stored(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    before = await customer.events()

    answer = await add(customer, number, "One more thing.")

    assert refusal(answer) == (409, "not_allowed_now")
    assert await customer.events() == before


async def test_fact_brings_a_case_that_was_handed_back_to_people_again(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    await desk.ana.do("hand-back", number)

    await add(customer, number, "It is still missing.")

    ticket = await desk.ana.ticket(number)
    assert (ticket["holder"], ticket["held_by"]) == ("queue", "queue")
    assert (await card(customer, number))["position"] == 1


@pytest.mark.parametrize(
    ("verb", "body"),
    [("facts", {"client_id": "1", "text": "Mine?"}), ("reopen", {}), ("rating", {"score": 1})],
)
async def test_anothers_case_does_not_exist(desk: CaseDesk, verb: str, body: dict[str, object]) -> None:
    _, number = await desk.resolved()
    stranger = await desk.customer()
    before = await desk.history(number)

    answers = [await call(stranger, of, verb, **body) for of in (number, "PH-2222-2222")]

    assert [refusal(answer) for answer in answers] == [(404, "ticket_not_found")] * 2
    assert (await cards(stranger), await desk.history(number)) == ([], before)


async def test_calls_need_the_conversations_own_token(desk: CaseDesk) -> None:
    owner, number = await desk.case()
    stranger = await desk.customer()

    nobody = await owner.client.get(f"{owner.path}/tickets")
    other = await stranger.client.get(f"{owner.path}/tickets", headers=stranger.headers)
    other_change = await stranger.client.post(f"{owner.path}/tickets/{number}/reopen", headers=stranger.headers)
    malformed = await call(owner, "%00", "reopen")

    codes = [answer.status_code for answer in (nobody, other, other_change, malformed)]
    assert codes == [401, 404, 404, 422]


async def test_verified_customer_reaches_the_cases_of_all_their_conversations(desk: CaseDesk) -> None:
    owner, number = await desk.case(identity="customer-7")
    elsewhere = await desk.customer("customer-7")
    somebody_else = await desk.customer("customer-8")

    added = await add(elsewhere, number, "I am here now.")

    assert [(card["number"], card["is_here"]) for card in await cards(elsewhere)] == [(number, False)]
    assert (added.status_code, (await owner.texts("customer"))[-1]) == (202, "I am here now.")
    assert await cards(somebody_else) == []
    assert refusal(await add(somebody_else, number, "Me too.")) == (404, "ticket_not_found")


async def test_assistant_is_told_the_tickets_of_this_customer_only(desk: CaseDesk) -> None:
    _, number = await desk.case(identity="customer-7")
    elsewhere, stranger = await desk.customer("customer-7"), await desk.customer()
    asked = len(desk.site.assistant.requests)

    await elsewhere.write("Where does my case stand?")
    await elsewhere.wait_for_text("bot")
    await stranger.write("Where does my case stand?")
    await stranger.wait_for_text("bot")

    told = [[brief.number for brief in each.customer.tickets] for each in desk.site.assistant.requests[asked:]]
    assert told == [[number], []]


async def test_changes_count_against_the_limit_of_messages(desk: CaseDesk) -> None:
    customer, number = await desk.case()
    desk.site.app.state.context.limits = type(desk.site.app.state.context.limits)(
        address="1000/minute", messages="1/hour"
    )

    answers = [await add(customer, number, "More.", new_id()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert "retry-after" in answers[1].headers
