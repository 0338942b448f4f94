"""Fills what only the service knows into the assistant's words: a ticket's number and target time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conversations.models import Conversation
from escalation.service import Opened
from hub import wording
from kit import wire


def fill(reply: wire.TurnReply, conversation: Conversation, ticket: Opened | None) -> wire.TurnReply:
    """Return the reply with the ticket's number and target time written into its messages."""
    if ticket is None:
        return reply
    due = wording.due(ticket.due_at, conversation.locale, conversation.timezone)
    values = {wire.TICKET_NUMBER: ticket.number, wire.TICKET_DUE_AT: due}
    messages = [
        replace(message, text=_fill(message.text, values), blocks=_fill(message.blocks, values))
        for message in reply.messages
    ]
    return replace(reply, messages=messages)


def _fill(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        for placeholder, text in values.items():
            value = value.replace(placeholder, text)
        return value
    if isinstance(value, list):
        return [_fill(item, values) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, values) for key, item in value.items()}
    return value
