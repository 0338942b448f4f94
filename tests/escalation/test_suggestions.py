"""Articles an agent is offered, and passages a reply quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.channels.telegram.render import render
from kit import wire
from kit.ids import new_id
from tests.escalation.desk import AgentClient, Desk
from tests.fakes.assistant import FakeAssistant
from tests.hub.help_site import article, build, paragraph

STEPS = {"type": "steps", "items": [[{"text": "Open the explorer."}], [{"text": "Count confirmations."}]]}
LEAD = {
    "id": "deposit-steps#lead",
    "heading": "",
    "hash": "0" * 12,
    "text": "",
    "blocks": [paragraph("First look here."), STEPS, paragraph("{fact: instrument, symbol, tickSize}")],
}


@pytest.fixture(autouse=True)
def articles(tmp_path: Path) -> None:
    topic = {"topic": "deposit_withdrawal"}
    build(
        tmp_path,
        "one",
        article("zz-other-topic"),
        article("how-to-deposit", kind="how_to", **topic),
        article("a-word", kind="glossary", **topic),
        article("gone", kind="policy", expires_on="2020-01-01", **topic),
        article("maintenance", topic="downtime_overload"),
        article(
            "deposit-steps",
            kind="first_aid",
            case="missing_deposit",
            title="Deposit missing",
            related=["maintenance", "gone"],
            passages=[LEAD],
            **topic,
        ),
        article("deposit-steps", language="zh", case="missing_deposit", title="充值未到账", version="zh0123", **topic),
    )


def _quote(**changes: Any) -> dict[str, Any]:
    passage = {"article_id": "deposit-steps", "language": "en", "passage_id": "deposit-steps#lead"}
    return {**passage, "version": "abcdef012345", **changes}


async def _send(agent: AgentClient, number: str, *quotes: dict[str, Any]) -> httpx.Response:
    return await agent.try_to("reply", number, client_id=new_id(), text="Please try this:", quotes=quotes)


async def test_articles_of_the_case_come_first_then_those_of_its_topic(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    offered = (await ana.get(f"/tickets/{number}/articles"))["articles"]

    assert [each["id"] for each in offered] == ["deposit-steps", "maintenance", "how-to-deposit", "a-word"]
    assert offered[0]["titles"] == {"en": "Deposit missing", "zh": "充值未到账"}


async def test_search_looks_in_the_customers_language_first(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    assistant.candidates = [
        wire.Candidate(name, "", "", "", 1.0, 0.9) for name in ("how-to-deposit", "gone", "zz-other-topic")
    ]

    found = (await ana.get(f"/tickets/{number}/articles", q="funds"))["articles"]

    assert [each["id"] for each in found] == ["how-to-deposit", "zz-other-topic"]


async def test_titles_are_searched_while_the_assistant_is_down(desk: Desk, assistant: FakeAssistant) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    assistant.is_ready = False

    english = (await ana.get(f"/tickets/{number}/articles", q="MISSING deposit"))["articles"]
    chinese = (await ana.get(f"/tickets/{number}/articles", q="未到账"))["articles"]

    assert [each["id"] for each in english + chinese] == ["deposit-steps"] * 2


async def test_article_is_read_in_both_languages(desk: Desk) -> None:
    ana = await desk.agent()

    read = await ana.get("/articles/deposit-steps")

    assert {language: each["title"] for language, each in read["languages"].items()} == {
        "en": "Deposit missing",
        "zh": "充值未到账",
    }
    assert read["languages"]["en"]["passages"] == [
        {"id": "deposit-steps#lead", "heading": "", "blocks": [paragraph("First look here."), STEPS]}
    ]


async def test_customer_gets_the_passage_with_its_source(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    answer = await _send(ana, number, _quote())

    assert answer.status_code == 200, answer.text
    said = next(event["data"] for event in await customer.events() if event["data"].get("author") == "agent")
    steps = "1. Open the explorer.\n2. Count confirmations."
    assert said["text"] == f"Please try this:\n\nDeposit missing\n\nFirst look here.\n\n{steps}"
    heading = {"type": "heading", "spans": [{"text": "Deposit missing"}]}
    assert said["blocks"] == [paragraph("Please try this:"), heading, paragraph("First look here."), STEPS]
    assert said["citations"] == [
        {
            "article_id": "deposit-steps",
            "version": "abcdef012345",
            "title": "Deposit missing",
            "url": "/help/en/deposit-steps",
            "reviewed_on": "2026-11-22",
        }
    ]
    (drawn,) = render(said, public_url="https://desk.example")
    assert drawn.text.startswith("Ana\nPlease try this:")
    assert "1. Open the explorer." in drawn.text
    assert [mark.url for mark in drawn.marks if mark.url] == ["https://desk.example/help/en/deposit-steps"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        pytest.param({"version": "older"}, 409, "article_changed", id="changed"),
        pytest.param({"article_id": "gone", "passage_id": "gone#lead"}, 404, "article_not_found", id="expired"),
        pytest.param({"passage_id": "deposit-steps#else"}, 404, "article_not_found", id="no-such-passage"),
        pytest.param({"language": "fr"}, 404, "article_not_found", id="no-such-language"),
    ],
)
async def test_passage_that_is_not_as_the_agent_read_it_is_not_sent(
    desk: Desk, changes: dict[str, Any], status: int, error: str
) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)

    answer = await _send(ana, number, _quote(**changes))

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert await customer.said("agent") == []
