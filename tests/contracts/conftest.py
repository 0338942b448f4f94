"""The two assistants one contract holds for: the fake behind HTTP, and a real worker where one is running.

PHAROS_CONTRACT_URL and PHAROS_CONTRACT_SECRET name the real one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from hub.assistant import HttpAssistant
from kit import wire
from kit.ids import new_id
from kit.taxonomy import OUTCOMES
from tests.fakes.assistant import FakeAssistant, answer, handoff
from tests.fakes.assistant_server import create_assistant_server

#: What the published knowledge answers; the real worker must know it, the fake is told.
QUESTION = "how do I withdraw my bitcoin?"
ARTICLE = wire.Citation("how-to-withdraw", "0" * 12, "How to withdraw", "/help/en/how-to-withdraw", "2026-11-22")
NONSENSE = "qwzx blorf 5550 vmnt"
PERSON = "I want to talk to a person"

REAL_URL = os.environ.get("PHAROS_CONTRACT_URL", "")
REAL_SECRET = os.environ.get("PHAROS_CONTRACT_SECRET", "")


@dataclass
class Side:
    """One assistant at the other end of the wire."""

    url: str
    secret: str
    transport: httpx.AsyncBaseTransport | None
    conversation_id: str = field(default_factory=new_id)

    def client(self, secret: str | None = None) -> HttpAssistant:
        return HttpAssistant([self.url], self.secret if secret is None else secret, self.transport)

    async def turn(
        self, text: str | None = None, *, payload: wire.Payload | None = None, state: dict[str, Any] | None = None
    ) -> wire.TurnReply:
        """Run one turn and check what holds for every reply."""
        reply = await self.client().turn(self.request(text, payload=payload, state=state))
        assert reply.outcome in OUTCOMES
        assert reply.messages
        assert all(message.text.strip() for message in reply.messages)
        return reply

    def request(
        self, text: str | None = None, *, payload: wire.Payload | None = None, state: dict[str, Any] | None = None
    ) -> wire.TurnRequest:
        return wire.TurnRequest(
            turn_id=new_id(),
            conversation_id=self.conversation_id,
            now="2026-11-22T03:12:00.000Z",
            timezone="Asia/Hong_Kong",
            locale="en",
            text=text,
            payload=payload,
            state=state,
        )

    async def post(self, path: str, content: bytes, secret: str | None = None) -> httpx.Response:
        """Post a body as it is."""
        headers = {wire.SECRET_HEADER: self.secret if secret is None else secret, "Content-Type": "application/json"}
        async with httpx.AsyncClient(transport=self.transport, trust_env=False) as client:
            return await client.post(self.url + path, content=content, headers=headers)


def fake() -> Side:
    """The fake, told what the contract asks."""
    cited = wire.TurnReply(
        [wire.BotMessage("Open the withdrawal page.", citations=[ARTICLE])], "answer", {"decided": "answer"}, {}
    )
    assistant = FakeAssistant(
        {
            QUESTION: cited,
            "choose_article": cited,
            PERSON: handoff("human_request"),
            "human_request": handoff("human_request"),
            NONSENSE: answer("I am not sure what you mean.", outcome="clarify"),
            "hello": answer("Hello.", outcome="instant"),
        }
    )
    assistant.candidates = [
        wire.Candidate(ARTICLE.article_id, "deposit_withdrawal", ARTICLE.title, ARTICLE.url, 0.9, 0.8),
        wire.Candidate("withdrawal-status", "deposit_withdrawal", "Status", "/help/en/withdrawal-status", 0.5, 0.1),
    ]
    return Side("http://fake", "secret", httpx.ASGITransport(create_assistant_server(assistant, "secret")))


@pytest.fixture(params=["fake", "real"])
def side(request: pytest.FixtureRequest) -> Side:
    if request.param == "fake":
        return fake()
    if not REAL_URL:
        pytest.skip("PHAROS_CONTRACT_URL names no running worker.")
    return running()


@pytest.fixture
def real() -> Side:
    return running()


def running() -> Side:
    """Return the running worker."""
    return Side(REAL_URL.rstrip("/"), REAL_SECRET, None)
