from __future__ import annotations

import pytest

from exchange import names
from exchange.client import ExchangeClient
from exchange.facts import NO_VALUE, UNKNOWN, UNREACHABLE, Fact, LiveFacts, facts_in
from exchange.fields import FIELDS
from kit.clock import ManualClock
from kit.errors import InvalidRequest
from tests.fakes.exchange import FakeExchange


async def said(facts: LiveFacts, kind: str, name: str, field: str, language: str = "en") -> str | None:
    return (await facts.lookup(Fact(kind, name, field))).text(language)


@pytest.mark.parametrize(
    ("symbol", "field", "en", "zh"),
    [
        ("XBTUSD", "tickSize", "XBTUSD tick size: 0.1 USD", "XBTUSD 最小变动价位：0.1 USD"),
        ("XBTUSD", "lotSize", "XBTUSD lot size: 100 contracts", "XBTUSD 最小交易单位：100 张"),
        ("ETHUSD", "lotSize", "ETHUSD lot size: 1 contract", "ETHUSD 最小交易单位：1 张"),
        ("XBTUSD", "takerFee", "XBTUSD taker fee: 0.05%", "XBTUSD 吃单（Taker）手续费：0.05%"),
        (
            "SOLUSDT",
            "makerFee",
            "SOLUSDT maker fee: -0.01% (a rebate: paid to you)",
            "SOLUSDT 挂单（Maker）手续费：-0.01%（负费率：返还给您）",
        ),
        ("XBTUSD", "initMargin", "XBTUSD base initial margin: 1%", "XBTUSD 基础起始保证金率：1%"),
        (
            "XBTUSD",
            "maxLeverage",
            "XBTUSD highest leverage by the base initial margin: 100x",
            "XBTUSD 按基础起始保证金率计算的最高杠杆：100 倍",
        ),
        ("XBTUSD", "riskLimit", "XBTUSD base risk limit: 200 XBT", "XBTUSD 基础风险限额：200 XBT"),
        ("XBTUSDT", "riskStep", "XBTUSDT risk limit step: 1,000,000 USDT", "XBTUSDT 风险限额递增额：1,000,000 USDT"),
        ("XBTUSD", "contractSize", "XBTUSD contract size: 1 USD", "XBTUSD 每张合约大小：1 USD"),
        ("XBTUSDT", "contractSize", "XBTUSDT contract size: 0.000001 XBT", "XBTUSDT 每张合约大小：0.000001 XBT"),
        (
            "ETHUSD",
            "contractSize",
            "ETHUSD contract size: 0.000001 XBT / 1 USD",
            "ETHUSD 每张合约大小：0.000001 XBT / 1 USD",
        ),
        (
            "XBTUSD",
            "fundingRate",
            "XBTUSD funding rate: 0.011% (longs pay shorts), next funding 2026-11-22 04:00 UTC",
            "XBTUSD 资金费率：0.011%（多头付给空头），下次收取时间 2026-11-22 04:00 UTC",
        ),
        (
            "SOLUSDT",
            "fundingRate",
            "SOLUSDT funding rate: -0.021% (shorts pay longs), next funding 2026-11-22 04:00 UTC",
            "SOLUSDT 资金费率：-0.021%（空头付给多头），下次收取时间 2026-11-22 04:00 UTC",
        ),
        ("XBTUSD", "fundingInterval", "XBTUSD funding interval: 8 hours", "XBTUSD 资金费用间隔：8 小时"),
        ("XBTUSD", "markPrice", "XBTUSD mark price: 97,849.76 USD", "XBTUSD 标记价格：97,849.76 USD"),
        ("XBTUSD", "indicativeSettlePrice", "XBTUSD index price: 97,843.77 USD", "XBTUSD 指数价格：97,843.77 USD"),
        ("XBTUSD", "state", "XBTUSD state: Open", "XBTUSD 状态：开放交易"),
    ],
)
async def test_a_fact_of_an_instrument_is_said_with_unit_source_and_time(
    facts: LiveFacts, symbol: str, field: str, en: str, zh: str
) -> None:
    assert await said(facts, "instrument", symbol, field) == f"{en} · exchange API, 03:12 UTC"
    assert await said(facts, "instrument", symbol, field, "zh-CN") == f"{zh} · 交易所 API，03:12 UTC"


