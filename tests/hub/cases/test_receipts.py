"""What a customer is told at once when a complaint is registered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.assistant import FakeAssistant, handoff
from tests.hub.cases.desk import CaseDesk

SAID = "I want to complain."

ENGLISH = (
    "Your complaint is registered.\nNumber: {number}\nReceived: 22 Nov 2026, 03:12 UTC\nContact: {contact}\n"
    "Decision with reasons: by 7 Dec 2026, 03:12 UTC, and never later than 22 Jan 2027, 03:12 UTC."
)
CHINESE = (
    "您的投诉已登记。\n编号：{number}\n收到时间：2026年11月22日 11:12（CST）\n联系方式：{contact}\n"
    "附理由的决定：2026年12月7日 11:12（CST）前作出，最迟不超过 2027年1月22日 11:12（CST）。"
)


@pytest.mark.parametrize(
    ("who", "fields", "receipt", "contact"),
    [
        ({}, {"email": "me@example.com"}, ENGLISH, "me@example.com"),
        ({}, {}, ENGLISH, "this chat"),
        ({"locale": "zh-CN", "timezone": "Asia/Shanghai"}, {}, CHINESE, "本聊天"),
    ],
)
async def test_complaint_gets_its_receipt_at_once(
    desk: CaseDesk, assistant: FakeAssistant, who: dict[str, str], fields: dict[str, Any], receipt: str, contact: str
) -> None:
    assistant.answers[SAID] = handoff("complaint", fields=fields)

    customer, number = await desk.case(SAID, **who)

    assert await customer.wait_for_text("system") == receipt.format(number=number, contact=contact)


async def test_complaint_that_is_there_already_gets_no_other_receipt(desk: CaseDesk, assistant: FakeAssistant) -> None:
    assistant.answers[SAID] = handoff("complaint")
    customer, number = await desk.case(SAID)
    await desk.ana.take(number)
    await desk.ana.change("hand-back", number)
    told = await customer.texts("system")

    await customer.write(SAID)
    await customer.wait_for_text("bot")

    assert await customer.texts("system") == told


async def test_other_cases_get_none(desk: CaseDesk) -> None:
    customer, _ = await desk.case()

    assert await customer.texts("system") == []
