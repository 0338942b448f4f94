"""Uploads in the short forms tests use, and what they leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import func, select

from conversations.attachments.models import Attachment
from conversations.attachments.service import Keeper
from conversations.models import Inbox
from kit.ids import new_id
from tests.hub.site import Site, Visitor

SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"


async def upload(
    visitor: Visitor, content: Any, name: str = "chart.png", client_id: str | None = None, **headers: str
) -> httpx.Response:
    return await visitor.client.post(
        f"{visitor.path}/attachments",
        params={"client_id": client_id or new_id(), "name": name},
        content=content,
        headers={**visitor.headers, **headers},
    )


async def uploaded(visitor: Visitor, content: bytes, name: str = "chart.png") -> dict[str, Any]:
    """Send a file that must be taken; returns its description."""
    taken = await upload(visitor, content, name)
    assert taken.status_code == 202, taken.text
    attachment: dict[str, Any] = taken.json()["attachment"]
    return attachment


async def download(visitor: Visitor, attachment_id: str) -> httpx.Response:
    return await visitor.client.get(f"{visitor.path}/attachments/{attachment_id}", headers=visitor.headers)


def keeper_of(site: Site) -> Keeper:
    keeper: Keeper = site.app.state.attachments
    return keeper


@dataclass
class Stored:
    """What is left of uploads in all the places they may leave something."""

    files: list[str]
    rows: int
    messages: int


NOTHING = Stored([], 0, 0)


async def stored(site: Site) -> Stored:
    folder = keeper_of(site).folder.path("")
    async with site.database.read() as session:
        rows = (await session.execute(select(func.count()).select_from(Attachment))).scalar_one()
        messages = (await session.execute(select(func.count()).select_from(Inbox))).scalar_one()
    return Stored(sorted(path.name for path in folder.iterdir()) if folder.exists() else [], rows, messages)
