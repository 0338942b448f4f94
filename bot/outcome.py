"""What a turn said: the channel's output collected and merged into one reply.

Actions end a turn with a custom message `{"turn": {outcome, messages, case, handoff,
trace}}`; responses that Rasa utters itself become messages too. A turn with no
outcome has failed, whatever it said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel

from kit.codec import decode
from kit.errors import InvalidRequest, SupportError
from kit.taxonomy import OUTCOMES, strongest
from kit.wire import BotMessage, Button, CaseDraft, Handoff, Payload


class TurnFailed(SupportError):
    """A turn that ended without a usable reply; nothing of it may be kept."""

    status_code = 502


class TurnOutput(OutputChannel):
    """Keeps what the dialogue says, in order and whole."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Name of the channel."""
        return "pharos"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one response (see parent class for full docstring)."""
        self.said.append(message)


@dataclass
class Said:
    """The parts of a reply that come from the dialogue."""

    messages: list[BotMessage] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    case: CaseDraft | None = None
    handoff: Handoff | None = None
    trace: dict[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The strongest outcome."""
        return strongest(self.outcomes)


def merge(said: list[dict[str, Any]]) -> Said:
    """Merge everything a turn said: messages in order, the strongest outcome, the last case and handoff.

    Raises:
        TurnFailed: there is no outcome, or a message is not of the agreed shape.
    """
    merged = Said()
    try:
        for response in said:
            _add(merged, response)
    except (InvalidRequest, AttributeError, LookupError, TypeError, ValueError) as error:
        raise TurnFailed(f"An action's reply is malformed: {error}") from error
    if not merged.outcomes:
        raise TurnFailed("The turn ended without an outcome.")
    if not merged.messages:
        raise TurnFailed("The turn has an outcome but says nothing.")
    return merged


def _add(merged: Said, response: dict[str, Any]) -> None:
    custom = response.get("custom") or {}
    if "turn" in custom:
        _add_turn(merged, custom["turn"])
    elif response.get("text"):
        buttons = [_button(button) for button in response.get("buttons") or []]
        merged.messages.append(BotMessage(response["text"].strip(), buttons=buttons))


def _add_turn(merged: Said, turn: dict[str, Any]) -> None:
    if turn.get("outcome") not in OUTCOMES:
        raise InvalidRequest(f"outcome: {turn.get('outcome')!r} is not in the taxonomy.")
    merged.outcomes.append(turn["outcome"])
    merged.messages += [decode(BotMessage, message) for message in turn.get("messages") or []]
    merged.case = decode(CaseDraft, turn["case"]) if turn.get("case") else merged.case
    merged.handoff = decode(Handoff, turn["handoff"]) if turn.get("handoff") else merged.handoff
    merged.trace.update(turn.get("trace") or {})


def _button(button: dict[str, Any]) -> Button:
    """Read a response's button, whose payload is `/intent{...}`."""
    intent, brace, entities = button["payload"].lstrip("/").partition("{")
    return Button(button["title"], Payload(intent, json.loads(brace + entities) if brace else {}))
