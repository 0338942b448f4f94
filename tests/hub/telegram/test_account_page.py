"""The page on which a customer who is logged in links chats and sets the phrase; it needs no script."""

from __future__ import annotations

import re

import httpx
import pytest

from hub.channels.telegram.account_page import COOKIE, PATH
from tests.conversations.record import dump
from tests.fakes.telegram import Customer
from tests.hub.site import broken_off
from tests.hub.telegram.chat import TelegramSite, identity


async def signed_in(site: TelegramSite, customer_id: str = "customer-7") -> httpx.AsyncClient:
    """A browser that the exchange's site sent here."""
    client = site.client()
    answer = await client.post(PATH, data={"identity": identity(site.clock.now(), customer_id)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?lang=en")
    return client


async def post(client: httpx.AsyncClient, what: str, **form: str) -> httpx.Response:
    return await client.post(f"{PATH}/{what}", data=form)


async def test_code_of_the_page_links_the_chat_and_the_page_says_so(site: TelegramSite, wei: Customer) -> None:
    client = await signed_in(site)

    assert ">Get a code</button>" in (await client.get(PATH)).text
    page = (await post(client, "code")).text
    found = re.search(r'class="code">([A-Z2-9]{4}-[A-Z2-9]{4})<', page)
    assert found
    await site.deliver(wei.write(found[1]))

    assert "now linked" in (await site.wait_for_texts(1))[0]
    assert "Linked chats: 1" in (await client.get(PATH)).text
    assert found[1].replace("-", "") not in await dump(site.database)


async def test_phrase_of_the_page_is_shown_in_the_linked_chat_and_not_on_the_page(
    site: TelegramSite, wei: Customer
) -> None:
    await site.link()
    client = await signed_in(site)

    saved = await post(client, "phrase", phrase="blue <b>whale</b>")
    await site.deliver(wei.write("/verify"))

    assert saved.headers["location"] == f"{PATH}?lang=en&done=phrase"
    assert "blue <b>whale</b>" in (await site.wait_for_texts(2))[1]
    page = (await client.get(saved.headers["location"])).text
    assert "The phrase is saved." in page
    assert "whale" not in page


async def test_page_parts_every_chat(site: TelegramSite) -> None:
    await site.link(7)
    client = await signed_in(site)

    assert (await post(client, "unlink")).status_code == 303

    assert (await site.conversation()).customer_id is None
    assert "No chat is linked." in (await client.get(PATH)).text


@pytest.mark.parametrize("phrase", ["abc", "", "x" * 65, "password: hunter2butlonger"])
async def test_phrase_that_will_not_do_is_explained(site: TelegramSite, phrase: str) -> None:
    answer = await post(await signed_in(site), "phrase", phrase=phrase)

    assert answer.status_code == 422
    assert "will not do" in answer.text


@pytest.mark.parametrize("what", ["code", "phrase", "unlink"])
@pytest.mark.parametrize("cookie", ["", "nonsense", "Y3VzdG9tZXItNw==.9999999999.0000", "a.b.c", "é.1.x"])
async def test_nobody_changes_anything_without_being_vouched_for(site: TelegramSite, what: str, cookie: str) -> None:
    await site.link()
    headers = {b"cookie": f"{COOKIE}={cookie}".encode()}

    async with site.client() as client:
        answer = await client.post(f"{PATH}/{what}", data={"phrase": "blue whale"}, headers=headers)

    assert answer.status_code == 401
    assert "Log in" in answer.text
    assert (await site.conversation()).customer_id == "customer-7"


async def test_identity_is_good_once_and_a_forged_one_never(site: TelegramSite) -> None:
    token = identity(site.clock.now(), "customer-7")
    async with site.client() as client:
        first = await client.post(PATH, data={"identity": token})
        second = await client.post(PATH, data={"identity": token})
        forged = await client.post(PATH, data={"identity": token[:-3] + "abc"})

    assert [answer.status_code for answer in (first, second, forged)] == [303, 401, 401]
    assert "set-cookie" not in second.headers


async def test_session_ends_after_fifteen_minutes(site: TelegramSite) -> None:
    client = await signed_in(site)
    site.clock.advance(minutes=15)

    assert "Log in" in (await client.get(PATH)).text


async def test_page_is_chinese_for_who_reads_chinese_and_keeps_nothing(site: TelegramSite) -> None:
    client = await signed_in(site)
    page = await client.get(PATH, headers={"Accept-Language": "zh-CN,zh;q=0.9"})

    assert '<html lang="zh">' in page.text
    assert "获取关联码" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<script" not in page.text


async def test_form_that_is_too_large_is_refused(site: TelegramSite) -> None:
    async with site.client() as client:
        answer = await client.post(PATH, content=b"identity=" + b"a" * 20_000)

    assert answer.status_code == 413


async def test_form_that_breaks_off_is_refused(site: TelegramSite) -> None:
    assert await broken_off(site, PATH, {}, b"identity=") == 422
