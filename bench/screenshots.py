"""Takes the pictures of the README from a running Pharos. `make screenshots`."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.running import running_pharos
from hub.settings import ROOT
from tests.e2e.browser import CHROMIUM_FLAGS
from tests.e2e.bubble import Bubble, complete_appeal, sign_in

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_pharos() as pharos, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        answer(browser, pharos.url, "en-GB", "how do I withdraw?", IMAGES / "bubble.png")
        answer(browser, pharos.url, "zh-CN", "怎么提现", IMAGES / "bubble-zh.png")
        desk(browser, pharos.url)
        browser.close()


def answer(browser: Browser, url: str, locale: str, question: str, path: Path) -> None:
    """Picture the bubble with one answered question."""
    bubble = Bubble(_page(browser, locale)).open(f"{url}/?lang={locale[:2]}")
    bubble.ask(question)
    bubble.page.wait_for_timeout(500)
    bubble.page.screenshot(path=path)


def desk(browser: Browser, url: str) -> None:
    """Picture the console with a liquidation appeal that an agent has answered."""
    bubble = Bubble(_page(browser, "en-GB")).open(url)
    number = complete_appeal(bubble)
    other = Bubble(_page(browser, "en-GB")).open(url)
    other.ask("my account was hacked, there are withdrawals I did not make")
    other.ask("I want to talk to a person")
    console = _page(browser, "en-GB")
    sign_in(console, url)
    console.locator(f'a[data-ticket="{number}"]').click()
    console.locator("button[name=take]").click()
    console.locator("textarea[name=composer]").fill(
        "Hello, Mia here. I am comparing your position with the mark price."
    )
    console.locator("button[name=reply]").click()
    bubble.messages("agent").first.wait_for()
    console.wait_for_timeout(800)
    console.screenshot(path=IMAGES / "console.png")
    bubble.page.screenshot(path=IMAGES / "bubble-case.png")


def _page(browser: Browser, locale: str) -> Page:
    context = browser.new_context(locale=locale, timezone_id="UTC", viewport={"width": 1280, "height": 800})
    return context.new_page()


if __name__ == "__main__":
    main()
