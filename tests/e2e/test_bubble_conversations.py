"""Conversations in the bubble: written, read, left and taken up again; on a bad line, in two tabs, by keyboard."""

from __future__ import annotations

import re
import time
from pathlib import Path

import jwt
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from bench.widget_size import WEB, needed_by
from tests.e2e.bubble import Bubble, ticket_number
from tests.e2e.site import BubbleSite, running_site
from tests.fakes.assistant import FakeAssistant

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e

KEY = "the key the site and the service share, long enough for every HMAC there is"


@pytest.fixture
def bubble(site: BubbleSite, page: Page) -> Bubble:
    return Bubble(page).open(site.url)


def test_page_loads_what_is_counted_and_no_more_until_the_chat_is_opened(site: BubbleSite, page: Page) -> None:
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url))
    page.goto(site.url)
    expect(page.locator("button[part=launcher]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    before = set(loaded)
    page.locator("button[part=launcher]").click()
    page.wait_for_load_state("networkidle")

    parts = {re.sub(r".*/assets/\w+/", "", url) for url in before if "/widget/" in url or "/shared/" in url}
    counted = {str(path.relative_to(WEB)) for path in needed_by(WEB / "widget" / "chat.js")}
    assert parts == counted | {"widget/texts/en.js"}
    assert any(url.endswith("view/lines.js") for url in loaded - before), "what draws messages waits for the first one"


def test_message_is_shown_at_once_and_marked_as_it_goes(site: BubbleSite, bubble: Bubble) -> None:
    site.slow_down()
    bubble.page.wait_for_load_state("networkidle")
    bubble.page.context.set_offline(True)

    bubble.send("hello")

    row = bubble.messages("customer")
    expect(row).to_contain_text("Sending")
    bubble.page.context.set_offline(False)
    expect(row).to_contain_text("Sent")
    expect(bubble.page.locator("[part=typing]")).to_contain_text("Assistant is typing")
    site.slow_down(False)
    expect(bubble.messages("bot")).to_have_count(1)


def test_words_stay_where_they_are_until_the_chat_is_loaded(page: Page, site: BubbleSite) -> None:
    page.goto(site.url)
    page.route("**/transport.js", lambda route: route.abort())
    page.locator("button[part=launcher]").click()
    bubble = Bubble(page)

    bubble.send("hello")
    expect(bubble.page.locator("[part=offline]")).to_contain_text("Connecting again")
    expect(bubble.page.locator("textarea[part=input]")).to_have_value("hello")
    bubble.page.unroute("**/transport.js")

    expect(bubble.messages("bot")).to_have_count(1, timeout=15_000)
    expect(bubble.page.locator("textarea[part=input]")).to_have_value("")


def test_refused_message_is_kept_to_be_sent_again_or_changed(bubble: Bubble) -> None:
    bubble.ask("hello")
    refuse = '{"error": "invalid_request", "detail": "No."}'
    bubble.page.route("**/messages", lambda route: route.fulfill(status=422, body=refuse), times=2)

    bubble.send("my order is gone")
    expect(bubble.page.locator(".failure")).to_contain_text("Not sent.")
    bubble.page.locator("button[part=retry]").click()
    expect(bubble.page.locator("button[part=edit]")).to_be_visible()
    bubble.page.locator("button[part=edit]").click()
    expect(bubble.page.locator("textarea[part=input]")).to_have_value("my order is gone")
    bubble.page.locator("button[part=send]").click()

    expect(bubble.messages("bot").filter(has_text="my order is gone")).to_have_count(1)
    expect(bubble.messages("customer")).to_have_count(2)


def test_words_half_written_survive_a_reload(bubble: Bubble) -> None:
    bubble.page.locator("textarea[part=input]").fill("I was liquidated at 03:12 and")

    bubble.page.reload()
    bubble.page.locator("button[part=launcher]").click()

    expect(bubble.page.locator("textarea[part=input]")).to_have_value("I was liquidated at 03:12 and")


def test_message_written_without_a_network_is_sent_once_when_it_is_back(bubble: Bubble) -> None:
    bubble.ask("hello")
    bubble.page.context.set_offline(True)
    bubble.send("are you there?")
    expect(bubble.page.locator("[part=offline]")).to_contain_text("Your messages are kept")

    bubble.page.context.set_offline(False)

    expect(bubble.messages("bot").filter(has_text="are you there?")).to_have_count(1, timeout=15_000)
    expect(bubble.page.locator("[part=offline]")).to_be_empty()
    assert bubble.messages("customer").count() == 2


def test_server_that_dies_and_comes_back_loses_nothing(tmp_path: Path, page: Page) -> None:
    with running_site(tmp_path, FakeAssistant()) as first:
        bubble = Bubble(page).open(first.url)
        bubble.ask("one")
        port = int(first.url.rsplit(":", 1)[1])
    bubble.send("two")
    expect(bubble.messages("customer").last).to_contain_text("Sending")

    with running_site(tmp_path, FakeAssistant(), port=port):
        expect(bubble.messages("bot").filter(has_text="two")).to_have_count(1, timeout=20_000)
        ids = bubble.stored_ids()

    assert ids == sorted(set(ids), key=int)
    assert len(ids) == 4


def test_waiting_messages_are_counted_on_the_launcher(site: BubbleSite, bubble: Bubble) -> None:
    bubble.ask("hello")
    bubble.page.locator("button[part=close]").click()

    site.hold("agent", "Mia")
    site.say("I have looked into it.")
    site.say("It is settled.")

    expect(bubble.page.locator("[part=badge]")).to_have_text("2")
    launcher = bubble.page.locator("button[part=launcher]")
    expect(launcher).to_have_attribute("aria-label", "Open support chat, new messages: 2")
    launcher.click()
    expect(bubble.page.locator("[part=badge]")).to_be_hidden()
    expect(bubble.page.locator("#who")).to_have_text("Mia")


def test_two_tabs_are_in_step(site: BubbleSite, context: BrowserContext) -> None:
    one = Bubble(context.new_page()).open(site.url)
    other = Bubble(context.new_page()).open(site.url)

    one.ask("hello from one")
    expect(other.messages("customer").filter(has_text="hello from one")).to_have_count(1)
    other.ask("hello from the other")
    expect(one.messages("customer").filter(has_text="hello from the other")).to_have_count(1)
    assert one.stored_ids() == other.stored_ids()

    one.menu("restart").click()
    one.page.locator("button[part=restart-yes]").click()
    expect(other.messages("customer")).to_have_count(0)


def test_message_read_in_one_tab_does_not_wait_in_the_other(site: BubbleSite, context: BrowserContext) -> None:
    reading = Bubble(context.new_page()).open(site.url)
    reading.ask("hello")
    other = context.new_page()
    other.goto(site.url)
    expect(other.locator("[part=badge]")).to_be_hidden()
    reading.page.locator("button[part=close]").click()
    site.say("It is settled.")
    expect(other.locator("[part=badge]")).to_have_text("1")

    reading.page.locator("button[part=launcher]").click()

    expect(other.locator("[part=badge]")).to_be_hidden()


def test_person_is_one_tap_away_until_one_is_coming(site: BubbleSite, bubble: Bubble) -> None:
    person = bubble.page.locator("button[part=person]")
    expect(person).to_be_visible()
    bubble.ask("ask me")
    expect(person).to_be_visible()

    person.click()
    expect(bubble.messages("customer").last).to_contain_text("I want to talk to a person")
    expect(bubble.messages("bot")).to_have_count(2)
    site.hold("queue")

    expect(person).to_be_hidden()
    expect(bubble.page.locator(".waiting")).to_have_text("A person will answer here")


def test_case_card_shows_number_steps_place_and_clock_until_it_is_resolved(site: BubbleSite, bubble: Bubble) -> None:
    bubble.ask("appeal")
    card = bubble.case_card
    expect(card).to_contain_text("Liquidation review")
    assert ticket_number(bubble)
    expect(card.locator("li[aria-current=step]")).to_have_text("Received")
    expect(card).to_contain_text("Place in the queue: 1")
    expect(card).to_contain_text(re.compile(r"We aim to answer by .* UTC"))
    expect(card.locator(".case-left")).to_contain_text(re.compile(r"\d+ (min|h \d+ min|d \d+ h) left"))

    site.move_ticket("resolve")

    expect(card.locator("li[aria-current=step]")).to_have_text("Resolved")
    expect(card.locator(".case-left")).to_have_count(0)


def test_left_conversation_is_found_again_with_its_case(bubble: Bubble) -> None:
    bubble.ask("appeal")
    number = ticket_number(bubble)
    bubble.menu("restart").click()
    expect(bubble.page.locator("[part=confirm]")).to_contain_text(number)
    bubble.page.locator("button[part=restart-yes]").click()
    expect(bubble.messages("customer")).to_have_count(0)
    bubble.ask("something else")

    earlier = bubble.menu("earlier")
    expect(earlier).to_contain_text("appeal")
    expect(earlier).to_contain_text(number)
    earlier.click()

    expect(bubble.case_card).to_contain_text(number)
    expect(bubble.messages("customer").filter(has_text="something else")).to_have_count(0)
    expect(bubble.menu("earlier")).to_contain_text("something else")


def test_transcript_is_kept_as_a_text_file(site: BubbleSite, bubble: Bubble) -> None:
    bubble.ask("hello")
    site.say("Good morning.")
    expect(bubble.messages("agent")).to_have_count(1)

    with bubble.page.expect_download() as download:
        bubble.menu("transcript").click()

    text = Path(download.value.path()).read_text(encoding="utf-8")
    said = [line.split("] ", 1)[1] for line in text.splitlines() if line.startswith("[")]
    assert said == ["You: hello", "Assistant: You wrote: hello", "Mia: Good morning."]


@pytest.mark.parametrize(("signed_with", "is_verified"), [(KEY, True), ("k" * 64, False)], ids=["known", "forged"])
def test_customer_the_site_vouches_for_is_marked_as_verified(
    tmp_path: Path, page: Page, signed_with: str, is_verified: bool
) -> None:
    claims = {"sub": "customer-7", "aud": "pharos", "jti": "once", "exp": int(time.time()) + 300}
    token = jwt.encode(claims, signed_with, algorithm="HS256")
    page.add_init_script(f"window.who = async () => '{token}'")
    tag = '<script src="/widget.js" async data-identity-callback="who">'
    with running_site(tmp_path, FakeAssistant(), identity_key=KEY) as site:
        html = page.request.get(site.url).text().replace('<script src="/widget.js" async>', tag)
        page.route(f"{site.url}/", lambda route: route.fulfill(body=html, content_type="text/html"))
        bubble = Bubble(page).open(f"{site.url}/")

        bubble.ask("hello")

        expect(page.locator("[part=verified]")).to_be_visible(visible=is_verified)


def test_reset_leaves_nothing_of_the_customer(bubble: Bubble) -> None:
    bubble.ask("hello")
    bubble.menu("restart").click()
    bubble.page.locator("button[part=restart-yes]").click()
    bubble.ask("hello again")
    bubble.page.locator("textarea[part=input]").fill("half a sentence")

    bubble.page.evaluate("document.querySelector('pharos-chat').reset()")

    expect(bubble.messages("customer")).to_have_count(0)
    expect(bubble.page.locator("textarea[part=input]")).to_have_value("")
    kept = "Object.keys(localStorage).filter((key) => !key.endsWith(':seen'))"
    assert bubble.page.evaluate(kept) == []


def test_chat_is_used_by_keyboard_alone(bubble: Bubble) -> None:
    keyboard = bubble.page.keyboard
    expect(bubble.page.locator("textarea[part=input]")).to_be_focused()
    keyboard.type("ask me")
    keyboard.press("Enter")
    expect(bubble.page.locator("button[part=choice]")).to_be_visible()

    bubble.page.locator("button[part=choice]").focus()
    keyboard.press("Enter")
    expect(bubble.messages("customer").last).to_contain_text("Skip")
    expect(bubble.page.locator("textarea[part=input]")).to_be_focused()
    keyboard.press("Escape")

    expect(bubble.page.locator("[part=panel]")).to_be_hidden()
    expect(bubble.page.locator("button[part=launcher]")).to_be_focused()


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_nothing_is_blocked_moved_or_cut_off(site: BubbleSite, page: Page, size: tuple[int, int]) -> None:
    said: list[ConsoleMessage] = []
    page.on("console", lambda message: said.append(message))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(
        "new PerformanceObserver((list) => { window.shift = (window.shift ?? 0) +"
        " list.getEntries().reduce((sum, entry) => sum + (entry.hadRecentInput ? 0 : entry.value), 0); })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    bubble = Bubble(page).open(site.url)
    bubble.ask("appeal")

    panel = page.locator("[part=panel]").bounding_box()
    assert panel
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= size[0]
    assert page.locator("[part=log]").evaluate("log => log.scrollWidth <= log.clientWidth")
    assert page.evaluate("window.shift ?? 0") == 0
    assert [message.text for message in said if message.type in ("error", "warning")] == []
