"""How far an intake has got: which case, which facts, what is asked now.

An *intake* lives in Rasa's slots, one slot per fact and `intake` for the rest, so any worker continues it. A fact is
*open* while it is neither known nor skipped; *pending* is the slot asked for now, none once the summary is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.intake import values
from actions.intake.questions import KINDS, slots_of
from actions.turn import Turn

#: Name of the form, of its action and of Rasa's active loop.
FORM = "intake_form"


@dataclass
class Intake:
    case: str
    verified: bool
    pending: str | None = None
    #: The pending slot was answered once in a wrong shape.
    is_retry: bool = False
    #: Slots asked for so far, in order: what "2 of 5" counts.
    asked: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    #: Slots whose value never had the right shape: kept as typed, marked for the desk.
    unverified: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, turn: Turn) -> Intake | None:
        """Return the intake in progress, if there is one."""
        stored = turn.slots.get("intake") if turn.active_loop == FORM else None
        if not stored:
            return None
        facts = {slot: str(turn.slots[slot]) for slot in KINDS if turn.slots.get(slot) is not None}
        return cls(**stored, facts=facts)

    def slots(self) -> dict[str, Any]:
        """Return the slots that hold this intake."""
        rest = {name: value for name, value in vars(self).items() if name != "facts"}
        return {**{slot: self.facts.get(slot) for slot in KINDS}, "intake": rest, "requested_slot": self.pending}

    @property
    def order(self) -> tuple[str, ...]:
        return slots_of(self.case, self.verified)

    @property
    def open(self) -> list[str]:
        return [slot for slot in self.order if slot not in self.facts and slot not in self.skipped]

    @property
    def missing(self) -> list[str]:
        return [slot for slot in self.order if slot not in self.facts]

    @property
    def progress(self) -> tuple[int, int]:
        """Return the number of the pending question and how many there are."""
        total = list(dict.fromkeys([*self.asked, *self.open]))
        return self.asked.index(self.pending or "") + 1, len(total)

    def ask(self, slot: str) -> None:
        """Make a slot the pending one."""
        self.pending, self.is_retry = slot, False
        if slot not in self.asked:
            self.asked.append(slot)

    def go_on(self) -> None:
        """Ask for the next open fact, or be ready to confirm."""
        self.pending, self.is_retry = None, False
        if self.open:
            self.ask(self.open[0])

    def know(self, slot: str, value: str, *, verified: bool = True) -> None:
        """Write a fact down."""
        self.facts[slot] = value
        self.unverified = [name for name in self.unverified if name != slot] + ([] if verified else [slot])

    def absorb(self, facts: dict[str, str]) -> None:
        """Take facts said in passing, never over known ones."""
        for slot, value in facts.items():
            if slot not in self.facts and slot != self.pending:
                self.know(slot, value)

    def skip(self) -> None:
        """Leave the pending fact out; one that was known before stays as it was."""
        if self.pending and self.pending not in self.facts and self.pending not in self.skipped:
            self.skipped.append(self.pending)

    def switch(self, case: str) -> None:
        """Become another case, keeping what is known."""
        self.case, self.asked, self.skipped = case, [], []

    def corrections(self, turn: Turn) -> dict[str, str]:
        """Return the known facts that a message states differently."""
        stated: dict[str, list[str]] = {}
        for entity in turn.entities:
            for slot, value in values.found([entity]).items():
                stated.setdefault(slot, []).append(value)
        if network := values.named_network(turn.text):
            stated["network"] = [network]
        return {
            slot: next(value for value in said if value != self.facts[slot])
            for slot, said in stated.items()
            if slot in self.facts and slot != self.pending and any(value != self.facts[slot] for value in said)
        }
