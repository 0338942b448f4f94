"""What a turn says back: the one place that builds the channel's turn message and its buttons.

A *reply* collects messages, the outcome, the case and the slot changes of one turn. The channel reads
`{"turn": {outcome, messages, case, handoff, trace}}` from it; Rasa gets the slot changes as events.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.turn import Turn
from actions.wording import Wording
from kit import codec
from kit.taxonomy import strongest
from kit.wire import BotMessage, Button, CaseDraft, Handoff, Payload

#: What the next message may do once a case is with people: add to it.
ADDITION = "addition"


@dataclass
class Reply:
    turn: Turn
    words: Wording
    messages: list[BotMessage] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    trace: dict[str, Any] = field(default_factory=dict)
    case: CaseDraft | None = None
    handoff: Handoff | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    loop: list[str | None] = field(default_factory=list)
    answers: str | None = None

    def say(self, outcome: str, key: str, *buttons: Button, **values: object) -> None:
        """Add a message that is one response."""
        self.add(outcome, BotMessage(self.words.say(key, **values), buttons=list(buttons)))

    def add(self, outcome: str, message: BotMessage) -> None:
        """Add a message; the strongest outcome stands for the turn."""
        self.messages.append(message)
        self.outcomes.append(outcome)

    def set(self, name: str, value: Any) -> None:
        """Change a slot, unless it has that value already."""
        self.slots[name] = value

    def enter_loop(self, name: str | None) -> None:
        """Start a form, or leave the active one."""
        if name != self.turn.active_loop:
            self.loop.append(name)

    def button(self, label: str, intent: str, **entities: Any) -> Button:
        """Return a button with a response as its label."""
        return Button(self.words.say(label), Payload(intent, entities))

    def person(self) -> Button:
        return self.button("label_person", "human_request")

    def offer(self, kind: str | None) -> None:
        """Remember what a plain "yes" or "no" would answer next."""
        self.answers = kind

    def speak(self, language: str) -> None:
        """Go on in a language, now and in later turns."""
        self.words.language = language
        self.set("language", language)

    def body(self) -> dict[str, Any]:
        """Return the message for the channel."""
        turn = {
            "outcome": strongest(self.outcomes),
            "messages": _offered_last(self.messages),
            "case": self.case,
            "handoff": self.handoff,
            "trace": self.trace,
        }
        return {"turn": codec.encode(turn)}

    def events(self) -> list[dict[str, Any]]:
        """Return what changed, for Rasa's tracker."""
        changes = {"language": self.turn.language, "turn_number": self.turn.number + 1, **self.slots}
        changes["offer"] = self._offer()
        if self.handoff and self.case:
            left = changes.get("intake", self.turn.slots.get("intake"))
            changes["intake"] = {**(left or {}), "sent": self.case.type}
        changed = {name: value for name, value in changes.items() if self.turn.slots.get(name) != value}
        loops: list[dict[str, Any]] = [ActiveLoop(name) for name in self.loop]
        return loops + [SlotSet(name, value) for name, value in changed.items()]

    def _offer(self) -> dict[str, Any] | None:
        """Return what the next message may take up: what "yes" answers, and the buttons, which can be typed too."""
        buttons = codec.encode(_offered_last(self.messages)[-1].buttons) if self.messages else []
        answers = ADDITION if self.handoff else self.answers
        return {"answers": answers, "buttons": buttons} if answers or buttons else None


def _offered_last(messages: list[BotMessage]) -> list[BotMessage]:
    """Return the messages with all buttons under the last one: what stands higher up, clients no longer offer."""
    if not messages:
        return []
    *earlier, last = messages
    others = [button for message in earlier for button in message.buttons if button not in last.buttons]
    return [*(replace(message, buttons=[]) for message in earlier), replace(last, buttons=[*last.buttons, *others])]
