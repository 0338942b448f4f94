"""What service and assistant promise each other over the wire; the same for the fake and the real worker."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.assistant import TurnFailed
from kit import blocks, wire
from kit.codec import encode
from kit.taxonomy import CASES, TOPICS
from tests.contracts.conftest import NONSENSE, PERSON, QUESTION, Side

COMMANDS = ["/restart", " /restart", "/intent{}", "//", "/session_start"]


def size(state: dict[str, Any]) -> int:
    return len(json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode())


async def test_question_is_answered_with_its_source(side: Side) -> None:
    reply = await side.turn(QUESTION)

    citations = [citation for message in reply.messages for citation in message.citations]
    assert reply.outcome == "answer"
    assert citations[0].article_id == "how-to-withdraw"
    assert citations[0].url == "/help/en/how-to-withdraw"
    assert all((citations[0].title, citations[0].version, citations[0].reviewed_on))
    assert reply.trace
    assert reply.handoff is None


async def test_nonsense_is_not_answered_as_if_it_were_known(side: Side) -> None:
    reply = await side.turn(NONSENSE)

    assert reply.outcome in ("clarify", "decline", "instant")
    assert not any(message.citations for message in reply.messages)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        QUESTION,
        PERSON,
        NONSENSE,
        "你好",
        "提现多久到账？",
        "My deposit is missing!",
        "?",
        "\U0001f600",
        "x" * 4000,
        "a\nb\tc",
        "Привет, где мои деньги?",
    ],
    ids=lambda text: text[:20],
)
async def test_every_text_ends_in_an_outcome_and_a_small_state(side: Side, text: str) -> None:
    reply = await side.turn(text)

    assert size(reply.state) <= wire.MAX_STATE_BYTES
    assert reply.case is None or reply.case.type in CASES
    for message in reply.messages:
        blocks.check(message.blocks)
        assert all(button.label.strip() and button.payload.intent for button in message.buttons)


async def test_state_goes_out_and_comes_back(side: Side) -> None:
    first = await side.turn("hello")

    second = await side.turn(QUESTION, state=first.state)
    third = await side.turn(QUESTION, state=json.loads(json.dumps(second.state)))

    assert first.state
    assert second.outcome == third.outcome == "answer"
    assert second.state != first.state


async def test_repeated_turn_is_simply_run_again(side: Side) -> None:
    before = (await side.turn("hello")).state
    request = side.request(QUESTION, state=before)

    first, second = await side.client().turn(request), await side.client().turn(request)

    assert [message.text for message in first.messages] == [message.text for message in second.messages]
    assert first.outcome == second.outcome


async def test_long_dialogue_keeps_a_small_state(side: Side) -> None:
    state: dict[str, Any] | None = None
    for number in range(12):
        state = (await side.turn(f"{NONSENSE} {number} " + "x" * 1000, state=state)).state

    assert state is not None
    assert size(state) <= wire.MAX_STATE_BYTES
    assert len(state.get("events", [])) <= wire.MAX_STATE_EVENTS


async def test_button_is_a_payload(side: Side) -> None:
    chosen = wire.Payload("choose_article", {"article_id": "how-to-withdraw", "language": "en"})

    reply = await side.turn(payload=chosen)

    assert reply.outcome == "answer"
    assert reply.messages[0].citations[0].article_id == "how-to-withdraw"


@pytest.mark.parametrize(
    ("text", "payload"), [(PERSON, None), (None, wire.Payload("human_request"))], ids=["asked", "pressed"]
)
async def test_person_is_had_for_the_asking(side: Side, text: str | None, payload: wire.Payload | None) -> None:
    reply = await side.turn(text, payload=payload)

    assert reply.outcome == "handoff"
    assert reply.handoff is not None


@pytest.mark.parametrize("text", COMMANDS)
async def test_command_is_text(side: Side, text: str) -> None:
    state = (await side.turn("hello")).state

    reply = await side.turn(text, state=state)

    assert reply.handoff is None
    assert reply.state


async def test_wrong_secret_is_refused(side: Side) -> None:
    with pytest.raises(TurnFailed, match="401"):
        await side.client("wrong").turn(side.request(QUESTION))
    for path in ("/turn", "/search"):
        assert (await side.post(path, b"{}", secret="wrong")).status_code == 401
        assert (await side.post(path, b"{}", secret="")).status_code == 401


async def test_bad_body_is_refused(side: Side) -> None:
    turn = encode(side.request("hello"))
    bad: dict[str, Any] = {
        "nothing": {},
        "array": [turn],
        "no turn_id": {name: value for name, value in turn.items() if name != "turn_id"},
        "text is a number": {**turn, "text": 5},
        "text and payload": {**turn, "payload": {"intent": "affirm", "entities": {}}},
        "neither text nor payload": {**turn, "text": None},
        "state is a list": {**turn, "state": []},
        "blank text": {**turn, "text": "  "},
    }

    codes = {name: (await side.post("/turn", json.dumps(body).encode())).status_code for name, body in bad.items()}

    assert codes == dict.fromkeys(bad, 422)
    assert (await side.post("/turn", b"not json")).status_code == 422
    assert (await side.post("/search", b"{}")).status_code == 422


async def test_newer_service_may_send_more(side: Side) -> None:
    body = {**encode(side.request("hello")), "from_the_future": True}

    assert (await side.post("/turn", json.dumps(body).encode())).status_code == 200


async def test_search_finds_articles_best_first(side: Side) -> None:
    reply = await side.client().search(wire.SearchRequest(QUESTION, "en", 2))

    assert reply.candidates[0].article_id == "how-to-withdraw"
    assert len(reply.candidates) <= 2
    assert [found.score for found in reply.candidates] == sorted((f.score for f in reply.candidates), reverse=True)
    for found in reply.candidates:
        assert found.url == f"/help/en/{found.article_id}"
        assert found.topic in TOPICS
        assert 0 <= found.probability <= 1


async def test_health_needs_no_secret_and_says_ready(side: Side) -> None:
    health = await side.client("").health()

    assert health.ready
    assert health.reasons == []
