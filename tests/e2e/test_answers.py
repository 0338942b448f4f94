"""Numbers of this moment, and more detail, as a trader sees them in the bubble."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.bubble import APPEAL, Bubble
from tests.e2e.conftest import Whole

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what is the funding rate of XBTUSD now?", "XBTUSD funding rate: 0.011% (longs pay shorts)"),
        ("ETHUSD tick size", "ETHUSD tick size: 0.05 USD · exchange API"),
        ("is SOL deposit open?", "SOL deposits: closed (on SOL) · exchange API"),
        ("XBTUSD 现在资金费率多少", "XBTUSD 资金费率：0.011%（多头付给空头）"),
        ("tick size of XBTUZD", "The exchange lists no XBTUZD. Did you mean: XBTUSD"),
    ],
)
def test_number_of_this_moment_is_said(whole: Whole, context: BrowserContext, question: str, said: str) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)

    bubble.ask(question)

    expect(bubble.messages("bot").last.locator(".note").filter(has_text=said)).to_have_count(1)


def test_more_detail_is_shown_with_its_place_in_the_article(whole: Whole, context: BrowserContext) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)
    bubble.ask("how is the funding rate calculated?")

    bubble.choose("More detail")

    answer = bubble.messages("bot").last
    expect(answer.locator("pre")).to_be_visible()
    expect(answer.locator("ul")).to_be_visible()
    source = bubble.page.locator("a[part=source]").last
    assert (source.get_attribute("href") or "").endswith("/help/en/funding-rate#in-detail")
    source.click()
    with context.expect_page() as opened:
        bubble.page.locator("[part=article] a[part=page]").click()
    expect(opened.value.locator("h2#in-detail")).to_be_in_viewport()


def test_more_detail_can_be_had_in_the_middle_of_a_case(whole: Whole, context: BrowserContext) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)
    bubble.ask(APPEAL)
    bubble.ask("how is the funding rate calculated?")

    said = bubble.choose("More detail")

    assert "Premium index" in said
    expect(bubble.page.locator("button[part=choice]").filter(has_text="Skip")).to_be_visible()
