"""The verbs of the channel last used. Each runs inside the caller's transaction and only flushes.

A transaction locks conversations first and the row of the channel last used after them, and the relay locks only the
conversation it hands on to, so that no two wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as transcripts
from conversations import service as conversations
from conversations.database import hint
from conversations.models import Conversation, Event, Outbox
from escalation.customers import wording
from escalation.domain import OPEN_STATUSES
from escalation.models import Ticket
from escalation.relay import repository
from escalation.relay.models import RelayedDelivery
from kit import wire
from kit.ids import new_id

#: The name of the outbox rows that are handed on.
CHANNEL = "relay"
#: Statuses that are worth a line somewhere else.
TOLD = ("on_hold", "resolved")
#: What a message of an agent's carries besides its text.
_RICH = ("blocks", "citations")


async def note_use(session: AsyncSession, now: datetime, conversation: Conversation) -> None:
    """Note that the customer wrote in this conversation; one who is not verified has no other."""
    if conversation.customer_id is not None:
        await repository.note(session, conversation.customer_id, conversation.id, now)


async def forget(session: AsyncSession, conversation: Conversation) -> None:
    """Hand nothing on to a conversation any more: its chat was parted from the customer."""
    await repository.forget(session, conversation.id)


async def send_on(session: AsyncSession, now: datetime, home: Conversation, ticket: Ticket, event_id: int) -> None:
    """Queue an event of a case's conversation for where the customer wrote last, if that is another one."""
    last = await repository.last_used(session, home.customer_id) if home.customer_id else None
    if last is None or last.conversation_id == home.id:
        return
    row = Outbox(
        id=new_id(),
        conversation_id=home.id,
        event_id=event_id,
        channel=CHANNEL,
        status="pending",
        attempts=0,
        next_attempt_at=now,
    )
    session.add(row)
    await session.flush()
    session.add(RelayedDelivery(delivery_id=row.id, ticket_number=ticket.number))
    hint(session, conversations.OUTBOX_TOPIC)


async def hand_over(session: AsyncSession, now: datetime, delivery_id: str) -> None:
    """Say what was queued where the customer wrote last by now, once; the row counts as delivered from here on.

    The row is locked before the message is read: a redaction that locks it too finds the copy, or is found here.
    """
    row = await session.get(Outbox, delivery_id, with_for_update=True)
    relayed = await session.get(RelayedDelivery, delivery_id)
    if row is None or row.status != "pending" or relayed is None:
        return
    home = await transcripts.get(session, row.conversation_id)
    event = await transcripts.event(session, row.conversation_id, row.event_id)
    last = await repository.last_used(session, home.customer_id) if home and home.customer_id else None
    if home is not None and event is not None and last is not None and last.conversation_id != home.id:
        target = await conversations.access_conversation(session, last.conversation_id)
        if target.customer_id == home.customer_id:
            is_new = last.ticket_number != relayed.ticket_number
            await _say(session, now, target, relayed, event, is_new=is_new)
    await transcripts.record_delivery(session, delivery_id, "delivered", now, None)


async def _say(
    session: AsyncSession, now: datetime, target: Conversation, relayed: RelayedDelivery, event: Event, *, is_new: bool
) -> None:
    data, number = event.data, relayed.ticket_number
    if event.type == wire.TICKET_UPDATED:
        text = wording.text(f"relayed_{data['status']}", target.locale, number=number)
        await conversations.say(session, now, target, text)
        return
    if not data.get("text"):  # erased meanwhile
        return
    more = {name: data[name] for name in _RICH if data.get(name)}
    name = f"{data['name']} · {number}"
    relayed.said_in = target.id
    relayed.said_as = await conversations.say(session, now, target, data["text"], author="agent", name=name, **more)
    if is_new and target.channel in conversations.PUSH_CHANNELS:
        await conversations.say(session, now, target, wording.text("relayed", target.locale, number=number))
    await repository.set_case(session, target.id, number)


async def case_of(session: AsyncSession, conversation: Conversation) -> Ticket | None:
    """Return the case of another conversation that people talk about here with the customer, while they do."""
    last = await repository.last_used(session, conversation.customer_id) if conversation.customer_id else None
    if last is None or last.conversation_id != conversation.id or last.ticket_number is None:
        return None
    ticket = await session.get(Ticket, last.ticket_number, populate_existing=True)
    is_talked_about = ticket is not None and ticket.status in OPEN_STATUSES and ticket.held_by == "agent"
    return ticket if is_talked_about else None
