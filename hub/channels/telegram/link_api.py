"""What the website offers a customer who is logged in: link a Telegram chat, part it, set the phrase it shows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from conversations.http import JsonBody, parse
from hub.channels.telegram import chats, repository
from hub.channels.telegram.channel import Telegram
from hub.channels.web import Access, Ctx
from kit.clock import to_wire
from kit.errors import InvalidRequest, NotFound, NotPermitted
from kit.masking import mask

router = APIRouter(prefix="/api/v1/conversations/{conversation_id}/telegram")


class PhraseRequest(BaseModel):
    phrase: str = Field(min_length=4, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")


def _customer(conversation: Access) -> str:
    """Return who this is, if the exchange's site vouched for them."""
    if conversation.customer_id is None:
        raise NotPermitted("Log in on the website first: only a verified customer can link a chat.")
    return conversation.customer_id


def _telegram(context: Ctx) -> Telegram:
    if context.telegram is None:
        raise NotFound("This service has no Telegram bot.")
    return context.telegram


Customer = Annotated[str, Depends(_customer)]
Bot = Annotated[Telegram, Depends(_telegram)]


@router.get("")
async def show_link(customer: Customer, telegram: Bot, context: Ctx) -> dict[str, Any]:
    """Tell whether chats are linked and a phrase is set; the phrase itself is not shown."""
    async with context.database.read() as session:
        linked = await repository.chats_of_customer(session, customer)
        phrase = await repository.phrase(session, customer)
    return {"bot": telegram.username or None, "linked_chats": len(linked), "has_phrase": phrase is not None}


@router.post("/code", status_code=201)
async def make_code(customer: Customer, telegram: Bot, context: Ctx) -> dict[str, Any]:
    """Make a code that links one chat, good once and for ten minutes; earlier ones are void."""
    await context.limits.hit("link", customer)
    async with context.database.write() as session:
        code, expires_at = await chats.new_code(session, context.clock.now(), customer, context.key)
    url = f"https://t.me/{telegram.username}?start={code}" if telegram.username else None
    return {"code": code, "expires_at": to_wire(expires_at), "url": url}


@router.post("/phrase")
async def set_phrase(body: JsonBody, customer: Customer, telegram: Bot, context: Ctx) -> dict[str, bool]:
    """Set the words /verify shows in the customer's linked chats, in place of earlier ones."""
    phrase = check_phrase(body.get("phrase"))
    async with context.database.write() as session:
        await chats.set_phrase(session, context.clock.now(), customer, phrase)
    return {"has_phrase": True}


def check_phrase(text: object) -> str:
    """Return a phrase that will do, or raise InvalidRequest saying why not."""
    phrase = parse(PhraseRequest, {"phrase": text}).phrase.strip()
    if len(phrase) < 4:
        raise InvalidRequest("'phrase': at least 4 characters besides blanks.")
    if mask(phrase)[1]:
        raise InvalidRequest("'phrase': this looks like a password or key. Choose words you use nowhere else.")
    return phrase


@router.post("/unlink")
async def unlink(customer: Customer, telegram: Bot, context: Ctx) -> dict[str, int]:
    """Part every chat from the customer; each begins a new conversation."""
    async with context.database.write() as session:
        unlinked = await chats.unlink_customer(session, context.clock.now(), customer, context.key)
    return {"unlinked_chats": unlinked}
