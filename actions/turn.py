"""One customer message as the actions see it: what was said, what the gate made of it, and who says it when.

`Turn.read` is the only place that knows how Rasa's tracker and the channel's slots are laid out.
A *payload* is a pressed button; it has entities but no gate and no text of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker

from kit import codec, text, zones
from kit.clock import from_wire
from kit.wire import Button, Candidate, Customer, Payload

LANGUAGES = ("en", "zh")
#: A message with fewer Latin words says too little to change the conversation's language.
_TELLING_WORDS = 4


@dataclass(frozen=True)
class Turn:
    text: str
    intent: str
    entities: list[dict[str, Any]]
    gate: dict[str, Any]
    slots: dict[str, Any]
    earlier_text: str
    earlier_entities: list[dict[str, Any]]
    active_loop: str | None
    language: str
    now: datetime
    timezone: str
    customer: Customer

    @classmethod
    def read(cls, tracker: Tracker) -> Turn:
        """Take what matters from Rasa's tracker."""
        latest, context = tracker.latest_message, tracker.slots.get("turn_context") or {}
        said = str(latest.get("text") or "")
        gate = latest.get("gate") or {}
        earlier = _earlier_message(tracker.events)
        return cls(
            text="" if said.startswith("/") else said,
            intent=str((latest.get("intent") or {}).get("name") or ""),
            entities=list(latest.get("entities") or []),
            gate=gate,
            slots=dict(tracker.slots),
            earlier_text=str(earlier.get("text") or ""),
            earlier_entities=list((earlier.get("parse_data") or {}).get("entities") or []),
            active_loop=tracker.active_loop_name,
            language=_language(said, gate, tracker.slots.get("language"), str(context.get("locale") or "")),
            now=from_wire(context["now"]),
            timezone=zones.known(str(context.get("timezone") or "")),
            customer=codec.decode(Customer, context.get("customer") or {}),
        )

    @property
    def is_payload(self) -> bool:
        return not self.text

    @property
    def values(self) -> dict[str, Any]:
        """The entities of a button."""
        return {entity["entity"]: entity.get("value") for entity in self.entities}

    @property
    def offer(self) -> str | None:
        """What a plain "yes" or "no" answers, by the turn before."""
        return self._slot("offer").get("answers")

    @property
    def offered(self) -> list[Payload]:
        """The buttons of the turn before."""
        buttons = self._slot("offer").get("buttons") or []
        return [codec.decode(Button, button).payload for button in buttons]

    @property
    def sent(self) -> str | None:
        """The case of this conversation that went to people last."""
        return self._slot("intake").get("sent")

    @property
    def knows_zone(self) -> bool:
        """Whether the customer's zone is known: from the channel, or told in an intake."""
        return self.timezone not in zones.UNKNOWN or bool(self._slot("intake").get("zone"))

    def _slot(self, name: str) -> dict[str, Any]:
        value = self.slots.get(name)
        return value if isinstance(value, dict) else {}

    @property
    def candidates(self) -> list[Candidate]:
        return [codec.decode(Candidate, item) for item in self.gate.get("candidates") or []]

    @property
    def number(self) -> int:
        """How many turns were answered before this one; wording varies by it."""
        return int(self.slots.get("turn_number") or 0)

    def threshold(self, name: str) -> float:
        """Return one of the gate's thresholds; nothing passes one that is not stated."""
        return float((self.gate.get("thresholds") or {}).get(name, 2.0))


def _earlier_message(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the text message just before the latest one, when the latest is a button."""
    messages = [event for event in events if event.get("event") == "user"]
    if len(messages) < 2 or str(messages[-2].get("text") or "/").startswith("/"):
        return {}
    return messages[-2]


def _language(said: str, gate: dict[str, Any], known: str | None, locale: str) -> str:
    before = known if known in LANGUAGES else ("zh" if locale.lower().startswith("zh") else "en")
    heard = (gate.get("language") or {}).get("code")
    if heard not in LANGUAGES or said.startswith("/"):
        return before
    is_telling = text.cjk_count(said) > 0 or len(said.split()) >= _TELLING_WORDS
    return heard if is_telling or known not in LANGUAGES else before
