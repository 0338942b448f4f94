"""What can be done with attachments: keep a file, attach it to a message, read it, erase it, sweep up.

The order that keeps the promise: the file is checked, cleaned and on disk before the transaction
that makes the message; when that comes to nothing the file goes again, at once or with the sweep.
A message with a file is a `message.created` of the customer's whose data has `attachments`
(kit.wire.Attachment); its text may be empty.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import IO

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as record
from conversations import service as conversations
from conversations.attachments import checks, repository
from conversations.attachments.cleaning import clean
from conversations.attachments.models import Attachment
from conversations.attachments.storage import Folder
from conversations.database import Database
from conversations.domain import Incoming, Received
from kit import wire
from kit.clock import Clock
from kit.errors import NotFound, SupportError
from kit.ids import new_id
from kit.masking import mask

log = logging.getLogger(__name__)

#: Files cleaned at once: a large picture needs some 500 MB while it is decoded.
MAX_CLEANING = 2
#: A file without a row is an orphan after this long; a commit takes seconds at most.
ORPHANED_AFTER = timedelta(hours=1)
SWEEP_SECONDS = 3600.0
#: Ids a query asks for at once.
_SWEEP_BATCH = 500


@dataclass(frozen=True)
class Kept:
    """A file on disk that no message has yet.

    `upload` is the hash of what was sent, which tells a repeat from a reused client id whatever
    cleaning makes of it; `secrets` are the kinds that were masked in it.
    """

    attachment: wire.Attachment
    sha256: str
    upload: str
    secrets: list[str]


class Keeper:
    """Takes files into the folder and out of it, in threads."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._slots = asyncio.Semaphore(MAX_CLEANING)

    @asynccontextmanager
    async def keep(self, now: datetime, name: str, file: IO[bytes]) -> AsyncIterator[Kept]:
        """Check, clean and store a file for the block that attaches it; refused there, it goes again.

        On any other failure it stays: the commit may have succeeded, and the sweep knows.

        Raises:
            InvalidRequest, UnsupportedType, TooLarge: the file may not be kept (cleaning.clean).
            Unavailable: it cannot be stored now.
        """
        async with self._slots:
            kept = await asyncio.to_thread(self._keep, now, name, file)
        try:
            yield kept
        except SupportError:
            await self.remove(kept.attachment.id)
            raise

    def _keep(self, now: datetime, name: str, file: IO[bytes]) -> Kept:
        file.seek(0)
        data = file.read()
        cleaned = clean(data)
        checks.check_name(name, cleaned.type)
        safe_name, in_name = mask(name)
        attachment = wire.Attachment(
            id=new_id(),
            name=checks.shown_name(safe_name, cleaned.type),
            type=cleaned.type,
            size=len(cleaned.data),
            width=cleaned.width,
            height=cleaned.height,
        )
        self.folder.write(attachment.id, cleaned.data, now)
        return Kept(
            attachment,
            sha256=hashlib.sha256(cleaned.data).hexdigest(),
            upload=hashlib.sha256(data).hexdigest(),
            secrets=sorted({*cleaned.secrets, *in_name}),
        )

    async def remove(self, *ids: str) -> None:
        for id in ids:
            await asyncio.to_thread(self.folder.remove, id)

    async def sweep(self, database: Database, now: datetime) -> None:
        """Remove files that no attachment wants: orphans, unfinished ones, those of erased attachments."""
        names = await asyncio.to_thread(self.folder.written_before, now - ORPHANED_AFTER)
        for start in range(0, len(names), _SWEEP_BATCH):
            batch = names[start : start + _SWEEP_BATCH]
            async with database.read() as session:
                wanted = await repository.kept(session, batch)
            await self.remove(*(name for name in batch if name not in wanted))

    async def run(self, database: Database, clock: Clock) -> None:
        """Sweep now and every hour, until cancelled."""
        while True:
            try:
                await self.sweep(database, clock.now())
            except Exception:
                log.exception("Sweeping up files failed; trying again in %s s.", SWEEP_SECONDS)
            await asyncio.sleep(SWEEP_SECONDS)


async def attach(
    session: AsyncSession, now: datetime, incoming: Incoming, kept: Kept
) -> tuple[Received, wire.Attachment, list[str]]:
    """Store a message with its file once; returns the file that counts, and the kinds of secrets masked.

    For a repeat that is the file of the first time: the new one is to be removed.

    Raises:
        ClientIdReused: the external id came before with another file or text.
    """
    message = replace(incoming, attachments=(kept.attachment,), upload=kept.upload)
    received, secrets = await conversations.receive(session, now, message)
    if not received.is_new:
        (known,) = await repository.of_message(session, incoming.conversation_id, received.event_id)
        return received, _as_wire(known), []
    session.add(
        Attachment(
            **vars(kept.attachment),
            conversation_id=incoming.conversation_id,
            event_id=received.event_id,
            sha256=kept.sha256,
            created_at=now,
        )
    )
    await session.flush()
    return received, kept.attachment, sorted({*secrets, *kept.secrets})


def _as_wire(row: Attachment) -> wire.Attachment:
    return wire.Attachment(row.id, row.name, row.type, row.size, row.width, row.height)


async def access(session: AsyncSession, conversation_id: str, attachment_id: str) -> Attachment:
    """Return an attachment of this conversation, or raise NotFound; an erased one is not found either."""
    is_id = attachment_id.isalnum()  # PostgreSQL refuses to look for a NUL
    found = await repository.attachment(session, conversation_id, attachment_id) if is_id else None
    if found is None or found.erased_at is not None:
        raise NotFound("There is no such attachment.")
    return found


async def overwrite(session: AsyncSession, now: datetime, conversation_id: str, attachment_id: str) -> None:
    """Leave a tombstone of an attachment, in its row and its message: id, time and type stay.

    Part of a larger erasure; its caller removes the file after the commit, or leaves it to the sweep.
    """
    await conversations.access_conversation(session, conversation_id)
    row = await access(session, conversation_id, attachment_id)
    row.name, row.size, row.sha256, row.width, row.height, row.erased_at = "", 0, "", None, None, now
    event = await record.event(session, conversation_id, row.event_id)
    if event is not None:
        tombstone = {"id": row.id, "type": row.type, "name": "", "size": 0, "is_erased": True}
        files = [tombstone if file["id"] == row.id else file for file in event.data["attachments"]]
        event.data = {**event.data, "attachments": files}
    await session.flush()


async def erase(database: Database, keeper: Keeper, now: datetime, conversation_id: str, attachment_id: str) -> None:
    """Erase an attachment for good: tombstone first, then the file, so that a crash leaves only an orphan."""
    async with database.write() as session:
        await overwrite(session, now, conversation_id, attachment_id)
    await keeper.remove(attachment_id)
