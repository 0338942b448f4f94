"""An agent reads a case at a glance, and each line leads to the message it is from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.desk_site import MIA, Desk, running
from tests.fakes.assistant import handoff

pytestmark = pytest.mark.e2e

SAID = "I sent 1500 USDT yesterday, it never arrived!! <img src=x onerror=document.title='broken'>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    answers = {SAID: handoff("missing_deposit", fields={"amount": "1500", "network": "tron"})}
    with running(tmp_path_factory.mktemp("glance"), browser, answers) as desk:
        yield desk


def _open(desk: Desk, width: int) -> tuple[Page, str]:
    """Return the console of an agent who looks at a case, and what the case began with."""
    customer = desk.case(SAID)
    for _ in range(10):
        customer.write("Is anybody there?")
    page = desk.console(MIA)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk.url}/console#/tickets/{customer.number}")
    expect(page.locator(".happening").first).to_be_attached()
    return page, next(str(event["id"]) for event in customer.events() if event["data"].get("text") == SAID)


def test_quote_leads_to_its_message(desk: Desk) -> None:
    page, said = _open(desk, 1280)
    glance = page.locator(".glance")

    expect(glance).to_contain_text("Upset:")
    glance.get_by_role("button", name=SAID).first.press("Enter")

    message = page.locator(f'desk-transcript [data-event-id="{said}"]')
    expect(message).to_be_focused()
    expect(message).to_be_in_viewport()
    assert page.title() != "broken"


def test_fact_leads_to_where_it_was_said_on_a_narrow_screen_too(desk: Desk) -> None:
    page, said = _open(desk, 390)

    page.locator("button[name=facts]").click()
    expect(page.locator("[data-field=network] button")).to_have_count(0)
    page.locator("[data-field=amount] button").click()

    expect(page.locator(f'desk-transcript [data-event-id="{said}"]')).to_be_in_viewport()
    expect(page.locator("desk-side")).to_be_hidden()
