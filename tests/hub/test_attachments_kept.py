"""Files that are kept, and no others: whatever is killed, full or erased."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from conversations import service as conversations
from conversations.attachments import service
from conversations.attachments.models import Attachment
from conversations.attachments.service import Keeper
from conversations.attachments.storage import Folder
from hub.settings import Settings
from kit.clock import ManualClock
from tests.conversations.attachments.files import PDF, photo, picture
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import Site, Visitor, eventually, running
from tests.hub.uploads import NOTHING, download, keeper_of, stored, upload, uploaded


async def test_service_killed_between_file_and_row_leaves_no_half(
    settings: Settings, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings, clock, assistant) as before:
        visitor = await before.visit()
        wanted = await uploaded(visitor, picture())
        async with keeper_of(before).keep(clock.now(), "chart.png", io.BytesIO(picture())) as orphan:
            pass  # killed here: the file is there, its message is not
        keeper_of(before).folder.path("unfinished.part").write_bytes(b"half")
        assert (await download(visitor, orphan.attachment.id)).status_code == 404
        assert len(await visitor.texts("customer")) == 1

    clock.advance(minutes=61)
    async with running(settings, clock, assistant) as after:

        async def is_swept() -> bool:
            return orphan.attachment.id not in (await stored(after)).files

        await eventually(is_swept)
        assert (await download(after.revisit(visitor), wanted["id"])).status_code == 200


async def test_sweep_leaves_a_file_alone_whose_message_may_still_come(site: Site) -> None:
    async with keeper_of(site).keep(site.clock.now(), "chart.png", io.BytesIO(picture())) as kept:
        site.clock.advance(minutes=59)
        await keeper_of(site).sweep(site.database, site.clock.now())

    assert (await stored(site)).files == [kept.attachment.id]


async def test_failure_after_the_file_tells_the_customer_to_try_again_and_trying_again_works(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> Any:
        raise RuntimeError("The database went away, as the test asked.")

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "receive", fails)
        with pytest.raises(RuntimeError):
            await upload(visitor, picture(), client_id="c-1")
    assert await visitor.events() == []

    assert (await upload(visitor, picture(), client_id="c-1")).status_code == 202


async def test_full_disk_refuses_files_and_leaves_room_for_messages(site: Site, visitor: Visitor) -> None:
    site.app.state.attachments = Keeper(Folder(keeper_of(site).folder.path(""), min_free_bytes=2**60))

    refused = await upload(visitor, picture())

    assert (refused.status_code, refused.json()["error"]) == (503, "unavailable")
    assert await stored(site) == NOTHING
    assert (await visitor.post(text="What is funding?")).status_code == 202


async def test_erased_file_leaves_only_that_there_was_one(site: Site, visitor: Visitor) -> None:
    attachment = await uploaded(visitor, photo(), "passport of Satoshi.jpg")
    other = await uploaded(visitor, PDF, "statement.pdf")

    await service.erase(site.database, keeper_of(site), site.clock.now(), visitor.id, attachment["id"])

    async with site.database.read() as session:
        row = await session.get(Attachment, attachment["id"])
    assert row is not None
    assert (row.name, row.size, row.sha256, row.width, row.height) == ("", 0, "", None, None)
    assert (row.type, row.created_at, row.erased_at) == ("image/jpeg", site.clock.now(), site.clock.now())
    tombstone = {"id": attachment["id"], "type": "image/jpeg", "name": "", "size": 0, "is_erased": True}
    sent = [event["data"] for event in await visitor.events() if event["data"].get("author") == "customer"]
    assert [data["attachments"] for data in sent] == [[tombstone], [other]]
    assert (await stored(site)).files == [other["id"]]
    assert (await download(visitor, attachment["id"])).status_code == 404


async def test_file_of_an_erasure_that_was_killed_halfway_is_swept(site: Site, visitor: Visitor) -> None:
    attachment = await uploaded(visitor, picture())
    async with site.database.write() as session:
        await service.overwrite(session, site.clock.now(), visitor.id, attachment["id"])

    await keeper_of(site).sweep(site.database, site.clock.now() + timedelta(hours=2))

    assert (await stored(site)).files == []
