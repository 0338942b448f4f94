"""Customer satisfaction: asked for after every resolution, 1 to 5 and a comment, rated once.

One rating per resolution: said again within a day it changes, after that it stays. A case is rated
while it is resolved, so for 14 days; reopened and resolved again it is rated anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.models import Conversation, Turn
from escalation.customers import repository as customer_repository
from escalation.customers import wording
from escalation.domain import REOPEN_WITHIN, NotAllowedNow
from escalation.life_cycle import record
from escalation.models import Rating, Ticket
from kit import wire
from kit.errors import Conflict, InvalidRequest
from kit.ids import new_id
from kit.masking import mask
from kit.text import check_message

SCORES = (1, 2, 3, 4, 5)
CHANGEABLE_FOR = timedelta(days=1)
#: Longest comment, in code points.
MAX_COMMENT_LENGTH = 1000
#: What a button of the question means.
RATE = "desk_rate"


class RatingFixed(Conflict):
    """The rating is too old to be changed."""


async def ask(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket) -> None:
    """Tell the customer that the case is resolved and ask how it was handled, with a button for each score.

    While no turn of the bot's came after it, a typed score counts as its button.
    """
    turn_id, text = new_id(), wording.text("resolved", conversation.locale, number=ticket.number)
    payloads = {score: wire.Payload(RATE, {"number": ticket.number, "score": score}) for score in SCORES}
    message = wire.BotMessage(text, buttons=[wire.Button(str(score), payloads[score]) for score in SCORES])
    trace = {"decided": "rating_asked", "ticket": ticket.number}
    session.add(Turn(id=turn_id, conversation_id=conversation.id, outcome="instant", trace=trace, **_at(now)))
    await conversations.say_bot_message(
        session, now, conversation, message, outcome="instant", turn_id=turn_id, rates=ticket.number
    )
    if conversation.last_turn_id is None:
        conversation.last_turn_id = turn_id


def _at(now: datetime) -> dict[str, datetime]:
    return {"started_at": now, "committed_at": now}


async def rate(
    session: AsyncSession, now: datetime, ticket: Ticket, score: int, comment: str | None = None
) -> list[str]:
    """Store what the customer thinks of the ticket's resolution; no comment keeps the one there is.

    Returns:
        The kinds of secrets that were masked in the comment.

    Raises:
        NotAllowedNow: the ticket is not resolved.
        RatingFixed: it was rated a day ago or more.
        InvalidRequest: the score or the comment breaks a rule.
    """
    if score not in SCORES:
        raise InvalidRequest("'score' must be a whole number from 1 to 5.")
    if ticket.status != "resolved" or ticket.resolved_at is None or now - ticket.resolved_at >= REOPEN_WITHIN:
        raise NotAllowedNow("A case can be rated only while it is resolved.")
    text, secrets = mask(check_message(comment, limit=MAX_COMMENT_LENGTH)) if comment else (comment, [])
    known = await customer_repository.rating(session, ticket)
    if known is not None and now - known.rated_at >= CHANGEABLE_FOR:
        raise RatingFixed("This case was rated more than a day ago; the rating stays as it is.")
    before = (known.score, known.comment) if known else None
    rating = known or Rating(ticket_number=ticket.number, resolved_at=ticket.resolved_at, comment="", rated_at=now)
    rating.score, rating.agent_id = score, ticket.assignee_id
    rating.comment = rating.comment if text is None else text
    if (rating.score, rating.comment) != before:
        session.add(rating)
        data = {"score": score, "comment": rating.comment, **({"from": before[0]} if before else {})}
        await record(session, now, ticket, "ticket.rated", "customer", "Customer", data)
    return secrets
