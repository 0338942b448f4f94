"""Scripts and style sheets as a browser gets them mean what their sources mean."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from hub.pages import WEB, assets_path
from tests.e2e.site import BubbleSite

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e

#: Reads modules without running them: an import that fails to be read fails before anything runs.
UNREADABLE = """async (addresses) => {
  const read = (address) => import(address).then(() => null, (error) => error);
  const outcomes = await Promise.all(addresses.map(async (address) => [address, await read(address)]));
  return outcomes.filter(([, error]) => error instanceof SyntaxError).map(([address, error]) => `${address}: ${error}`);
}"""
RULES = """async ([address, source]) => {
  const rules = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return [...sheet.cssRules].map((rule) => rule.cssText);
  };
  return [rules(source), rules(await (await fetch(address)).text())];
}"""


def names(suffix: str) -> list[str]:
    return sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob(f"*{suffix}"))


def test_every_script_is_read_without_an_error(site: BubbleSite, page: Page) -> None:
    page.goto(f"{site.url}/help/en")
    modules = [f"{assets_path()}/{name}" for name in names(".js") if name != "widget/loader.js"]

    assert page.evaluate(UNREADABLE, modules) == []


def test_every_style_sheet_has_the_rules_of_its_source(site: BubbleSite, page: Page) -> None:
    page.goto(f"{site.url}/help/en")
    for name in names(".css"):
        source = (WEB / name).read_text(encoding="utf-8")

        meant, served = page.evaluate(RULES, [f"{assets_path()}/{name}", source])

        assert served == meant, name
