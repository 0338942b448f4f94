"""What is answered at once: courtesies, refusals, languages, tickets, and a person on request."""

from __future__ import annotations

from itertools import pairwise

import pytest

from actions.intake.questions import QUESTIONS
from kit.wire import TICKET_DUE_AT, TICKET_NUMBER
from tests.actions.chat import DOMAIN, ROUTES, Chat

LATE, SOON = "2026-11-22T04:00:00.000Z", "2026-11-22T09:00:00.000Z"


@pytest.mark.parametrize("intent", ["greet", "thanks", "goodbye", "bot_challenge", "capabilities"])
def test_a_courtesy_is_instant(intent: str) -> None:
    chat = Chat()

    chat.says("...", intent)

    assert chat.turn["outcome"] == "instant"
    assert chat.turn["case"] is None


@pytest.mark.parametrize("intent", ["decline_advice", "out_of_scope"])
def test_advice_is_declined_with_what_is_done_instead(intent: str) -> None:
    chat = Chat()

    chat.says("should I long here", intent)

    assert chat.turn["outcome"] == "decline"
    assert "margin" in chat.last
    assert chat.labels == ["Talk to a person"]


def test_another_language_is_named_and_the_choice_of_language_holds() -> None:
    chat = Chat()

    chat.says("출금이 안 돼요", "unsupported_language", language="ko")
    assert "Korean" in chat.last
    assert chat.turn["outcome"] == "clarify"
    assert chat.labels == ["English", "中文", "Talk to a person"]

    chat.presses("set_slot", slot="language", value="zh")
    assert chat.slots["language"] == "zh"
    assert "中文" in chat.last
    chat.says("ok", "greet", language="en")
    assert "您好" in chat.last


def test_a_person_on_request_comes_at_once_with_number_and_target() -> None:
    chat = Chat()

    chat.says("let me talk to a human", "human_request")

    assert chat.turn["outcome"] == "handoff"
    assert chat.turn["handoff"] == {"reason": "asked"}
    assert chat.turn["case"]["type"] == "human_request"
    assert chat.turn["case"]["confirmed"] is False
    assert "let me talk to a human" in chat.turn["case"]["summary"]
    assert TICKET_NUMBER in chat.last
    assert TICKET_DUE_AT in chat.last


def test_the_status_of_own_tickets_is_told_with_their_targets() -> None:
    tickets = [
        {"number": "PH-2222-3333", "case": "missing_deposit", "status": "open", "due_at": SOON},
        {"number": "PH-4444-5555", "case": "complaint", "status": "new", "due_at": LATE},
        {"number": "PH-6666-7777", "case": "api_fault", "status": "resolved", "due_at": LATE},
    ]
    chat = Chat(tickets=tickets)

    said = chat.says("any news?", "ticket_status").splitlines()

    assert chat.turn["outcome"] == "ticket_status"
    assert said == [
        "PH-2222-3333, Missing deposit: in progress. The desk aims to answer by 2026-11-22 09:00 UTC.",
        "PH-4444-5555, Complaint: received. The target was 2026-11-22 04:00 UTC and we missed it; "
        "the case is still open.",
        "PH-6666-7777, API fault: resolved.",
    ]


def test_no_ticket_is_said_plainly() -> None:
    chat = Chat()

    chat.says("status of my ticket", "ticket_status")

    assert "no case" in chat.last


def test_anger_offers_a_person_once() -> None:
    chat = Chat()

    chat.says("this is useless", "stop_bot_wrong")
    assert chat.slots["offer"]["answers"] == "person"
    first = chat.last

    chat.says("you are useless", "stop_bot_wrong")
    assert len(chat.turn["messages"]) == 1
    assert chat.last != first
    assert "Talk to a person" in chat.labels


