"""The bubble on somebody's site: under a strict policy, once however often it is asked for, in the customer's language
and zone, and only where the service lets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from conversations.models import Conversation
from tests.e2e.bubble import Bubble
from tests.e2e.site import BubbleSite, running_site
from tests.fakes.assistant import FakeAssistant, handoff

pytestmark = pytest.mark.e2e


class Host(ThreadingHTTPServer):
    """Somebody's site: one page, whose policy allows no inline code and nothing but the service beside it."""

    daemon_threads = True
    page = ""
    policy = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def embed(self, page: Page, site: BubbleSite, lang: str = "", tag: str = "", times: int = 1) -> Bubble:
        """Put the bubble on the page and open it."""
        script = f'<script src="{site.url}/widget.js" async {tag}></script>'
        self.page = (
            f'<!doctype html><html lang="{lang}"><title>Exchange</title><main>Prices</main>{script * times}</html>'
        )
        self.policy = f"default-src 'none'; script-src {site.url}; connect-src {site.url}; img-src {site.url}"
        return Bubble(page).open(f"{self.origin}/")


class Answer(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", self.server.policy)
        self.end_headers()
        self.wfile.write(self.server.page.encode() if self.path == "/" else b"")

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def hosting() -> Iterator[Host]:
    with Host(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def host() -> Iterator[Host]:
    with hosting() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, host: Host) -> Iterator[BubbleSite]:
    """A service that one other site may use."""
    assistant = FakeAssistant({"appeal": handoff("liquidation_appeal")})
    with running_site(tmp_path, assistant, allowed_origins=host.origin) as site:
        yield site


def count_conversations(site: BubbleSite) -> int:
    async def count() -> int:
        async with site.context.database.read() as session:
            return (await session.execute(select(func.count()).select_from(Conversation))).scalar_one()

    return site.run(count())


def test_bubble_works_under_a_policy_without_inline_code(
    host: Host, site: BubbleSite, page: Page, tmp_path: Path
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    bubble = host.embed(page, site)
    notes = tmp_path / "notes.txt"
    notes.write_text("what happened")

    bubble.attach(notes)
    assert "hello" in bubble.ask("hello")
    bubble.ask("appeal")

    expect(bubble.case_card).to_be_visible()
    expect(bubble.page.locator("[part=launcher]")).to_have_css("position", "fixed")
    assert said == []


def test_second_tag_on_one_page_is_ignored(host: Host, site: BubbleSite, page: Page) -> None:
    host.embed(page, site, times=2)

    page.wait_for_load_state("networkidle")
    expect(page.locator("pharos-chat")).to_have_count(1)


def test_site_that_is_not_allowed_gets_no_conversation(site: BubbleSite, page: Page) -> None:
    with hosting() as elsewhere:
        bubble = elsewhere.embed(page, site)
        bubble.send("hello")
        expect(page.locator("[part=offline]")).to_contain_text("Connecting again")

    expect(bubble.messages("customer")).to_contain_text("Sending")
    assert count_conversations(site) == 0


@pytest.mark.parametrize(
    ("tag", "lang", "browser_locale", "placeholder"),
    [
        pytest.param('data-locale="zh"', "en", "en-GB", "请输入消息", id="tag-before-page"),
        pytest.param("", "zh-Hans", "en-GB", "请输入消息", id="page-before-browser"),
        pytest.param("", "en", "zh-CN", "Write a message", id="english-page"),
        pytest.param("", "", "zh-CN", "请输入消息", id="browser"),
        pytest.param("", "", "fr-FR", "Write a message", id="no-other-language"),
    ],
)
def test_language_is_that_of_the_tag_the_page_or_the_browser(
    host: Host, site: BubbleSite, browser: Browser, tag: str, lang: str, browser_locale: str, placeholder: str
) -> None:
    context = browser.new_context(locale=browser_locale)

    bubble = host.embed(context.new_page(), site, lang=lang, tag=tag)

    expect(bubble.page.locator("textarea[part=input]")).to_have_attribute("placeholder", placeholder)
    context.close()


def test_times_are_those_of_the_customers_zone(host: Host, site: BubbleSite, browser: Browser) -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    context = browser.new_context(locale="en-GB", timezone_id=str(zone))
    bubble = host.embed(context.new_page(), site)
    bubble.ask("appeal")

    shown = bubble.page.locator("[part~=message] time").last
    at = datetime.fromisoformat(shown.get_attribute("datetime") or "")

    expect(shown).to_have_text(f"{at.astimezone(zone):%H:%M}")
    expect(bubble.case_card).to_contain_text("GMT+5:45")
    context.close()
