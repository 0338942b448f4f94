"""Whole intakes, from the first message to the ticket."""

from __future__ import annotations

import pytest

from actions.intake.questions import QUESTIONS
from kit.wire import TICKET_DUE_AT, TICKET_NUMBER
from tests.actions.appeal import APPEAL, APPEAL_ZH, AT, TXID, appeal, asked, is_clean
from tests.actions.chat import Chat


def test_an_appeal_starts_with_first_aid_and_the_first_unanswered_question() -> None:
    chat = Chat()

    chat.says(APPEAL, "case_liquidation_appeal", symbol="XBTUSD", time=AT)

    first, question = chat.turn["messages"]
    assert chat.turn["outcome"] == "intake"
    assert first["citations"][0]["article_id"] == "liquidation-first"
    assert first["text"] == "Lead of liquidation-first in en."
    assert asked(chat) == "position"
    assert "1 of 3" in question["text"]
    assert "Long or short" in question["text"]
    assert (first["progress"], question["progress"]) == (None, {"step": 1, "total": 3})


def test_an_appeal_in_english_reaches_the_desk_with_all_its_facts() -> None:
    chat = appeal()

    chat.says("long, 50k contracts")
    assert "2 of 3" in chat.last
    chat.says("I don't have it", "skip")
    chat.says("trader@example.com", email="trader@example.com")
    summary = chat.last
    assert chat.turn["messages"][-1]["progress"] == {"step": 3, "total": 3}
    chat.presses("affirm")

    assert "2026-11-22 03:12 UTC" in summary
    assert "Not given: Order or price" in summary or "Left out: Order or price" in summary
    assert chat.turn["outcome"] == "handoff"
    assert chat.turn["handoff"] == {"reason": "case_complete"}
    assert chat.turn["case"]["type"] == "liquidation_appeal"
    assert chat.turn["case"]["confirmed"] is True
    assert chat.turn["case"]["missing"] == ["order_id"]
    assert chat.turn["case"]["fields"] == {
        "description": APPEAL, "symbol": "XBTUSD", "occurred_at": AT, "position": "long, 50k contracts",
        "email": "trader@example.com",
    }  # fmt: skip
    assert TICKET_NUMBER in chat.last
    assert TICKET_DUE_AT in chat.last
    assert is_clean(chat)


def test_an_appeal_in_chinese_reaches_the_desk() -> None:
    chat = Chat(locale="zh-CN", timezone="Asia/Shanghai", verified=True)

    chat.says(APPEAL_ZH, "case_liquidation_appeal", symbol="XBTUSD", time=AT, side="long")
    assert chat.turn["messages"][0]["text"] == "Lead of liquidation-first in zh."
    assert "订单编号" in chat.last
    chat.says("跳过", "skip")
    assert "2026-11-22 03:12 UTC (11:12 Asia/Shanghai)" in chat.last
    assert "未提供：订单或价格" in chat.last or "缺少：订单或价格" in chat.last
    chat.says("是的", "affirm")

    assert chat.turn["case"]["fields"]["position"] == "long"
    assert chat.turn["case"]["summary"].startswith("强平复核 · XBTUSD")
    assert "{ticket_number}" in chat.last
    assert is_clean(chat)


def test_a_security_incident_in_english_reaches_the_desk() -> None:
    chat = Chat()

    chat.says("someone withdrew from my account, it was not me", "case_security_incident")
    assert asked(chat) == "access"
    assert "sign in" in chat.last
    chat.presses("affirm")
    assert asked(chat) == "occurred_at"
    chat.says("20 minutes ago", time="2026-11-22T04:40:00.000Z")
    chat.says("one withdrawal of 2 XBT and a new API key", amount="2", currency="XBT")
    chat.says("no", "deny")
    chat.says("yes", "affirm")

    fields = chat.turn["case"]["fields"]
    assert chat.turn["case"]["type"] == "security_incident"
    assert fields["access"] == "Yes"
    assert fields["occurred_at"] == "2026-11-22T04:40:00.000Z"
    assert fields["activity"] == "one withdrawal of 2 XBT and a new API key"
    assert chat.turn["case"]["missing"] == ["email"]
    assert is_clean(chat)


def test_a_security_incident_in_chinese_reaches_the_desk() -> None:
    chat = Chat(verified=True)

    chat.says("我的账户被盗了，有人提走了币", "case_security_incident")
    assert "登录账户" in chat.last
    chat.presses("deny")
    chat.says("昨晚11点半", time="2026-11-21T15:30:00.000Z")
    chat.says("提走了 2 个 XBT", amount="2", currency="XBT")
    chat.presses("affirm")

    assert chat.turn["case"]["fields"]["access"] == "否"
    assert chat.turn["case"]["confirmed"] is True
    assert is_clean(chat)


def test_a_missing_deposit_in_english_reaches_the_desk() -> None:
    chat = Chat(verified=True)

    chat.says("my 500 USDT deposit on trc20 never arrived", "case_missing_deposit", amount="500", currency="USDT")
    assert asked(chat) == "txid"
    assert "1 of 3" in chat.last
    chat.says(TXID, txid=TXID)
    chat.says("yesterday 22:10 UTC", time="2026-11-21T22:10:00.000Z")
    chat.says("TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", address="TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE")
    chat.presses("affirm")

    assert chat.turn["case"]["missing"] == []
    assert chat.turn["case"]["fields"]["network"] == "Tron (TRC-20)"
    assert chat.turn["case"]["fields"]["txid"] == TXID
    assert is_clean(chat)


def test_a_missing_deposit_in_chinese_reaches_the_desk() -> None:
    chat = Chat(locale="zh-CN", verified=True)

    chat.says("充了比特币两个小时还没到账", "case_missing_deposit", currency="XBT", time="2026-11-22T03:00:00.000Z")
    assert asked(chat) == "network"
    chat.says("比特币主网")
    chat.says(TXID, txid=TXID)
    chat.says("0.25")
    chat.presses("skip")
    assert "数量" in chat.last
    chat.presses("affirm")

    assert chat.turn["case"]["fields"]["network"] == "Bitcoin"
    assert chat.turn["case"]["fields"]["amount"] == "0.25"
    assert chat.turn["case"]["missing"] == ["address"]
    assert is_clean(chat)


@pytest.mark.parametrize("case", QUESTIONS)
def test_every_case_can_be_skipped_through_to_the_desk(case: str) -> None:
    chat = Chat(locale="zh-CN")

    chat.presses("start_case", case=case, stale=True)
    asked_for = []
    while asked(chat):
        asked_for.append(asked(chat))
        chat.presses("skip")
    chat.presses("affirm")

    assert asked_for == [*QUESTIONS[case], "email"]
    assert len(QUESTIONS[case]) <= 6
    assert chat.turn["case"]["missing"] == asked_for
    assert is_clean(chat)
