"""The customer API's files: one upload is one message; design in docs/architecture.md.

The body is the file itself. What it is called and its client id stand in the address; what it is
is seen from its content. A file counts against the conversation's limit of messages.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, JSONResponse

from conversations.attachments import service
from conversations.attachments.http import Files, file_response, uploaded
from conversations.domain import Incoming
from hub.attachments import take_in
from hub.channels.web import CHANNEL, Access, Ctx

router = APIRouter(prefix="/api/v1")

ClientId = Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


@router.post("/conversations/{conversation_id}/attachments")
async def post_attachment(
    conversation: Access, request: Request, context: Ctx, files: Files, client_id: ClientId, name: str = ""
) -> JSONResponse:
    """Store a file as a message: 202, or 200 with the same event id when it came before."""
    await context.limits.hit("messages", conversation.id)
    incoming = Incoming(
        channel=CHANNEL,
        external_id=f"{conversation.id}:{client_id}",
        conversation_id=conversation.id,
        client_id=client_id,
    )
    async with uploaded(request) as file:
        received, attachment = await take_in(context.database, files, context.clock.now(), incoming, name, file)
    body = {"event_id": received.event_id, "attachment": attachment.as_data()}
    return JSONResponse(body, 202 if received.is_new else 200)


@router.get("/conversations/{conversation_id}/attachments/{attachment_id}", response_class=FileResponse)
async def get_attachment(conversation: Access, attachment_id: str, context: Ctx, files: Files) -> FileResponse:
    """Return a file of this conversation."""
    async with context.database.read() as session:
        attachment = await service.access(session, conversation.id, attachment_id)
    return file_response(attachment, files)
