"""Agents at their console: they claim, answer, rest and resolve cases, and see what the others do meanwhile.

The service is the real one, in this process; its bot answers from a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kit.ids import new_id
from tests.e2e.desk_site import BOB, COMPLAINT, DEPOSIT, MIA, Customer, Desk, running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    with running(tmp_path_factory.mktemp("desk"), browser) as desk:
        yield desk


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

    with mia.expect_response(lambda it: it.url.endswith("/draft") and it.request.method == "PUT") as saved:
        mia.locator("textarea[name=composer]").fill("Half a sentence")
    assert saved.value.ok, saved.value.text()
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
    expect(mia.locator("input[name=amount]")).to_be_hidden()
    mia.get_by_label("Answer to point 1: “A withdrawal took six days”").fill("It did.")
    mia.locator("select[name=outcome]").select_option("upheld")
    mia.locator("select[name=remedy]").select_option("refund")
    mia.locator("input[name=currency]").fill("usdt")
    mia.locator("select[name=root_cause]").select_option("process_error")
    mia.locator("button[name=confirm]").click()
    expect(mia.locator("dialog [role=alert]")).to_contain_text("'remedy.amount': must be a decimal number")
    mia.locator("input[name=amount]").fill("12.5")
    mia.locator("button[name=confirm]").click()

    letter = (
        f"Decision on your complaint {customer.number}: upheld.\n\n{decision}\n\n"
        "1. “A withdrawal took six days”\nIt did.\n\nRemedy: refund · 12.5 USDT"
    )
    expect(mia.locator("button[name=reopen]")).to_be_visible()
    expect(mia.locator(".decision p")).to_have_text(letter)
    expect(mia.locator("[data-type='ticket.resolved']")).to_contain_text("Upheld, Refund, Error in our process")
    expect(_clock(mia, "resolution")).to_have_attribute("data-kind", "met")
    assert customer.heard_from_agents() == [letter]


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
