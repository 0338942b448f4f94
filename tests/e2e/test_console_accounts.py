"""Accounts at the console: an invited agent joins, signs in with a code, and an admin sees who did what.

The service is the real one, in this process.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from conversations.database import Database
from conversations.signals import Signals
from escalation.api import DeskContext
from escalation.outside.outbox import put_mail
from hub.app import create_context
from hub.settings import Settings
from kit.clock import SystemClock
from tests.e2e.browser import PASSWORD
from tests.e2e.desk_site import served
from tests.fakes.assistant import FakeAssistant

pytestmark = pytest.mark.e2e

ADA, LEA, MIA, BOB = "ada@example.com", "lea@example.com", "mia@example.com", "bob@example.com"
AGENTS = {ADA: ("Ada", "admin"), LEA: ("Lea", "lead"), MIA: ("Mia", "agent"), BOB: ("Bob", "agent")}
NEW = "another correct horse"
PHONE = {"width": 390, "height": 844}


@dataclass
class Console:
    """Where the console is, and the browser people open it with."""

    url: str
    app: FastAPI
    browser: Browser
    data_dir: Path

    def open(self, address: str = "/console", *, is_phone: bool = False) -> Page:
        size = PHONE if is_phone else {"width": 1280, "height": 800}
        context = self.browser.new_context(locale="en-GB", timezone_id="UTC", viewport=size)  # type: ignore[arg-type]  # a dict of ints
        context.set_default_timeout(10_000)
        context.add_init_script("localStorage.setItem('pharos.console.presence', 'away')")
        page = context.new_page()
        page.goto(address if address.startswith("http") else f"{self.url}{address}")
        return page

    def signed_in(self, login: str, address: str = "/console", *, is_phone: bool = False) -> Page:
        page = self.open(address, is_phone=is_phone)
        sign_in(page, login)
        expect(page.locator("button[name=presence]")).to_be_visible()
        return page


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("button[name=sign-in]").click()


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Console]:
    data_dir = tmp_path_factory.mktemp("accounts")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings, not to its types
        data_dir=data_dir,
    )
    with served(create_context(settings, FakeAssistant({}), SystemClock()), AGENTS, browser) as site:
        yield Console(site.url, site.app, browser, data_dir)


def go(page: Page, name: str) -> None:
    """Open a page by the menu."""
    page.locator("button[name=pages]").click()
    page.locator(f"a[name=page-{name}]").click()
    expect(page.locator("desk-page h2")).to_be_focused()


def enrol(page: Page) -> pyotp.TOTP:
    """Set up the second factor on the page that asks for it; the recovery codes are still shown after it."""
    page.locator("button[name=enrol]").click()
    totp = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    page.locator("input[name=code]").fill(totp.now())
    page.locator("button[name=confirm]").click()
    expect(page.locator(".codes li")).to_have_count(10)
    return totp


def next_code(totp: pyotp.TOTP) -> str:
    """The code of the next step, which is accepted already: that of the current one is spent."""
    return totp.at(int(time.time()) + 30)


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]").last


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]


def test_invited_agent_joins_by_the_link_and_it_is_in_the_audit_log(console: Console) -> None:
    ada = console.signed_in(ADA)
    go(ada, "agents")
    ada.locator("button[name=invite]").click()
    dialog(ada).locator("input[name=login]").fill("ben@example.com")
    dialog(ada).locator("input[name=name]").fill("Ben <b>Blue</b>")
    dialog(ada).locator("button[name=confirm]").click()
    link = dialog(ada).locator("input[name=link]").input_value()
    dialog(ada).locator("button[name=close]").click()

    ben = console.open(link)
    ben.locator("input[name=password]").fill(NEW)
    ben.locator("input[name=again]").fill(NEW)
    ben.locator("button[name=set-password]").click()
    sign_in(ben, "ben@example.com", NEW)
    expect(ben.locator(".top-agent")).to_have_text("Ben <b>Blue</b>")
    again = console.open(link)
    expect(again.locator("[role=alert]")).to_have_text("This link is not valid any more. Ask an admin for a new one.")

    go(ada, "audit")
    expect(ada.locator("tr[data-action='password.set']")).to_contain_text("Ben <b>Blue</b>")
    ada.locator("select[name=action]").select_option("agent.invited")
    expect(ada).to_have_url(re.compile(r"#/audit\?action=agent.invited$"))
    expect(ada.locator("desk-audit tbody tr")).to_have_count(1)
    with ada.expect_download() as saved:
        ada.locator("a[download]").click()
    assert "agent.invited" in saved.value.path().read_text()


def test_agent_signs_in_with_a_code_after_setting_it_up(console: Console) -> None:
    mia = console.signed_in(MIA)
    go(mia, "me-security")
    totp = enrol(mia)
    mia.locator("button[name=kept]").click()
    expect(mia.locator("desk-security")).to_contain_text("10 recovery codes left.")
    mia.locator("button[name=sign-out]").click()

    sign_in(mia, MIA)
    code = mia.locator("input[name=code]")
    expect(code).to_be_focused()
    code.fill("0000000")
    code.press("Enter")
    expect(mia.locator("[role=alert]")).to_contain_text("The code is not right")
    code.fill(next_code(totp))
    code.press("Enter")

    expect(mia.locator("button[name=presence]")).to_be_visible()


def test_agent_changes_their_password_and_is_signed_out_elsewhere(console: Console) -> None:
    bob, elsewhere = console.signed_in(BOB), console.signed_in(BOB)
    go(bob, "me-security")
    form = bob.locator("desk-password")

    def change(current: str, password: str, again: str) -> None:
        for name, text in (("current", current), ("password", password), ("again", again)):
            form.locator(f"input[name={name}]").fill(text)
        form.locator("button[name=change-password]").click()

    change(PASSWORD, NEW, f"{NEW}s")
    expect(form.locator("[role=alert]")).to_have_text("The two passwords are not the same.")
    change("wrong password", NEW, NEW)
    expect(form.locator("[role=alert]")).to_have_text("This is not the password you have now.")
    change(PASSWORD, NEW, NEW)
    expect(form.locator("input[name=current]")).to_have_value("")

    expect(elsewhere.locator(".sign-in .notice")).to_be_visible()
    sign_in(elsewhere, BOB, NEW)
    expect(elsewhere.locator("button[name=presence]")).to_be_visible()
    change(NEW, PASSWORD, PASSWORD)
    expect(elsewhere.locator(".sign-in .notice")).to_be_visible()


def test_admin_sees_a_mail_with_a_masked_address_and_sends_it_again(console: Console) -> None:
    with ThreadPoolExecutor() as beside:  # the browser has the loop of this thread
        beside.submit(asyncio.run, _put_mail(console.data_dir)).result()
    ada = console.signed_in(ADA)

    go(ada, "deliveries")

    row = ada.locator("tr[data-delivery]")
    expect(row).to_contain_text("Urgent case opened PH-2222-2222")
    expect(row).to_contain_text("E-mail · m…@example.com")
    row.locator("button[name=resend]").click()
    expect(row.locator("button[name=resend]")).to_be_focused()
    go(ada, "audit")
    expect(ada.locator("tr[data-action='delivery.resent']")).to_contain_text("what: p1_opened; kind: mail")


async def _put_mail(data_dir: Path) -> None:
    """Let a notice wait for a mail server that there is not."""
    database = Database(f"sqlite+aiosqlite:///{data_dir / 'pharos.db'}", Signals())
    async with database.write() as session:
        notice = {"letter": "notice", "kind": "p1_opened", "number": "PH-2222-2222"}
        await put_mail(session, SystemClock().now(), MIA, "p1_opened", notice)
    await database.close()


def test_lead_without_a_required_factor_sets_it_up_before_anything_else(console: Console) -> None:
    context: DeskContext = console.app.state.desk
    console.app.state.desk = replace(context, factors=replace(context.factors, is_required=True))
    try:
        lea = console.open("/console#/agents")
        sign_in(lea, LEA)
        expect(lea.locator("desk-enrol h1")).to_be_visible()
        expect(lea.locator("desk-inbox, desk-agents, button[name=pages]")).to_have_count(0)

        enrol(lea)
        lea.locator("button[name=kept]").click()

        expect(lea.locator("desk-agents")).to_be_visible()
    finally:
        console.app.state.desk = context


def test_deactivated_agent_is_signed_out_where_they_sit(console: Console) -> None:
    ada = console.signed_in(ADA, "/console#/agents")
    ada.locator("button[name=invite]").click()
    dialog(ada).locator("input[name=login]").fill("eve@example.com")
    dialog(ada).locator("input[name=name]").fill("Eve")
    dialog(ada).locator("button[name=confirm]").click()
    eve = console.open(dialog(ada).locator("input[name=link]").input_value())
    for name in ("password", "again"):
        eve.locator(f"input[name={name}]").fill(NEW)
    eve.locator("button[name=set-password]").click()
    sign_in(eve, "eve@example.com", NEW)
    expect(eve.locator("desk-inbox")).to_be_visible()
    dialog(ada).locator("button[name=close]").click()

    ada.locator("button.link", has_text="Eve").click()
    dialog(ada).locator("button[name=deactivate]").click()
    dialog(ada).locator("button[name=confirm]").click()

    expect(eve.locator(".sign-in .notice")).to_be_visible()
    expect(ada.locator("button.link", has_text="Eve")).to_have_count(0)


def test_page_of_another_role_is_neither_listed_nor_shown(console: Console) -> None:
    bob = console.open("/console#/audit")
    sign_in(bob, BOB)
    expect(bob.get_by_text("This page is not for your role.")).to_be_visible()

    bob.keyboard.press("g")
    bob.keyboard.press("p")

    expect(bob.locator("a[name=page-me-security]")).to_be_visible()
    expect(bob.locator("a[name=page-audit]")).to_have_count(0)


@pytest.mark.parametrize("is_phone", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_accessibility_violation(console: Console, scheme: str, *, is_phone: bool) -> None:
    ada = console.signed_in(ADA, is_phone=is_phone)
    ada.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")

    found = {}
    for name, shown in (
        ("agents", "desk-agents tbody tr"),
        ("audit", "desk-audit tbody tr"),
        ("deliveries", ".delivery-log"),
        ("me-security", "button[name=enrol]"),
    ):
        go(ada, name)
        expect(ada.locator(shown).first).to_be_visible()
        found[name] = violations(ada)
        too_wide = ada.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not too_wide, name

    assert not any(found.values()), found
