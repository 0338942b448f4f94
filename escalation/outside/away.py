"""The customer who left: a person's reply that nobody read for five minutes is mailed, when an address is known.

The mail says how many replies wait and carries a link that resumes the conversation once; it quotes nothing. One mail
for a conversation and hour at most: later replies wait for the next one. *Read* is what the customer's client says it
has shown, and everything before a message of the customer's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as transcripts
from conversations import service as conversations
from conversations.models import Conversation, Inbox
from escalation.models import Ticket
from escalation.outside.domain import is_mail_address
from escalation.outside.models import CustomerMail, Happening, ReadPosition, ResumeLink, UnreadReply
from escalation.outside.outbox import put_mail
from escalation.relay import repository as relay
from kit import wire
from kit.clock import to_wire
from kit.errors import NotFound
from kit.ids import new_id, token_hash

UNREAD_FOR = timedelta(minutes=5)
BETWEEN_MAILS = timedelta(hours=1)
LINK_LIFETIME = timedelta(days=7)
#: The only channel whose customers can be gone; the others are pushed to.
_CHANNEL = "web"
_BATCH = 50


class LinkNotValid(NotFound):
    """The link was used, has expired, or never was."""


async def note_reply(session: AsyncSession, happening: Happening) -> None:
    """Note that a person replied, to see later whether it was read."""
    event_id = happening.data.get("event_id")
    if happening.type != "ticket.replied" or happening.actor_kind != "agent" or event_id is None:
        return
    ticket = await session.get_one(Ticket, happening.ticket_number)
    conversation = await session.get_one(Conversation, ticket.conversation_id)
    if conversation.channel == _CHANNEL and not await _is_pushed_elsewhere(session, conversation):
        look_at = happening.at + UNREAD_FOR
        row = UnreadReply(conversation_id=conversation.id, event_id=event_id, ticket_number=ticket.number)
        row.at, row.look_at = happening.at, look_at
        await session.merge(row)


async def _is_pushed_elsewhere(session: AsyncSession, conversation: Conversation) -> bool:
    """Tell whether a verified customer gets replies where they wrote last, by a channel that is pushed to."""
    last = await relay.last_used(session, conversation.customer_id) if conversation.customer_id else None
    if last is None or last.conversation_id == conversation.id:
        return False
    other = await session.get(Conversation, last.conversation_id)
    return other is not None and other.channel in conversations.PUSH_CHANNELS


async def has_unread(session: AsyncSession, now: datetime) -> bool:
    query = select(UnreadReply.event_id).where(UnreadReply.look_at <= now).limit(1)
    return (await session.execute(query)).first() is not None


async def mail_unread(session: AsyncSession, now: datetime, key: bytes) -> int:
    """Put in mails about replies that were not read; returns how many replies were looked at."""
    query = select(UnreadReply).where(UnreadReply.look_at <= now).order_by(UnreadReply.look_at).limit(_BATCH)
    found = (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()
    for conversation_id in dict.fromkeys(row.conversation_id for row in found):
        conversation = await conversations.access_conversation(session, conversation_id)
        await _look(session, now, conversation, key)
    return len(found)


async def _look(session: AsyncSession, now: datetime, conversation: Conversation, key: bytes) -> None:
    position = await _read_until(session, conversation.id)
    mine = UnreadReply.conversation_id == conversation.id
    await session.execute(delete(UnreadReply).where(mine, UnreadReply.event_id <= position))
    query = select(UnreadReply).where(mine).order_by(UnreadReply.event_id.desc())
    unread = (await session.execute(query)).scalars().all()
    if not any(row.at + UNREAD_FOR <= now for row in unread):
        return
    last = select(func.max(ResumeLink.made_at)).where(ResumeLink.conversation_id == conversation.id)
    mailed_at = (await session.execute(last)).scalar_one()
    if mailed_at is not None and mailed_at + BETWEEN_MAILS > now:
        await session.execute(update(UnreadReply).where(mine).values(look_at=mailed_at + BETWEEN_MAILS))
        return
    address = await _address_of(session, conversation)
    if address is not None:
        await _mail(session, now, conversation, address, unread, position, key)
    await session.execute(delete(UnreadReply).where(mine))


async def _read_until(session: AsyncSession, conversation_id: str) -> int:
    read = await session.get(ReadPosition, conversation_id, populate_existing=True)
    wrote = select(func.max(Inbox.event_id)).where(Inbox.conversation_id == conversation_id)
    return max(read.event_id if read else 0, (await session.execute(wrote)).scalar_one() or 0)


async def _address_of(session: AsyncSession, conversation: Conversation) -> str | None:
    """Return the address the exchange's site vouched for, else the one the customer gave with a case."""
    if conversation.customer_id is not None:
        known = await session.get(CustomerMail, conversation.customer_id)
        if known is not None:
            return known.address
    query = select(Ticket.fields).where(Ticket.conversation_id == conversation.id).order_by(Ticket.created_at.desc())
    given = [str(fields.get("email") or "").strip() for fields in (await session.execute(query)).scalars()]
    return next((address for address in given if is_mail_address(address)), None)


