from __future__ import annotations

from typing import Any

import pytest

from escalation.domain import OPEN_STATUSES, TRANSITIONS, NotAllowedNow, next_status
from tests.escalation.desk import Desk


@pytest.mark.parametrize("status", OPEN_STATUSES)
def test_every_open_ticket_can_be_passed_on_answered_and_ended(status: str) -> None:
    verbs = {"take", "release", "assign", "transfer", "reply", "customer_wrote", "resolve", "merge", "set_priority"}

    assert verbs <= TRANSITIONS[status].keys()
    assert next_status(status, "resolve") == "resolved"
    assert next_status(status, "reply") == "waiting_on_customer"


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("resolved", "reply"),
        ("resolved", "take"),
        ("resolved", "assign"),
        ("closed", "reopen"),
        ("closed", "customer_wrote"),
        ("on_hold", "hold"),
        ("open", "unhold"),
        ("open", "reopen"),
        ("open", "close"),
        ("open", "sing"),
    ],
)
def test_what_a_status_does_not_allow_is_refused(status: str, verb: str) -> None:
    with pytest.raises(NotAllowedNow, match=status.replace("_", " ")):
        next_status(status, verb)


def test_statuses_lead_only_to_known_statuses() -> None:
    assert {after for verbs in TRANSITIONS.values() for after in verbs.values()} <= TRANSITIONS.keys()


async def test_every_change_of_status_is_in_the_history_with_actor_reason_and_status(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.say("away")
    await ana.take(number)
    await ana.reply(number, "Which network?")
    await customer.write("TRC20.")

    await ana.change("hold", number, reason="The chain is slow.")
    await ana.change("unhold", number)
    await ana.change("resolve", number, reason="It has arrived.", root_cause="third_party")
    await ana.change("reopen", number, reason="It has not.")
    ticket = await ana.change("release", number)

    told = [(entry["type"], entry["actor"]["name"], entry["data"].get("status")) for entry in ticket["history"]]
    assert told == [
        ("ticket.opened", "Pharos", "new"),
        ("ticket.taken", "Ana", "open"),
        ("ticket.replied", "Ana", "waiting_on_customer"),
        ("ticket.customer_replied", "Customer", "open"),
        ("ticket.held", "Ana", "on_hold"),
        ("ticket.unheld", "Ana", "open"),
        ("ticket.resolved", "Ana", "resolved"),
        ("ticket.reopened", "Ana", "open"),
        ("ticket.released", "Ana", None),
    ]
    reasons = {entry["type"]: entry["data"].get("reason") for entry in ticket["history"]}
    assert reasons["ticket.held"] == "The chain is slow."
    assert reasons["ticket.reopened"] == "It has not."


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("release", {}),
        ("hold", {}),
        ("transfer", {"queue": "risk", "note": "Please look."}),
        ("hand-back", {}),
        ("resolve", {}),
        ("priority", {"priority": "P1"}),
        ("tags", {"add": ["vip"]}),
        ("link", {"to": "PH-2222-2222"}),
        ("merge", {"into": "PH-2222-2222"}),
    ],
)
async def test_change_from_an_older_page_is_refused_and_overwrites_nothing(
    desk: Desk, verb: str, body: dict[str, Any]
) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    _, other = await desk.case()
    body = {name: other if value == "PH-2222-2222" else value for name, value in body.items()}
    seen = await ana.take(number)
    before = await ana.do("note", number, client_id="1", text="Somebody saved meanwhile.")

    answer = await ana.try_to(verb, number, version=seen["version"], **body)

    assert (answer.status_code, answer.json()["error"]) == (409, "stale_page")
    assert await ana.ticket(number) == before