@pytest.mark.parametrize(
    ("name", "field", "en", "zh"),
    [
        ("SOL", "depositEnabled", "SOL deposits: closed (on SOL)", "SOL 充值：关闭（网络 SOL）"),
        (
            "usdt",
            "depositEnabled",
            "USDT deposits: open (on ETH); closed (on TRON)",
            "USDT 充值：开放（网络 ETH）；关闭（网络 TRON）",
        ),
        ("btc", "withdrawalEnabled", "XBT withdrawals: open (on BTC)", "XBT 提现：开放（网络 BTC）"),
        ("Bitcoin", "minDepositAmount", "XBT smallest deposit: 0.0001 XBT", "XBT 最低充值数量：0.0001 XBT"),
        (
            "USDT",
            "withdrawalFee",
            "USDT withdrawal fee: 3 USDT (ETH), 1 USDT (TRON)",
            "USDT 提现手续费：3 USDT (ETH)、1 USDT (TRON)",
        ),
        ("XBT", "memoRequired", "XBT memo required: no", "XBT 是否需要填写 memo：否"),
    ],
)
async def test_a_fact_of_a_coin_is_said(facts: LiveFacts, name: str, field: str, en: str, zh: str) -> None:
    assert await said(facts, "asset", name, field) == f"{en} · exchange API, 03:12 UTC"
    assert await said(facts, "asset", name, field, "zh") == f"{zh} · 交易所 API，03:12 UTC"


async def test_a_fact_of_a_network_is_said(facts: LiveFacts) -> None:
    text = await said(facts, "network", "ETH", "depositConfirmations")

    assert text == "Ethereum confirmations for a deposit: 12 · exchange API, 03:12 UTC"


async def test_urgent_announcements_are_said_newest_first(facts: LiveFacts, exchange: FakeExchange) -> None:
    exchange.announcements = [
        {"id": number, "title": f"Notice {number}", "date": f"2026-11-2{number}T10:00:00.000Z"}
        for number in (0, 1, 2, 3)
    ]

    text = await said(facts, "announcement", "", "urgent")

    assert text == (
        "Urgent announcements: “Notice 3” (2026-11-23 10:00 UTC); “Notice 2” (2026-11-22 10:00 UTC); "
        "“Notice 1” (2026-11-21 10:00 UTC) · exchange API, 03:12 UTC"
    )


async def test_no_urgent_announcement_is_said_too(facts: LiveFacts) -> None:
    assert await said(facts, "announcement", "", "urgent", "zh") == "紧急公告：无 · 交易所 API，03:12 UTC"


async def test_a_coin_that_is_switched_off_counts_as_closed(facts: LiveFacts, exchange: FakeExchange) -> None:
    exchange.assets[0]["enabled"] = False

    assert await said(facts, "asset", "XBT", "depositEnabled") == (
        "XBT deposits: closed (on BTC) · exchange API, 03:12 UTC"
    )


async def test_small_prices_are_written_in_full(facts: LiveFacts, exchange: FakeExchange) -> None:
    exchange.instruments[3]["tickSize"] = 1e-08

    assert await said(facts, "instrument", "SOLUSDT", "tickSize") == (
        "SOLUSDT tick size: 0.00000001 USDT · exchange API, 03:12 UTC"
    )


@pytest.mark.parametrize("symbol", ["xbtusd", "XBT/USD", " XBT-USD "])
async def test_capitals_and_separators_do_not_matter(facts: LiveFacts, symbol: str) -> None:
    finding = await facts.lookup(Fact("instrument", symbol, "tickSize"))

    assert (finding.text("en") or "").startswith("XBTUSD tick size")


async def test_an_unknown_symbol_is_said_with_near_ones(facts: LiveFacts, exchange: FakeExchange) -> None:
    finding = await facts.lookup(Fact("instrument", "BTCUSD", "fundingRate"))

    assert (finding.reason, finding.near) == (UNKNOWN, ("XBTUSD", "XBTUSDT"))
    assert finding.text("en") == "The exchange lists no BTCUSD. Did you mean: XBTUSD, XBTUSDT?"
    assert finding.text("zh") == "交易所没有 BTCUSD。您是指 XBTUSD、XBTUSDT 吗？"
    assert exchange.requests.total() == 1


async def test_a_symbol_like_nothing_listed_has_no_near_ones(facts: LiveFacts) -> None:
    finding = await facts.lookup(Fact("instrument", "QQQQQQQQ", "tickSize"))

    assert finding.text("en") == "The exchange lists no QQQQQQQQ."


