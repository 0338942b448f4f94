"""A case in the bubble: more facts, a rating with a comment, opening it again; on a bad line, too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from escalation.models import Rating
from tests.e2e.access import check, in_every_look, looking
from tests.e2e.bubble import Bubble, ticket_number
from tests.e2e.site import BubbleSite

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e

CHAT = "pharos-chat"


@pytest.fixture
def bubble(site: BubbleSite, page: Page) -> Bubble:
    """A chat with an open case."""
    bubble = Bubble(page).open(site.url)
    bubble.ask("appeal")
    expect(bubble.case_card).to_be_visible()
    return bubble


def resolve(site: BubbleSite, page: Page) -> None:
    site.resolve()
    expect(page.locator("button[part=star]")).to_have_count(5)


def score(page: Page, value: int) -> None:
    page.get_by_role("button", name=f"{value} of 5").click()


def test_what_is_added_goes_to_the_case_and_the_bot_stays_silent(site: BubbleSite, bubble: Bubble) -> None:
    page, number = bubble.page, ticket_number(bubble)
    asked, answers = len(site.assistant.requests), bubble.messages("bot").count()

    page.locator("button[part=add]").click()
    expect(page.locator("textarea[part=input]")).to_be_focused()
    expect(page.locator("[part=adding]")).to_contain_text(f"Adding to case {number}")
    bubble.send("The mark price was 84,210.")

    expect(bubble.messages("customer").last).to_contain_text(f"Added to case {number}")
    expect(page.locator("[part=adding]")).to_be_empty()
    page.reload()
    page.locator("button[part=launcher]").click()
    expect(bubble.messages("customer").last).to_contain_text(f"Added to case {number}")
    assert (len(site.assistant.requests), bubble.messages("bot").count()) == (asked, answers)


def test_ordinary_message_is_written_after_thinking_better_of_it(bubble: Bubble) -> None:
    bubble.page.locator("button[part=add]").click()
    bubble.page.get_by_role("button", name="Write an ordinary message instead").click()

    assert "You wrote: hello" in bubble.ask("hello")


def test_what_is_added_without_a_network_arrives_once_when_it_is_back(bubble: Bubble) -> None:
    bubble.page.context.set_offline(True)
    bubble.page.locator("button[part=add]").click()
    bubble.send("It was at 03:12.")
    expect(bubble.messages("customer").last).to_contain_text("Sending")

    bubble.page.context.set_offline(False)

    expect(bubble.messages("customer").last).to_contain_text("Added to case", timeout=15_000)
    assert bubble.messages("customer").count() == 2


def test_rating_is_kept_at_a_touch_and_a_comment_may_follow(site: BubbleSite, bubble: Bubble) -> None:
    page = bubble.page
    resolve(site, page)
    expect(page.locator("button[part=choice]")).to_have_count(0)

    score(page, 4)
    expect(page.locator("[part=rating] [role=status]")).to_contain_text("Thank you.")
    page.get_by_label("Comment (optional)").fill("Quick and friendly.")
    page.locator("button[part=comment-send]").click()
    expect(page.locator("[part=rating] [role=status]")).to_have_text("Thank you for your comment.")

    page.reload()
    page.locator("button[part=launcher]").click()
    expect(page.get_by_role("button", name="4 of 5")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[part=rating]")).to_contain_text("Quick and friendly.")
    assert stored(site) == (4, "Quick and friendly.")


def test_rating_by_keyboard(site: BubbleSite, bubble: Bubble) -> None:
    page = bubble.page
    resolve(site, page)

    page.locator("button[part=star]").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Comment (optional)")).to_be_visible()
    for _ in range(4):  # past the other scores, into the comment
        page.keyboard.press("Tab")
    page.keyboard.type("Slow.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("[part=rating]")).to_contain_text("Thank you for your comment.")
    expect(page.get_by_role("button", name="2 of 5")).to_be_focused()
    assert stored(site) == (2, "Slow.")


def test_comment_half_written_and_a_rating_refused_lose_nothing(site: BubbleSite, bubble: Bubble) -> None:
    page = bubble.page
    resolve(site, page)
    page.context.set_offline(True)
    score(page, 5)
    expect(page.locator("[part=rating] [role=status]")).to_have_text("Not sent. No connection. Try again.")
    expect(page.get_by_role("button", name="5 of 5")).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(False)
    score(page, 5)
    page.get_by_label("Comment (optional)").fill("Mia explained")

    page.reload()
    page.locator("button[part=launcher]").click()

    expect(page.get_by_label("Comment (optional)")).to_have_value("Mia explained")
    assert stored(site) == (5, "")


def test_resolved_case_is_opened_again_and_rated_anew(site: BubbleSite, bubble: Bubble) -> None:
    page = bubble.page
    resolve(site, page)
    score(page, 1)
    expect(page.get_by_label("Comment (optional)")).to_be_visible()

    page.locator("button[part=reopen]").click()

    expect(bubble.messages("system")).to_contain_text("is open again")
    expect(bubble.case_card).to_contain_text("in review")
    expect(page.locator("button[part=reopen]")).to_have_count(0)
    expect(page.locator("button[part=add]")).to_be_visible()
    expect(page.locator("[part=rating]")).to_have_count(0)
    expect(page.locator("textarea[part=input]")).to_be_focused()
    resolve(site, page)
    expect(page.locator("button[part=star][aria-pressed=true]")).to_have_count(0)


def test_case_that_cannot_be_opened_again_says_why(site: BubbleSite, bubble: Bubble) -> None:
    resolve(site, bubble.page)
    refusal = '{"error": "already_open", "detail": "No."}'
    bubble.page.route("**/reopen", lambda route: route.fulfill(status=409, body=refusal))

    bubble.page.locator("button[part=reopen]").click()

    expect(bubble.case_card).to_contain_text("Another case about the same matter is open.")
    expect(bubble.page.locator("button[part=reopen]")).to_be_enabled()


@in_every_look
def test_axe_finds_nothing_about_a_case(
    site: BubbleSite, browser: Browser, size: tuple[int, int], scheme: str, language: str
) -> None:
    context = looking(browser, size, scheme, language)
    page = context.new_page()
    bubble = Bubble(page).open(f"{site.url}/?lang={language}")
    bubble.ask("appeal")
    page.locator("button[part=add]").click()
    check(page, "adding", CHAT)
    resolve(site, page)
    check(page, "resolved", CHAT)
    page.locator("button[part=star]").nth(2).click()
    page.locator("textarea[part=comment]").fill("Thank you.")
    check(page, "rated", CHAT)
    page.locator("button[part=comment-send]").click()
    expect(page.locator("textarea[part=comment]")).to_be_hidden()
    check(page, "commented", CHAT)
    context.close()


def stored(site: BubbleSite) -> tuple[int, str]:
    """Return the one rating there is."""

    async def read() -> tuple[int, str]:
        async with site.context.database.read() as session:
            rating = (await session.execute(select(Rating))).scalars().one()
            return rating.score, rating.comment

    return site.run(read())
