"""The verbs of the record. Each runs inside the caller's transaction and only flushes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository, search
from conversations.database import hint
from conversations.domain import ClientIdReused, Incoming, Received
from conversations.models import Button, Conversation, ConversationToken, Event, Inbox, Outbox
from kit import wire
from kit.clock import to_wire
from kit.errors import InvalidRequest, NotFound, NotSignedIn
from kit.ids import new_id, new_token, token_hash
from kit.masking import mask

#: Topic prefix of the hint that a customer's message waits for a turn.
INBOX_TOPIC = "inbox:"
#: Topic of the hint that a message waits to be pushed to its channel.
OUTBOX_TOPIC = "outbox"
#: A customer's token lives this long after its last use.
TOKEN_LIFETIME = timedelta(days=30)
#: Channels that are pushed to; the others read events by themselves.
PUSH_CHANNELS = frozenset({"telegram"})
CUSTOMER_AUDIENCE = ("customer",)
AGENT_AUDIENCE = ("customer", "agents")


async def open_conversation(
    session: AsyncSession,
    now: datetime,
    *,
    channel: str,
    locale: str,
    timezone: str = "UTC",
    customer_id: str | None = None,
    address_hash: str | None = None,
) -> tuple[Conversation, str]:
    """Start a conversation held by the bot; returns it with its bearer token, which is stored only hashed."""
    token = new_token()
    conversation = Conversation(
        id=new_id(),
        channel=channel,
        locale=locale,
        timezone=timezone,
        customer_id=customer_id,
        address_hash=address_hash,
        token_hash=token_hash(token),
        token_expires_at=now + TOKEN_LIFETIME,
        holder="bot",
        epoch=0,
        last_event_id=0,
        created_at=now,
    )
    session.add(conversation)
    await session.flush()
    return conversation, token


async def sign_in(session: AsyncSession, now: datetime, token: str | None) -> Conversation:
    """Return the conversation a bearer token belongs to, or raise NotSignedIn."""
    found = await repository.by_token_hash(session, token_hash(token)) if token else None
    if found is None and token:
        found = await repository.by_other_token(session, token_hash(token), now)
        if found is not None:
            return found
    if found is None or found.token_expires_at is None or found.token_expires_at <= now:
        raise NotSignedIn("This token is unknown or has expired. Open a new conversation.")
    return found


async def add_token(session: AsyncSession, now: datetime, conversation_id: str) -> str:
    """Return one more bearer token of a conversation; those given out before stay good."""
    token = new_token()
    await repository.forget_other_tokens(session, now)
    session.add(
        ConversationToken(
            token_hash=token_hash(token), conversation_id=conversation_id, expires_at=now + TOKEN_LIFETIME
        )
    )
    await session.flush()
    return token


async def extend_token(session: AsyncSession, now: datetime, conversation_id: str) -> None:
    """Let the conversation's token live its full time from now on."""
    await repository.extend_token(session, conversation_id, now + TOKEN_LIFETIME)


async def access_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """Return the conversation, locked, or raise NotFound."""
    found = await repository.lock(session, conversation_id)
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


async def receive(session: AsyncSession, now: datetime, incoming: Incoming) -> tuple[Received, list[str]]:
    """Store a customer's message once; also returns the kinds of secrets that were masked in it.

    Raises:
        ClientIdReused: the external id came before with other content.
        InvalidRequest: the button is not one of this conversation's.
    """
    conversation = await access_conversation(session, incoming.conversation_id)
    known = await repository.inbox_by_external_id(session, incoming.channel, incoming.external_id)
    text, payload = incoming.text, incoming.payload
    secrets: list[str] = []
    if incoming.button is not None:
        button = await repository.button(session, conversation.id, incoming.button)
        if button is None:
            raise InvalidRequest("This button does not belong to the conversation. Write what you want instead.")
        text, payload = button.label, button.payload
    else:
        previous = await repository.previous_text(session, conversation.id, before=known.event_id if known else None)
        text, secrets = mask(text, previous=previous)
    content = f"{incoming.button or ''}\0{text}" + (f"\0{incoming.upload}" if incoming.upload else "")
    digest = hashlib.sha256(content.encode()).hexdigest()
    if known is not None:
        return _repeat(known, incoming, digest), []
    if payload is None:
        payload = await _typed_button(session, conversation, text)
    data: dict[str, Any] = {"author": "customer", "text": text, "client_id": incoming.client_id}
    if incoming.attachments:
        data["attachments"] = [attachment.as_data() for attachment in incoming.attachments]
    if incoming.ticket:
        data["ticket"] = incoming.ticket
    event_id = await append(session, now, conversation, wire.MESSAGE_CREATED, data)
    session.add(
        Inbox(
            channel=incoming.channel,
            external_id=incoming.external_id,
            conversation_id=conversation.id,
            event_id=event_id,
            digest=digest,
            text=text,
            payload=payload,
            received_at=now,
            is_done=False,
            attempts=0,
        )
    )
    hint(session, INBOX_TOPIC + conversation.id)
    await session.flush()
    return Received(event_id, is_new=True), secrets


