"""An assistant that answers from a table, or echoes; it can be slow, fail, or not be ready."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.assistant import NoWorkerReady, TurnFailed
from kit import wire


def answer(*texts: str, outcome: str = "answer", buttons: list[wire.Button] | None = None) -> wire.TurnReply:
    """A reply of plain messages; buttons go on the last one."""
    messages = [wire.BotMessage(text) for text in texts[:-1]] + [wire.BotMessage(texts[-1], buttons=buttons or [])]
    return wire.TurnReply(messages, outcome, {"decided": outcome}, {})


def handoff(case: str, *, summary: str = "", fields: dict[str, Any] | None = None) -> wire.TurnReply:
    """A reply that gives a complete case to people."""
    draft = wire.CaseDraft(case, fields or {}, [], summary, confirmed=True)
    text = f"Your case is {wire.TICKET_NUMBER}; the desk aims to answer by {wire.TICKET_DUE_AT}."
    return wire.TurnReply(
        [wire.BotMessage(text)], "handoff", {"decided": "handoff"}, {}, draft, wire.Handoff("case_complete")
    )


class FakeAssistant:
    """Keeps count of a dialogue's turns in its state, so that a test sees whether a dialogue went on or began anew."""

    def __init__(self, answers: dict[str, wire.TurnReply] | None = None) -> None:
        #: What is answered to a text, or to a button's intent; anything else is echoed.
        self.answers = answers or {}
        self.candidates: list[wire.Candidate] = []
        #: Every request, in the order it came.
        self.requests: list[wire.TurnRequest] = []
        self.is_ready = True
        #: How many of the next turns fail.
        self.failures = 0
        #: Turns wait for this; cleared, the assistant is slow.
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def turn(self, request: wire.TurnRequest) -> wire.TurnReply:
        self._check_ready()
        self.requests.append(request)
        await self.may_answer.wait()
        if self.failures:
            self.failures -= 1
            raise TurnFailed("The turn failed, as the test asked.")
        asked = request.payload.intent if request.payload else request.text or ""
        found = self.answers.get(asked) or answer(f"You wrote: {asked}")
        state = {"turns": (request.state or {}).get("turns", 0) + 1}
        return wire.TurnReply(found.messages, found.outcome, found.trace, state, found.case, found.handoff)

    async def search(self, request: wire.SearchRequest) -> wire.SearchReply:
        self._check_ready()
        return wire.SearchReply(self.candidates[: request.top_k])

    async def health(self) -> wire.Health:
        return wire.Health(self.is_ready, [] if self.is_ready else ["not ready, as the test asked"])

    def _check_ready(self) -> None:
        if not self.is_ready:
            raise NoWorkerReady("Not ready, as the test asked.")
