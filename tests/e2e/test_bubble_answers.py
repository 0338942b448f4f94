"""What the bot says in the bubble: articles read in the chat, pictures in their place, an intake's steps, choices."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from hub.pictures import PICTURES
from kit import wire
from tests.e2e.bubble import Bubble
from tests.e2e.site import BubbleSite
from tests.fakes.assistant import answer
from tests.hub.help_site import article, build, paragraph

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e

PICTURE = {"type": "image", "url": "/help/pictures/funding-en.svg", "alt": "Who pays whom"}
EVIL = "<img src=x onerror=alert(1)>"


def cited(text: str, *blocks: Any, url: str = "/help/en/what-is-funding#who-pays") -> wire.TurnReply:
    """An answer that quotes the article on funding."""
    source = wire.Citation("what-is-funding", "abcdef012345", "What is funding", url, "2026-11-22")
    return wire.TurnReply([wire.BotMessage(text, list(blocks), [], [source])], "answer", {}, {})


@pytest.fixture
def bubble(site: BubbleSite, page: Page) -> Bubble:
    lead = {"id": "lead", "heading": "", "hash": "0", "text": "", "blocks": [paragraph(f"A payment. {EVIL}"), PICTURE]}
    more = {"id": "who-pays", "heading": "Who pays", "hash": "0", "text": "", "blocks": [paragraph("Longs or shorts.")]}
    build(site.data_dir, "one", article("what-is-funding", passages=[lead, more], risk="It changes every eight hours."))
    site.assistant.answers["funding"] = cited("Longs pay shorts, or the other way round.")
    return Bubble(page).open(site.url)


def source(bubble: Bubble) -> Any:
    return bubble.page.locator("a[part=source]").last


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_source_opens_its_article_in_the_chat_and_closes_with_escape(
    bubble: Bubble, site: BubbleSite, size: tuple[int, int]
) -> None:
    page = bubble.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    bubble.open(site.url)
    bubble.ask("funding")

    source(bubble).click()
    sheet = page.get_by_role("dialog", name="What is funding")
    expect(sheet.locator("h3")).to_have_text("Who pays")
    expect(sheet).to_contain_text(f"A payment. {EVIL}")
    expect(sheet).to_contain_text("Risk: It changes every eight hours.")
    expect(page.locator("button[part=back]")).to_be_focused()
    page.keyboard.press("Escape")

    expect(sheet).to_have_count(0)
    expect(source(bubble)).to_be_focused()
    expect(page.locator("textarea[part=input]")).to_be_visible()


def test_article_has_a_way_back_and_a_tab_of_its_own(bubble: Bubble) -> None:
    bubble.ask("funding")
    source(bubble).click()

    with bubble.page.context.expect_page() as opened:
        bubble.page.locator("a[part=page]").click()
    expect(opened.value.locator("h1")).to_have_text("What is funding")
    bubble.page.locator("button[part=back]").click()

    expect(bubble.page.locator("[part=article]")).to_have_count(0)
    expect(source(bubble)).to_be_focused()


def test_article_gives_way_to_what_the_customer_says(bubble: Bubble) -> None:
    bubble.ask("funding")
    source(bubble).click()
    expect(bubble.page.locator("[part=article] h3")).to_be_visible()

    bubble.ask("and now?")

    expect(bubble.page.locator("[part=article]")).to_have_count(0)
    expect(bubble.page.locator("textarea[part=input]")).to_be_focused()


def test_article_says_that_there_is_no_network_and_comes_when_there_is(bubble: Bubble) -> None:
    bubble.ask("funding")
    source(bubble).click()
    expect(bubble.page.locator("[part=article] h3")).to_be_visible()
    bubble.page.locator("button[part=back]").click()

    bubble.page.context.set_offline(True)
    source(bubble).click()
    expect(bubble.page.locator("[part=article] [role=status]")).to_contain_text("No connection.")
    bubble.page.context.set_offline(False)

    expect(bubble.page.locator("[part=article] h3")).to_be_visible()


def test_article_that_is_gone_says_so(bubble: Bubble, site: BubbleSite) -> None:
    bubble.ask("funding")
    build(site.data_dir, "two", article("what-is-funding", expires_on="2020-01-01"))

    source(bubble).click()

    expect(bubble.page.locator("[part=article] [role=status]")).to_contain_text("no longer valid")


def test_picture_of_an_answer_has_its_place_before_it_is_there(bubble: Bubble, site: BubbleSite) -> None:
    page = bubble.page
    held: list[Route] = []
    page.route("**/help/pictures/*", lambda route: held.append(route))
    page.evaluate(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({ type: 'layout-shift' })"
    )
    site.assistant.answers["picture"] = cited("Who pays whom", PICTURE, paragraph("Longs or shorts."))
    bubble.ask("picture")
    picture = bubble.messages("bot").last.locator("img")
    before = picture.bounding_box()
    page.evaluate("window.shift = 0")

    while not held:
        page.wait_for_timeout(20)
    held[0].fulfill(path=PICTURES / "funding-en.svg", content_type="image/svg+xml")
    page.wait_for_function(
        "document.querySelector('pharos-chat').shadowRoot.querySelector('.body img').naturalWidth > 0"
    )
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    assert before
    assert picture.bounding_box() == before
    assert before["height"] / before["width"] == pytest.approx(557 / 480, rel=0.01)
    assert page.evaluate("window.shift") == 0


def test_intake_shows_how_far_it_is_and_its_summary_as_a_list(bubble: Bubble, site: BubbleSite) -> None:
    asked = wire.BotMessage("2 of 5. When did it happen?", progress=wire.Progress(2, 5))
    facts = {"type": "list", "items": [[{"text": "Contract: ", "bold": True}, {"text": "XBTUSD"}]]}
    summary = wire.BotMessage("Contract: XBTUSD", [facts], progress=wire.Progress(5, 5))
    site.assistant.answers["two"] = wire.TurnReply([asked], "intake", {}, {})
    site.assistant.answers["check"] = wire.TurnReply([summary], "intake", {}, {})

    bubble.ask("two")
    bar = bubble.page.get_by_role("progressbar", name="Questions")
    expect(bar).to_have_attribute("aria-valuenow", "2")
    expect(bar).to_have_attribute("aria-valuemax", "5")
    expect(bar.locator(".done")).to_have_count(2)
    expect(bubble.messages("bot").last).to_contain_text("2 of 5. When did it happen?")
    bubble.ask("check")

    expect(bar.last.locator(".done")).to_have_count(5)
    expect(bubble.messages("bot").last.get_by_role("listitem")).to_have_text("Contract: XBTUSD")


def test_every_choice_of_an_answer_in_several_messages_can_be_pressed(bubble: Bubble, site: BubbleSite) -> None:
    def button(label: str) -> wire.Button:
        return wire.Button(label, wire.Payload(label))

    first = wire.BotMessage("Which one?", buttons=[button("Spot"), button("Talk to a person")])
    last = wire.BotMessage("Or again?", buttons=[button("Reopen"), button("Talk to a person")])
    site.assistant.answers["which"] = wire.TurnReply([first, last], "clarify", {}, {})

    bubble.ask("which")
    expect(bubble.page.locator("button[part=choice]")).to_have_text(["Spot", "Reopen", "Talk to a person"])
    site.assistant.answers["Spot"] = answer("You chose spot.")

    assert "You chose spot." in bubble.choose("Spot")
    expect(bubble.page.locator("button[part=choice]")).to_have_count(0)
