"""The bubble, the demo page and the help pages for everybody: axe finds no violation of WCAG 2.2 AA in any state."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from kit import wire
from tests.e2e.access import check, in_every_look, looking
from tests.e2e.bubble import Bubble
from tests.e2e.site import BubbleSite
from tests.hub.help_site import article, build, paragraph

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e

CHAT = "pharos-chat"
BLOCKS = [
    {"type": "heading", "spans": [{"text": "When"}]},
    {"type": "list", "items": [[{"text": "at 04:00 UTC"}], [{"text": "at 12:00 UTC"}]]},
    {"type": "steps", "items": [[{"text": "GET /instrument", "code": True}]]},
    {"type": "note", "spans": [{"text": "Rates change."}]},
    {"type": "code", "text": "rate * value"},
    {
        "type": "table",
        "rows": [[[{"text": "Rate"}], [{"text": "Who pays"}]], [[{"text": "0.01%"}], [{"text": "Longs"}]]],
    },
    {"type": "image", "url": "/help/pictures/funding-en.svg", "alt": "Who pays whom"},
]


def fill(site: BubbleSite) -> None:
    """Give the help centre an article, and the assistant an answer that quotes it."""
    more = [article("who-pays", language=language) for language in ("en", "zh")]
    lead = {"id": "lead", "heading": "", "hash": "0", "text": "", "blocks": [paragraph("A payment.")]}
    rest = {"id": "in-detail", "heading": "In detail", "hash": "0", "text": "", "blocks": BLOCKS}
    about = {"passages": [lead, rest], "risk": "Rates change.", "related": ["who-pays"]}
    shown = [article("what-is-funding", language=language, **about) for language in ("en", "zh")]
    build(site.data_dir, "one", *shown, *more)
    source = wire.Citation("what-is-funding", "0", "What is funding", "/help/en/what-is-funding", "2026-11-22")
    site.assistant.answers["funding"] = wire.TurnReply(
        [wire.BotMessage("A payment.", BLOCKS, [], [source], wire.Progress(2, 5))], "answer", {}, {}
    )


@in_every_look
def test_axe_finds_nothing_in_the_bubble(
    site: BubbleSite, browser: Browser, tmp_path: Path, size: tuple[int, int], scheme: str, language: str
) -> None:
    fill(site)
    context = looking(browser, size, scheme, language)
    page = context.new_page()
    picture, program = tmp_path / "screen.png", tmp_path / "setup.exe"
    Image.new("RGB", (300, 600), "#223344").save(picture)
    program.write_bytes(b"MZ")

    page.goto(f"{site.url}/?lang={language}")
    page.locator("button[part=launcher]").wait_for()
    check(page, "closed", CHAT)
    bubble = Bubble(page)
    page.locator("button[part=launcher]").click()
    check(page, "open", CHAT)
    bubble.attach(picture, program)
    page.locator("[part=tray] li").wait_for()
    check(page, "files chosen", CHAT)
    page.locator("button[part=send]").click()
    page.locator("button[part=picture]").click()
    page.locator("[part=viewer]").wait_for()
    check(page, "picture enlarged", CHAT)
    page.keyboard.press("Escape")
    bubble.ask("funding")
    check(page, "rich answer", CHAT)
    page.locator("a[part=source]").click()
    expect(page.locator("[part=article] h2")).to_be_visible()
    check(page, "article", CHAT)
    page.locator("button[part=back]").click()
    bubble.ask("ask me")
    check(page, "choices", CHAT)
    bubble.ask("appeal")
    check(page, "case", CHAT)
    bubble.menu("restart").click()
    check(page, "confirm", CHAT)
    page.locator("button[part=restart-yes]").click()
    bubble.ask("again")
    page.locator("button[part=menu]").click()
    check(page, "menu", CHAT)
    context.close()


@in_every_look
def test_axe_finds_nothing_on_the_pages(
    site: BubbleSite, browser: Browser, size: tuple[int, int], scheme: str, language: str
) -> None:
    fill(site)
    context = looking(browser, size, scheme, language)
    page = context.new_page()
    help_centre = f"{site.url}/help/{language}"

    for address in (
        f"{site.url}/?lang={language}",
        help_centre,
        f"{help_centre}?q=funding",
        f"{help_centre}/what-is-funding",
    ):
        page.goto(address)
        expect(page.locator("button[part=launcher]")).to_be_visible()
        check(page, address)
    context.close()
