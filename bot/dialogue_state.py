"""A dialogue as JSON between turns: into a tracker before the message, out of it after the reply.

The state holds the slots that are set, the active loop, and a *tail*: the events of
the last turns, whole turns only, without what the bot said. What the tail does not
tell (slots and loop set earlier) is replayed before it. Slots of one turn are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    REQUESTED_SLOT,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    DefinePrevUserUtteredFeaturization,
    Event,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from kit.errors import InvalidRequest, SupportError
from kit.wire import MAX_STATE_BYTES, MAX_STATE_EVENTS

#: Slot that carries the turn's own now, timezone, locale and customer to the actions.
TURN_CONTEXT = "turn_context"

_VERSION = 1
_NOT_KEPT = frozenset((TURN_CONTEXT, SESSION_START_METADATA_SLOT))
_KEPT_EVENTS = (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AllSlotsReset,
    DefinePrevUserUtteredFeaturization,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)


class StateTooLarge(SupportError):
    """The slots alone exceed what a state may hold."""

    status_code = 502


def build_tracker(
    sender_id: str, state: dict[str, Any] | None, context: dict[str, Any], domain: Domain
) -> DialogueStateTracker:
    """Return a tracker that listens where the state left off."""
    kept = state or {}
    if kept.get("v", _VERSION) != _VERSION:
        kept = {"slots": kept.get("slots")}  # of another version: the facts stay, the course of the dialogue is lost
    try:
        tail = [Event.from_parameters(event) for event in kept.get("events") or []]
        head = _head(kept, tail, {slot.name for slot in domain.slots}, domain.form_names)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"state: not a dialogue ({type(error).__name__}: {error}).") from error
    start: list[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *head,
        SlotSet(TURN_CONTEXT, context),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]
    events = start + [event for event in tail if event]
    return DialogueStateTracker.from_events(sender_id, events, slots=domain.slots, domain=domain)


def _head(kept: dict[str, Any], tail: list[Event | None], slots: set[str], forms: list[str]) -> list[Event]:
    told = {event.key for event in tail if isinstance(event, SlotSet)}
    head: list[Event] = [
        SlotSet(name, value) for name, value in (kept.get("slots") or {}).items() if name in slots and name not in told
    ]
    loop = kept.get("loop")
    if loop in forms and not any(isinstance(event, ActiveLoop) for event in tail):
        head.append(ActiveLoop(loop))
    return head


def read_state(tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Return the state to keep, within both limits.

    Raises:
        StateTooLarge: the slots alone exceed the limit.
    """
    initial = {slot.name: slot.initial_value for slot in domain.slots}
    slots = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if name not in _NOT_KEPT and slot.value != initial.get(name)
    }
    turns = _turns(tracker.applied_events())
    state = {
        "v": _VERSION,
        "slots": slots,
        "loop": tracker.active_loop_name,
        "requested_slot": tracker.get_slot(REQUESTED_SLOT),
        "events": [],
    }
    for events in reversed(turns):
        longer = {**state, "events": events + state["events"]}
        if len(longer["events"]) > MAX_STATE_EVENTS or size(longer) > MAX_STATE_BYTES:
            break
        state = longer
    if size(state) > MAX_STATE_BYTES:
        raise StateTooLarge(f"The dialogue's slots need {size(state)} bytes; the limit is {MAX_STATE_BYTES}.")
    return state


def size(state: dict[str, Any]) -> int:
    """Return the length of a state as compact JSON, in bytes."""
    return len(json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode())


def _turns(events: Iterable[Event]) -> list[list[dict[str, Any]]]:
    """Cut the events into turns, each beginning with what the customer said; what comes before is dropped."""
    turns: list[list[dict[str, Any]]] = []
    for event in events:
        if isinstance(event, UserUttered):
            turns.append([])
        if turns and isinstance(event, _KEPT_EVENTS) and not _is_of_one_turn(event):
            turns[-1].append(_compact(event))
    return turns


def _is_of_one_turn(event: Event) -> bool:
    return isinstance(event, SlotSet) and event.key in _NOT_KEPT


def _compact(event: Event) -> dict[str, Any]:
    """Return an event with only what a later turn may need."""
    if isinstance(event, UserUttered):
        entities = [{"entity": item["entity"], "value": item.get("value")} for item in event.entities]
        parsed = {"intent": {"name": event.intent_name}, "entities": entities, "text": event.text}
        return {"event": "user", "timestamp": event.timestamp, "text": event.text, "parse_data": parsed}
    plain = event.as_dict()
    plain.pop("metadata", None)
    return {key: value for key, value in plain.items() if value is not None or key in ("name", "value")}
