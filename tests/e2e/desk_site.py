"""The console's service in this process, with a bot that answers from a table, and the people around it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect

from escalation import agents
from hub.app import create_app, create_context
from hub.children import free_port
from hub.context import Context
from hub.migrate import upgrade
from hub.settings import Settings
from kit import wire
from kit.clock import SystemClock
from kit.ids import new_id
from tests.e2e.browser import PASSWORD
from tests.e2e.conftest import wait_until
from tests.fakes.assistant import FakeAssistant, handoff

#: How a complaint ends when nobody cares.
WITHDRAWN = {"decision": "Over.", "root_cause": "other", "outcome": "withdrawn", "remedy": {"kind": "none"}}
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

    def customer(self, locale: str = "en") -> Customer:
        opened = httpx.post(f"{self.url}/api/v1/conversations", json={"locale": locale}, trust_env=False).json()
        base = f"{self.url}/api/v1/conversations/{opened['conversation_id']}/"
        token = {"Authorization": f"Bearer {opened['token']}"}
        return Customer(httpx.Client(base_url=base, headers=token, trust_env=False))

    def case(self, text: str, locale: str = "en") -> Customer:
        """A customer whose message became a case."""
        customer = self.customer(locale)
        self.open_case(customer, text)
        return customer

    def open_case(self, customer: Customer, text: str) -> None:
        customer.write(text)
        wait_until(lambda: self._number(customer), f"a case of {text!r}")
        customer.number = self._number(customer)

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
                end = WITHDRAWN if ticket["case"] == "complaint" else {}
                lea.post(f"tickets/{ticket['number']}/resolve", json=end).raise_for_status()


@contextmanager
def running(data_dir: Path, browser: Browser, answers: dict[str, wire.TurnReply] | None = None) -> Iterator[Desk]:
    """The service until the block ends; deposits and complaints become cases, `answers` says what else is answered."""
    known = {
        DEPOSIT: handoff("missing_deposit", summary="2.5 XBT are missing"),
        COMPLAINT: handoff("complaint", summary="A withdrawal took six days"),
        **(answers or {}),
    }
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings, not to its types
        data_dir=data_dir,
        limit_tickets_per_day=1000,
        limit_open="1000/minute",
    )
    with served(create_context(settings, FakeAssistant(known), SystemClock()), AGENTS, browser) as site:
        yield Desk(site.url, browser)


@dataclass
class Served:
    """A running service: where it answers, and the application itself."""

    url: str
    app: FastAPI


@contextmanager
def served(context: Context, people: dict[str, tuple[str, str]], browser: Browser) -> Iterator[Served]:
    """Run a service until the block ends, with people who may sign in (login -> name, role) by PASSWORD."""
    port, app = free_port(), create_app(context)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=lambda: asyncio.run(_serve(context, people, server)))
    thread.start()
    try:
        wait_until(lambda: server.started, "the service")
        yield Served(f"http://127.0.0.1:{port}", app)
    finally:
        for opened in browser.contexts:
            opened.close()
        server.should_exit = True
        thread.join(20)


async def _serve(context: Context, people: dict[str, tuple[str, str]], server: uvicorn.Server) -> None:
    await upgrade(context.database)
    async with context.database.write() as session:
        for login, (name, role) in people.items():
            await agents.add_agent(session, context.clock.now(), login, name, PASSWORD, role)
    await server.serve()
