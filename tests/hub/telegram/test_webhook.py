"""What Telegram posts is stored once before it is acknowledged; what is not Telegram's is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from hub.channels.telegram import repository
from hub.channels.telegram.channel import WEBHOOK_PATH
from hub.channels.telegram.webhook import SECRET_HEADER
from tests.conversations.record import dump
from tests.fakes.telegram import Customer, FakeTelegram
from tests.hub.site import broken_off
from tests.hub.telegram.chat import SECRET, SITE, TelegramSite


async def test_message_is_answered_in_its_chat(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("What is funding?"))

    assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]


async def test_bot_is_registered_with_webhook_secret_and_menus_of_both_languages(
    site: TelegramSite, telegram: FakeTelegram
) -> None:
    await site.wait_until(lambda: len(telegram.menus) == 2)

    assert telegram.webhook["url"] == f"{SITE}/telegram/webhook"
    assert telegram.webhook["secret_token"] == SECRET
    assert telegram.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    wanted = {"start", "help", "human", "status", "language", "privacy", "delete", "verify"}
    assert all(wanted <= set(menu) for menu in (telegram.menus[""], telegram.menus["zh"]))


@pytest.mark.parametrize(
    "secret", [pytest.param(None, id="none"), pytest.param("guess", id="wrong"), pytest.param("é", id="not-ascii")]
)
async def test_forged_update_is_refused_and_nothing_is_stored(
    site: TelegramSite, wei: Customer, secret: str | None
) -> None:
    before = await dump(site.database)

    answer = await site.post(wei.write("Hello there, bot."), secret=secret)

    assert answer.status_code == 401
    assert await dump(site.database) == before


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b'{"update_id": 1, "junk": "' + b"x" * 10_000_000 + b'"}', 413, id="ten-megabytes"),
        pytest.param(b"{", 422, id="broken-json"),
        pytest.param(b"\xff", 422, id="not-utf-8"),
        pytest.param(b"[" * 100_000, 422, id="deeply-nested"),
        pytest.param(b"{}", 422, id="no-update-id"),
        pytest.param(b'{"update_id": true}', 422, id="update-id-is-no-number"),
    ],
)
async def test_what_is_no_update_is_refused_and_nothing_is_stored(
    site: TelegramSite, content: bytes, status: int
) -> None:
    before = await dump(site.database)

    answer = await site.post(None, content=content)

    assert answer.status_code == status
    assert await dump(site.database) == before


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"message": {"message_id": "no"}}, id="broken-message"),
        pytest.param({"message": {"message_id": 1, "date": 1, "chat": {"id": 2**60, "type": "private"}}}, id="huge-id"),
        pytest.param({"poll": {"id": "1"}}, id="broken-poll"),
        pytest.param({"new_thing": {"a": 1}}, id="unknown-kind"),
    ],
)
async def test_update_that_cannot_be_read_is_passed_over_so_that_its_chat_goes_on(
    site: TelegramSite, wei: Customer, content: dict[str, Any]
) -> None:
    await site.deliver({"update_id": 1, **content}, wei.write("What is funding?"))

    assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]


async def test_update_that_could_not_be_stored_is_503_and_taken_when_it_comes_again(
    site: TelegramSite, wei: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = wei.write("What is funding?")

    async def fail(*_args: object) -> bool:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(repository, "see", fail)
        refused = await site.post(update)

    assert refused.status_code == 503
    await site.deliver(update)
    assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]


async def test_update_that_breaks_off_is_refused_and_taken_when_it_comes_again(
    site: TelegramSite, wei: Customer
) -> None:
    update = wei.write("What is funding?")
    start = json.dumps(update).encode()[:-20]

    assert await broken_off(site, WEBHOOK_PATH, {SECRET_HEADER: SECRET}, start) == 422

    await site.deliver(update)
    assert await site.wait_for_texts(1) == ["You wrote: What is funding?"]


async def test_duplicates_are_acknowledged_and_ignored(site: TelegramSite, wei: Customer) -> None:
    first, second = wei.write("What is funding?"), wei.write("Who pays it?")
    again = {**first, "update_id": 4_000_000}  # the same message under another id

    await site.deliver(first, first, second, first, again, second)

    texts = [text for _audience, author, text in await site.transcript() if author == "customer"]
    assert texts == ["What is funding?", "Who pays it?"]


async def test_update_ids_may_begin_anew_lower_than_before(site: TelegramSite, wei: Customer) -> None:
    await site.deliver({**wei.write("What is funding?"), "update_id": 900})
    await site.deliver({**wei.write("Who pays it?"), "update_id": 3})

    texts = [text for _audience, author, text in await site.transcript() if author == "customer"]
    assert texts == ["What is funding?", "Who pays it?"]


async def test_update_id_seen_over_48_hours_ago_is_news(site: TelegramSite, wei: Customer) -> None:
    await site.deliver({**wei.write("What is funding?"), "update_id": 900})
    site.clock.advance(hours=49)
    await site.deliver({**wei.write("Who pays it?"), "update_id": 900})

    texts = [text for _audience, author, text in await site.transcript() if author == "customer"]
    assert texts == ["What is funding?", "Who pays it?"]


async def test_secret_is_masked_before_it_is_stored(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("My password is hunter2butlonger."))

    assert "looks like a secret" in (await site.wait_for_texts(1))[0]
    assert "hunter2" not in await dump(site.database)


async def test_restart_is_text_like_any_other(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.write("/restart"))
    site.clock.advance(seconds=1)

    assert await site.wait_for_texts(1) == ["You wrote: /restart"]


async def test_slash_and_surrogates_do_no_harm(site: TelegramSite) -> None:
    update = json.loads(json.dumps(site.telegram.customer(7).write("x")))
    content = json.dumps(update).replace('"x"', '"broken \\ud83d half, NUL \\u0000 too."')

    assert (await site.post(None, content=content.encode())).status_code == 200
    assert await site.wait_for_texts(1) == ["You wrote: broken  half, NUL  too."]
