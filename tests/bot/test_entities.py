from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import RuleEntityExtractor, find_entities
from tests.bot.conftest import Components

CONTEXT = {"now": "2026-11-22T12:00:00Z", "timezone": "UTC"}
ORDER = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
HASH = "ab" * 32


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("xbt perp", "en", [("symbol", "XBTUSD")]),
        ("BTC-USD perpetual", "en", [("symbol", "XBTUSD")]),
        ("btcusdt", "en", [("symbol", "XBTUSDT")]),
        ("XBTZ26 settled", "en", [("symbol", "XBTZ26")]),
        ("比特币永续的资金费率", "zh", [("symbol", "XBTUSD")]),
        ("XBTUSD多单被爆", "zh", [("symbol", "XBTUSD"), ("side", "long")]),
        (f"order {ORDER.upper()}", "en", [("order_id", ORDER)]),
        (f"txid 0x{HASH}", "en", [("txid", f"0x{HASH}")]),
        ("at 03:12 UTC", "en", [("time", "2026-11-22T03:12:00.000Z")]),
        ("sent 0.5 btc", "en", [("amount", "0.5"), ("currency", "XBT")]),
        ("$5k bonus", "en", [("currency", "USD"), ("amount", "5000")]),
        ("充了5000U", "zh", [("amount", "5000"), ("currency", "USDT")]),
        ("充了10万U", "zh", [("amount", "100000"), ("currency", "USDT")]),
        ("提现1.5万U", "zh", [("amount", "15000"), ("currency", "USDT")]),
        ("三万五千USDT没到账", "zh", [("amount", "35000"), ("currency", "USDT")]),
        ("三万五u", "zh", [("amount", "35000"), ("currency", "USDT")]),
        ("一百五美金", "zh", [("amount", "150"), ("currency", "USD")]),
        ("我的2个XBT", "zh", [("amount", "2"), ("currency", "XBT")]),
        ("半个比特币", "zh", [("amount", "0.5"), ("currency", "XBT")]),
        ("12万5 USDT", "zh", [("amount", "125000"), ("currency", "USDT")]),
        ("sent 2k usdt", "en", [("amount", "2000"), ("currency", "USDT")]),
        ("sent 1,5 btc", "en", [("amount", "1.5"), ("currency", "XBT")]),
        ("sent 1,500 usdt", "en", [("amount", "1500"), ("currency", "USDT")]),
        ("sent 1.500,50 EUR", "en", [("amount", "1500.5"), ("currency", "EUR")]),
        ("做空三万五千张", "zh", [("side", "short 35000")]),
        ("filled at 61,200.5", "en", [("price", "61200.5")]),
        ("my short got closed", "en", [("side", "short")]),
        ("my short of 20000 XBTUSD", "en", [("side", "short 20000"), ("symbol", "XBTUSD")]),
        ("long 10000", "en", [("side", "long 10000")]),
        ("my 10000 contracts long on XBTUSD", "en", [("side", "long 10000"), ("symbol", "XBTUSD")]),
        ("20k XBTUSD short", "en", [("symbol", "XBTUSD"), ("side", "short 20000")]),
        (
            "short 5 BTC XBTUSD",
            "en",
            [("side", "short 5 XBT"), ("amount", "5"), ("currency", "XBT"), ("symbol", "XBTUSD")],
        ),
        ("做空 2万张 XBTUSD", "zh", [("side", "short 20000"), ("symbol", "XBTUSD")]),
        ("做多50000", "zh", [("side", "long 50000")]),
        ("我的5000张多单", "zh", [("side", "long 5000")]),
        ("mail Joe.B@x.com", "en", [("email", "joe.b@x.com")]),
        ("应该是joe@x.com", "zh", [("email", "joe@x.com")]),
        ("the api returns 403", "en", [("http_status", "403")]),
        ("to 0x" + "a1" * 20, "en", [("address", "0x" + "a1" * 20)]),
        ("一直返回503", "zh", [("http_status", "503")]),
        ("下单报错429了", "zh", [("http_status", "429")]),
        (f"订单号是{ORDER}请查", "zh", [("order_id", ORDER)]),
        ("昨天3pm被强平", "zh", [("time", "2026-11-21T15:00:00.000Z")]),
        ("在Nov 21被锁", "zh", [("time", "2026-11-21")]),
        ("价格67000时", "zh", [("price", "67000")]),
        ("我short 20000被爆", "zh", [("side", "short 20000")]),
    ],
)
def test_facts_are_read_in_their_normal_form(text: str, code: str, expected: list[tuple[str, str]]) -> None:
    assert [(found["entity"], found["value"]) for found in find_entities(text, code, CONTEXT)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "how long does a withdrawal take",
        "how long 2 withdrawals take",
        "waited long 5 hours",
        "in short",
        "I have 5 questions",
        "403 contracts",
        "KYC in the EU",
        "一直没到账",
        "千万别冻结",
    ],
)
def test_words_that_only_look_like_facts_are_left_alone(text: str) -> None:
    assert find_entities(text, "en", CONTEXT) == []


def test_entities_point_at_their_words_and_are_part_of_the_output(components: Components) -> None:
    message = Message.build("liquidated on XBTUSD")

    components.make(RuleEntityExtractor).process([message])

    (found,) = message.as_dict(only_output_properties=True)["entities"]
    assert message.get("text")[found["start"] : found["end"]] == "XBTUSD"
    assert found["extractor"] == "RuleEntityExtractor"
