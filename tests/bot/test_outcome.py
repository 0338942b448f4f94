from __future__ import annotations

from typing import Any

import pytest

from bot.outcome import TurnFailed, merge
from kit.wire import Button, Payload


def custom(outcome: str, text: str, **more: Any) -> dict[str, Any]:
    return {"custom": {"turn": {"outcome": outcome, "messages": [{"text": text}], **more}}}


def test_parts_of_a_turn_merge_into_one_reply() -> None:
    said = merge(
        [
            custom("answer", "first", case={"type": "missing_deposit"}, trace={"article": "a"}),
            {"text": " plain "},
            custom("intake", "last", case={"type": "stuck_withdrawal"}, handoff={"reason": "asked"}, trace={"n": 1}),
        ]
    )

    assert [message.text for message in said.messages] == ["first", "plain", "last"]
    assert said.outcome == "intake"
    assert said.case is not None
    assert said.case.type == "stuck_withdrawal"
    assert said.handoff is not None
    assert said.trace == {"article": "a", "n": 1}


def test_a_responses_buttons_become_payloads() -> None:
    buttons = [
        {"title": "Yes", "payload": '/helpful{"value": "yes"}'},
        {"title": "Person", "payload": "/human_request"},
    ]

    said = merge([{"text": "Helped?", "buttons": buttons}, custom("answer", "x")])

    assert said.messages[0].buttons == [
        Button("Yes", Payload("helpful", {"value": "yes"})),
        Button("Person", Payload("human_request", {})),
    ]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([], id="nothing"),
        pytest.param([{"text": "only a response"}], id="no-outcome"),
        pytest.param([{"custom": {"turn": {"outcome": "answer", "messages": []}}}], id="no-message"),
        pytest.param([custom("victory", "x")], id="unknown-outcome"),
        pytest.param([{"custom": {"turn": {"outcome": "answer", "messages": [{"texts": 1}]}}}], id="misshapen-message"),
        pytest.param([{"custom": {"turn": ["answer"]}}], id="no-object"),
        pytest.param([{"text": "x", "buttons": [{"title": "no payload"}]}], id="button-without-payload"),
    ],
)
def test_a_turn_without_a_usable_reply_has_failed(said: list[dict[str, Any]]) -> None:
    with pytest.raises(TurnFailed):
        merge(said)
