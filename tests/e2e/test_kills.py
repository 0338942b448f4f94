"""Whatever process dies, no message is lost, doubled or out of order, and the half-filled intake continues."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.bubble import APPEAL, LONG, Bubble, sign_in, ticket_number
from tests.e2e.conftest import Whole, wait_until

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", ["service", "assistant worker", "action server"])
def test_killed_process_loses_and_doubles_nothing(whole: Whole, context: BrowserContext, name: str) -> None:
    bubble = Bubble(context.new_page()).open(whole.url)
    bubble.ask("how do I withdraw?")
    bubble.ask(APPEAL)

    # Killed while a message is on its way: the intake goes on from where it was.
    before = bubble.messages("bot").count()
    old = whole.pid(name)
    bubble.send("I was long 5000 contracts with cross margin.")
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: whole.pid(name) != old, f"another {name}")
    whole.wait_ready()
    expect(bubble.messages("bot").nth(before)).to_be_visible(timeout=LONG)
    _skip_to_summary(bubble)

    # Killed between the summary and its confirmation.
    whole.kill(name)
    bubble.choose("Send it")
    expect(bubble.case_card).to_be_visible(timeout=LONG)
    number = ticket_number(bubble)

    console = context.browser.new_context().new_page()  # type: ignore[union-attr]
    sign_in(console, whole.url)
    console.goto(f"{whole.url}/console#/tickets/{number}")
    console.locator("button[name=take]").click()
    console.locator("textarea[name=composer]").fill("Mia here, I have your case.")
    # Killed while the agent's answer is on its way.
    console.locator("button[name=reply]").click()
    whole.kill(name)
    expect(bubble.messages("agent").filter(has_text="I have your case")).to_be_visible(timeout=LONG)
    bubble.send("Thank you, here is one more fact.")
    row = console.locator("[data-event-id][data-author=customer]").filter(has_text="one more fact")
    expect(row).to_have_count(1, timeout=LONG)

    _check_transcript(bubble)


def _skip_to_summary(bubble: Bubble) -> None:
    for _ in range(10):
        if bubble.page.locator("button[part=choice]").filter(has_text="Send it").count():
            break
        bubble.choose("Skip")
    assert "XBTUSD" in bubble.messages("bot").last.inner_text()
    assert "5000" in bubble.messages("bot").last.inner_text()


def _check_transcript(bubble: Bubble) -> None:
    """Every message once, ids rising, nothing still waiting; the same after a reload."""
    ids = [int(value) for value in bubble.stored_ids()]
    assert ids == sorted(set(ids))
    sent = bubble.messages("customer").all_inner_texts()
    for text in ("how do I withdraw?", "long 5000 contracts", "one more fact"):
        assert sum(text in message for message in sent) == 1, (text, sent)
    assert len(bubble.messages("agent").all()) == 1

    bubble.page.reload()
    if not bubble.page.locator("textarea[part=input]").is_visible():
        bubble.page.locator("button[part=launcher]").click()
    expect(bubble.messages("agent")).to_have_count(1)
    again = [int(value) for value in bubble.stored_ids()]
    assert again == ids
