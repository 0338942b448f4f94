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
from kit.masking import mask

#: Name of the form, of its action and of Rasa's active loop.
FORM = "intake_form"
#: Longest fact kept, in characters; the state between turns is bounded and the transcript has every word.
_LONGEST_FACT, _LONGEST_DESCRIPTION = 500, 4000


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
        if not stored or "case" not in stored:
            return None
        facts = {slot: str(turn.slots[slot]) for slot in KINDS if turn.slots.get(slot) is not None}
        intake = cls(stored["case"], turn.customer.verified, facts=facts)
        for name in ("pending", "is_retry", "asked", "skipped", "unverified"):
            setattr(intake, name, stored.get(name, getattr(intake, name)))
        return intake

    def slots(self) -> dict[str, Any]:
        """Return the slots that hold this intake."""
        rest = {name: value for name, value in vars(self).items() if name not in ("facts", "verified")}
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
        """Write a fact down, without what must never be stored."""
        value, _ = mask(value)
        self.facts[slot] = value[: _LONGEST_DESCRIPTION if slot == "description" else _LONGEST_FACT]
        self.unverified = [name for name in self.unverified if name != slot] + ([] if verified else [slot])

    def absorb(self, facts: dict[str, str]) -> None:
        """Take facts this case asks for that were said in passing, never over known ones."""
        for slot, value in facts.items():
            if slot in self.order and slot not in self.facts and slot != self.pending:
                self.know(slot, value)
        if "unit" in facts and "currency" not in self.order and facts.get("amount") == self.facts.get("amount"):
            self.know("currency", facts["unit"])

    def skip(self) -> None:
        """Leave the pending fact out; one that was known before stays as it was."""
        if self.pending and self.pending not in self.facts and self.pending not in self.skipped:
            self.skipped.append(self.pending)

    def switch(self, case: str) -> None:
        """Become another case, keeping what is known."""
        self.case, self.asked, self.skipped = case, [], []

    def corrections(self, turn: Turn) -> dict[str, str]:
        """Return the known facts that a message states differently."""
        now = values.here(turn)
        stated: dict[str, list[str]] = {}
        for facts in [*(values.found([entity], "", now) for entity in turn.entities), values.found([], turn.text, now)]:
            for slot, value in facts.items():
                stated.setdefault(slot, []).append(value)
        changed = {slot: [value for value in said if self._differs(slot, value)] for slot, said in stated.items()}
        return {slot: said[0] for slot, said in changed.items() if said and slot != self.pending}

    def _differs(self, slot: str, value: str) -> bool:
        """Tell whether a value is another than the known one; a side or a day said again without the rest is not."""
        known = self.facts.get(slot)
        if known is None or value == known:
            return False
        return KINDS[slot] not in ("position", "time") or value not in known
