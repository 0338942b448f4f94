"""Conversations written down in tests/dialogues/*.yml, and what plays them against an assistant.

A conversation is a name and turns. A turn `says` a text or `presses` a button of the reply before, by its label, and
names what must come of it: `outcome`; `article` answered from, or one of `offers` to choose; the `case` with the
`fields` it knows; `handoff` (its reason, or no); parts of the reply's text (`tells`, `never_tells`); a button's label.
A conversation may name the customer's `timezone` (Asia/Hong_Kong else; UTC: the channel knows none). A turn may name
the `tickets` the customer has from then on, each with `number`, `case` and `status`.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from kit import wire
from kit.clock import from_wire, to_wire
from kit.ids import new_id

FOLDER = Path(__file__).parents[1] / "dialogues"
CHECKS = ("outcome", "article", "offers", "case", "fields", "handoff", "tells", "never_tells", "button")
START = "2026-11-22T03:12:00.000Z"
TIMEZONE = "Asia/Hong_Kong"
_KEYS = frozenset((*CHECKS, "says", "presses", "after_minutes", "tickets"))
_ABOUT = frozenset(("name", "turns", "timezone"))


def read(language: str) -> list[dict[str, Any]]:
    """Return a language's conversations; a word nobody checks is a mistake."""
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    for dialogue in found:
        if set(dialogue) - _ABOUT:
            raise ValueError(f"{language}.yml, {dialogue['name']!r}: {sorted(set(dialogue) - _ABOUT)}")
        for number, turn in enumerate(dialogue["turns"], start=1):
            unknown = sorted(set(turn) - _KEYS)
            if unknown or len({"says", "presses"} & set(turn)) != 1:
                raise ValueError(
                    f"{language}.yml, {dialogue['name']!r}, turn {number}: {unknown or 'says or presses?'}"
                )
    return found


class Conversation:
    """One customer's side of a conversation with an assistant."""

    def __init__(self, language: str, timezone: str = TIMEZONE) -> None:
        self._locale = {"zh": "zh-CN"}.get(language, language)
        self._timezone = timezone
        self._tickets: list[wire.TicketBrief] = []
        self._id = new_id()
        self._now = from_wire(START)
        self._state: dict[str, Any] | None = None
        self._buttons: list[wire.Button] = []

    def request(self, turn: dict[str, Any]) -> wire.TurnRequest:
        """Return the request of a turn."""
        self._now += timedelta(minutes=turn.get("after_minutes", 0), seconds=20)
        if "tickets" in turn:
            self._tickets = [wire.TicketBrief(**ticket) for ticket in turn["tickets"]]
        payload = None
        if "presses" in turn:
            offered = {button.label: button.payload for button in self._buttons}
            assert turn["presses"] in offered, f"no button {turn['presses']!r} among {list(offered)}"
            payload = offered[turn["presses"]]
        return wire.TurnRequest(
            turn_id=new_id(),
            conversation_id=self._id,
            now=to_wire(self._now),
            timezone=self._timezone,
            locale=self._locale,
            text=turn.get("says"),
            payload=payload,
            state=self._state,
            customer=wire.Customer(tickets=self._tickets),
        )

    def hear(self, reply: wire.TurnReply) -> None:
        """Remember a reply."""
        self._state = reply.state
        self._buttons = [button for message in reply.messages for button in message.buttons]


def failures(turn: dict[str, Any], reply: wire.TurnReply) -> list[str]:
    """Say how a reply differs from what a turn names."""
    text = "\n".join(message.text for message in reply.messages)
    cited = [citation.article_id for message in reply.messages for citation in message.citations]
    buttons = [button for message in reply.messages for button in message.buttons]
    offered = [str(button.payload.entities.get("article_id")) for button in buttons]
    case = reply.case or wire.CaseDraft("")
    seen: dict[str, bool] = {
        "outcome": turn.get("outcome") == reply.outcome,
        "article": turn.get("article") in cited,
        "offers": turn.get("offers") in offered,
        "case": turn.get("case") == case.type,
        "fields": all(str(case.fields.get(name)) == str(value) for name, value in turn.get("fields", {}).items()),
        "handoff": turn.get("handoff") == (reply.handoff.reason if reply.handoff else "no"),
        "tells": all(part in text for part in _listed(turn.get("tells"))),
        "never_tells": not any(part in text for part in _listed(turn.get("never_tells"))),
        "button": all(label in [button.label for button in buttons] for label in _listed(turn.get("button"))),
    }
    said = f"{reply.outcome}, {case.type} {case.fields}, cites {cited}, offers {offered}: {text[:300]!r}"
    return [f"{name} {turn[name]!r}: got {said}" for name in CHECKS if name in turn and not seen[name]]


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
