"""The console for everybody: axe finds no violation of WCAG 2.2 AA on its pages and sheets."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from escalation import agents
from kit.ids import new_id
from tests.e2e.access import check, in_every_look, looking
from tests.e2e.browser import LOGIN, PASSWORD
from tests.e2e.conftest import wait_until
from tests.e2e.site import BubbleSite

pytest_plugins = ["tests.e2e.site"]
pytestmark = pytest.mark.e2e

#: What opens a sheet or a menu over a ticket, and a part of it that then is there.
SHEETS = {"?": "dialog[open]", "e": "dialog[open]", "h": "dialog[open]", "t": "dialog[open]", ".": "[role=menu]"}


async def _add_agent(site: BubbleSite) -> None:
    async with site.context.database.write() as session:
        await agents.add_agent(session, site.context.clock.now(), LOGIN, "Mia", PASSWORD, "lead")


def open_case(site: BubbleSite) -> str:
    """Let a customer have a case; return its number."""
    with httpx.Client(base_url=f"{site.url}/api/v1", trust_env=False) as client:
        opened = client.post("/conversations", json={"locale": "en"}).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        talk = f"/conversations/{opened['conversation_id']}"
        client.post(f"{talk}/messages", json={"client_id": new_id(), "text": "appeal"}).raise_for_status()

        def number() -> str:
            events = client.get(f"{talk}/events").json()["events"]
            return next((event["data"]["number"] for event in events if event["type"] == "ticket.opened"), "")

        wait_until(number, "a case")
        return number()


def sign_in(page: Page) -> None:
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[name=sign-in]").click()
    expect(page.locator("button[name=claim-next]")).to_be_visible()


@in_every_look
def test_axe_finds_nothing_in_the_console(
    site: BubbleSite, browser: Browser, size: tuple[int, int], scheme: str, language: str
) -> None:
    site.run(_add_agent(site))
    number = open_case(site)
    context = looking(browser, size, scheme, language)
    context.set_default_timeout(10_000)
    page = context.new_page()

    page.goto(f"{site.url}/console")
    expect(page.locator("input[name=login]")).to_be_visible()
    check(page, "sign-in")
    sign_in(page)
    expect(page.locator(f'a[data-ticket="{number}"]')).to_be_visible()
    check(page, "inbox")
    page.locator(f'a[data-ticket="{number}"]').click()
    expect(page).to_have_url(re.compile(f"{number}$"))
    expect(page.locator("textarea[name=composer]")).to_be_visible()
    check(page, "ticket")
    for key, part in SHEETS.items():
        page.keyboard.press(key)
        expect(page.locator(part).first).to_be_visible()
        check(page, f"sheet of the key {key}")
        page.keyboard.press("Escape")
        expect(page.locator(part)).to_have_count(0)
    page.goto(f"{site.url}/console#/reports")
    expect(page.locator(".report-chart img")).to_have_count(7)
    check(page, "reports")
    for table in page.locator("desk-report-card summary").all():
        table.click()
    check(page, "reports as tables")
    context.close()
