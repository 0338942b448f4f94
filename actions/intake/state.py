"""How far an intake has got: which case, which facts, what is asked now.

An *intake* lives in Rasa's slots, one slot per fact and `intake` for the rest, so any worker continues it. A fact is
*open* while it is neither known nor skipped; *pending* is the slot asked for now, none once the summary is shown.
What outlives the intake stays in `intake`: the zone the customer named, and the case that went to people last.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from actions.intake import times
from actions.intake.questions import BY_DAY, FACTS, KINDS, MOST, slots_of
from actions.turn import Turn
from kit.masking import mask

#: Name of the form, of its action and of Rasa's active loop.
FORM = "intake_form"
#: What is of the turn or kept elsewhere.
_OF_THE_TURN = ("facts", "turn")
#: Longest fact kept, in characters; the state between turns is bounded and the transcript has every word.
_LONGEST_FACT, _LONGEST_DESCRIPTION = 500, 4000


@dataclass
class Intake:
    case: str
    #: The message being taken.
    turn: Turn
    pending: str | None = None
    #: The pending slot was answered once in a wrong shape.
    is_retry: bool = False
    #: Slots asked for so far, in order: what "2 of 5" counts.
    asked: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    #: Slots whose value never had the right shape: kept as typed, marked for the desk.
    unverified: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    #: The words of a time that was read as UTC for want of a zone.
    loose_time: str | None = None
    zone: str | None = None
    sent: str | None = None

    @classmethod
    def begin(cls, case: str, turn: Turn) -> Intake:
        """Return an intake that knows nothing yet of its case."""
        left = turn.slots.get("intake") or {}
        return cls(case, turn, zone=left.get("zone"), sent=left.get("sent"))

    @classmethod
    def read(cls, turn: Turn) -> Intake | None:
        """Return the intake in progress, if there is one."""
        stored = turn.slots.get("intake") if turn.active_loop == FORM else None
        if not stored or "case" not in stored:
            return None
        intake = cls(stored["case"], turn)
        intake.facts = {slot: str(turn.slots[slot]) for slot in FACTS if turn.slots.get(slot) is not None}
        for name in ("pending", "is_retry", "asked", "skipped", "unverified", "loose_time", "zone", "sent"):
            setattr(intake, name, deepcopy(stored.get(name, getattr(intake, name))))
        return intake

    def slots(self) -> dict[str, Any]:
        """Return the slots that hold this intake."""
        rest = {name: value for name, value in vars(self).items() if name not in _OF_THE_TURN}
        return {**{slot: self.facts.get(slot) for slot in FACTS}, "intake": rest, "requested_slot": self.pending}

    @property
    def remains(self) -> dict[str, str] | None:
        """What outlives the intake."""
        return {name: value for name in ("zone", "sent") if (value := getattr(self, name))} or None

    @property
    def order(self) -> tuple[str, ...]:
        return slots_of(self.case, self.turn.customer.verified)

    @property
    def open(self) -> list[str]:
        still = [slot for slot in self.order if slot not in self.facts and slot not in self.skipped]
        return ["zone", *still] if self._needs_zone(still) else still

    def _needs_zone(self, still: list[str]) -> bool:
        """Tell whether to ask in which zone a time was meant: where it matters, once, within the most questions."""
        asked = {*self.asked, *still} - {"email"}
        matters = self.case not in BY_DAY and len(asked | {"zone"}) <= MOST
        return self.loose_time is not None and "zone" not in self.skipped and matters

    @property
    def missing(self) -> list[str]:
        return [slot for slot in self.order if slot not in self.facts]

    @property
    def correctable(self) -> list[str]:
        """The facts that can be said again; the zone while a time wants one."""
        zone = ["zone"] if self.loose_time else []
        return list(dict.fromkeys([*self.facts, *self.missing, *zone]))

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
        """Write a fact down, without what must never be stored; a zone settles what the time means."""
        if slot == "zone":
            self._settle(value)
            return
        value, _ = mask(value)
        if slot == "occurred_at":
            said = self.turn.text or self.turn.earlier_text
            is_loose = not self.turn.knows_zone and times.is_loose(value, said)
            self.loose_time = said[:_LONGEST_FACT] if is_loose else None
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

    def _settle(self, zone: str) -> None:
        """Take the zone the customer's times are in; a time that would lie ahead there is asked for again."""
        self.zone = zone
        if self.loose_time is None:
            return
        at = times.in_zone(self.facts.pop("occurred_at"), self.loose_time, zone, self.turn.now)
        self.loose_time = None
        if not times.is_ahead(at, self.turn.now):
            self.facts["occurred_at"] = at

    def differs(self, slot: str, value: str) -> bool:
        """Tell whether a value is another than the known one; a side or a day said again without the rest is not."""
        known = self.facts.get(slot)
        if known is None:
            return True
        return value != known and (KINDS[slot] not in ("position", "time") or value not in known)
