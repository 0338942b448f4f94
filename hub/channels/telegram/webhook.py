"""Where Telegram posts updates: 200 once an update is stored, 503 when it could not be; the secret is checked first."""

from __future__ import annotations

import hmac
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from conversations.http import read_object
from hub.channels.telegram.channel import Telegram
from hub.context import Context, context_of
from kit.errors import NotFound, NotSignedIn, Unavailable

log = logging.getLogger(__name__)

#: Largest update, in bytes. A message of 4,096 characters that quotes another one stays far below.
MAX_UPDATE_BYTES = 1_048_576
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

router = APIRouter()


def _telegram(request: Request, context: Annotated[Context, Depends(context_of)]) -> Telegram:
    """Return the channel if the caller knows the webhook's secret."""
    telegram = context.telegram
    if telegram is None or not telegram.has_webhook:
        raise NotFound("This service takes no updates from Telegram.")
    shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(shown, telegram.webhook_secret.encode()):
        raise NotSignedIn(f"{SECRET_HEADER} is missing or wrong.")
    return telegram


@router.post("/telegram/webhook", include_in_schema=False)
async def take_update(request: Request, telegram: Annotated[Telegram, Depends(_telegram)]) -> dict[str, bool]:
    """Store one update."""
    raw = await read_object(request, MAX_UPDATE_BYTES)
    try:
        calls = await telegram.receiver.take(raw)
    except (SQLAlchemyError, OSError) as error:
        log.exception("An update from Telegram could not be stored; it will be sent again.")
        raise Unavailable("The update could not be stored. Send it again.") from error
    await telegram.follow_ups.run(calls)
    return {"ok": True}
