"""Reading an uploaded file and answering with one: nothing a customer sent ever runs in somebody's browser."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Annotated

from fastapi import Depends, Request
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from conversations.attachments import checks
from conversations.attachments.checks import UnsupportedType
from conversations.attachments.models import Attachment
from conversations.attachments.service import Keeper
from kit.errors import InvalidRequest, NotFound, TooLarge

#: An upload is held in memory up to this size, in bytes; then in a file without a name, which a crash removes.
_IN_MEMORY = 2**20
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def keeper_of(request: Request) -> Keeper:
    """FastAPI dependency: the application's keeper of files."""
    keeper: Keeper = request.app.state.attachments
    return keeper


Files = Annotated[Keeper, Depends(keeper_of)]


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[IO[bytes]]:
    """Read the body as one file, for the length of the block.

    Raises:
        UnsupportedType: a form instead of a file.
        TooLarge: over the limit, as announced or as it turns out.
        InvalidRequest: the sender went away.
    """
    if request.headers.get("content-type", "").lower().startswith(("multipart/", "application/x-www-form")):
        raise UnsupportedType("Send the file itself as the body, not a form.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > checks.MAX_BYTES:
        raise _too_large()
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        size = 0
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > checks.MAX_BYTES:  # whatever was announced
                    raise _too_large()
                file.write(chunk)
        except ClientDisconnect as error:
            raise InvalidRequest("The upload was broken off. Send it again.") from error
        yield file


def _too_large() -> TooLarge:
    return TooLarge(f"The file is larger than {checks.MAX_BYTES // 2**20} MB. Send a smaller one, or a part of it.")


def file_response(attachment: Attachment, keeper: Keeper) -> FileResponse:
    """Return a file: pictures may be looked at in place, everything else is a download.

    Raises:
        NotFound: the file was removed meanwhile.
    """
    path = keeper.folder.path(attachment.id)
    if not path.is_file():
        raise NotFound("There is no such attachment.")
    is_picture = attachment.type in checks.PICTURES
    return FileResponse(
        path,
        media_type=attachment.type,  # text is given its charset, UTF-8, by the response
        filename=attachment.name,
        content_disposition_type="inline" if is_picture else "attachment",
        headers=_HEADERS,
    )
