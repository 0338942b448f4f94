"""The desk API's files: agents look at what a ticket's customer sent. Nothing of it runs in the console's origin."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from conversations.attachments import service
from conversations.attachments.http import Files, file_response
from escalation.access import access_ticket
from escalation.api import Desk, Me

router = APIRouter(prefix="/desk/v1")


@router.get("/tickets/{number}/attachments/{attachment_id}", response_class=FileResponse)
async def get_attachment(number: str, attachment_id: str, me: Me, desk: Desk, files: Files) -> FileResponse:
    """Return a file of the ticket's conversation."""
    async with desk.database.read() as session:
        _, conversation = await access_ticket(session, me, number)
        attachment = await service.access(session, conversation.id, attachment_id)
    return file_response(attachment, files)
