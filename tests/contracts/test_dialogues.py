"""Whole conversations through a real worker's /turn, actions included."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts import dialogue
from tests.contracts.conftest import REAL_URL, Side

LANGUAGES = ("en", "zh")
#: Conversations there must be in each language.
LEAST = 60
DIALOGUES = [(language, each) for language in LANGUAGES for each in dialogue.read(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_conversations(language: str) -> None:
    names = [each["name"] for spoken, each in DIALOGUES if spoken == language]

    assert len(set(names)) == len(names) >= LEAST


@pytest.mark.skipif(not REAL_URL, reason="needs a real worker: python -m tests.contracts")
@pytest.mark.parametrize(("language", "talk"), DIALOGUES, ids=[f"{code}: {each['name']}" for code, each in DIALOGUES])
async def test_conversation_goes_as_written(language: str, talk: dict[str, Any], real: Side) -> None:
    conversation = dialogue.Conversation(language, talk.get("timezone", dialogue.TIMEZONE))
    before = ""
    for number, turn in enumerate(talk["turns"], start=1):
        reply = await real.client().turn(conversation.request(turn))
        conversation.hear(reply)
        text = "\n".join(message.text for message in reply.messages)
        assert not dialogue.failures(turn, reply), f"turn {number}"
        assert text != before, f"turn {number} says the same again"
        before = text
