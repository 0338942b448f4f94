"""One turn: the request into a tracker and a message, the finished tracker back into a reply.

Text and buttons take different ways in. Text is stripped of what Rasa would read as a
command; only a *payload* becomes `/intent{...}`, and only for intents that buttons carry.
A text that does nothing but choose one of the last turn's buttons is that button.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT

from bot import dialogue_state
from bot.endpoint import RECORD, CallRecord
from bot.nlu.gate import GATE
from bot.nlu.language import from_locale
from bot.outcome import Said, TurnFailed, TurnOutput, merge
from bot.store import TurnStore
from kit import choices, codec, zones
from kit.clock import from_wire
from kit.errors import InvalidRequest, Unavailable
from kit.text import check_message, strip_command, visible
from kit.wire import BotMessage, Button, Payload, TurnReply, TurnRequest

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

#: Intents that buttons may carry; every other payload is refused.
PAYLOAD_INTENTS = frozenset(
    "choose_article none_of_these helpful human_request affirm deny skip cancel start_case set_slot".split()
)

#: Said in turn to messages that are empty once commands are stripped; Rasa is not asked.
_NOTHING_SAID = {
    "en": (
        "I did not get any words in that message. What can I help you with?",
        "That one came without words too. What is it about?",
    ),
    "zh": ("这条消息里没有文字。请问需要什么帮助？", "这条也没有文字。请问是什么事？"),
}
#: Where the state counts such messages.
_WORDLESS = "wordless"


class TurnRunner:
    """Runs turns against one agent."""

    def __init__(self, agent: Agent, store: TurnStore, model_id: str, index_id: Callable[[], str]) -> None:
        self._agent = agent
        self._store = store
        self._model_id = model_id
        self._index_id = index_id

    async def run(self, request: TurnRequest, on_new_message: OnNewMessage) -> TurnReply:
        """Answer one message.

        Raises:
            InvalidRequest: the request is not a turn.
            TurnFailed: the dialogue did not reach an outcome; the text names the cause.
        """
        started = perf_counter()
        text = _checked_text(request)
        if text == "":
            return self._nothing_said(request, started)
        request, text = _pressed(request, text)
        record = CallRecord()
        RECORD.set(record)
        output = TurnOutput()
        tracker = await self._converse(request, text, output, on_new_message)
        said = _usable(tracker, output, record)
        timings = {"actions": round(record.actions_ms, 2), "total": _since(started)}
        return TurnReply(
            messages=said.messages,
            outcome=said.outcome,
            trace=self._trace(tracker, said, timings),
            state=dialogue_state.read_state(tracker, self._agent.domain),
            case=said.case,
            handoff=said.handoff,
        )

    async def _converse(
        self, request: TurnRequest, text: str | None, output: TurnOutput, on_new_message: OnNewMessage
    ) -> DialogueStateTracker:
        """Let Rasa handle the message on a tracker of its own, and return that tracker."""
        key = self._store.free_key(request.turn_id)
        context = _context(request)
        tracker = dialogue_state.build_tracker(key, request.state, context, self._agent.domain)
        await self._store.save(tracker)
        try:
            await on_new_message(_message(request, key, text, output, tracker))
        except Exception as error:
            raise TurnFailed(f"The dialogue failed: {type(error).__name__}: {error}") from error
        finally:
            finished = self._store.take(key)
        if finished is None:
            raise TurnFailed("The dialogue lost its tracker.")
        return finished

    def _nothing_said(self, request: TurnRequest, started: float) -> TurnReply:
        state = request.state or {}
        before = int(state.get(_WORDLESS) or 0)
        variations = _NOTHING_SAID[_slots(request).get("language") or from_locale(request.locale)]
        message = BotMessage(variations[before % len(variations)])
        trace = self._ids({"timings_ms": {"total": _since(started)}, "decided": "nothing said"})
        return TurnReply([message], "clarify", trace, {**state, _WORDLESS: before + 1})

    def _trace(self, tracker: DialogueStateTracker, said: Said, timings: dict[str, float]) -> dict[str, Any]:
        parsed: dict[str, Any] = dict(tracker.latest_message.parse_data) if tracker.latest_message else {}
        gate = dict(parsed.get(GATE) or {})
        timings = {**gate.pop("timings_ms", {}), **timings}
        return self._ids(
            {
                "gate": gate,
                "intent": (parsed.get(INTENT) or {}).get("name"),
                "entities": [{"entity": e["entity"], "value": e.get("value")} for e in parsed.get(ENTITIES) or []],
                "actions": _actions_of_turn(tracker),
                **said.trace,
                "timings_ms": timings,
            }
        )

    def _ids(self, trace: dict[str, Any]) -> dict[str, Any]:
        return {**trace, "model_id": self._model_id, "index_id": self._index_id()}


def _checked_text(request: TurnRequest) -> str | None:
    """Return the text without command prefix, or None when the turn is a button."""
    if (request.text is None) == (request.payload is None):
        raise InvalidRequest("A turn has either 'text' or 'payload'.")
    try:
        from_wire(request.now)
    except ValueError as error:
        raise InvalidRequest(f"now: {error}.") from error
    if request.payload is None:
        return strip_command(visible(check_message(request.text))).strip()
    if request.payload.intent not in PAYLOAD_INTENTS:
        raise InvalidRequest(f"payload.intent: {request.payload.intent!r} is no button's intent.")
    return None


def _pressed(request: TurnRequest, text: str | None) -> tuple[TurnRequest, str | None]:
    """Put a button in the place of a text that chooses one of those offered last."""
    offered = _slot(request, "offer").get("buttons") or []
    buttons = [codec.decode(Button, button) for button in offered]
    is_asked = bool((request.state or {}).get("requested_slot"))
    payload = choices.chosen(text, buttons, is_asked=is_asked) if text else None
    return (replace(request, text=None, payload=payload), None) if payload else (request, text)


def _slots(request: TurnRequest) -> dict[str, Any]:
    slots = (request.state or {}).get("slots")
    return slots if isinstance(slots, dict) else {}


def _slot(request: TurnRequest, name: str) -> dict[str, Any]:
    value = _slots(request).get(name)
    return value if isinstance(value, dict) else {}


def _timezone(request: TurnRequest) -> str:
    """Return the customer's zone: the channel's, or the one told in an intake when the channel knows none."""
    told = _slot(request, "intake").get("zone")
    return str(told) if told and request.timezone in zones.UNKNOWN else request.timezone


def _context(request: TurnRequest) -> dict[str, Any]:
    return {
        "now": request.now,
        "timezone": _timezone(request),
        "locale": request.locale,
        "customer": codec.encode(request.customer),
    }


def _message(
    request: TurnRequest, key: str, text: str | None, output: TurnOutput, tracker: DialogueStateTracker
) -> UserMessage:
    parsed = None
    if request.payload is not None:
        text = _command(request.payload)
        parsed = _parsed(request.payload, text)
    metadata = {
        "now": request.now,
        "timezone": _timezone(request),
        "locale": request.locale,
        "language": _slots(request).get("language"),
        "active_loop": tracker.active_loop_name,
    }
    return UserMessage(
        text, output, key, parse_data=parsed, input_channel=output.name(), message_id=key, metadata=metadata
    )


def _command(payload: Payload) -> str:
    return f"/{payload.intent}{json.dumps(payload.entities, ensure_ascii=False) if payload.entities else ''}"


def _parsed(payload: Payload, text: str) -> dict[str, Any]:
    """Return what understanding would say of a payload, which needs no understanding."""
    intent = {"name": payload.intent, "confidence": 1.0}
    entities = [{"entity": name, "value": value} for name, value in payload.entities.items()]
    return {TEXT: text, INTENT: intent, ENTITIES: entities, "intent_ranking": [intent]}


def _usable(tracker: DialogueStateTracker, output: TurnOutput, record: CallRecord) -> Said:
    if record.is_server_down:  # it is started again; trying later is no failure of this turn
        raise Unavailable(f"The action server does not answer. {'; '.join(record.failures)}")
    if record.failures:
        raise TurnFailed("; ".join(record.failures))
    if tracker.latest_action_name != ACTION_LISTEN_NAME:
        raise TurnFailed(f"The dialogue stopped after {tracker.latest_action_name}.")
    return merge(output.said)


def _actions_of_turn(tracker: DialogueStateTracker) -> list[str]:
    names: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name != ACTION_LISTEN_NAME:
            names.insert(0, event.action_name)
    return names


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
