"""The customer API's cases: their cards, more facts, reopening, rating; design in docs/architecture.md.

Every call answers for the tickets of this conversation and, once its customer is verified, of their other
conversations; any other ticket is 404, as if it did not exist.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictInt
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service
from conversations.http import JsonBody, parse
from conversations.models import Conversation
from escalation.customers import cards
from escalation.customers import service as customer
from escalation.relay import service as relay
from hub import wording
from hub.channels.web import CHANNEL, Access, Ctx
from hub.context import Context
from kit.codec import encode

router = APIRouter(prefix="/api/v1/conversations/{conversation_id}/tickets")

Number = Annotated[str, Path(max_length=16, pattern=r"^[A-Za-z0-9-]+$")]


class FactsRequest(BaseModel):
    client_id: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")
    text: Any = None


class RatingRequest(BaseModel):
    score: StrictInt = Field(ge=1, le=5)
    comment: str | None = None


async def limit_changes(conversation: Access, context: Ctx) -> None:
    """Count a change against the conversation's limit of messages."""
    await context.limits.hit("messages", conversation.id)


@router.get("")
async def get_cases(conversation: Access, context: Ctx) -> dict[str, Any]:
    """Return the cards of the customer's cases, newest first."""
    async with context.database.read() as session:
        return {"tickets": encode(await cards.cards(session, context.clock.now(), conversation))}


@router.post("/{number}/facts", dependencies=[Depends(limit_changes)])
async def post_facts(number: Number, conversation: Access, body: JsonBody, context: Ctx) -> JSONResponse:
    """Add to an open case: 202, or 200 with the same event id when it came before."""
    asked, now = parse(FactsRequest, body), context.clock.now()
    async with context.database.write() as session:
        added = await customer.add_facts(
            session, now, conversation, number, channel=CHANNEL, client_id=asked.client_id, text=asked.text
        )
        await _warn(session, now, added.conversation, added.secrets)
        await relay.note_use(session, now, conversation)
    return JSONResponse({"event_id": added.event_id}, 202 if added.is_new else 200)


@router.post("/{number}/reopen", dependencies=[Depends(limit_changes)])
async def post_reopen(number: Number, conversation: Access, context: Ctx) -> dict[str, Any]:
    """Open a resolved case again, within 14 days; an open one stays as it is. Returns its card."""
    async with context.database.write() as session:
        await customer.reopen(session, context.clock.now(), conversation, number)
    return await _card(context, conversation, number)


@router.post("/{number}/rating", dependencies=[Depends(limit_changes)])
async def post_rating(number: Number, conversation: Access, body: JsonBody, context: Ctx) -> dict[str, Any]:
    """Rate how a resolved case was handled, 1 to 5; may be changed for a day. Returns its card."""
    asked, now = parse(RatingRequest, body), context.clock.now()
    async with context.database.write() as session:
        home, secrets = await customer.rate(session, now, conversation, number, asked.score, asked.comment)
        await _warn(session, now, home, secrets)
    return await _card(context, conversation, number)


async def _card(context: Context, conversation: Conversation, number: str) -> dict[str, Any]:
    async with context.database.read() as session:
        card: dict[str, Any] = encode(await cards.card_of(session, context.clock.now(), number, conversation))
    return card


async def _warn(session: AsyncSession, now: datetime, conversation: Conversation, secrets: list[str]) -> None:
    """Tell the customer what was removed, and what to do."""
    if secrets:
        kinds = wording.secret_kinds(secrets, conversation.locale)
        await service.say(session, now, conversation, wording.text("secret", conversation.locale, kinds=kinds))
