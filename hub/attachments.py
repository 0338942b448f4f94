"""Files of customers, whatever channel they come by: taken in as messages, and what the bot says to them."""

from __future__ import annotations

from datetime import datetime
from typing import IO

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository
from conversations import service as conversations
from conversations.attachments import service
from conversations.database import Database
from conversations.domain import Claim, Incoming, Received
from escalation import service as desk
from escalation.relay import service as relay
from hub import wording
from kit import wire

#: The dialogue's loop while the facts of a case are asked for.
_INTAKE = "intake_form"
#: How many events back the open question is looked for.
_LOOK_BACK = 50


async def take_in(
    database: Database, files: service.Keeper, now: datetime, incoming: Incoming, name: str, file: IO[bytes]
) -> tuple[Received, wire.Attachment]:
    """Store a file, and the text it came with if any, as one message.

    Raises:
        InvalidRequest, UnsupportedType, TooLarge: the file may not be kept; nothing was stored.
        ClientIdReused: the external id came before with something else.
        Unavailable: it cannot be stored now.
    """
    async with files.keep(now, name, file) as kept:
        async with database.write() as session:
            received, attachment, secrets = await service.attach(session, now, incoming, kept)
            if received.is_new:
                conversation = await conversations.access_conversation(session, incoming.conversation_id)
                if secrets:
                    kinds = wording.secret_kinds(secrets, conversation.locale)
                    text = wording.text("secret", conversation.locale, kinds=kinds)
                    await conversations.say(session, now, conversation, text)
                await desk.customer_wrote(session, now, conversation)
                if conversation.channel == incoming.channel:  # else it was sent from somewhere else
                    await relay.note_use(session, now, conversation)
    if not received.is_new:
        await files.remove(kept.attachment.id)
    return received, attachment


async def acknowledge(session: AsyncSession, claim: Claim) -> wire.TurnReply:
    """Return the bot's answer to a message that is only files: it cannot read them and says who will.

    In an intake the file counts as received and the question stays open, buttons and all.
    """
    buttons = [wire.Button(wording.text("person", claim.locale), wire.Payload("human_request"))]
    if (claim.state or {}).get("loop") == _INTAKE:
        key, outcome, buttons = "file_in_intake", "intake", await _buttons_before(session, claim)
    elif claim.holder == "queue":
        key, outcome, buttons = "file_with_case", "instant", []
    else:
        key, outcome = "file", "clarify"
    message = wire.BotMessage(wording.text(key, claim.locale), buttons=buttons)
    return wire.TurnReply([message], outcome, {"decided": key}, claim.state or {})


async def _buttons_before(session: AsyncSession, claim: Claim) -> list[wire.Button]:
    """Return the buttons of the bot's newest turn, in their order."""
    conversation = await repository.get(session, claim.conversation_id)
    if conversation is None or conversation.last_turn_id is None:
        return []
    turn_id, after = conversation.last_turn_id, max(conversation.last_event_id - _LOOK_BACK, 0)
    payloads = {
        each.token: each.payload for each in await repository.buttons_of_turn(session, conversation.id, turn_id)
    }
    events = await repository.events_after(
        session, conversation.id, after, conversations.CUSTOMER_AUDIENCE, limit=_LOOK_BACK
    )
    shown = [button for event in events if event.data.get("turn_id") == turn_id for button in event.data["buttons"]]
    return [wire.Button(button["label"], wire.Payload(**payloads[button["token"]])) for button in shown]
