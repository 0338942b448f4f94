"""Photos and documents become messages as they do on the website, each once, whatever the download meets."""

from __future__ import annotations

import pytest

from conversations.attachments.checks import MAX_BYTES
from hub.channels.telegram import files
from hub.settings import Settings
from kit.clock import ManualClock
from tests.conversations.attachments.files import PDF, SVG, TEXT, archive, huge_png, picture
from tests.conversations.record import dump
from tests.fakes.assistant import FakeAssistant
from tests.fakes.telegram import Customer, FakeTelegram, Refused, Update
from tests.hub.site import eventually
from tests.hub.telegram.chat import TelegramSite, kill, running_telegram
from tests.hub.uploads import keeper_of, stored


async def fetched(site: TelegramSite, count: int, *, passing: float = 0) -> list[dict[str, object]]:
    """Return the files of the chat's messages once there are that many, letting time pass meanwhile."""
    found: list[dict[str, object]] = []

    async def is_there() -> bool:
        nonlocal found
        site.clock.advance(seconds=passing)
        found = await attachments(site)
        return len(found) >= count

    await eventually(is_there)
    return found


async def attachments(site: TelegramSite, conversation_id: str | None = None) -> list[dict[str, object]]:
    events = await site.events(conversation_id=conversation_id)
    return [file for event in events for file in event["data"].get("attachments", [])]


async def told(site: TelegramSite, words: str, *, passing: float = 0) -> str:
    """Return what the bot said with these words in it."""

    async def is_said() -> bool:
        site.clock.advance(seconds=passing)
        return any(words in text for text in site.telegram.texts())

    await eventually(is_said)
    return next(text for text in site.telegram.texts() if words in text)


@pytest.mark.parametrize(
    ("content", "name", "type"),
    [
        pytest.param(picture(), "chart.png", "image/png", id="png"),
        pytest.param(picture("JPEG"), "chart.jpg", "image/jpeg", id="jpeg"),
        pytest.param(PDF, "statement.pdf", "application/pdf", id="pdf"),
        pytest.param(TEXT, "log.txt", "text/plain", id="text"),
    ],
)
async def test_document_becomes_a_message_and_the_agents_may_look_at_it(
    site: TelegramSite, wei: Customer, content: bytes, name: str, type: str
) -> None:
    await site.deliver(wei.send_file(content, name))

    (file,) = await fetched(site, 1)
    assert (file["name"], file["type"]) == (name, type)
    assert keeper_of(site).folder.path(str(file["id"])).is_file()
    site.clock.advance(seconds=1)
    assert "I cannot read files" in (await site.wait_for_texts(1))[0]


async def test_photo_is_taken_in_its_largest_form(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.send_photo(picture("JPEG", (800, 400))))

    (file,) = await fetched(site, 1)
    assert (file["name"], file["width"], file["height"]) == ("photo.jpg", 800, 400)


async def test_words_beside_a_file_are_answered_and_do_not_wait_for_it(site: TelegramSite, wei: Customer) -> None:
    site.telegram.failures["getFile"] = [Refused(500, "Internal Server Error")]

    await site.deliver(wei.send_photo(picture("JPEG"), caption="Why was I liquidated?"))

    assert (await site.wait_for_texts(1))[0] == "You wrote: Why was I liquidated?"
    assert len(await fetched(site, 1, passing=1)) == 1


async def test_album_is_a_message_each_and_one_answer(site: TelegramSite, wei: Customer) -> None:
    album = [wei.send_photo(picture("JPEG"), media_group_id="13") for _ in range(3)]

    await site.deliver(*album)

    assert len(await fetched(site, 3)) == 3
    site.clock.advance(seconds=1)
    await site.wait_for_texts(1)
    await site.wait_until_delivered()
    assert len(site.telegram.texts()) == 1


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        pytest.param(archive(), "chart.png", "only PNG, JPEG and WebP", id="zip-named-png"),
        pytest.param(SVG, "chart.svg", "only PNG, JPEG and WebP", id="svg-with-script"),
        pytest.param(huge_png(), "chart.png", "too many pixels", id="too-many-pixels"),
        pytest.param(b"", "chart.png", "empty, damaged or cut short", id="empty"),
        pytest.param(picture()[:40], "chart.png", "empty, damaged or cut short", id="damaged"),
    ],
)
async def test_file_that_may_not_be_kept_is_refused_politely_and_leaves_its_name(
    site: TelegramSite, wei: Customer, content: bytes, name: str, reason: str
) -> None:
    await site.deliver(wei.send_file(content, name))

    assert (await told(site, reason)).startswith(f"I could not take {name}")
    assert (await site.transcript())[0] == ("customer", "customer", f"[{name}]")
    assert (await stored(site)).files == []


async def test_refusal_is_in_the_language_of_the_chat(site: TelegramSite) -> None:
    await site.deliver(site.telegram.customer(8, "zh-hans").send_file(SVG, "图.svg"))

    assert (await site.wait_for_texts(1, chat_id=8))[0].startswith("无法接收 图.svg")


async def test_file_that_is_known_to_be_too_large_is_not_even_asked_for(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.send_file(picture(), size=MAX_BYTES + 1))

    assert "10 MB" in await told(site, "could not take")
    assert site.telegram.called("getFile") == []


