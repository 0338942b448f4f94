"""The test conversations: there are enough, they cover the domain, and what they list is what the actions do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.nlu.training_data.entities_parser import parse_training_example

from actions.intake.questions import KINDS
from bot import knowledge, training
from bot.importer import UNLABELLED
from kit.errors import SupportError
from tests.actions.chat import DOMAIN, NOW, ROOT, ROUTES, Chat

DATA_DIR = Path(os.environ.get("PHAROS_TEST_DATA_DIR", ROOT / "var"))
LOCALES, TIMEZONE = {"en": "en", "zh": "zh-CN"}, "Asia/Hong_Kong"


def read(path: str, key: str) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return found.get(key, [])


STORIES = read("tests/test_stories.yml", "stories")
EXAMPLES = [group for path in sorted((ROOT / "data").glob("*.yml")) for group in read(str(path), "nlu")]
INTENTS = {name for intents in DOMAIN["intents"] for name in intents}
NAMES = [str(story["story"]) for story in STORIES]


@dataclass
class Step:
    """One message and what a story lists after it."""

    intent: str
    text: str
    entities: dict[str, str]
    actions: list[str] = field(default_factory=list)
    loops: list[str | None] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)


def steps(story: dict[str, Any]) -> list[Step]:
    found: list[Step] = []
    for listed in story["steps"]:
        if "intent" in listed:
            text = parse_training_example(listed["user"]).get("text") if "user" in listed else ""
            found.append(Step(listed["intent"], text, _merged(listed.get("entities", []))))
        elif "action" in listed:
            found[-1].actions.append(listed["action"])
        elif "active_loop" in listed:
            found[-1].loops.append(listed["active_loop"])
        else:
            found[-1].facts.update(_merged(listed["slot_was_set"]))
    return found


def _merged(listed: list[dict[str, str]]) -> dict[str, str]:
    return {name: value for item in listed for name, value in item.items()}


def spoken(language: str) -> list[Step]:
    return [step for story in STORIES if story["story"].startswith(f"{language}: ") for step in steps(story)]


def test_there_are_sixty_conversations_in_each_language_and_no_two_of_a_name() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert all(sum(name.startswith(f"{language}: ") for name in NAMES) >= 60 for language in LOCALES)


@pytest.mark.parametrize("language", LOCALES)
def test_conversations_hold_every_intent_and_every_action(language: str) -> None:
    said = spoken(language)
    learnt_only = {name for name in INTENTS if name.startswith(("topic_", "unclear"))}

    assert INTENTS - learnt_only == {step.intent for step in said}
    assert {name for action in DOMAIN["actions"] for name in action} == {name for step in said for name in step.actions}
    assert INTENTS - learnt_only - set(UNLABELLED) <= {step.intent for step in said if step.text}


@pytest.mark.parametrize("language", LOCALES)
def test_a_case_is_told_in_words_the_model_did_not_learn(language: str) -> None:
    learnt = {line[2:].strip() for group in EXAMPLES for line in group["examples"].splitlines()}

    assert [step.text for step in spoken(language) if step.intent.startswith("case_") and step.text in learnt] == []


def test_the_intents_without_examples_are_the_gates_and_the_buttons() -> None:
    assert INTENTS - {group["intent"] for group in EXAMPLES} == set(UNLABELLED)


Understand = Callable[[str], dict[str, Any]]


class Listener(Chat):
    """A chat whose messages are understood by the trained model, and answered from the real articles."""

    def hears(self, parsed: dict[str, Any]) -> None:
        self._send(parsed)

    def facts(self) -> dict[str, Any]:
        return {slot: value for slot, value in self.slots.items() if slot in KINDS and slot != "description"}


@pytest.fixture(autouse=True)
def coefficients() -> None:
    """Leave the fitted coefficients in their place."""


@pytest.fixture(scope="module")
def understand() -> Iterator[Understand]:
    """The trained model, reading times at the chat's now."""
    try:
        model = training.current_model(DATA_DIR)
    except SupportError as error:
        pytest.skip(error.detail)
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("PHAROS_DATA_DIR", str(DATA_DIR))
        for opened in (knowledge.embedder, knowledge.index):
            opened.cache_clear()
        agent = Agent.load(str(model))
        context = {"now": NOW, "timezone": TIMEZONE}
        yield lambda text: asyncio.run(agent.processor.parse_message(UserMessage(text, metadata=context)))


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_what_a_story_lists_is_what_the_actions_do(story: dict[str, Any], understand: Understand) -> None:
    chat = Listener(LOCALES[story["story"][:2]], TIMEZONE)

    for step in steps(story):
        before, was_open = chat.facts(), chat.loop
        if step.text:
            chat.hears(understand(step.text))
        else:
            chat.presses(step.intent, **step.entities)

        assert step.actions == [was_open or ROUTES[step.intent]], step
        assert step.loops == ([] if chat.loop == was_open else [chat.loop]), step
        now = chat.facts() if chat.loop else before
        assert step.facts == {slot: value for slot, value in now.items() if value != before[slot]}, step
