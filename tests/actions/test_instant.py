"""What is answered at once: courtesies, refusals, languages, tickets, and a person on request."""

from __future__ import annotations

import pytest

from kit.wire import TICKET_DUE_AT, TICKET_NUMBER
from tests.actions.chat import DOMAIN, ROUTES, Chat

LATE, SOON = "2026-11-22T04:00:00.000Z", "2026-11-22T09:00:00.000Z"


@pytest.mark.parametrize("intent", ["greet", "thanks", "goodbye", "bot_challenge", "capabilities"])
def test_a_courtesy_is_instant(intent: str) -> None:
    chat = Chat()

    chat.says("...", intent)

    assert chat.turn["outcome"] == "instant"
    assert chat.turn["case"] is None


@pytest.mark.parametrize("intent", ["decline_advice", "out_of_scope"])
def test_advice_is_declined_with_what_is_done_instead(intent: str) -> None:
    chat = Chat()

    chat.says("should I long here", intent)

    assert chat.turn["outcome"] == "decline"
    assert "margin" in chat.last
    assert chat.labels == ["Talk to a person"]


def test_another_language_is_named_and_the_choice_of_language_holds() -> None:
    chat = Chat()

    chat.says("출금이 안 돼요", "unsupported_language", language="ko")
    assert "Korean" in chat.last
    assert chat.turn["outcome"] == "clarify"
    assert chat.labels == ["English", "中文", "Talk to a person"]

    chat.presses("set_slot", slot="language", value="zh")
    assert chat.slots["language"] == "zh"
    assert "中文" in chat.last
    chat.says("ok", "greet", language="en")
    assert "您好" in chat.last


def test_a_person_on_request_comes_at_once_with_number_and_target() -> None:
    chat = Chat()

    chat.says("let me talk to a human", "human_request")

    assert chat.turn["outcome"] == "handoff"
    assert chat.turn["handoff"] == {"reason": "asked"}
    assert chat.turn["case"]["type"] == "human_request"
    assert chat.turn["case"]["confirmed"] is False
    assert "let me talk to a human" in chat.turn["case"]["summary"]
    assert TICKET_NUMBER in chat.last
    assert TICKET_DUE_AT in chat.last


def test_the_status_of_own_tickets_is_told_with_their_targets() -> None:
    tickets = [
        {"number": "PH-2222-3333", "case": "missing_deposit", "status": "open", "due_at": SOON},
        {"number": "PH-4444-5555", "case": "complaint", "status": "new", "due_at": LATE},
        {"number": "PH-6666-7777", "case": "api_fault", "status": "resolved", "due_at": LATE},
    ]
    chat = Chat(tickets=tickets)

    said = chat.says("any news?", "ticket_status").splitlines()

    assert chat.turn["outcome"] == "ticket_status"
    assert said == [
        "PH-2222-3333, Missing deposit: in progress. The desk aims to answer by 2026-11-22 09:00 UTC.",
        "PH-4444-5555, Complaint: received. The target was 2026-11-22 04:00 UTC and we missed it; "
        "the case is still open.",
        "PH-6666-7777, API fault: resolved.",
    ]


def test_no_ticket_is_said_plainly() -> None:
    chat = Chat()

    chat.says("status of my ticket", "ticket_status")

    assert "no case" in chat.last


def test_anger_offers_a_person_once() -> None:
    chat = Chat()

    chat.says("this is useless", "stop_bot_wrong")
    assert chat.slots["offer"] == "person"
    first = chat.last

    chat.says("you are useless", "stop_bot_wrong")
    assert chat.slots["offer"] is None
    assert chat.last != first
    assert "Talk to a person" in chat.labels


@pytest.mark.parametrize("intent", ["affirm", "deny", "cancel", "skip", "correct"])
def test_a_command_to_nothing_is_not_taken_for_anything(intent: str) -> None:
    chat = Chat()

    chat.says("ok", intent)

    assert chat.turn["outcome"] == "instant"
    assert chat.turn["handoff"] is None


def test_every_intent_of_the_domain_has_a_rule() -> None:
    intents = {next(iter(item)) for item in DOMAIN["intents"]}

    assert intents == set(ROUTES)