@pytest.mark.parametrize(
    ("said", "intent", "raw_intent"),
    [("still wrong", "deny", "deny"), ("omg useless bot", "out_of_scope", "stop_bot_wrong"),
     ("还是不对", "deny", "deny"), ("stupid bot", "clarify", "stop_bot_wrong")],
)  # fmt: skip
def test_anger_heard_as_something_else_offers_a_person_in_other_words(said: str, intent: str, raw_intent: str) -> None:
    chat = Chat()
    chat.says(said, "stop_bot_wrong")
    first = chat.last

    second = chat.says(said, intent, raw_intent=raw_intent)
    third = chat.says(said, intent, raw_intent=raw_intent)

    assert len({first, second, third}) == 3
    assert chat.turn["outcome"] == "clarify"
    assert chat.buttons[-1]["payload"]["intent"] == "human_request"
    chat.says("yes", "affirm")
    assert chat.turn["handoff"] == {"reason": "asked"}


@pytest.mark.parametrize(
    ("said", "intent"), [("没错", "affirm"), ("cancel the order", "cancel"), ("no thanks", "deny")]
)
def test_a_command_to_nothing_is_no_anger(said: str, intent: str) -> None:
    chat = Chat()

    chat.says(said, intent)

    assert chat.turn["outcome"] == "instant"


def test_a_no_to_the_offered_person_goes_on_without_one() -> None:
    chat = Chat()
    chat.says("this is useless", "stop_bot_wrong")

    said = chat.says("no", "deny", raw_intent="deny")

    assert "nothing" not in said.lower()
    assert chat.turn["handoff"] is None


def test_refusals_in_a_row_only_refuse_and_never_in_the_same_words() -> None:
    chat = Chat()

    said = [chat.says(text, "out_of_scope") for text in ("write a poem", "and a song", "best pizza?")]

    assert len(chat.turn["messages"]) == 1
    assert all(first != second for first, second in pairwise(said))
    assert not any("Shall" in text for text in said)
    assert chat.labels == ["Talk to a person"]


@pytest.mark.parametrize("turns_before", [0, 1])
@pytest.mark.parametrize(
    ("said", "opening"),
    [("are you a bot?", "Yes"), ("is this chatgpt", "Yes"), ("am i talking to a machine or a person", "Yes"),
     ("你是机器人吗", "是的"), ("u human?", "No"), ("你是真人吗", "不是")],
)  # fmt: skip
def test_it_is_always_plain_that_a_program_answers(said: str, opening: str, turns_before: int) -> None:
    chat = Chat()
    for _ in range(turns_before):
        chat.says("hi", "greet")

    answer = chat.says(said, "bot_challenge")

    assert answer.startswith(opening)
    assert "program" in answer or "automated" in answer or "程序" in answer or "自动" in answer
    assert "person" in answer or "人工" in answer


@pytest.mark.parametrize(
    ("said", "intent"), [("start", "cancel"), ("menu", "capabilities"), ("Start!", "clarify"), ("菜单", "capabilities")]
)
def test_an_opening_word_is_greeted_with_what_can_be_done(said: str, intent: str) -> None:
    chat = Chat()

    chat.says(said, intent)

    assert chat.turn["outcome"] == "instant"
    assert chat.last.startswith(("Hello", "您好"))
    assert "API" in chat.last
    assert [button["payload"]["intent"] for button in chat.buttons] == ["set_slot"] * 4 + ["human_request"]


@pytest.mark.parametrize("intent", ["capabilities", "human_request", "clarify", "out_of_scope", "unsupported_language"])
@pytest.mark.parametrize(
    ("locale", "said", "language"),
    [("zh-CN", "ok and in english please", "en"), ("zh-CN", "english", "en"), ("zh-CN", "可以用英文吗", "en"),
     ("en-GB", "说中文", "zh"), ("en-GB", "chinese please", "zh"), ("en-GB", "do you speak Mandarin?", "zh"),
     ("en-GB", "do you speak german or english?", "en")],
)  # fmt: skip
def test_a_language_that_is_asked_for_is_spoken(intent: str, locale: str, said: str, language: str) -> None:
    chat = Chat(locale)

    chat.says(said, intent)

    assert chat.slots["language"] == language
    assert ("English" in chat.last) == (language == "en")
    assert ("中文" in chat.last) == (language == "zh")
    assert chat.turn["handoff"] is None