async def test_reply_and_note_are_not_refused_for_an_older_page(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    customer, number = await desk.case()
    await ana.take(number)
    await ben.do("note", number, client_id="1", text="I know this customer.")

    await ana.reply(number, "Hello.")

    assert await customer.said("agent") == ["Hello."]


async def test_released_ticket_waits_in_its_queue_and_the_bot_speaks_again(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    ticket = await ana.change("release", number)
    await customer.write("What is a funding rate?")
    await customer.wait_for_bot("You wrote: What is a funding rate?")

    assert (ticket["assignee"], ticket["holder"], ticket["status"]) == (None, "queue", "open")


async def test_transfer_to_a_queue_leaves_a_note_for_who_gets_it(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    ticket = await ana.change("transfer", number, queue="risk", note="The amount is a matter for risk.")

    transcript = await ana.get(f"/tickets/{number}/transcript")
    note = transcript["events"][-1]
    assert (note["data"]["text"], note["data"]["audience"]) == ("The amount is a matter for risk.", "agents")
    assert (ticket["queue"], ticket["assignee"], ticket["holder"]) == ("risk", None, "queue")
    assert ticket["history"][-1]["data"] == {
        "from": "Ana",
        "from_queue": "payments",
        "to_queue": "risk",
        "event_id": note["id"],
    }
    assert "risk" not in str(await customer.said("agent"))


async def test_transfer_to_an_agent_assigns_and_does_not_take(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    await ana.take(number)
    await ben.say("away")

    ticket = await ana.change("transfer", number, agent_id=ben.id, note="You speak their language.")

    assert (ticket["assignee"]["name"], ticket["is_taken"], ticket["holder"]) == ("Ben", False, "queue")


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"queue": "risk"}, 422, "invalid_request"),
        ({"note": "Look."}, 422, "invalid_request"),
        ({"note": "Look.", "queue": "basement"}, 422, "invalid_request"),
        ({"note": "Look.", "queue": "risk", "agent_id": "x"}, 422, "invalid_request"),
        ({"note": "Look.", "agent_id": "x"}, 404, "agent_not_found"),
    ],
)
async def test_transfer_that_breaks_a_rule_changes_nothing(
    desk: Desk, body: dict[str, Any], status: int, error: str
) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    before = await ana.take(number)

    answer = await ana.try_change("transfer", number, **body)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert await ana.ticket(number) == before


async def test_ticket_is_not_given_to_somebody_who_is_offline(desk: Desk) -> None:
    lea, ben = await desk.lead(), await desk.agent("ben", "Ben")
    _, number = await desk.case()

    answer = await lea.try_change("assign", number, agent_id=ben.id)

    assert (answer.status_code, answer.json()["error"]) == (409, "agent_offline")
    assert "Ben is offline" in answer.json()["detail"]


async def test_reply_to_an_assigned_ticket_takes_it(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    customer, number = await desk.case()
    await ana.say("away")
    assigned = await lea.change("assign", number, agent_id=ana.id)

    ticket = await ana.reply(number, "Hello.")

    assert (assigned["status"], assigned["holder"]) == ("new", "queue")
    assert (ticket["is_taken"], ticket["holder"], ticket["status"]) == (True, "agent", "waiting_on_customer")
    names = [event["data"]["name"] for event in await customer.wait_for("conversation.holder_changed", 2)]
    assert names == [None, "Ana"]


async def test_unknown_root_cause_is_refused(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    answer = await ana.try_change("resolve", number, root_cause="bad_luck")

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")


async def test_priority_moves_the_target_of_the_first_answer(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.take(number)

    ticket = await ana.change("priority", number, priority="P1", reason="A large amount.")

    assert (ticket["priority"], ticket["due_at"]) == ("P1", "2026-11-22T03:27:00.000Z")
    assert ticket["history"][-1]["data"] == {"from": "P2", "priority": "P1", "reason": "A large amount."}


async def test_tags_are_added_and_removed_once(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.change("tags", number, add=["VIP", "trc20", "vip"])

    ticket = await ana.change("tags", number, add=["大额", "vip"], remove=["trc20", "unknown"])
    again = await ana.change("tags", number, add=["vip"])

    assert ticket["tags"] == ["vip", "大额"]
    assert ticket["history"][-1]["data"] == {"added": ["大额"], "removed": ["trc20"]}
    assert again == ticket


@pytest.mark.parametrize("tag", ["two words", "", "x" * 33, "a,b", "<b>"])
async def test_tag_that_is_not_one_word_is_refused(desk: Desk, tag: str) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    answer = await ana.try_change("tags", number, add=[tag])

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")


async def test_customer_who_writes_while_a_ticket_rests_wakes_it(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.change("hold", number)

    await customer.write("It arrived!")

    ticket = await ana.ticket(number)
    assert (ticket["status"], ticket["history"][-1]["data"]) == ("open", {"status": "open"})


async def test_first_message_after_an_answer_is_an_event_and_the_next_ones_are_not(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "We look.")
    await ana.change("hold", number)
    await ana.change("unhold", number)

    await customer.write("Any news?")
    await customer.write("Hello?")

    history = (await ana.ticket(number))["history"]
    assert [entry["type"] for entry in history].count("ticket.customer_replied") == 1


async def test_conversation_stays_with_the_agent_who_has_its_other_ticket(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    customer, first = await desk.case()
    await ana.take(first)
    await ana.do("hand-back", first)
    await customer.write("The API answers 400.")
    second = (await customer.wait_for("ticket.opened", 2))[1]["data"]["number"]
    await ben.take(second)

    await ana.do("resolve", first)

    assert (await ben.ticket(second))["holder"] == "agent"
    await ben.reply(second, "Still here.")