def _repeat(known: Inbox, incoming: Incoming, digest: str) -> Received:
    # Redacted or erased, a message has no digest any more: its id is enough.
    if known.conversation_id != incoming.conversation_id or known.digest not in ("", digest):
        raise ClientIdReused("This client_id was used before with other text. Use a new one for a new message.")
    return Received(known.event_id, is_new=False)


async def _typed_button(session: AsyncSession, conversation: Conversation, text: str) -> dict[str, Any] | None:
    """Return the payload of the newest turn's button whose label was typed."""
    if conversation.last_turn_id is None or conversation.holder == "agent":
        return None
    typed = text.strip().casefold()
    buttons = await repository.buttons_of_turn(session, conversation.id, conversation.last_turn_id)
    return next((button.payload for button in buttons if button.label.strip().casefold() == typed), None)


async def append(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    type: str,
    data: dict[str, Any],
    *,
    audience: str = "customer",
) -> int:
    """Add an event under the conversation's row lock, queue its delivery where the channel is pushed to."""
    conversation.last_event_id += 1
    event_id = conversation.last_event_id
    session.add(Event(conversation_id=conversation.id, id=event_id, type=type, audience=audience, at=now, data=data))
    if audience == "customer" and conversation.channel in PUSH_CHANNELS and _is_for_customer(type, data):
        session.add(
            Outbox(
                id=new_id(),
                conversation_id=conversation.id,
                event_id=event_id,
                channel=conversation.channel,
                status="pending",
                attempts=0,
                next_attempt_at=now,
            )
        )
        hint(session, OUTBOX_TOPIC)
    hint(session, conversation.id)
    await session.flush()
    if type == wire.MESSAGE_CREATED:
        await search.note_message(session, conversation.id, data)
    return event_id


def _is_for_customer(type: str, data: dict[str, Any]) -> bool:
    if type == wire.MESSAGE_REDACTED:
        return True
    return type == wire.MESSAGE_CREATED and data["author"] != "customer"


async def say(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    text: str,
    *,
    author: str = "system",
    audience: str = "customer",
    **more: Any,
) -> int:
    """Append a message that is not the customer's."""
    data = {"author": author, "text": text, **more}
    return await append(session, now, conversation, wire.MESSAGE_CREATED, data, audience=audience)


async def say_bot_message(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    message: wire.BotMessage,
    *,
    outcome: str,
    turn_id: str,
    **more: Any,
) -> int:
    """Append a bot message, with what `more` its data says; its buttons become opaque tokens."""
    buttons = []
    for button in message.buttons:
        token = new_token()
        payload = {"intent": button.payload.intent, "entities": button.payload.entities}
        session.add(
            Button(token=token, conversation_id=conversation.id, turn_id=turn_id, label=button.label, payload=payload)
        )
        buttons.append({"token": token, "label": button.label})
    if message.progress:
        more["progress"] = vars(message.progress)
    return await say(
        session,
        now,
        conversation,
        message.text,
        author="bot",
        blocks=message.blocks,
        buttons=buttons,
        citations=[vars(citation) for citation in message.citations],
        outcome=outcome,
        turn_id=turn_id,
        **more,
    )


async def set_holder(
    session: AsyncSession, now: datetime, conversation: Conversation, holder: str, *, name: str | None = None
) -> None:
    """Pass the conversation on: the epoch grows, so whatever was being prepared before is dropped.

    Going back to the bot starts a fresh dialogue.
    """
    if conversation.holder == holder:
        return
    conversation.holder = holder
    conversation.epoch += 1
    if holder == "bot":
        conversation.state = None
        conversation.last_turn_id = None
    data = {"holder": holder, "name": name}
    await append(session, now, conversation, wire.HOLDER_CHANGED, data)


async def events_after(
    session: AsyncSession,
    conversation_id: str,
    after: int,
    *,
    audiences: Sequence[str] = CUSTOMER_AUDIENCE,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Return what happened after an event id, as clients see it, oldest first.

    Agents are also told each message's audience.
    """
    events = await repository.events_after(session, conversation_id, after, audiences, limit)
    return [as_wire(event, with_audience=audiences == AGENT_AUDIENCE) for event in events]


def as_wire(event: Event, *, with_audience: bool = False) -> dict[str, Any]:
    data = event.data
    if with_audience and event.type == wire.MESSAGE_CREATED:
        data = {**data, "audience": event.audience}
    return {"id": event.id, "type": event.type, "at": to_wire(event.at), "data": data}
