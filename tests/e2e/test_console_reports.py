"""A lead reads the reports, and decides a complaint beside the decisions of those like it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import wait_until
from tests.e2e.desk_site import COMPLAINT, DEPOSIT, LEA, MIA, Desk, running

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    with running(tmp_path_factory.mktemp("reports"), browser) as desk:
        yield desk


@pytest.fixture
def desk(service: Desk) -> Iterator[Desk]:
    yield service
    service.resolve_all()


@pytest.fixture(scope="module")
def lea(service: Desk) -> Page:
    return service.console(LEA)


def _open_reports(page: Page, query: str = "") -> None:
    page.goto(page.url.split("#")[0] + f"#/reports{query}")
    expect(page.get_by_role("heading", name="Reports")).to_be_visible()


def _tile(page: Page, section: str, name: str) -> str:
    tile = page.locator(f"section[aria-labelledby=report-{section}] .tiles > div", has_text=name)
    return tile.locator("dd").first.inner_text()


def _decide(page: Page, number: str, outcome: str) -> None:
    page.goto(page.url.split("#")[0] + f"#/tickets/{number}")
    page.locator("button[name=take]").click()
    expect(page.locator(".holder")).to_have_text("You are answering")
    page.keyboard.press("e")
    page.locator("textarea[name=decision]").fill(f"Our reasons: {outcome}.")
    page.locator("textarea[name=answer-1]").fill("We looked at it.")
    page.locator("select[name=outcome]").select_option(outcome)
    page.locator("select[name=remedy]").select_option("apology")
    page.locator("select[name=root_cause]").select_option("process_error")


def test_past_decisions_stand_beside_the_form(desk: Desk, lea: Page) -> None:
    first, second = desk.case(COMPLAINT), desk.case(COMPLAINT)
    _decide(lea, first.number, "partly_upheld")
    expect(lea.locator(".similar")).not_to_contain_text(first.number)
    lea.locator("button[name=confirm]").click()
    expect(lea.locator("button[name=reopen]")).to_be_visible()

    _decide(lea, second.number, "rejected")

    similar = lea.locator(f".similar [data-number='{first.number}']")
    expect(similar).to_contain_text("Partly upheld · Apology")
    similar.locator("summary").click()
    expect(similar).to_contain_text("Our reasons: partly_upheld.")
    lea.locator("button[name=cancel]").click()


def test_lead_reads_and_exports_reports(desk: Desk, lea: Page) -> None:
    lea.reload()
    _open_reports(lea)
    expect(lea.locator(".report-chart img")).to_have_count(7)
    before = int(_tile(lea, "volumes", "Opened"))
    desk.case(DEPOSIT)

    lea.reload()
    expect(lea.locator(".report-chart img")).to_have_count(7)
    assert int(_tile(lea, "volumes", "Opened")) == before + 1
    images = "[...document.querySelectorAll('.report-chart img')]"
    wait_until(lambda: lea.evaluate(f"{images}.every((image) => image.naturalWidth > 0)"), "the pictures")
    with lea.expect_download() as download:
        lea.locator("section[aria-labelledby=report-volumes] a", has_text="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert (len(rows), int(rows[-1]["opened"])) == (28, before + 1)


def test_filters_stand_in_the_address_and_nothing_is_no_data(desk: Desk, lea: Page) -> None:
    _open_reports(lea)

    lea.locator("desk-reports select[name=queue]").select_option("api")

    expect(lea).to_have_url(re.compile(r"#/reports\?.*queue=api"))
    expect(lea.locator("section[aria-labelledby=report-bot]")).to_contain_text("belongs to no queue")
    expect(lea.locator("section[aria-labelledby=report-responses] .tiles")).to_contain_text("No data")
    lea.locator("desk-reports input[name=from]").fill("2030-01-01")
    expect(lea.locator("section[aria-labelledby=report-volumes] [role=alert]")).to_contain_text("'from'")


def test_agents_have_no_reports(service: Desk) -> None:
    mia = service.console(MIA)

    mia.goto(mia.url.split("#")[0] + "#/reports")

    expect(mia.get_by_role("status").first).to_be_visible()
    expect(mia.locator("desk-reports")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_page_fits_the_screen(desk: Desk, lea: Page, width: int) -> None:
    lea.set_viewport_size({"width": width, "height": 800})
    _open_reports(lea)
    expect(lea.locator(".report-chart img")).not_to_have_count(0)

    overflow = lea.evaluate(
        "document.querySelector('desk-page').scrollWidth - document.querySelector('desk-page').clientWidth"
    )

    lea.set_viewport_size({"width": 1280, "height": 800})
    assert overflow <= 0
