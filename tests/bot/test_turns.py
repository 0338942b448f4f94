"""What a turn does before Rasa is asked: words that press a button, and messages without words."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain

from bot.outcome import TurnFailed
from bot.store import TurnStore
from bot.turns import TurnRunner
from kit import codec
from kit.wire import Button, Payload, TurnRequest

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [clarify, choose_article, none_of_these]
slots:
  offer: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  intake: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  language: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
)
SECOND = Payload("choose_article", {"article_id": "fees", "language": "en"})
OFFERED = [Button("How to withdraw", Payload("choose_article", {"article_id": "how-to-withdraw"})),
           Button("Fees", SECOND), Button("None of these", Payload("none_of_these"))]  # fmt: skip


class StubAgent:
    """All that a turn needs of Rasa's agent."""

    domain = DOMAIN


def runner() -> TurnRunner:
    return TurnRunner(StubAgent(), TurnStore(), "model", lambda: "index")  # type: ignore[arg-type]  # a stub


def request(text: str | None, state: dict[str, Any] | None = None, **changes: Any) -> TurnRequest:
    return TurnRequest("t1", "c1", "2026-11-22T12:00:00.000Z", changes.pop("timezone", "UTC"), "en", text, state=state)


def offering(*buttons: Button, requested_slot: str | None = None, **slots: Any) -> dict[str, Any]:
    """A state whose last turn offered buttons."""
    offer = {"answers": None, "buttons": codec.encode(list(buttons))}
    return {"v": 1, "slots": {"offer": offer, **slots}, "requested_slot": requested_slot, "events": []}


async def heard(asked: TurnRequest) -> UserMessage:
    """Return the message as Rasa would get it."""
    messages: list[UserMessage] = []

    async def note(message: UserMessage) -> None:
        messages.append(message)

    with pytest.raises(TurnFailed):  # nobody answers it
        await runner().run(asked, note)
    return messages[0]


@pytest.mark.parametrize("text", ["the second one", "2", "第二个", "fees"])
async def test_words_that_choose_an_offered_button_press_it(text: str) -> None:
    message = await heard(request(text, offering(*OFFERED)))

    assert message.parse_data is not None
    assert message.parse_data["intent"]["name"] == "choose_article"
    assert {item["entity"]: item["value"] for item in message.parse_data["entities"]} == SECOND.entities


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param("the second one", None, id="nothing-offered"),
        pytest.param("the second one", {"v": 1, "slots": {"offer": "person"}, "events": []}, id="of-another-version"),
        pytest.param("2", offering(*OFFERED, requested_slot="amount"), id="a-number-is-asked-for"),
        pytest.param("how do I get a second one?", offering(*OFFERED), id="a-question"),
    ],
)
async def test_other_words_stay_words(text: str, state: dict[str, Any] | None) -> None:
    message = await heard(request(text, state))

    assert message.parse_data is None
    assert message.text == text


@pytest.mark.parametrize(("timezone", "read_in"), [("UTC", "UTC+8"), ("Europe/London", "Europe/London")])
async def test_the_zone_a_customer_told_stands_for_one_the_channel_does_not_know(timezone: str, read_in: str) -> None:
    state = offering(intake={"zone": "UTC+8"})

    message = await heard(request("yesterday 3am", state, timezone=timezone))

    assert message.metadata is not None
    assert message.metadata["timezone"] == read_in


async def test_understanding_is_told_the_language_of_the_conversation() -> None:
    message = await heard(request("XBTUSD", {"v": 1, "slots": {"language": "zh"}, "events": []}))

    assert message.metadata is not None
    assert message.metadata["language"] == "zh"


async def test_messages_without_words_are_never_answered_twice_in_the_same_words() -> None:
    state: dict[str, Any] | None = {"v": 1, "slots": {"language": "zh"}, "events": []}
    said = []
    for _ in range(4):
        reply = await runner().run(request(" / ", state), lambda message: pytest.fail("Rasa was asked"))
        state = reply.state
        said.append(reply.messages[0].text)

    assert all(first != second for first, second in pairwise(said))
    assert all("请问" in text for text in said)
    assert state is not None
    assert state["slots"] == {"language": "zh"}