@pytest.mark.parametrize(
    "said",
    [pytest.param(None, id="size-not-said"), pytest.param(1000, id="size-said-wrong")],
)
async def test_file_that_turns_out_too_large_is_refused(site: TelegramSite, wei: Customer, said: int | None) -> None:
    update = wei.send_file(b"a" * (MAX_BYTES + 1), "log.txt", size=1000)
    site.telegram.files["file-0"].size = said

    await site.deliver(update)

    assert "10 MB" in await told(site, "could not take")
    assert (await stored(site)).files == []


@pytest.mark.parametrize(
    "downloads",
    [
        pytest.param(["cut"], id="cut"),
        pytest.param(["short"], id="short"),
        pytest.param([404, 404], id="not-found-at-first"),
        pytest.param([500, 502, 503, "cut"], id="telegram-in-trouble"),
    ],
)
async def test_download_that_fails_is_tried_again_and_stored_once(
    site: TelegramSite, wei: Customer, downloads: list[int | str]
) -> None:
    await site.deliver(wei.send_file(picture(), downloads=downloads))

    await fetched(site, 1, passing=1)

    assert len(site.telegram.downloads) == len(downloads) + 1
    assert len((await stored(site)).files) == 1


async def test_download_that_is_too_slow_is_tried_again(
    site: TelegramSite, wei: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = site.app.state.context.telegram
    monkeypatch.setattr(telegram.files, "_fetch_seconds", 0.05)

    await site.deliver(wei.send_file(picture(), downloads=["slow"]))

    assert len(await fetched(site, 1, passing=1)) == 1


async def test_wait_that_telegram_asks_for_is_obeyed(site: TelegramSite, wei: Customer) -> None:
    site.telegram.failures["getFile"] = [Refused(429, "Too Many Requests", retry_after=30)]
    await site.deliver(wei.send_file(picture()))
    await site.wait_until(lambda: len(site.telegram.called("getFile")) == 1)

    asked = site.clock.now()
    await fetched(site, 1, passing=1)

    assert (site.clock.now() - asked).total_seconds() >= 29


async def test_file_that_cannot_be_had_is_told_in_the_end(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.send_file(picture(), downloads=[404] * 9))

    assert "Please send it again" in await told(site, "could not fetch chart.png", passing=1)
    assert len(site.telegram.downloads) == files.MAX_REFUSALS


async def test_telegram_that_stays_down_is_waited_for_only_so_long(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.send_file(picture()))
    await fetched(site, 1)
    site.telegram.failures["getFile"] = [Refused(500, "Internal Server Error")] * 50

    await site.deliver(wei.send_file(picture(), "second.png"))

    assert "second.png" in await told(site, "could not fetch", passing=10)


async def test_file_delivered_again_is_stored_once(site: TelegramSite, wei: Customer) -> None:
    update = wei.send_file(picture())

    await site.deliver(update, update, {**update, "update_id": 9})
    await fetched(site, 1)
    await site.deliver({**update, "update_id": 10})

    assert len(await attachments(site)) == 1
    assert len(site.telegram.downloads) == 1


async def test_refused_file_delivered_again_is_refused_once(site: TelegramSite, wei: Customer) -> None:
    update = wei.send_file(SVG)
    await site.deliver(update)
    await told(site, "could not take")

    await site.deliver({**update, "update_id": 9})
    await site.wait_until_delivered()

    assert len(site.telegram.texts()) == 1


async def test_files_of_a_chat_keep_their_order_though_the_first_comes_late(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(
        wei.send_file(TEXT, "first.txt", downloads=[500, "cut"]), wei.send_file(TEXT + b"2", "second.txt")
    )

    assert [file["name"] for file in await fetched(site, 2, passing=1)] == ["first.txt", "second.txt"]


async def test_slow_file_of_one_chat_holds_up_no_other(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.send_file(picture(), downloads=["slow"]))
    await site.wait_until(lambda: len(site.telegram.downloads) == 1)

    await site.deliver(site.telegram.customer(8).write("What is funding?"), wei.write("And what are fees?"))

    assert await site.wait_for_texts(1, chat_id=8) == ["You wrote: What is funding?"]
    assert await site.wait_for_texts(1) == ["You wrote: And what are fees?"]


async def test_service_killed_while_a_file_is_fetched_stores_it_once_in_its_next_life(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant, telegram: FakeTelegram
) -> None:
    update: Update = telegram.customer(7).send_file(picture(), downloads=["slow"])
    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.deliver(update)
        await site.wait_until(lambda: len(telegram.downloads) == 1)
        kill(site)
    clock.advance(seconds=61)

    async with running_telegram(settings, clock, assistant, telegram) as site:
        await site.deliver({**update, "update_id": 9})

        assert len(await fetched(site, 1)) == 1
        assert len((await stored(site)).files) == 1


async def test_first_words_put_under_a_file_later_are_answered(site: TelegramSite, wei: Customer) -> None:
    update = wei.send_file(picture())
    await site.deliver(update)
    await fetched(site, 1)

    await site.deliver(wei.edit(update, "This shows the wrong price."))

    assert "You wrote: This shows the wrong price." in (await site.wait_for_texts(1))[0]


async def test_secret_in_a_text_file_or_its_name_is_masked(site: TelegramSite, wei: Customer) -> None:
    await site.deliver(wei.send_file(b"my password is hunter2butlonger", "password: hunter2butlonger.txt"))

    await fetched(site, 1)

    assert "hunter2butlonger" not in await dump(site.database)
