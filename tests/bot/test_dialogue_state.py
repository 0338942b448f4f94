from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue_state import StateTooLarge, build_tracker, read_state, size
from kit.errors import InvalidRequest
from kit.wire import MAX_STATE_BYTES, MAX_STATE_EVENTS

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [faq, case_missing_deposit]
    entities: [symbol]
    slots:
      turn_context: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      language: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      symbol: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    forms:
      intake_form: {required_slots: []}
    actions: [action_answer]
    """
)
CONTEXT = {"now": "2026-11-22T12:00:00.000Z", "timezone": "UTC", "locale": "en", "customer": {}}


def said(text: str, intent: str = "faq") -> UserUttered:
    parsed = {"intent": {"name": intent}, "entities": [], "gate": {"candidates": ["large"] * 100}}
    return UserUttered(text, {"name": intent}, [{"entity": "symbol", "value": "XBTUSD", "start": 0}], parsed)


def turn(text: str, *events: Event) -> list[Event]:
    return [
        said(text),
        ActionExecuted("action_answer"),
        *events,
        BotUttered("a" * 500),
        ActionExecuted("action_listen"),
    ]


def after(state: dict[str, Any] | None, *turns: list[Event]) -> DialogueStateTracker:
    tracker = build_tracker("t1", state, CONTEXT, DOMAIN)
    for events in turns:
        tracker.update_with_events(events, DOMAIN)
    return tracker


def test_a_new_dialogue_listens_and_knows_its_turn() -> None:
    tracker = after(None)

    assert tracker.latest_action_name == "action_listen"
    assert tracker.get_slot("turn_context") == CONTEXT
    assert tracker.applied_events(), "a tracker without events would start a session of its own"


def test_slots_and_loop_survive_a_round_trip_and_the_turns_context_does_not() -> None:
    state = read_state(
        after(None, turn("hello", SlotSet("symbol", {"name": "XBTUSD"}), ActiveLoop("intake_form"))), DOMAIN
    )

    again = after(state)

    assert again.get_slot("symbol") == {"name": "XBTUSD"}
    assert again.active_loop_name == "intake_form"
    assert "turn_context" not in str(state)


def test_slots_and_loop_survive_when_their_events_have_been_dropped() -> None:
    state = read_state(after(None, turn("one", SlotSet("language", "zh"), ActiveLoop("intake_form"))), DOMAIN)
    for number in range(30):
        state = read_state(after(state, turn(f"more {number}")), DOMAIN)

    assert "one" not in [event.get("text") for event in state["events"]]
    assert after(state).get_slot("language") == "zh"
    assert after(state).active_loop_name == "intake_form"


def test_a_slot_cleared_later_stays_cleared() -> None:
    state = read_state(after(None, turn("one", SlotSet("language", "zh"))), DOMAIN)
    state = read_state(after(state, turn("two", SlotSet("language", None))), DOMAIN)

    assert after(state).get_slot("language") is None


def test_the_tail_holds_whole_turns_and_at_most_the_agreed_number_of_events() -> None:
    state = None
    for number in range(40):
        state = read_state(after(state, turn(f"message {number}", SlotSet("symbol", number))), DOMAIN)

    assert state is not None
    assert 0 < len(state["events"]) <= MAX_STATE_EVENTS
    assert state["events"][0]["event"] == "user"
    assert state["events"][-1]["name"] == "action_listen"


def test_the_state_stays_within_its_size_by_dropping_the_oldest_turns() -> None:
    state = None
    for number in range(6):
        state = read_state(after(state, turn(f"{number}" + "长" * 4000)), DOMAIN)

    assert state is not None
    assert size(state) <= MAX_STATE_BYTES
    assert state["events"][0]["text"].startswith("5") or len(state["events"]) > 3


def test_events_keep_only_what_a_later_turn_needs() -> None:
    state = read_state(after(None, turn("where is it")), DOMAIN)

    (user,) = [event for event in state["events"] if event["event"] == "user"]
    assert user["parse_data"] == {
        "intent": {"name": "faq"},
        "entities": [{"entity": "symbol", "value": "XBTUSD"}],
        "text": "where is it",
    }
    assert all(event["event"] != "bot" for event in state["events"])


def test_slots_that_cannot_fit_fail_the_turn() -> None:
    tracker = after(None, turn("hello", SlotSet("symbol", "x" * MAX_STATE_BYTES)))

    with pytest.raises(StateTooLarge):
        read_state(tracker, DOMAIN)


def test_slots_and_loops_that_the_domain_no_longer_has_are_forgotten() -> None:
    tracker = after({"v": 1, "slots": {"gone": 1, "language": "zh"}, "loop": "gone_form", "events": []})

    assert tracker.get_slot("language") == "zh"
    assert tracker.active_loop_name is None


def test_a_state_of_another_version_keeps_its_facts() -> None:
    tracker = after({"v": 99, "slots": {"language": "zh"}, "events": "who knows"})

    assert tracker.get_slot("language") == "zh"


@pytest.mark.parametrize("state", [{"events": 5}, {"events": ["x"]}, {"slots": [1]}])
def test_a_state_that_is_no_dialogue_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="state"):
        after(state)
