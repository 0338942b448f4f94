"""What the customer is told the moment a complaint is registered: number, date, contact, and when it is decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.models import Conversation
from escalation.domain import language_of
from escalation.models import Ticket
from escalation.sla import clocks
from kit import zones

_TEXTS = {
    "en": {
        "registered": (
            "Your complaint is registered.\nNumber: {number}\nReceived: {received}\nContact: {contact}\n"
            "Decision with reasons: by {due}{limit}."
        ),
        "limit": ", and never later than {at}",
        "chat": "this chat",
    },
    "zh": {
        "registered": (
            "您的投诉已登记。\n编号：{number}\n收到时间：{received}\n联系方式：{contact}\n"
            "附理由的决定：{due}前作出{limit}。"
        ),
        "limit": "，最迟不超过 {at}",
        "chat": "本聊天",
    },
}


async def send(session: AsyncSession, now: datetime, conversation: Conversation, ticket: Ticket) -> None:
    """Tell the customer, in their zone, that the complaint is registered; times are those of the policies in force."""
    texts = _TEXTS["zh" if ticket.language == "zh" else "en"]
    foreseen = clocks.foreseen(conversation, ticket.case, ticket.priority, ticket.language, ticket.created_at)

    def written(at: datetime) -> str:
        return zones.written(at, language_of(conversation.locale), conversation.timezone)

    limit = foreseen.hard_limit_at
    text = texts["registered"].format(
        number=ticket.number,
        received=written(ticket.created_at),
        contact=ticket.fields.get("email") or texts["chat"],
        due=written(foreseen.resolution_due_at),
        limit=texts["limit"].format(at=written(limit)) if limit else "",
    )
    await conversations.say(session, now, conversation, text)
