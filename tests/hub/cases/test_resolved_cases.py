"""The customer's side of a case that is resolved: rating it, reopening it, or asking something new."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.assistant import answer
from tests.hub.cases.desk import CaseDesk, buttons, call, card, cards, press, refusal

RATED = "ticket.rated"
OFFER = "which was resolved?"


async def test_customer_is_told_of_the_resolution_and_asked_to_rate_it(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()

    scores = await buttons(customer, f"Case {number} is marked as resolved.")

    assert list(scores) == ["1", "2", "3", "4", "5"]
    assert [event["data"]["rates"] for event in await customer.events() if "rates" in event["data"]] == [number]
    found = await card(customer, number)
    assert (found["status"], found["reopen_until"], found["rating"]) == ("resolved", "2026-12-06T03:12:00.000Z", None)
    assert found["steps"][-1] == {"name": "resolved", "at": "2026-11-22T03:12:00.000Z"}
    told = [event["data"] for event in await customer.events() if event["type"] == "ticket.updated"]
    assert told[-1]["steps"] == found["steps"]


async def test_pressed_score_is_stored_without_asking_the_assistant(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    asked = len(desk.site.assistant.requests)

    said = await press(customer, (await buttons(customer, "is marked as resolved"))["4"])

    await desk.site.wait_until_dealt_with(customer)
    assert said == f"Thank you. Your rating of case {number}: 4 of 5."
    assert (await card(customer, number))["rating"] == {"score": 4, "comment": ""}
    assert (await desk.history(number))[-1] == (RATED, "customer", {"score": 4, "comment": ""})
    assert len(desk.site.assistant.requests) == asked


async def test_typed_score_counts_as_its_button(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()

    await customer.write("5")

    assert (await card(customer, number))["rating"] == {"score": 5, "comment": ""}


async def test_score_counts_while_an_agent_has_the_conversation(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    await customer.write("My account was hacked.")
    second = (await customer.wait_for(lambda event: event["data"].get("case") == "security_incident"))["data"]["number"]
    await desk.ana.take(second)

    said = await press(customer, (await buttons(customer, "is marked as resolved"))["2"])

    assert (said, (await card(customer, number))["rating"]["score"]) == (
        f"Thank you. Your rating of case {number}: 2 of 5.",
        2,
    )
    assert not [entry for entry in await desk.history(second) if entry[0] == "ticket.customer_replied"]


async def test_rating_may_be_changed_for_a_day(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    token = (await buttons(customer, "is marked as resolved"))["1"]
    first = await call(customer, number, "rating", score=3, comment="Slow.")
    desk.site.clock.advance(hours=23, minutes=59)

    changed = await call(customer, number, "rating", score=5)
    repeated = await call(customer, number, "rating", score=5)
    desk.site.clock.advance(minutes=1)
    late = await call(customer, number, "rating", score=1)
    said = await press(customer, token)

    assert [answer.status_code for answer in (first, changed, repeated)] == [200, 200, 200]
    assert changed.json()["rating"] == {"score": 5, "comment": "Slow."}
    assert (refusal(late), "stays as it is" in said) == ((409, "rating_fixed"), True)
    assert (await card(customer, number))["rating"]["score"] == 5
    assert [data for type, _, data in await desk.history(number) if type == RATED] == [
        {"score": 3, "comment": "Slow."},
        {"score": 5, "comment": "Slow.", "from": 3},
    ]


async def test_comment_is_masked_like_messages(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()

    rated = await call(customer, number, "rating", score=1, comment="My password is hunter2hunter2")

    assert rated.json()["rating"]["comment"] == "My password is [removed: secret]"
    assert (await desk.history(number))[-1][2]["comment"] == "My password is [removed: secret]"
    assert "I removed something" in (await customer.texts("system"))[-1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 422),
        ({"score": 0}, 422),
        ({"score": 6}, 422),
        ({"score": "5"}, 422),
        ({"score": 4.5}, 422),
        ({"score": True}, 422),
        ({"score": 5, "comment": 7}, 422),
        ({"score": 5, "comment": "a\x00b"}, 422),
        ({"score": 5, "comment": "x" * 1001}, 413),
    ],
    ids=str,
)
async def test_rating_that_breaks_a_rule_is_refused(desk: CaseDesk, body: dict[str, Any], code: int) -> None:
    customer, number = await desk.resolved()

    answer = await call(customer, number, "rating", **body)

    assert (answer.status_code, (await card(customer, number))["rating"]) == (code, None)


async def test_only_a_resolved_case_is_rated_and_each_resolution_anew(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    token = (await buttons(customer, "is marked as resolved"))["1"]
    await call(customer, number, "rating", score=1)
    await call(customer, number, "reopen")
    while_open = await call(customer, number, "rating", score=2)
    said = await press(customer, token)
    desk.site.clock.advance(days=2)
    await desk.ana.sign_in()
    await desk.ana.change("resolve", number)

    anew = await call(customer, number, "rating", score=5)

    assert (refusal(while_open), "only while it is resolved" in said) == ((409, "not_allowed_now"), True)
    assert anew.json()["rating"] == {"score": 5, "comment": ""}


async def test_customer_reopens_their_case_within_fourteen_days(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    desk.site.clock.advance(days=13, hours=23)

    answers = [await call(customer, number, "reopen") for _ in range(2)]

    reopened = answers[0].json()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (reopened["status"], reopened["agent"], reopened["position"]) == ("open", None, 1)
    assert reopened["clock"]["of"] == "next_response"
    assert await customer.texts("system") == [f"Case {number} is open again. A person will answer you here."]
    told = [event["data"] for event in await customer.events() if event["type"] == "ticket.updated"]
    assert (told[-1]["position"], told[-1]["steps"]) == (1, reopened["steps"])
    assert [(type, who) for type, who, _ in await desk.history(number)][-1] == ("ticket.reopened", "customer")


async def test_after_fourteen_days_a_case_stays_closed(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    desk.site.clock.advance(days=14)
    late = await call(customer, number, "reopen")
    await desk.desk.sweep()

    closed = [await call(customer, number, verb, **body) for verb, body in (("reopen", {}), ("rating", {"score": 5}))]

    assert {refusal(answer) for answer in (late, *closed)} == {(409, "not_allowed_now")}
    assert (await card(customer, number))["reopen_until"] is None


async def test_next_message_is_answered_and_asks_once_whether_to_reopen(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    desk.site.assistant.answers["Thanks."] = answer("You are welcome.", outcome="instant")

    for text in ("Thanks.", "It is still missing.", "What is funding?"):
        await customer.write(text)
        await customer.wait_for_text("bot")
        await desk.site.wait_until_dealt_with(customer)

    assert (await customer.texts("bot"))[-4:] == [
        "You are welcome.",
        "You wrote: It is still missing.",
        f"Is this about case {number}, which was resolved? It can be reopened, or we go on with something new.",
        "You wrote: What is funding?",
    ]


async def test_pressing_reopen_opens_the_case_without_asking_the_assistant(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    await customer.write("It is still missing.")
    choices = await buttons(customer, OFFER)
    asked = len(desk.site.assistant.requests)

    said = await press(customer, choices[f"Reopen {number}"])

    ticket = await desk.ana.ticket(number)
    assert list(choices) == [f"Reopen {number}", "New question"]
    assert said == f"Case {number} is open again. A person will answer you here."
    assert (ticket["status"], ticket["holder"], ticket["history"][-1]["actor"]["kind"]) == ("open", "queue", "customer")
    await desk.site.wait_until_dealt_with(customer)
    assert len(desk.site.assistant.requests) == asked


async def test_new_question_leaves_the_case_as_it_is(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    await customer.write("How about something else?")
    await buttons(customer, OFFER)

    await customer.write("New question")

    assert (await customer.texts("system"))[-1] == "All right. What is your question?"
    assert (await card(customer, number))["status"] == "resolved"


async def test_press_that_can_do_nothing_any_more_says_why(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    await customer.write("It is still missing.")
    token = (await buttons(customer, OFFER))[f"Reopen {number}"]
    await customer.write("My deposit is missing.")
    second = (await customer.wait_for_type("ticket.opened"))["number"]
    beside_open = await press(customer, token)
    await desk.ana.do("resolve", second)
    desk.site.clock.advance(days=14)

    too_late = await press(customer, token)

    assert beside_open.startswith("Another case about the same matter is open.")
    assert too_late.startswith(f"Case {number} was resolved more than 14 days ago")
    assert (await card(customer, number))["status"] in ("resolved", "closed")  # the sweep closes it now


async def test_case_resolved_again_is_offered_again(desk: CaseDesk) -> None:
    customer, number = await desk.resolved()
    await customer.write("It is still missing.")
    await press(customer, (await buttons(customer, OFFER))[f"Reopen {number}"])
    await desk.ana.take(number)
    await desk.ana.change("resolve", number)

    await customer.write("And again.")
    await customer.wait_for(lambda event: event["data"].get("text") == "You wrote: And again.")
    await desk.site.wait_until_dealt_with(customer)

    assert sum(OFFER in text for text in await customer.texts("bot")) == 2


async def test_nothing_is_offered_where_it_is_too_late_or_people_have_another_case(desk: CaseDesk) -> None:
    late, _ = await desk.resolved()
    desk.site.clock.advance(days=14)
    await desk.desk.sweep()
    await desk.ana.sign_in()
    same, _ = await desk.resolved()
    other, _ = await desk.resolved()
    await same.write("My deposit is missing.")
    opened = (await same.wait_for_type("ticket.opened"))["number"]
    await desk.ana.do("hand-back", opened)
    await other.write("My account was hacked.")
    await other.wait_for(lambda event: event["data"].get("case") == "security_incident")

    for customer in (late, same, other):
        await customer.write("What is funding?")
        await customer.wait_for(lambda event: event["data"].get("text") == "You wrote: What is funding?")
        await desk.site.wait_until_dealt_with(customer)

    assert not [text for customer in (late, same, other) for text in await customer.texts("bot") if OFFER in text]


async def test_chinese_customers_are_asked_in_chinese(desk: CaseDesk) -> None:
    customer, number = await desk.resolved(locale="zh-CN")
    await customer.write("还是没到账，请再查一下。")

    choices = await buttons(customer, "这与已解决的工单")

    assert list(choices) == [f"重新打开 {number}", "新问题"]
    assert f"工单 {number} 已标记为已解决" in str(await customer.texts("bot"))
    assert await press(customer, choices["新问题"]) == "好的，请说说您的问题。"
    assert len(await cards(customer)) == 1
