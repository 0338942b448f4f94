"""Floors for the understanding as trained, on messages written for this purpose and never trained on."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot import knowledge, training
from kit.errors import SupportError

pytestmark = pytest.mark.slow

DATA_DIR = Path(os.environ.get("PHAROS_TEST_DATA_DIR", Path(__file__).parents[2] / "var"))
ROWS = [json.loads(line) for line in (Path(__file__).parent / "validation.jsonl").read_text("utf-8").splitlines()]

Understood = list[tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture(autouse=True)
def coefficients() -> None:
    """Leave the fitted coefficients in their place."""


@pytest.fixture(scope="module")
def understood() -> Understood:
    """What the trained model makes of every row."""
    try:
        model = training.current_model(DATA_DIR)
    except SupportError as error:
        pytest.skip(error.detail)
    settings = pytest.MonkeyPatch()
    settings.setenv("PHAROS_DATA_DIR", str(DATA_DIR))
    for opened in (knowledge.embedder, knowledge.index):
        opened.cache_clear()
    agent = Agent.load(str(model))
    messages = [UserMessage(row["text"], metadata={"now": "2026-11-22T12:00:00Z"}) for row in ROWS]
    parsed = [asyncio.run(agent.processor.parse_message(message)) for message in messages]
    settings.undo()
    return list(zip(ROWS, parsed, strict=True))


def is_case(row: dict[str, Any]) -> bool:
    return any(name.startswith("case_") for name in row["expect"])


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_most_messages_become_the_intent_they_should(understood: Understood) -> None:
    assert share([parsed["intent"]["name"] in row["expect"] for row, parsed in understood]) >= 0.85


def test_hardly_a_case_is_missed_and_hardly_a_question_taken_for_one(understood: Understood) -> None:
    taken = [(is_case(row), parsed["intent"]["name"].startswith("case_")) for row, parsed in understood]

    assert share([found for wanted, found in taken if wanted]) >= 0.9
    assert share([found for wanted, found in taken if not wanted]) <= 0.04


def test_hardly_an_answer_is_wrong(understood: Understood) -> None:
    answers = [
        "faq" in row["expect"] and parsed["gate"]["candidates"][0]["article_id"] in row["articles"]
        for row, parsed in understood
        if parsed["intent"]["name"] == "faq"
    ]

    assert share(answers) >= 0.93


def test_the_right_article_is_nearly_always_offered(understood: Understood) -> None:
    offered = [
        any(candidate["article_id"] in row["articles"] for candidate in parsed["gate"]["candidates"][:3])
        for row, parsed in understood
        if row.get("articles")
    ]

    assert share(offered) >= 0.93


def test_everybody_who_asks_for_a_person_is_heard(understood: Understood) -> None:
    asked = [parsed["intent"]["name"] for row, parsed in understood if row["expect"] == ["human_request"]]

    assert set(asked) == {"human_request"}