@pytest.mark.parametrize(
    ("kind", "name", "field"),
    [
        pytest.param("instrument", "XBTM27", "fundingRate", id="a-future-has-no-funding"),
        pytest.param("instrument", "XBT_USDT", "lotSize", id="a-spot-lot-has-no-known-unit"),
        pytest.param("network", "btc", "enabled", id="absent"),
    ],
)
async def test_what_the_exchange_does_not_say_is_not_said(facts: LiveFacts, kind: str, name: str, field: str) -> None:
    finding = await facts.lookup(Fact(kind, name, field))

    assert (finding.reason, finding.text("en")) == (NO_VALUE, None)


async def test_an_exchange_that_is_down_leaves_the_articles_words(facts: LiveFacts, exchange: FakeExchange) -> None:
    exchange.behaviour.down = True

    finding = await facts.lookup(Fact("instrument", "XBTUSD", "tickSize"))

    assert (finding.reason, finding.text("en")) == (UNREACHABLE, None)


async def test_a_slow_exchange_costs_the_deadline_and_its_answer_serves_the_next(
    facts: LiveFacts, client: ExchangeClient, exchange: FakeExchange
) -> None:
    exchange.may_answer.clear()
    late = await facts.lookup(Fact("instrument", "XBTUSD", "tickSize"), deadline_seconds=0.01)
    exchange.may_answer.set()
    await client.active_instruments()
    exchange.behaviour.down = True

    found = await facts.lookup(Fact("instrument", "XBTUSD", "tickSize"))

    assert (late.reason, found.reason) == (UNREACHABLE, None)
    assert exchange.requests.total() == 1


async def test_many_facts_cost_one_request_a_kind(facts: LiveFacts, exchange: FakeExchange) -> None:
    asked = [Fact("instrument", symbol, field) for symbol in ("XBTUSD", "NOSUCH") for field in FIELDS["instrument"]]

    findings = await facts.lookup_all([*asked, Fact("asset", "SOL", "depositEnabled")])

    assert set(findings) == {*asked, Fact("asset", "SOL", "depositEnabled")}
    assert dict(exchange.requests) == {"/instrument/active": 1, "/wallet/assets": 1}


async def test_numbers_of_testnet_are_marked(exchange: FakeExchange, clock: ManualClock) -> None:
    client = ExchangeClient("http://testnet.exchange.test/api/v1", clock, transport=exchange.transport())

    text = await said(LiveFacts(client), "instrument", "XBTUSD", "tickSize")
    await client.close()

    assert text == "XBTUSD tick size: 0.1 USD · exchange API (testnet), 03:12 UTC"


def test_placeholders_are_found_in_words() -> None:
    text = (
        "Tick {fact: instrument, XBTUSD, tickSize}, coin {fact:asset,SOL,depositEnabled}; {fact: announcement, urgent}."
    )

    assert facts_in(text) == {
        "{fact: instrument, XBTUSD, tickSize}": Fact("instrument", "XBTUSD", "tickSize"),
        "{fact:asset,SOL,depositEnabled}": Fact("asset", "SOL", "depositEnabled"),
        "{fact: announcement, urgent}": Fact("announcement", "", "urgent"),
    }


@pytest.mark.parametrize("text", ["{fact: instrument, XBTUSD, tickSise}", "{fact: weather, London, rain}"])
def test_a_placeholder_of_no_field_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        facts_in(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_field_has_words_in_both_languages(language: str) -> None:
    assert all(field.label[language] for fields in FIELDS.values() for field in fields.values())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("BTCUSDT", "XBTUSDT"),
        ("BTC-PERP", "XBTUSD"),
        ("BTC/USDT", "XBTUSDT"),
        ("BTCUSD_PERP", "XBTUSD"),
        ("BTCUDS", "XBTUSD"),
        ("比特币", "XBTUSD"),
        ("ETH", "ETHUSD"),
        ("ETHUSDT", "ETHUSD"),
        ("SOLUSD", "SOLUSDT"),
        ("XTBUSD", "XBTUSD"),
        ("", None),
        ("W" * 4000, None),
    ],
)
def test_names_of_other_places_and_typing_errors_lead_to_ours(written: str, meant: str | None) -> None:
    listed = ["ETHUSD", "SOLUSDT", "XBTM27", "XBTUSD", "XBTUSDT", "XBT_USDT"]

    assert next(iter(names.near(written, listed)), None) == meant
