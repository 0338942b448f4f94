"""axe, run in the page: which rules hold, in which sizes, schemes and languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}


PHONE, DESKTOP = (390, 844), (1280, 800)
#: Every two of a size, a scheme and a language meet in one of these.
LOOKS = [
    (PHONE, "light", "en"),
    (PHONE, "dark", "zh"),
    (DESKTOP, "light", "zh"),
    (DESKTOP, "dark", "en"),
]


def in_every_look(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test on a phone and a desktop, light and dark, in both languages."""
    names = [f"{'phone' if size == PHONE else 'desktop'}-{scheme}-{language}" for size, scheme, language in LOOKS]
    made: Callable[..., None] = pytest.mark.parametrize(("size", "scheme", "language"), LOOKS, ids=names)(test)
    return made


def looking(browser: Browser, size: tuple[int, int], scheme: Any, language: str) -> BrowserContext:
    """Return a browser of somebody with that screen, scheme and language, in which nothing moves."""
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale=LANGUAGES[language],
        timezone_id="UTC",
        reduced_motion="reduce",
    )


def check(page: Page, state: str, *parts: str) -> None:
    """Fail with axe's report when the page, or only the named parts of it, breaks a rule."""
    page.wait_for_timeout(250)
    context = {"include": list(parts)} if parts else None
    found = Axe().run(page, context=context, options={"runOnly": RULES})
    assert found.violations_count == 0, f"{state}: {found.generate_report()}"
