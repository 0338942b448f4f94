"""A chat has the same limit of messages as the website, and who goes over it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import Settings
from tests.conversations.attachments.files import picture
from tests.fakes.telegram import Customer
from tests.hub.site import settings_for
from tests.hub.telegram.chat import SECRET, SITE, TelegramSite


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    webhook = {"public_url": SITE, "telegram_mode": "webhook", "telegram_webhook_secret": SECRET}
    return settings_for(tmp_path, database_url, **webhook, limit_messages="3/hour")


async def written(site: TelegramSite) -> list[str]:
    return [text for _audience, author, text in await site.transcript() if author == "customer"]


async def test_what_is_over_the_limit_is_not_kept_and_told_once_a_minute(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(*(wei.write(f"Message {number} of many.") for number in range(9)))
    site.clock.advance(seconds=1)

    texts = await site.wait_for_texts(2)
    await site.wait_until_delivered()
    assert len([text for text in site.telegram.texts() if "faster than I can read" in text]) == 1
    assert await written(site) == [f"Message {number} of many." for number in range(3)]
    assert texts

    site.clock.advance(minutes=1)
    await site.deliver(wei.write("Is anybody there?"), wei.send_file(picture()))
    await site.wait_until_delivered()

    assert len([text for text in site.telegram.texts() if "faster than I can read" in text]) == 2
    assert len(await written(site)) == 3


async def test_repeats_do_not_count(site: TelegramSite, wei: Customer) -> None:
    first = wei.write("One of three.")

    await site.deliver(first, *({**first, "update_id": number} for number in range(9)))
    await site.deliver(wei.write("Two of three."), wei.write("Three of three."))

    assert await written(site) == ["One of three.", "Two of three.", "Three of three."]


async def test_press_over_the_limit_is_answered_and_another_chat_is_not_held_up(
    site: TelegramSite, wei: Customer
) -> None:
    await site.deliver(wei.write("How do I withdraw?"))
    await site.wait_for_texts(1)
    await site.deliver(*(wei.write(f"Message {number} of many.") for number in range(3)))
    press = wei.press("Withdrawal limits, please.")

    await site.deliver(press, site.telegram.customer(8).write("What is funding?"))

    assert "Too fast" in site.telegram.answered[press["callback_query"]["id"]]
    assert await site.wait_for_texts(1, chat_id=8) == ["You wrote: What is funding?"]
