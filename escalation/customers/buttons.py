"""The desk's own buttons in the chat: reopen or a new question, and the five scores.

A press is resolved where it is stored, in the same transaction: no assistant is asked, and it makes no difference
who has the conversation. What cannot be done is said in words, so that no press meets silence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as transcripts
from conversations import service as conversations
from conversations.models import Conversation
from escalation import repository
from escalation.customers import repository as customer_repository
from escalation.customers import service as customer
from escalation.customers import wording
from escalation.customers.csat import RATE, RatingFixed
from escalation.domain import AlreadyOpen, NotAllowedNow
from kit import wire

#: What the buttons of the offer to reopen mean.
REOPEN, NEW_QUESTION = "desk_reopen", "desk_new_question"


async def offer_reopening(
    session: AsyncSession, now: datetime, conversation: Conversation, *, outcome: str, turn_id: str
) -> None:
    """Ask a customer who writes again whether it is about the case resolved last; once per resolution."""
    if conversation.holder != "bot":
        return
    open_cases = {ticket.case for ticket in await repository.open_tickets(session, conversation.id)}
    resolved = await customer_repository.not_offered(session, conversation.id)
    offered = [ticket for ticket in resolved if ticket.case not in open_cases]
    for ticket in offered:
        ticket.reopen_offered_at = now
    if offered:
        message = _offer(offered[0].number, conversation.locale)
        await conversations.say_bot_message(session, now, conversation, message, outcome=outcome, turn_id=turn_id)


def _offer(number: str, locale: str) -> wire.BotMessage:
    reopening = wire.Button(wording.text("reopen", locale, number=number), wire.Payload(REOPEN, {"number": number}))
    new_question = wire.Button(wording.text("new_question", locale), wire.Payload(NEW_QUESTION))
    return wire.BotMessage(wording.text("offer", locale, number=number), buttons=[reopening, new_question])


async def press(session: AsyncSession, now: datetime, conversation: Conversation) -> bool:
    """Do what a button of the desk's means if the message just received is one; False when it is not."""
    waiting = await transcripts.waiting(session, conversation.id)
    payload = waiting[-1].payload if waiting else None
    if payload is None or payload["intent"] not in _BUTTONS:
        return False
    await transcripts.mark_done(session, [waiting[-1].inbox_id])
    await _BUTTONS[payload["intent"]](session, now, conversation, **payload["entities"])
    return True


async def _press_rate(
    session: AsyncSession, now: datetime, conversation: Conversation, *, number: str, score: int
) -> None:
    key = "rated"
    try:
        await customer.rate(session, now, conversation, number, score, None)
    except NotAllowedNow:
        key = "rating_not_now"
    except RatingFixed:
        key = "rating_fixed"
    await conversations.say(
        session, now, conversation, wording.text(key, conversation.locale, number=number, score=score)
    )


async def _press_reopen(session: AsyncSession, now: datetime, conversation: Conversation, *, number: str) -> None:
    key = None
    try:
        await customer.reopen(session, now, conversation, number)
    except NotAllowedNow:
        key = "too_late"
    except AlreadyOpen:
        key = "already_open"
    if key is not None:
        await conversations.say(session, now, conversation, wording.text(key, conversation.locale, number=number))


async def _press_new_question(session: AsyncSession, now: datetime, conversation: Conversation) -> None:
    await conversations.say(session, now, conversation, wording.text("ask_away", conversation.locale))


_BUTTONS: dict[str, Callable[..., Awaitable[Any]]] = {
    RATE: _press_rate,
    REOPEN: _press_reopen,
    NEW_QUESTION: _press_new_question,
}
