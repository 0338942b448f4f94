"""Numbers that change are said as they are now, with source and time, or not at all."""

from __future__ import annotations

import pytest

from exchange.client import ExchangeClient
from exchange.facts import LiveFacts
from hub.live import fill
from kit import blocks, wire
from kit.clock import ManualClock
from kit.live import name_live
from tests.fakes.exchange import FakeExchange

LEAD = [blocks.paragraph("{fact: instrument, symbol, tickSize}"), blocks.paragraph("It is on the contract's page.")]


def reply(symbol: str | None) -> wire.TurnReply:
    named = name_live(LEAD, {"symbol": symbol} if symbol else {})
    return wire.TurnReply([wire.BotMessage(blocks.plain_text(named), named)], "answer", {}, {})


@pytest.fixture
def exchange() -> FakeExchange:
    return FakeExchange()


@pytest.fixture
def live(exchange: FakeExchange, clock: ManualClock) -> LiveFacts:
    return LiveFacts(ExchangeClient("http://exchange.test/api/v1", clock, transport=exchange.transport()))


async def said(made: wire.TurnReply, live: LiveFacts | None, locale: str = "en") -> str:
    (message,) = (await fill(made, live, locale)).messages
    assert blocks.plain_text(message.blocks) == message.text
    return message.text


async def test_number_comes_with_source_and_time(live: LiveFacts) -> None:
    text = await said(reply("XBTUSD"), live)

    assert text.startswith("XBTUSD tick size: ")
    assert "exchange API, 03:12 UTC" in text
    assert text.endswith("It is on the contract's page.")


async def test_unknown_symbol_gets_near_ones(live: LiveFacts) -> None:
    text = await said(reply("XBTUSDD"), live)

    assert "lists no XBTUSDD" in text
    assert "XBTUSD" in text.split("Did you mean", 1)[1]


@pytest.mark.parametrize("symbol", [None, "XBTUSD"], ids=["no-symbol-named", "no-exchange-set"])
async def test_article_speaks_for_itself_without_a_number(symbol: str | None) -> None:
    assert await said(reply(symbol), None) == "It is on the contract's page."


async def test_exchange_that_is_down_is_left_out(exchange: FakeExchange, live: LiveFacts) -> None:
    exchange.behaviour.down = True

    assert await said(reply("XBTUSD"), live) == "It is on the contract's page."


async def test_chinese_customer_reads_chinese(live: LiveFacts) -> None:
    assert (await said(reply("XBTUSD"), live, "zh-CN")).startswith("XBTUSD 最小变动价位：")


async def test_quoted_article_sets_the_language(live: LiveFacts) -> None:
    made = reply("XBTUSD")
    made.trace["article"] = {"id": "tick-and-lot-size", "language": "zh"}

    assert (await said(made, live, "en")).startswith("XBTUSD 最小变动价位：")


async def test_two_numbers_of_an_unknown_symbol_are_one_remark(live: LiveFacts) -> None:
    asked = [blocks.paragraph(f"{{fact: instrument, XBTUZD, {field}}}") for field in ("tickSize", "lotSize")]
    made = wire.TurnReply([wire.BotMessage(blocks.plain_text(asked), [*asked, LEAD[1]])], "answer", {}, {})

    text = await said(made, live)

    assert text.count("lists no XBTUZD") == 1
    assert text.endswith("It is on the contract's page.")
