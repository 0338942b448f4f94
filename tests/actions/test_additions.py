"""What is said after a case went to people: part of it, another matter, or a question."""

from __future__ import annotations

from typing import Any

import pytest

from kit.wire import TICKET_NUMBER
from tests.actions.appeal import TXID, asked
from tests.actions.chat import Chat, candidate

ORDER_ID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"


def ticket(case: str = "missing_deposit", **changes: Any) -> dict[str, Any]:
    return {"number": "PH-2222-3333", "case": case, "status": "new", "due_at": None, **changes}


def sent(case: str = "missing_deposit", **changes: Any) -> Chat:
    """A conversation whose case is with people."""
    chat = Chat(verified=True, tickets=[ticket(case, **changes)])
    chat.says("it never came", f"case_{case}")
    while chat.slots["requested_slot"]:
        chat.presses("skip")
    chat.presses("affirm")
    assert chat.turn["handoff"] == {"reason": "case_complete"}
    return chat


@pytest.mark.parametrize(
    ("text", "intent", "facts"),
    [
        (f"forgot to say, the txid is {TXID}", "case_missing_deposit", {"txid": TXID}),
        (f"forgot to mention: {TXID}", "case_stuck_withdrawal", {"txid": TXID}),
        (f"补充一下，哈希是{TXID}", "case_missing_deposit", {"txid": TXID}),
        (TXID, "clarify", {"txid": TXID}),
        (f"补充：{TXID}", "out_of_scope", {"txid": TXID}),
        ("jo@example.com", "thanks", {"email": "jo@example.com"}),
        ("oh and it came from binance", "out_of_scope", {}),
        ("also it was over the tron network", "topic_deposit_withdrawal", {"network": "Tron (TRC-20)"}),
        ("还有，是从币安转的", "out_of_scope", {}),
        ("忘了说，用的是TRC20", "faq", {"network": "Tron (TRC-20)"}),
        ("it still is not there", "case_missing_deposit", {}),
        ("the sender says it left their side", "clarify", {}),
        ("forgot: it started after i used a vpn", "faq", {}),
        ("金额不对，应该是53", "case_stuck_withdrawal", {}),
    ],
)
def test_what_belongs_to_a_case_just_sent_joins_it(text: str, intent: str, facts: dict[str, str]) -> None:
    chat = sent()
    entities: dict[str, Any] = {name: value for name, value in facts.items() if name in ("txid", "email")}

    chat.says(text, intent, **entities)

    assert chat.turn["outcome"] == "handoff"
    assert chat.turn["case"]["type"] == "missing_deposit"
    assert chat.turn["case"]["fields"] == facts
    assert chat.turn["case"]["summary"] == text
    assert TICKET_NUMBER in chat.last
    assert chat.loop is None
    assert chat.buttons == []


def test_additions_go_on_joining_after_thanks_and_an_answer() -> None:
    chat = sent()

    said = [chat.says(ORDER_ID, "clarify", order_id=ORDER_ID), chat.says("jo@example.com", email="jo@example.com")]
    chat.says("thanks", "thanks")
    said.append(chat.says("and it was my first deposit", "out_of_scope"))
    chat.says("what are the fees?", "faq", (candidate("fees"),))
    said.append(chat.says("forgot to say: it was over arbitrum", "clarify"))

    assert chat.turn["outcome"] == "handoff"
    assert said[0] != said[1]
    assert all(TICKET_NUMBER in text for text in said)


@pytest.mark.parametrize(
    ("text", "intent", "outcome"),
    [
        ("how do I withdraw?", "faq", "answer"),
        ("also how do I withdraw?", "faq", "answer"),
        ("thanks", "thanks", "instant"),
        ("ok", "affirm", "instant"),
        ("any news?", "ticket_status", "ticket_status"),
        ("get me a person", "human_request", "handoff"),
        ("and someone else is in my account", "case_security_incident", "intake"),
        ("还有一件事，我的提现一直没到", "case_stuck_withdrawal", "intake"),
        ("what about order 1b9d6bcd?", "clarify", "clarify"),
        ("write a poem about bitcoin", "out_of_scope", "decline"),
    ],
)
def test_what_is_another_matter_is_taken_as_such(text: str, intent: str, outcome: str) -> None:
    chat = sent()

    chat.says(text, intent, (candidate("how-to-withdraw"),) if intent == "faq" else ())

    assert chat.turn["outcome"] == outcome
    assert "joined" not in chat.turn["trace"]


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_a_case_that_is_closed_is_not_added_to(status: str) -> None:
    chat = sent(status=status)

    chat.says(f"forgot to say, the txid is {TXID}", "case_missing_deposit", txid=TXID)

    assert chat.turn["outcome"] == "intake"
    assert asked(chat) == "currency"


def test_a_case_of_another_conversation_is_not_added_to() -> None:
    chat = Chat(verified=True, tickets=[ticket()])

    chat.says(f"forgot to say, the txid is {TXID}", "case_missing_deposit", txid=TXID)

    assert chat.turn["outcome"] == "intake"


def test_what_is_said_after_asking_for_a_person_reaches_them() -> None:
    chat = Chat(tickets=[ticket("human_request")])
    chat.says("let me talk to a human", "human_request")

    chat.says("my email is jo@example.com", email="jo@example.com")

    assert chat.turn["case"] == {
        "type": "human_request", "fields": {"email": "jo@example.com"}, "missing": [],
        "summary": "my email is jo@example.com", "confirmed": False,
    }  # fmt: skip


def test_an_address_without_a_case_is_asked_about() -> None:
    chat = Chat()

    chat.says("jo@example.com", email="jo@example.com")

    assert chat.turn["outcome"] == "clarify"
