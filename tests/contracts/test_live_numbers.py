"""Live numbers through everything but the browser: customer API, service, a real worker, and a fake exchange."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from exchange.client import ExchangeClient
from hub.app import create_app, create_context
from hub.assistant import HttpAssistant
from kit.clock import ManualClock
from tests.contracts.conftest import REAL_SECRET, REAL_URL
from tests.fakes.exchange import BASE_URL, FakeExchange
from tests.hub.site import Visitor, settings_for, time_passing

SOURCE = "exchange API, 03:12 UTC"
SOURCE_ZH = "交易所 API，03:12 UTC"

pytestmark = pytest.mark.skipif(not REAL_URL, reason="PHAROS_CONTRACT_URL names no running worker.")


@dataclass
class Customer:
    """Asks and reads what is answered."""

    visitor: Visitor
    clock: ManualClock

    async def asks(self, text: str = "", **message: Any) -> dict[str, Any]:
        """Send a message; return the answer's data."""
        async with time_passing(self.clock, seconds=2):  # a fragment waits a little for more
            await self.visitor.post(**(message or {"text": text}))
            event = await self.visitor.wait_for(lambda event: event["data"].get("author") == "bot")
        data: dict[str, Any] = event["data"]
        return data

    async def presses(self, label: str, answer: dict[str, Any]) -> dict[str, Any]:
        """Press a button of an answer."""
        return await self.asks(button=next(each["token"] for each in answer["buttons"] if each["label"] == label))


@pytest.fixture
def exchange() -> FakeExchange:
    return FakeExchange()


@pytest.fixture
async def customer(tmp_path: Path, clock: ManualClock, exchange: FakeExchange) -> AsyncIterator[Customer]:
    settings = settings_for(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'pharos.db'}")
    context = create_context(settings, HttpAssistant([REAL_URL.rstrip("/")], REAL_SECRET), clock)
    context.exchange = ExchangeClient(BASE_URL, clock, transport=exchange.transport())
    app = create_app(context)
    async with app.router.lifespan_context(app):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pharos")
        opened = (await client.post("/api/v1/conversations", json={"locale": "en"})).json()
        yield Customer(Visitor(app, client, opened["conversation_id"], opened["token"]), clock)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "what is the funding rate of XBTUSD now?",
            f"XBTUSD funding rate: 0.011% (longs pay shorts), next funding 2026-11-22 04:00 UTC · {SOURCE}",
        ),
        ("ETHUSD tick size", f"ETHUSD tick size: 0.05 USD · {SOURCE}"),
        ("is SOL deposit open?", f"SOL deposits: closed (on SOL) · {SOURCE}"),
        (
            "XBTUSD 现在资金费率多少",
            f"XBTUSD 资金费率：0.011%（多头付给空头），下次收取时间 2026-11-22 04:00 UTC · {SOURCE_ZH}",
        ),
    ],
)
async def test_question_about_now_is_answered_with_value_time_and_source(
    customer: Customer, question: str, said: str
) -> None:
    answer = await customer.asks(question)

    assert answer["outcome"] == "answer"
    assert said in answer["text"].split("\n\n")
    assert {"type": "note", "spans": [{"text": said}]} in answer["blocks"]
    assert answer["citations"]


async def test_unknown_symbol_gets_near_ones_once(customer: Customer) -> None:
    answer = await customer.asks("tick size of XBTUZD")

    assert answer["outcome"] == "answer"
    assert answer["text"].count("The exchange lists no XBTUZD. Did you mean: XBTUSD") == 1


@pytest.mark.parametrize("question", ["what is the funding rate of XBTUSD now?", "XBTUSD 现在资金费率多少"])
async def test_exchange_that_is_down_leaves_the_articles_words_and_where_to_look(
    customer: Customer, exchange: FakeExchange, question: str
) -> None:
    exchange.behaviour.down = True

    answer = await customer.asks(question)

    assert answer["outcome"] == "answer"
    assert exchange.requests["down"]
    assert "{fact" not in answer["text"]
    assert "API，" not in answer["text"]
    assert "exchange API" not in answer["text"]
    assert ("specification page" in answer["text"]) or ("合约" in answer["text"])


async def test_more_detail_is_sent_word_for_word(customer: Customer) -> None:
    answer = await customer.asks("what is the funding rate of XBTUSD now?")
    assert answer["buttons"][0]["label"] == "More detail"

    pressed = await customer.presses("More detail", answer)
    again = await customer.asks("what is the funding rate of XBTUSD now?")
    typed = await customer.asks("more detail")

    assert again["buttons"][0]["label"] == "More detail"
    assert (pressed["text"], pressed["blocks"]) == (typed["text"], typed["blocks"])
    assert pressed["outcome"] == "answer"
    assert pressed["citations"][0]["url"] == "/help/en/funding-rate#in-detail"
    assert {"list", "code"} <= {block["type"] for block in pressed["blocks"]}
