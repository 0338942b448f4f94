"""My notices: what I am told of, by which ways, and where."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from conversations.http import JsonBody, parse
from escalation.api.context import Desk, Me
from escalation.outside import settings
from escalation.outside.context import Out
from escalation.outside.domain import KINDS, WAYS
from escalation.outside.settings import Reach
from escalation.outside.work import Outside
from kit.clock import to_wire
from kit.errors import NotFound

router = APIRouter(prefix="/me")


class NoticesRequest(BaseModel):
    ways: dict[str, list[str]] | None = Field(None, max_length=20)
    mail_address: str | None = Field(None, max_length=300)
    language: str | None = Field(None, max_length=8)


@router.get("/notifications")
async def show_notices(me: Me, desk: Desk, out: Out) -> dict[str, Any]:
    """Return what I am told of and how, and which ways there are here."""
    async with desk.database.read() as session:
        return _show(await settings.reach_of(session, me), out)


@router.put("/notifications")
async def change_notices(body: JsonBody, me: Me, desk: Desk, out: Out) -> dict[str, Any]:
    """Change what is given, and leave the rest as it is."""
    asked = parse(NoticesRequest, body)
    async with desk.database.write() as session:
        await settings.change(session, me, **asked.model_dump())
        return _show(await settings.reach_of(session, me), out)


@router.post("/telegram/code", status_code=201)
async def make_code(me: Me, desk: Desk, out: Out) -> dict[str, Any]:
    """Make a code that links my chat with the bot, good once and for ten minutes; earlier ones are void."""
    if not out.has("telegram"):
        raise NotFound("This service has no Telegram bot.")
    async with desk.database.write() as session:
        code, expires_at = await settings.new_code(session, desk.clock.now(), me, out.key)
    bot = out.bot_name()
    url = f"https://t.me/{bot}?start={code}" if bot else None
    return {"code": code, "expires_at": to_wire(expires_at), "url": url}


@router.post("/telegram/unlink")
async def unlink(me: Me, desk: Desk, out: Out) -> dict[str, Any]:
    """Part my chat."""
    async with desk.database.write() as session:
        await settings.unlink_chat(session, me.id)
        return _show(await settings.reach_of(session, me), out)


def _show(reach: Reach, out: Outside) -> dict[str, Any]:
    return {
        "kinds": list(KINDS),
        "ways": {kind: reach.ways[kind] for kind in KINDS},
        "available": [way for way in WAYS if out.has(way)],
        "mail_address": reach.mail_address,
        "language": reach.language,
        "is_telegram_linked": reach.telegram_chat_id is not None,
    }
