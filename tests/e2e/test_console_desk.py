"""Agents at their console: they claim, answer, rest and resolve cases, and see what the others do meanwhile.

The service is the real one, in this process; its bot answers from a table.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from escalation import agents
from hub.app import create_app, create_context
from hub.children import free_port
from hub.context import Context
from hub.migrate import upgrade
from hub.settings import Settings
from kit.clock import SystemClock
from kit.ids import new_id
from tests.e2e.browser import PASSWORD
from tests.e2e.conftest import wait_until
from tests.fakes.assistant import FakeAssistant, handoff

pytestmark = pytest.mark.e2e

DEPOSIT, COMPLAINT = "My deposit is missing.", "I want to complain."
MIA, BOB, LEA = "mia@example.com", "bob@example.com", "lea@example.com"
AGENTS = {MIA: ("Mia", "agent"), BOB: ("Bob", "agent"), LEA: ("Lea", "lead")}


@dataclass
class Customer:
    """One conversation, seen from its customer."""

    client: httpx.Client
    number: str = ""

    def write(self, text: str) -> None:
        self.client.post("messages", json={"client_id": new_id(), "text": text}).raise_for_status()

    def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.client.get("events").json()["events"]
        return events

    def heard_from_agents(self) -> list[str]:
        return [event["data"]["text"] for event in self.events() if event["data"].get("author") == "agent"]


@dataclass
class Desk:
    """Where the service answers, and the browser its agents use."""

    url: str
    browser: Browser

    def case(self, text: str) -> Customer:
        """A customer whose message became a case."""
        opened = httpx.post(f"{self.url}/api/v1/conversations", json={"locale": "en"}, trust_env=False).json()
        base = f"{self.url}/api/v1/conversations/{opened['conversation_id']}/"
        token = {"Authorization": f"Bearer {opened['token']}"}
        customer = Customer(httpx.Client(base_url=base, headers=token, trust_env=False))
        customer.write(text)
        wait_until(lambda: self._number(customer), f"a case of {text!r}")
        customer.number = self._number(customer)
        return customer

    def _number(self, customer: Customer) -> str:
        return next((event["data"]["number"] for event in customer.events() if event["type"] == "ticket.opened"), "")

    def console(self, login: str) -> Page:
        """An agent at their own browser; away, so that only what they ask for is theirs."""
        context: BrowserContext = self.browser.new_context(
            locale="en-GB", timezone_id="UTC", viewport={"width": 1280, "height": 800}
        )
        context.set_default_timeout(10_000)
        context.add_init_script("localStorage.setItem('pharos.console.presence', 'away')")
        page = context.new_page()
        page.goto(f"{self.url}/console")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("button[name=sign-in]").click()
        expect(page.locator("button[name=claim-next]")).to_be_visible()
        return page

    def resolve_all(self) -> None:
        """Leave nothing for the next test to find."""
        with httpx.Client(base_url=f"{self.url}/desk/v1/", trust_env=False) as lea:
            signed_in = lea.post("session", json={"login": LEA, "password": PASSWORD}).json()
            lea.headers["X-CSRF-Token"] = signed_in["csrf"]
            for ticket in lea.get("tickets").json()["tickets"]:
                end = {"decision": "Over.", "root_cause": "other"} if ticket["case"] == "complaint" else {}
                lea.post(f"tickets/{ticket['number']}/resolve", json=end).raise_for_status()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    answers = {
        DEPOSIT: handoff("missing_deposit", summary="2.5 XBT are missing"),
        COMPLAINT: handoff("complaint", summary="A withdrawal took six days"),
    }
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings, not to its types
        data_dir=tmp_path_factory.mktemp("desk"),
        limit_tickets_per_day=1000,
    )
    context = create_context(settings, FakeAssistant(answers), SystemClock())
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(context), port=port, log_level="warning"))
    thread = threading.Thread(target=lambda: asyncio.run(_serve(context, server)))
    thread.start()
    try:
        wait_until(lambda: server.started, "the service")
        yield Desk(f"http://127.0.0.1:{port}", browser)
    finally:
        for opened in browser.contexts:
            opened.close()
        server.should_exit = True
        thread.join(20)


async def _serve(context: Context, server: uvicorn.Server) -> None:
    await upgrade(context.database)
    async with context.database.write() as session:
        for login, (name, role) in AGENTS.items():
            await agents.add_agent(session, context.clock.now(), login, name, PASSWORD, role)
    await server.serve()


@pytest.fixture
def desk(service: Desk) -> Iterator[Desk]:
    yield service
    service.resolve_all()


@pytest.fixture(scope="module")
def mia(service: Desk) -> Page:
    return service.console(MIA)


@pytest.fixture(scope="module")
def bob(service: Desk) -> Page:
    return service.console(BOB)


def _open(page: Page, customer: Customer) -> None:
    page.locator(f'a[data-ticket="{customer.number}"]').click()
    expect(page.locator("desk-ticket .number")).to_have_text(customer.number)


def _claim(page: Page, customer: Customer) -> None:
    """Ask for the next case, by key, from wherever one was writing."""
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile(f"{customer.number}$"))
    expect(page.locator(".holder")).to_have_text("You are answering")


def _clock(page: Page, name: str) -> Locator:
    return page.locator(f"[data-clock={name}]")


def test_agent_claims_the_next_case_and_answers_it(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    expect(mia.locator(f'a[data-ticket="{customer.number}"]')).to_be_visible()

    _claim(mia, customer)
    mia.keyboard.press("r")
    mia.keyboard.type("Hello, Mia here.")
    mia.keyboard.press("Control+Enter")

    expect(_clock(mia, "first_response")).to_have_attribute("data-kind", "met")
    expect(_clock(mia, "resolution")).to_have_attribute("data-kind", "paused")
    expect(mia.locator("textarea[name=composer]")).to_have_value("")
    assert customer.heard_from_agents() == ["Hello, Mia here."]


def test_case_comes_by_itself_only_to_who_is_online(desk: Desk, mia: Page) -> None:
    presence = mia.locator("button[name=presence]")
    presence.click()
    expect(presence).to_have_text("Online")

    given = desk.case(DEPOSIT)
    expect(mia.locator(f'a[data-ticket="{given.number}"] [data-mine]')).to_be_visible()
    presence.click()
    expect(presence).to_have_text("Away")
    left = desk.case(COMPLAINT)

    expect(mia.locator(f'a[data-ticket="{left.number}"]')).to_contain_text("unassigned")


def test_agents_at_one_case_see_each_other(desk: Desk, mia: Page, bob: Page) -> None:
    customer = desk.case(DEPOSIT)
    _open(mia, customer)

    _open(bob, customer)
    expect(mia.locator(".company")).to_have_text("Bob is looking at this case.")
    bob.locator("textarea[name=composer]").press_sequentially("I know")

    expect(mia.locator(".company")).to_have_text("Bob is writing here.")


def test_stale_page_says_who_changed_what_and_loses_nothing(desk: Desk, mia: Page, bob: Page) -> None:
    customer = desk.case(DEPOSIT)
    _claim(mia, customer)
    _open(bob, customer)
    mia.keyboard.press("r")
    mia.keyboard.type("I have asked the wallet team")
    mia.keyboard.press("Escape")

    mia.keyboard.press("h")
    mia.locator("input[name=reason]").fill("Wallet team")
    bob.keyboard.press("n")
    bob.keyboard.type("They answer at nine.")
    bob.keyboard.press("Control+Enter")
    expect(bob.locator("[data-audience=agents]")).to_be_visible()
    mia.locator("button[name=confirm]").click()
    expect(mia.locator("dialog [role=alert]")).to_contain_text("Bob left a note")
    expect(mia.locator("input[name=reason]")).to_have_value("Wallet team")
    mia.locator("button[name=confirm]").click()

    expect(mia.locator("dialog")).to_have_count(0)
    expect(mia.locator("[data-type='ticket.held']")).to_contain_text("You put the case on hold · “Wallet team”")
    expect(_clock(mia, "resolution")).to_have_attribute("data-kind", "paused")
    expect(mia.locator("textarea[name=composer]")).to_have_value("I have asked the wallet team")


def test_draft_follows_its_agent_to_another_computer(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    _open(mia, customer)

    with mia.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "PUT"):
        mia.locator("textarea[name=composer]").fill("Half a sentence")
    there = desk.console(MIA)
    _open(there, customer)

    expect(there.locator("textarea[name=composer]")).to_have_value("Half a sentence")


def test_complaint_is_resolved_with_a_decision_the_customer_reads(desk: Desk, mia: Page) -> None:
    decision = "The delay was ours.\n\nThe fees of <b>12.5</b> USDT are refunded today."
    customer = desk.case(COMPLAINT)
    _claim(mia, customer)

    mia.keyboard.press("e")
    mia.locator("button[name=confirm]").click()
    expect(mia.locator("dialog [role=alert]")).to_have_text("Decision: please fill this in.")
    mia.locator("textarea[name=decision]").fill(decision)
    mia.locator("select[name=root_cause]").select_option("process_error")
    mia.locator("button[name=confirm]").click()

    expect(mia.locator("button[name=reopen]")).to_be_visible()
    expect(mia.locator(".decision p")).to_have_text(decision)
    expect(_clock(mia, "resolution")).to_have_attribute("data-kind", "met")
    assert customer.heard_from_agents() == [decision]


def test_file_is_shown_under_its_name_as_text(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    sent = {"client_id": new_id(), "name": "log <img src=x onerror=alert(1)>.txt"}
    customer.client.post("attachments", params=sent, content=b"order log\n").raise_for_status()

    _open(mia, customer)

    file = mia.locator("a.file")
    expect(file).to_contain_text("log")
    expect(file.locator("img")).to_have_count(0)
    with mia.expect_download() as download:
        file.click()
    assert Path(download.value.path()).read_bytes() == b"order log\n"
