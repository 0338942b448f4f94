"""Agents search the desk from the list: by key, in both languages, and what they look for stands in the address."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.desk_site import COMPLAINT, DEPOSIT, MIA, Desk, running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    with running(tmp_path_factory.mktemp("search"), browser) as desk:
        yield desk


@pytest.fixture(scope="module")
def mia(desk: Desk) -> Page:
    return desk.console(MIA)


def _search(page: Page, words: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("input[name=q]")).to_be_focused()
    page.keyboard.type(words)


def test_search_finds_what_a_customer_said_and_shows_where(desk: Desk, mia: Page) -> None:
    deposit, complaint = desk.case(DEPOSIT), desk.case(COMPLAINT)
    deposit.write("Sent from my <b>Harbour</b> office, 提现还没有到账")
    expect(mia.locator("a[data-ticket]")).to_have_count(2)

    _search(mia, "depo harb")
    expect(mia.locator("a[data-ticket]")).to_have_count(0)
    expect(mia.locator(".empty")).to_have_text("Nothing matches “depo harb” in this list.")
    _search(mia, "deposit harb")
    expect(mia.locator("a[data-ticket]")).to_have_attribute("data-ticket", deposit.number)
    expect(mia.locator(".row-snippet")).to_contain_text("my <b>Harbour</b> office")
    expect(mia.locator(".row-snippet mark")).to_have_text("Harb")
    _search(mia, "没有到账")
    expect(mia.locator(".row-snippet mark")).to_have_text("没有到账")
    expect(mia).to_have_url(re.compile("q=%E6%B2%A1"))
    mia.reload()
    expect(mia.locator("input[name=q]")).to_have_value("没有到账")
    expect(mia.locator("a[data-ticket]")).to_have_count(1)
    mia.locator("input[name=q]").fill("")

    expect(mia.locator(f'a[data-ticket="{complaint.number}"]')).to_be_visible()
