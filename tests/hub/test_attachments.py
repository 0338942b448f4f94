"""Files of customers: taken once, cleaned, shown to their own people only; bad ones are refused and leave nothing."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from kit.clock import ManualClock
from kit.ids import new_token
from tests.conversations.attachments.files import AUTHOR, BAD, GOOD, PDF, SVG, TEXT, photo, picture
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import Site, Visitor, broken_off, running, settings_for
from tests.hub.uploads import NOTHING, SANDBOX, Stored, download, keeper_of, stored, upload, uploaded


@pytest.mark.parametrize("kind", GOOD)
async def test_file_becomes_a_message_and_can_be_read_back(site: Site, visitor: Visitor, kind: str) -> None:
    content, type = GOOD[kind]

    taken = await upload(visitor, content, f"evidence.{kind}", client_id="c-1")

    attachment = taken.json()["attachment"]
    assert (taken.status_code, taken.json()["event_id"]) == (202, 1)
    assert (attachment["type"], attachment["name"]) == (type, f"evidence.{kind}")
    assert ("width" in attachment) == type.startswith("image/")
    (event,) = [event for event in await visitor.events() if event["data"]["author"] == "customer"]
    assert event["data"] == {"author": "customer", "text": "", "client_id": "c-1", "attachments": [attachment]}
    read = await download(visitor, attachment["id"])
    assert read.status_code == 200
    assert len(read.content) == attachment["size"]
    assert await stored(site) == Stored([attachment["id"]], 1, 1)


@pytest.mark.parametrize("kind", GOOD)
async def test_file_is_sent_so_that_nothing_of_it_runs(visitor: Visitor, kind: str) -> None:
    content, type = GOOD[kind]
    attachment = await uploaded(visitor, content, f"对账单.{kind}")

    headers = (await download(visitor, attachment["id"])).headers

    assert headers["content-type"].split(";")[0] == type
    assert headers["content-disposition"].startswith("inline" if type.startswith("image/") else "attachment")
    assert "%E5%AF%B9" in headers["content-disposition"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == SANDBOX
    assert headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("name", BAD)
async def test_bad_file_is_refused_with_a_reason_and_leaves_nothing(site: Site, visitor: Visitor, name: str) -> None:
    content, file_name, status = BAD[name]

    refused = await upload(visitor, content, file_name)

    codes = {413: "too_large", 415: "unsupported_type", 422: "invalid_request"}
    assert (refused.status_code, refused.json()["error"]) == (status, codes[status])
    assert refused.json()["detail"]
    assert await stored(site) == NOTHING
    assert await visitor.events() == []


@pytest.mark.parametrize("announced", [None, "5", str(2**40), "9" * 5000, "-1", "many"])
async def test_size_is_what_comes_not_what_is_announced(site: Site, visitor: Visitor, announced: str | None) -> None:
    sent = 0

    async def too_much() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(4096):
            sent += 65_536
            yield b"x" * 65_536

    headers = {"Content-Length": announced} if announced else {"Transfer-Encoding": "chunked"}
    refused = await upload(visitor, too_much(), "notes.txt", **headers)

    assert refused.status_code == 413
    assert await stored(site) == NOTHING


async def test_largest_file_is_taken(visitor: Visitor) -> None:
    largest = PDF.ljust(10 * 2**20 - len(PDF)) + PDF

    assert (await uploaded(visitor, largest, "statement.pdf"))["size"] == 10 * 2**20


async def test_upload_that_breaks_off_leaves_nothing(site: Site, visitor: Visitor) -> None:
    path = f"{visitor.path}/attachments?client_id=c-1"

    assert await broken_off(site, path, visitor.headers, picture()[:30]) == 422
    assert await stored(site) == NOTHING


async def test_form_is_told_to_send_the_file_itself(site: Site, visitor: Visitor) -> None:
    refused = await visitor.client.post(
        f"{visitor.path}/attachments",
        params={"client_id": "c-1"},
        files={"file": ("chart.png", picture())},
        headers=visitor.headers,
    )

    assert (refused.status_code, refused.json()["error"]) == (415, "unsupported_type")
    assert await stored(site) == NOTHING


@pytest.mark.parametrize("client_id", ["", "a b", "a:b", "x" * 65, "\x00"])
async def test_client_id_that_makes_no_sense_is_refused(site: Site, visitor: Visitor, client_id: str) -> None:
    params = {"client_id": client_id, "name": "chart.png"}

    refused = await visitor.client.post(
        f"{visitor.path}/attachments", params=params, content=picture(), headers=visitor.headers
    )

    assert refused.status_code == 422
    assert await stored(site) == NOTHING


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.png", "..\\x.png", "a\x00b.png", "/var/x.png", "x" * 9000])
async def test_name_never_reaches_the_disk(site: Site, visitor: Visitor, name: str) -> None:
    attachment = await uploaded(visitor, picture(), name)

    assert not set("/\\\x00") & set(attachment["name"])
    assert (await stored(site)).files == [attachment["id"]]
    assert (await download(visitor, attachment["id"])).status_code == 200


async def test_same_file_again_is_the_same_message(site: Site, visitor: Visitor) -> None:
    first = await upload(visitor, photo(), client_id="c-1")

    again = await upload(visitor, photo(), client_id="c-1")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    left = await stored(site)
    assert (len(left.files), left.rows, left.messages) == (1, 1, 1)


async def test_one_file_sent_many_times_at_once_is_stored_once(site: Site, visitor: Visitor) -> None:
    answers = await asyncio.gather(*(upload(visitor, picture(), client_id="c-1") for _ in range(6)))

    assert sorted(taken.status_code for taken in answers) == [200] * 5 + [202]
    assert len({json.dumps(taken.json()) for taken in answers}) == 1
    left = await stored(site)
    assert (len(left.files), left.rows, left.messages) == (1, 1, 1)


async def test_same_id_with_other_bytes_is_a_conflict(site: Site, visitor: Visitor) -> None:
    await upload(visitor, picture(), client_id="c-1")
    before = await stored(site)

    answers = [
        await upload(visitor, picture(size=(9, 9)), client_id="c-1"),
        await visitor.post(client_id="c-1", text="What is funding?"),
    ]

    assert [(refused.status_code, refused.json()["error"]) for refused in answers] == [(409, "client_id_reused")] * 2
    assert await stored(site) == before


async def test_id_of_a_text_is_not_taken_for_a_file(site: Site, visitor: Visitor) -> None:
    await visitor.post(client_id="c-1", text="What is funding?")

    refused = await upload(visitor, picture(), client_id="c-1")

    assert refused.status_code == 409
    assert (await stored(site)).files == []


async def test_without_its_token_no_file_is_taken_or_given(site: Site, visitor: Visitor) -> None:
    attachment = await uploaded(visitor, picture())
    before = await stored(site)
    for token in ("", new_token()):
        stranger = Visitor(site.app, site.client(), visitor.id, token)

        assert (await upload(stranger, picture())).status_code == 401
        assert (await download(stranger, attachment["id"])).status_code == 401
    assert await stored(site) == before


async def test_file_of_another_conversation_does_not_exist(site: Site, visitor: Visitor) -> None:
    attachment = await uploaded(visitor, picture())
    other = await site.visit()

    through_own = await download(other, attachment["id"])
    other.id = visitor.id
    through_theirs = await download(other, attachment["id"])

    assert (through_own.status_code, through_theirs.status_code) == (404, 404)
    assert (await upload(other, picture())).status_code == 404
    for nonsense in ("0" * 32, "..%2Fpharos.db", "%00", "pharos.db"):
        assert (await download(visitor, nonsense)).status_code == 404


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
async def test_place_and_author_of_a_photo_are_gone(site: Site, visitor: Visitor, format: str) -> None:
    attachment = await uploaded(visitor, photo(format, orientation=6))

    kept = (await download(visitor, attachment["id"])).content

    image = Image.open(io.BytesIO(kept))
    assert AUTHOR.encode() not in kept
    assert not dict(image.getexif())
    assert image.size == (attachment["width"], attachment["height"]) == (32, 64)


async def test_secret_in_a_text_or_a_name_is_removed_and_the_customer_told(site: Site, visitor: Visitor) -> None:
    attachment = await uploaded(visitor, b"my password is hunter2", "password: swordfish9.txt")

    assert (await download(visitor, attachment["id"])).content == b"my password is [removed: secret]"
    assert "swordfish9" not in json.dumps(await visitor.events())
    (told,) = await visitor.texts("system")
    assert "secret" in told


async def test_thirty_messages_a_minute_are_files_or_texts(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings_for(tmp_path, database_url, limit_messages="30/minute"), clock, assistant) as site:
        visitor, other = await site.visit(), await site.visit()
        codes = [(await upload(visitor, TEXT, "order.log")).status_code for _ in range(30)]

        refused = await upload(visitor, TEXT, "order.log")

        assert codes == [202] * 30
        assert (refused.status_code, refused.json()["error"]) == (429, "too_many")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert len((await stored(site)).files) == 30
        assert (await upload(other, TEXT, "order.log")).status_code == 202


async def test_markup_is_never_served_even_if_it_got_in(site: Site, visitor: Visitor) -> None:
    attachment = await uploaded(visitor, TEXT, "notes.txt")
    keeper_of(site).folder.path(attachment["id"]).write_bytes(SVG)

    headers = (await download(visitor, attachment["id"])).headers

    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["content-disposition"].startswith("attachment")
