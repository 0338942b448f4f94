"""Prepared replies, quoted articles, tags, changes of many cases and wrong answers, as agents see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kit import wire
from tests.e2e.access import check
from tests.e2e.browser import PASSWORD
from tests.e2e.bubble import Bubble, ticket_number
from tests.e2e.conftest import wait_until
from tests.e2e.desk_site import COMPLAINT, DEPOSIT, LEA, MIA, Customer, Desk, running
from tests.hub.help_site import article, build, paragraph

pytestmark = pytest.mark.e2e

FEE, FEE_ANSWER = "What is the taker fee?", "The taker fee is 5 percent."
CITATION = wire.Citation("deposit-steps", "abcdef012345", "Deposit missing", "/help/en/deposit-steps", "2026-11-22")
ANSWERS = {FEE: wire.TurnReply([wire.BotMessage(FEE_ANSWER, citations=[CITATION])], "answer", {}, {})}
MACRO = {
    "name": "Ask the wallet team",
    "texts": {"en": "Hello {{customer}}, {{agent}} here about {{number}}.", "zh": "您好，我是{{agent}}。"},
    "status": "on_hold",
    "tags": ["wallet-team"],
}


def _signed_in(desk: Desk, login: str) -> httpx.Client:
    client = httpx.Client(base_url=f"{desk.url}/desk/v1/", trust_env=False)
    signed_in = client.post("session", json={"login": login, "password": PASSWORD}).json()
    client.headers["X-CSRF-Token"] = signed_in["csrf"]
    return client


def _agent_said(customer: Customer) -> list[dict[str, Any]]:
    return [event["data"] for event in customer.events() if event["data"].get("author") == "agent"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    data_dir = tmp_path_factory.mktemp("desk")
    about = {"topic": "deposit_withdrawal", "case": "missing_deposit", "kind": "first_aid"}
    chinese = {
        "id": "deposit-steps#lead",
        "heading": "",
        "hash": "",
        "text": "",
        "blocks": [paragraph("请先查看这里。")],
    }
    english = {**chinese, "blocks": [paragraph("First look here.")]}
    build(
        data_dir,
        "one",
        article("deposit-steps", title="Deposit missing", passages=[english], **about),
        article("deposit-steps", language="zh", title="充值未到账", passages=[chinese], **about),
        article("wallet-upkeep", topic="downtime_overload"),
    )
    with running(data_dir, browser, ANSWERS) as desk:
        _signed_in(desk, LEA).post("macros", json=MACRO).raise_for_status()
        yield desk


@pytest.fixture(scope="module")
def signed_in(desk: Desk) -> BrowserContext:
    return desk.console(MIA).context


@pytest.fixture
def mia(signed_in: BrowserContext) -> Iterator[Page]:
    page = signed_in.new_page()
    yield page
    page.close()


def _take(page: Page, desk: Desk, customer: Customer) -> None:
    page.goto(f"{desk.url}/console#/tickets/{customer.number}")
    page.locator("button[name=take]").click()
    expect(page.locator(".holder")).to_have_text("You are answering")


def test_macro_is_chosen_by_keys_and_does_the_rest_when_it_is_sent(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    _take(mia, desk, customer)

    mia.keyboard.press("m")
    mia.keyboard.type("wallet")
    expect(mia.locator(".macro-preview")).to_contain_text("Then the case is put on hold")
    mia.keyboard.press("Enter")
    composer = mia.locator("textarea[name=composer]")
    expect(composer).to_have_value(f"Hello {{{{customer}}}}, Mia here about {customer.number}.")
    mia.keyboard.press("Control+Enter")
    expect(mia.locator("#composer-line")).to_have_text("Still to be filled in: customer's account.")
    assert _agent_said(customer) == []
    mia.keyboard.type("Mr Li")
    mia.keyboard.press("Control+Enter")

    expect(mia.locator("button[name=unhold]")).to_be_visible()
    expect(mia.locator("[data-tag=wallet-team]")).to_be_visible()
    expect(mia.locator("desk-attached")).to_be_hidden()
    assert [said["text"] for said in _agent_said(customer)] == [f"Hello Mr Li, Mia here about {customer.number}."]


def test_effect_that_was_taken_out_does_not_happen(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    _take(mia, desk, customer)

    mia.locator("button[name=composer-macro]").click()
    mia.keyboard.press("Enter")
    mia.get_by_role("button", name="Leave out: Then the case is put on hold").click()
    mia.locator("textarea[name=composer]").fill("We look into it.")
    mia.locator("button[name=reply]").click()

    expect(mia.locator("[data-tag=wallet-team]")).to_be_visible()
    expect(mia.locator("button[name=unhold]")).to_be_hidden()


def test_quoted_passage_reaches_the_bubble_with_its_source(desk: Desk, mia: Page) -> None:
    page = desk.browser.new_page(locale="en-GB")
    bubble = Bubble(page).open(desk.url)
    bubble.send(DEPOSIT)
    number = ticket_number(bubble)
    mia.goto(f"{desk.url}/console#/tickets/{number}")
    mia.locator("button[name=take]").click()

    mia.keyboard.press("i")
    mia.locator("[data-passage] button[name=quote]").click()
    mia.keyboard.type("This may help:")
    expect(mia.locator("desk-attached")).to_contain_text("Quote: Deposit missing")
    mia.keyboard.press("Control+Enter")

    said = bubble.messages("agent").last
    expect(said).to_contain_text("This may help:")
    expect(said).to_contain_text("First look here.")
    expect(said.locator("[part=source]")).to_have_text("Deposit missing")
    page.close()


def test_article_is_read_in_both_languages_when_the_customers_is_another(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT, locale="zh-CN")
    mia.goto(f"{desk.url}/console#/tickets/{customer.number}")
    expect(mia.locator("desk-ticket .number")).to_have_text(customer.number)

    mia.keyboard.press("i")
    versions = mia.locator(".article-text article")
    expect(versions).to_have_count(2)
    assert [version.get_attribute("lang") for version in versions.all()] == ["zh", "en"]
    mia.locator("[name=article-search]").fill("wallet")

    expect(versions).to_have_text([re.compile("Wallet upkeep")])


def test_tag_is_added_and_removed_beside_the_case(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    mia.goto(f"{desk.url}/console#/tickets/{customer.number}")

    mia.locator("input[name=tag]").fill("VIP")
    mia.locator("input[name=tag]").press("Enter")
    expect(mia.locator("[data-tag=vip]")).to_be_visible()
    expect(mia.locator("input[name=tag]")).to_be_focused()
    mia.get_by_role("button", name="Remove the tag vip").click()

    expect(mia.locator("[data-tag=vip]")).to_have_count(0)
    expect(mia.locator("[data-type='ticket.tagged']").first).to_contain_text("You changed the tags: −vip")


def test_what_changed_meanwhile_is_told_and_stays_selected(desk: Desk, mia: Page) -> None:
    first, second = desk.case(DEPOSIT), desk.case(DEPOSIT)
    complaint = desk.case(COMPLAINT)
    mia.goto(f"{desk.url}/console#/")
    for customer in (first, second, complaint):
        mia.locator(f"input[data-select={customer.number}]").check()
    expect(mia.locator("button[name=bulk-resolve]")).to_have_attribute("aria-disabled", "true")
    mia.locator(f'a[data-ticket="{complaint.number}"]').focus()
    mia.keyboard.press("x")
    expect(mia.locator(".bulk-count")).to_have_text("2 selected")

    mia.locator("button[name=bulk-tag]").click()
    mia.locator("input[name=tags]").fill("outage")
    _signed_in(desk, LEA).post(
        f"tickets/{second.number}/note", json={"client_id": "1", "text": "Known."}
    ).raise_for_status()
    mia.locator("button[name=confirm]").click()

    expect(mia.locator(".bulk-outcome")).to_contain_text(f"1 done. 1 was not:{second.number}: changed meanwhile.")
    expect(mia.locator(f"input[data-select={second.number}]")).to_be_checked()
    expect(mia.locator(f"input[data-select={first.number}]")).not_to_be_checked()
    mia.locator("button[name=bulk-clear]").click()
    expect(mia.locator(".bulk-bar")).to_be_hidden()


def test_wrong_answer_becomes_a_task_that_a_lead_finishes(desk: Desk, mia: Page) -> None:
    customer = desk.customer()
    customer.write(FEE)
    wait_until(lambda: any(event["data"].get("text") == FEE_ANSWER for event in customer.events()), "the answer")
    desk.open_case(customer, DEPOSIT)
    mia.goto(f"{desk.url}/console#/tickets/{customer.number}")

    wrong = mia.locator(".message", has_text=FEE_ANSWER)
    wrong.locator("button[name=report]").click()
    mia.locator("textarea[name=wrong]").fill("It is <b>0.05</b> %.")
    mia.locator("button[name=confirm]").click()
    expect(wrong.locator("p.report")).to_have_text("Reported as wrong by Mia")
    lea = desk.console(LEA)
    lea.locator("button[name=pages]").click()
    lea.locator("[name=page-knowledge-tasks]").click()

    task = lea.locator("[data-task]")
    for text in (FEE, FEE_ANSWER, "It is <b>0.05</b> %.", "Deposit missing"):
        expect(task).to_contain_text(text)
    check(lea, "knowledge tasks", "desk-page")
    lea.locator("button[name=done]").click()
    expect(task).to_have_count(0)
    lea.locator("nav a", has_text="Done").click()
    expect(task).to_contain_text("Done by Lea")


def test_lead_writes_a_macro_and_is_told_of_an_unknown_placeholder(desk: Desk) -> None:
    lea = desk.console(LEA)
    lea.goto(f"{desk.url}/console#/macros")

    lea.locator("button[name=new-macro]").click()
    lea.locator("input[name=name]").fill("Greeting")
    lea.locator("textarea[name=en]").fill("Hello {{first_name}}.")
    lea.locator("button[name=confirm]").click()
    expect(lea.locator("dialog [role=alert]")).to_contain_text("Known are {{number}}, {{case}}")
    lea.locator("textarea[name=en]").fill("Hello.")
    lea.locator("button[name=confirm]").click()

    written = lea.locator("[data-macro]", has_text="Greeting")
    expect(written).to_contain_text("Last changed by Lea")
    check(lea, "macros", "desk-page")
    written.locator("button[name=delete]").click()
    lea.locator("button[name=confirm]").click()
    expect(written).to_have_count(0)


def test_macros_and_articles_are_there_for_everybody(desk: Desk, mia: Page) -> None:
    customer = desk.case(DEPOSIT)
    mia.goto(f"{desk.url}/console#/tickets/{customer.number}")
    expect(mia.locator("desk-ticket .number")).to_have_text(customer.number)

    for key, part in (("m", "#macro-options [role=option]"), ("i", ".article-text article")):
        mia.keyboard.press(key)
        expect(mia.locator(part).first).to_be_visible()
        check(mia, key, "dialog")
        mia.keyboard.press("Escape")
        expect(mia.locator("dialog")).to_have_count(0)
    check(mia, "composer and side", "desk-composer", "desk-side", "desk-inbox")
