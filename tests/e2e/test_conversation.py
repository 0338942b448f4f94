"""One trader and one agent, in a browser, from a simple question to a resolved case."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.bubble import Bubble, complete_appeal, sign_in, ticket_number
from tests.e2e.conftest import Whole

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("question", "article"),
    [
        pytest.param("how do I withdraw?", "en/how-to-withdraw", id="withdraw"),
        pytest.param("what does 'Signature not valid' mean?", "en/error-signature-not-valid", id="error"),
        pytest.param("what is the tick size of XBTUSD", "en/tick-and-lot-size", id="tick-size"),
        pytest.param("怎么提现", "zh/how-to-withdraw", id="chinese"),
    ],
)
def test_question_is_answered_with_its_article(
    whole: Whole, context: BrowserContext, question: str, article: str
) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)

    bubble.ask(question)

    source = bubble.page.locator("a[part=source]").last
    assert (source.get_attribute("href") or "").endswith(f"/help/{article}")
    expect(source.locator("xpath=..")).to_contain_text("2026")
    source.click()
    with context.expect_page() as opened:
        bubble.page.locator("[part=article] a[part=page]").click()
    title = opened.value.locator("h1")
    expect(title).to_be_visible()
    expect(bubble.page.locator("[part=article] h2")).to_have_text(title.inner_text())


def test_case_goes_from_bubble_to_agent_and_back(whole: Whole, context: BrowserContext) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)
    number = complete_appeal(bubble)

    console = context.browser.new_context(viewport={"width": 1280, "height": 800}).new_page()  # type: ignore[union-attr]
    sign_in(console, whole.url)
    console.locator(f'a[data-ticket="{number}"]').click()
    transcript = console.locator("[data-event-id][data-author]")
    said = console.locator("[data-event-id][data-author=customer]").filter(has_text="mark price never reached")
    expect(said).to_have_count(1)
    expect(console.locator("dl[data-facts]")).to_contain_text("XBTUSD")

    console.locator("button[name=take]").click()
    console.locator("textarea[name=composer]").fill("Hello, Mia here. I am looking at the record of 03:12 UTC.")
    console.locator("button[name=reply]").click()
    answer = bubble.messages("agent").filter(has_text="Mia here")
    expect(answer).to_be_visible(timeout=2_000)

    bot_messages = bubble.messages("bot").count()
    bubble.send("Thank you. how do I withdraw?")
    expect(transcript.filter(has_text="Thank you. how do I withdraw?")).to_be_visible()
    bubble.page.wait_for_timeout(2_000)
    assert bubble.messages("bot").count() == bot_messages, "the bot spoke while an agent had the conversation"

    console.locator("button[name=hand-back]").click()
    expect(console.locator("button[name=take]")).to_be_enabled()
    assert "withdraw" in bubble.ask("how do I withdraw?").lower()
    assert bubble.messages("agent").count() == 1


def test_agent_resolves_and_the_card_says_so(whole: Whole, context: BrowserContext) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)
    bubble.ask("I want to talk to a person")
    expect(bubble.case_card).to_be_visible()
    number = ticket_number(bubble)

    console = context.browser.new_context().new_page()  # type: ignore[union-attr]
    sign_in(console, whole.url)
    console.goto(f"{whole.url}/console#/tickets/{number}")
    console.locator("button[name=take]").click()
    console.locator("textarea[name=composer]").fill("All done.")
    console.locator("button[name=reply]").click()
    expect(bubble.messages("agent").filter(has_text="All done.")).to_be_visible()
    console.locator("button[name=resolve]").click()
    confirm = console.locator("button[name=confirm]")
    if confirm.count():
        confirm.first.click()

    expect(bubble.case_card).to_contain_text(re.compile("resolved", re.IGNORECASE))