@pytest.mark.parametrize("intent", ["capabilities", "human_request", "clarify", "out_of_scope"])
@pytest.mark.parametrize(("said", "named"), [("do you speak german?", "German"), ("你会说德语吗", "德语")])
def test_a_language_that_is_not_spoken_is_named_with_those_that_are(intent: str, said: str, named: str) -> None:
    chat = Chat()

    chat.says(said, intent)

    assert named in chat.last
    assert chat.labels[:2] == ["English", "中文"]
    assert chat.buttons[2]["payload"]["intent"] == "human_request"


@pytest.mark.parametrize(
    "said", ["is there someone who speaks chinese", "a person in english please", "找个说英文的人工"]
)
def test_a_person_is_had_in_whatever_language(said: str) -> None:
    chat = Chat()

    chat.says(said, "human_request")

    assert chat.turn["handoff"] == {"reason": "asked"}


@pytest.mark.parametrize("said", ["my english is bad", "I sent it from a german bank", "english pounds?"])
def test_a_language_in_passing_changes_nothing(said: str) -> None:
    chat = Chat()

    chat.says(said, "clarify")

    assert "not sure" in chat.last


def test_an_ok_after_a_handoff_is_taken_as_such() -> None:
    chat = Chat()
    chat.says("human", "human_request")

    assert "nothing" not in chat.says("ok", "affirm").lower()


@pytest.mark.parametrize("turns_before", [0, 1])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "intents",
    [("greet",) * 3, ("thanks",) * 3, ("out_of_scope",) * 3, ("decline_advice", "out_of_scope", "decline_advice"),
     ("clarify",) * 4, ("stop_bot_wrong",) * 4, ("clarify", "clarify", "stop_bot_wrong", "clarify"),
     ("affirm",) * 3, ("deny", "cancel", "skip"), ("bot_challenge",) * 3, ("capabilities",) * 3,
     ("ticket_status",) * 3, ("human_request",) * 3, ("unsupported_language",) * 3],
)  # fmt: skip
def test_two_turns_in_a_row_never_say_the_same(intents: tuple[str, ...], language: str, turns_before: int) -> None:
    chat = Chat({"en": "en-GB", "zh": "zh-CN"}[language])
    for _ in range(turns_before):
        chat.says("hi", "goodbye", language=language)

    said = [chat.says("??", intent, language=language) for intent in intents]

    assert all(first != second for first, second in pairwise(said))


@pytest.mark.parametrize("intent", ["affirm", "deny", "cancel", "skip", "correct"])
def test_a_command_to_nothing_is_not_taken_for_anything(intent: str) -> None:
    chat = Chat()

    chat.says("ok", intent)

    assert chat.turn["outcome"] == "instant"
    assert chat.turn["handoff"] is None


def test_every_intent_of_the_domain_has_a_rule() -> None:
    intents = {next(iter(item)) for item in DOMAIN["intents"]}

    assert intents == set(ROUTES)


def test_every_case_that_has_questions_is_started_by_an_intent_of_its_own() -> None:
    assert {intent for intent, action in ROUTES.items() if action == "intake_form"} == {
        "start_case", *(f"case_{case}" for case in QUESTIONS)
    }  # fmt: skip


def test_a_bug_that_fits_no_other_case_is_taken_down() -> None:
    chat = Chat(verified=True)

    chat.says("balance shows NaN", "case_other")

    assert chat.turn["outcome"] == "intake"
    assert chat.slots["description"] == "balance shows NaN"
    assert chat.slots["requested_slot"] == "occurred_at"