async def _mail(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    address: str,
    unread: Sequence[UnreadReply],
    position: int,
    key: bytes,
) -> None:
    events = await transcripts.events_after(session, conversation.id, position, conversations.CUSTOMER_AUDIENCE, 1000)
    replies = [e for e in events if e.type == wire.MESSAGE_CREATED and e.data["author"] == "agent"]
    id, expires_at = new_id(), now + LINK_LIFETIME
    letter = {
        "letter": "waiting_reply",
        "locale": conversation.locale,
        "number": unread[0].ticket_number,
        "count": len(replies),
        "expires_at": to_wire(expires_at),
    }
    await put_mail(session, now, address, "waiting_reply", letter, id=id)
    session.add(
        ResumeLink(
            token_hash=token_hash(link_token(key, id)),
            conversation_id=conversation.id,
            made_at=now,
            expires_at=expires_at,
        )
    )
    await session.flush()


def link_token(key: bytes, delivery_id: str) -> str:
    """Return the token in the mail of a delivery: made anew at each attempt, always the same, and stored nowhere."""
    return hmac.new(key, f"resume:{delivery_id}".encode(), hashlib.sha256).hexdigest()


async def note_read(session: AsyncSession, conversation_id: str, event_id: int) -> None:
    """Note how far a customer has read; it never goes back."""
    conversation = await conversations.access_conversation(session, conversation_id)
    row = await session.get(ReadPosition, conversation_id, populate_existing=True)
    position = min(event_id, conversation.last_event_id)
    if row is None:
        session.add(ReadPosition(conversation_id=conversation_id, event_id=position))
    else:
        row.event_id = max(row.event_id, position)
    await session.flush()


async def note_mail_address(session: AsyncSession, customer_id: str, address: str) -> None:
    """Note a verified customer's address."""
    if is_mail_address(address):
        await session.merge(CustomerMail(customer_id=customer_id, address=address))
        await session.flush()


async def use_link(session: AsyncSession, now: datetime, token: str) -> tuple[Conversation, str]:
    """Use up a link: returns its conversation with a new bearer token, beside which the customer's own stays good.

    Raises:
        LinkNotValid: unknown, used or expired.
    """
    change = (
        update(ResumeLink)
        .where(ResumeLink.token_hash == token_hash(token), ResumeLink.used_at.is_(None), ResumeLink.expires_at > now)
        .values(used_at=now)
        .returning(ResumeLink.conversation_id)
    )
    conversation_id = (await session.execute(change)).scalar_one_or_none()
    if conversation_id is None:
        raise LinkNotValid("This link was used before or has expired.")
    conversation = await conversations.access_conversation(session, conversation_id)
    return conversation, await conversations.add_token(session, now, conversation.id)


async def forget_links(session: AsyncSession, before: datetime) -> None:
    await session.execute(delete(ResumeLink).where(ResumeLink.expires_at < before))
