"""What was said before is put right: by naming the fact, by its value, or by saying which one is wrong."""

from __future__ import annotations

import pytest

from tests.actions.appeal import asked
from tests.actions.chat import Chat
from tests.actions.test_answers_to_questions import answers


def deposit(first: str = "my 500 USDT deposit over TRC20 never arrived, sent on 2026-11-21 22:10 UTC") -> Chat:
    """A deposit at its summary."""
    chat = Chat(verified=True, timezone="Asia/Shanghai")
    answers(chat, first, "case_missing_deposit")
    while asked(chat):
        chat.presses("skip")
    return chat


def appeal() -> Chat:
    """A liquidation at its summary."""
    chat = Chat(verified=True, timezone="Asia/Shanghai")
    answers(chat, "my long on XBTUSD was liquidated at 2026-11-21 22:10 UTC", "case_liquidation_appeal")
    while asked(chat):
        chat.presses("skip")
    return chat


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("金额不对，应该是 53", "amount", "53"),
        ("金额写错了，是三万五", "amount", "35000"),
        ("数量改成 1.5万", "amount", "15000"),
        ("不对，应该是 53", "amount", "53"),
        ("amount is wrong, should be 53", "amount", "53"),
        ("sorry, the amount is wrong, it should have been 53 USDT and not 500", "amount", "53"),
        ("change the amount to 53", "amount", "53"),
        ("the amount is 53, not 500", "amount", "53"),
        ("不是USDT，是XBT", "currency", "XBT"),
        ("not USDT, XBT", "currency", "XBT"),
        ("no, it was ETH", "currency", "ETH"),
        ("币种错了，应该是USDC", "currency", "USDC"),
        ("the network is wrong, erc20", "network", "Ethereum (ERC-20)"),
        ("网络不对，应该是以太坊网络", "network", "Ethereum"),
        ("时间错了，是2026-11-20 03:00 UTC", "occurred_at", "2026-11-20T03:00:00.000Z"),
        ("the time is wrong, it was 2026-11-20 03:00 UTC", "occurred_at", "2026-11-20T03:00:00.000Z"),
        ("地址应该是 TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "address", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"),
    ],
)
@pytest.mark.parametrize("heard", ["case_missing_deposit", "clarify", "out_of_scope", "correct", "deny", "faq"])
def test_a_fact_is_put_right_at_the_summary_whatever_it_sounds_like(
    text: str, slot: str, value: str, heard: str
) -> None:
    chat = deposit()
    before = chat.slots["description"]

    answers(chat, text, heard)

    assert chat.slots[slot] == value
    assert chat.slots["description"] == before
    assert "Send it" in chat.labels or "提交" in chat.labels
    assert any(word in chat.last for word in ("Changed", "Corrected", "已改", "已更正"))


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("不是XBTUSD，是ETHUSD", "symbol", "ETHUSD"),
        ("no, it was ETHUSD", "symbol", "ETHUSD"),
        ("合约不对，应该是 ETHUSD", "symbol", "ETHUSD"),
        ("方向错了，是空单", "position", "short"),
        ("position size should be short 2000", "position", "short 2000"),
        ("订单号应该是 62150.5", "order_id", "62150.5"),
        ("it was ETHUSD not XBTUSD", "symbol", "ETHUSD"),
    ],
)
def test_facts_of_a_position_are_put_right(text: str, slot: str, value: str) -> None:
    chat = appeal()

    answers(chat, text, "clarify")

    assert chat.slots[slot] == value


@pytest.mark.parametrize(
    ("text", "slot"),
    [("金额不对", "amount"), ("the amount is wrong", "amount"), ("时间写错了", "occurred_at"),
     ("wrong network", "network"), ("币种弄错了", "currency")],
)  # fmt: skip
def test_a_fact_said_to_be_wrong_is_asked_for_again(text: str, slot: str) -> None:
    chat = deposit()

    answers(chat, text, "clarify")

    assert asked(chat) == slot


def test_a_fact_is_put_right_while_another_is_asked_for() -> None:
    chat = Chat(verified=True)
    answers(chat, "my 500 USDT deposit over TRC20 never arrived", "case_missing_deposit")
    pending = asked(chat)

    answers(chat, "amount is wrong, should be 53", "clarify")

    assert chat.slots["amount"] == "53"
    assert asked(chat) == pending


@pytest.mark.parametrize(
    "text", ["my short was 50k not 5000", "not 5000 but 50k", "不是5000，是5万", "是五万张，不是5000"]
)
def test_a_part_of_a_fact_is_said_to_be_another(text: str) -> None:
    chat = Chat(verified=True)
    answers(chat, "my short of 5000 on XBTUSD was liquidated wrongly, 2 hours ago", "case_liquidation_appeal")
    assert asked(chat) == "order_id"

    answers(chat, text, "out_of_scope")

    assert chat.slots["position"] == "short 50000"
    assert asked(chat) == "order_id"


def test_a_fact_said_to_be_what_it_is_stays() -> None:
    chat = deposit()

    answers(chat, "时间错了，是2026-11-21 22:10 UTC", "clarify")

    assert chat.slots["occurred_at"] == "2026-11-21T22:10:00.000Z"
    assert "提交" in chat.labels


def test_more_of_the_story_at_the_summary_is_no_correction() -> None:
    chat = deposit()
    story = "the page said the wrong thing all day and support told me to wait for the amount to be credited by friday"

    answers(chat, story, "case_missing_deposit")

    assert story in chat.slots["description"]
    assert chat.slots["amount"] == "500"
