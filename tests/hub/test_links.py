"""Whatever puts a link into a bot message, only those to the official domains are clickable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hub.links import may_link
from hub.settings import Settings
from kit import blocks, wire
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import Site, Visitor, settings_for

DOMAINS = ("exchange.example", "support.example")


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_for(
        tmp_path, database_url, official_domains="exchange.example", public_url="https://support.example"
    )


@pytest.fixture
def assistant() -> FakeAssistant:
    good = blocks.span("our fees", link="https://www.exchange.example/fees")
    bad = blocks.span("this page", bold=True, link="https://exchange-example.com/login")
    drawn: list[dict[str, Any]] = [
        {"type": "paragraph", "spans": [good, bad]},
        {"type": "steps", "items": [[bad], [good]]},
        {"type": "table", "rows": [[[bad]]]},
        {"type": "image", "url": "https://tracker.example/1.png", "alt": "A chart"},
        {"type": "image", "url": "/help/pictures/chart.svg", "alt": "Another chart"},
    ]
    citations = [
        wire.Citation("fees", "v1", "Fees", "/help/en/fees", "2026-11-01"),
        wire.Citation("fees", "v1", "Fees", "https://evil.example/fees", "2026-11-01"),
    ]
    message = wire.BotMessage("Read this page.", drawn, citations=citations)
    return FakeAssistant({"Where are the fees?": wire.TurnReply([message], "answer", {}, {})})


async def test_link_to_elsewhere_keeps_its_words_and_loses_its_address(site: Site, visitor: Visitor) -> None:
    await visitor.write("Where are the fees?")

    event = await visitor.wait_for(lambda event: bool(event["data"].get("author") == "bot"))

    shown = str(event["data"])
    assert "exchange-example.com" not in shown
    assert "tracker.example" not in shown
    assert "evil.example" not in shown
    assert event["data"]["blocks"][0]["spans"] == [
        {"text": "our fees", "link": "https://www.exchange.example/fees"},
        {"text": "this page", "bold": True},
    ]
    assert event["data"]["blocks"][3] == blocks.paragraph("A chart")
    assert event["data"]["blocks"][4]["url"] == "/help/pictures/chart.svg"
    assert [citation["url"] for citation in event["data"]["citations"]] == ["/help/en/fees"]


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://exchange.example", True),
        ("https://status.exchange.example/now?x=1#y", True),
        ("/help/en/fees#top", True),
        ("http://exchange.example", False),
        ("https://exchange.example.evil.example", False),
        ("https://exchange.example@evil.example", False),
        ("https://evilexchange.example", False),
        ("//evil.example/help", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
        ("https://[", False),
    ],
)
def test_address_that_a_message_may_carry(url: str, may: bool) -> None:
    assert may_link(url, DOMAINS) is may
