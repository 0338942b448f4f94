"""The bubble for everybody: axe finds no violation of WCAG 2.2 AA in any state, size, scheme or language."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.e2e.bubble import Bubble
from tests.e2e.site import BubbleSite

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check(page: Page, state: str) -> None:
    page.wait_for_timeout(250)
    options = {"runOnly": RULES}
    found = axe.Axe().run(page, context={"include": ["pharos-chat"]}, options=options)
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing(
    site: BubbleSite, browser: Browser, tmp_path: Path, size: tuple[int, int], scheme: str, language: str
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two
        reduced_motion="reduce",
    )
    page = context.new_page()
    picture, program = tmp_path / "screen.png", tmp_path / "setup.exe"
    Image.new("RGB", (300, 600), "#223344").save(picture)
    program.write_bytes(b"MZ")

    page.goto(f"{site.url}/?lang={language}")
    check(page, "closed")
    bubble = Bubble(page)
    page.locator("button[part=launcher]").click()
    check(page, "open")
    bubble.attach(picture, program)
    page.locator("[part=tray] li").wait_for()
    check(page, "files chosen")
    page.locator("button[part=send]").click()
    page.locator("button[part=picture]").click()
    page.locator("[part=viewer]").wait_for()
    check(page, "picture enlarged")
    page.keyboard.press("Escape")
    bubble.ask("ask me")
    check(page, "choices")
    bubble.ask("appeal")
    check(page, "case")
    bubble.menu("restart").click()
    check(page, "confirm")
    page.locator("button[part=restart-yes]").click()
    bubble.ask("again")
    page.locator("button[part=menu]").click()
    check(page, "menu")
    context.close()
