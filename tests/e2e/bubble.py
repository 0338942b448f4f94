"""The bubble and the console as a person uses them: words for the tests that drive them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import LOGIN, PASSWORD

LONG = 30_000
APPEAL = (
    "I was liquidated at 03:12 UTC on XBTUSD although the mark price never reached my liquidation price, "
    "I want this reviewed"
)


@dataclass
class Bubble:
    """The chat on the demo page."""

    page: Page

    def open(self, url: str) -> Bubble:
        self.page.goto(url)
        self.page.locator("button[part=launcher]").click()
        expect(self.page.locator("textarea[part=input]")).to_be_visible()
        return self

    def send(self, text: str) -> None:
        self.page.locator("textarea[part=input]").fill(text)
        self.page.locator("button[part=send]").click()

    def ask(self, text: str) -> str:
        """Send a message, wait for the bot's answer to it, return the answer."""
        before = self.messages("bot").count()
        self.send(text)
        expect(self.messages("bot").nth(before)).to_be_visible(timeout=LONG)
        self.page.wait_for_timeout(300)  # a turn may answer in several messages, committed together
        return "\n".join(self.messages("bot").all_inner_texts()[before:])

    def choose(self, label: str) -> str:
        """Press one of the bot's buttons, wait for the answer, return it."""
        before = self.messages("bot").count()
        self.page.locator("button[part=choice]", has_text=label).last.click()
        expect(self.messages("bot").nth(before)).to_be_visible(timeout=LONG)
        self.page.wait_for_timeout(300)
        return "\n".join(self.messages("bot").all_inner_texts()[before:])

    def messages(self, author: str) -> Locator:
        return self.page.locator(f"[part~=message][data-author={author}]")

    def attach(self, *paths: Path) -> None:
        """Choose files; they go with the next message."""
        self.page.locator("pharos-chat input[type=file]").set_input_files([str(path) for path in paths])

    def menu(self, part: str) -> Locator:
        """Open the menu and return one of its buttons."""
        self.page.locator("button[part=menu]").click()
        return self.page.locator(f"[part=sheet] button[part={part}]")

    @property
    def case_card(self) -> Locator:
        return self.page.locator("[part=case]").last

    def stored_ids(self) -> list[str]:
        """Return the event ids on show, in their order on the page."""
        rows = self.page.locator("[part~=message][data-event-id]")
        return [value for row in rows.all() if (value := row.get_attribute("data-event-id"))]


def sign_in(page: Page, url: str) -> None:
    """Sign in to the console as Mia."""
    page.goto(f"{url}/console")
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[name=sign-in]").click()
    expect(page.locator("button[name=sign-in]")).to_have_count(0)


def complete_appeal(bubble: Bubble) -> str:
    """Answer the appeal's intake, confirm, and return the ticket's number."""
    first = bubble.ask(APPEAL)
    assert "XBTUSD" not in first.split("?")[-1], "asked what was already said"
    for _ in range(10):
        choices = bubble.page.locator("button[part=choice]")
        if choices.filter(has_text="Send it").count():
            break
        bubble.choose("Skip")
    summary = bubble.messages("bot").last.inner_text()
    assert "XBTUSD" in summary
    assert "03:12" in summary
    bubble.choose("Send it")
    expect(bubble.case_card).to_be_visible()
    return ticket_number(bubble)


def ticket_number(bubble: Bubble) -> str:
    found = re.search(r"PH-[2-9A-Z]{4}-[2-9A-Z]{4}", bubble.case_card.inner_text())
    assert found, bubble.case_card.inner_text()
    return found[0]
