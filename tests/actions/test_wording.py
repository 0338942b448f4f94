from __future__ import annotations

import re
import string
from itertools import pairwise
from typing import Any

import pytest

from actions.intake.questions import FACTS, KINDS, QUESTIONS
from actions.intake.values import OPEN_KINDS
from actions.wording import Wording
from kit.taxonomy import CASES
from tests.actions.chat import DOMAIN, ROOT, Chat

RESPONSES: dict[str, list[dict[str, Any]]] = {
    key.removeprefix("utter_"): said for key, said in DOMAIN["responses"].items()
}
_ONE_EACH = ("label_", "name_", "side_", "case_name_", "status_", "intake_as_typed", "intake_step")


def texts(key: str, language: str) -> list[str]:
    return [item["text"] for item in RESPONSES[key] if item["condition"][0]["value"] == language]


@pytest.mark.parametrize("key", RESPONSES)
def test_every_response_is_complete_in_both_languages(key: str) -> None:
    english, chinese = texts(key, "en"), texts(key, "zh")

    assert len(english) == len(chinese) == len(RESPONSES[key]) / 2
    assert len(english) == len(set(english)) == (1 if key.startswith(_ONE_EACH) else 2)
    assert len(chinese) == len(set(chinese))
    assert len({frozenset(_placeholders(text)) for text in english + chinese}) == 1


@pytest.mark.parametrize("key", RESPONSES)
def test_no_response_shouts(key: str) -> None:
    assert not re.search("[!！\U0001f300-\U0001faff]", " ".join(texts(key, "en") + texts(key, "zh")))


def test_every_name_the_intake_needs_has_words() -> None:
    kinds = set(KINDS.values()) - set(OPEN_KINDS)
    asked = {f"ask_{slot}" for slot in KINDS}
    needed = asked | {f"name_{slot}" for slot in KINDS} | {f"retry_{kind}" for kind in kinds}

    assert needed | {f"case_name_{case}" for case in CASES} | {f"label_case_{case}" for case in QUESTIONS} <= set(
        RESPONSES
    )


def test_every_fact_is_a_slot_of_the_domain_and_every_response_is_said_somewhere() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").rglob("*.py"))
    made = re.compile(
        r"^(ask|name|side|case_name|status|retry|label_case|label_topic|label_zone)_|^(greet|thanks|goodbye|bot_challenge|capabilities)$"
    )

    assert set(FACTS) <= set(DOMAIN["slots"])
    assert [key for key in RESPONSES if not made.match(key) and f'"{key}"' not in code] == []


@pytest.mark.parametrize("key", [key for key in RESPONSES if not key.startswith(_ONE_EACH)])
def test_a_response_is_never_the_same_two_turns_in_a_row(key: str) -> None:
    names = dict.fromkeys(_placeholders(RESPONSES[key][0]["text"]), "x")

    for language in ("en", "zh"):
        said = [Wording(DOMAIN, language, position).say(key, **names) for position in range(4)]
        assert all(first != second for first, second in pairwise(said))


def test_a_repeated_message_gets_another_text_in_a_conversation() -> None:
    chat = Chat()

    said = [chat.says("hi", "greet") for _ in range(3)]

    assert said[0] != said[1] != said[2]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
