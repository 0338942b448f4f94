"""Writes live numbers into a reply before it is committed, never inside the transaction."""

from __future__ import annotations

from dataclasses import replace

from exchange.facts import Fact, LiveFacts, facts_in
from kit import wire
from kit.blocks import plain_text
from kit.errors import InvalidRequest
from kit.live import fill_live, is_live


async def fill(reply: wire.TurnReply, live: LiveFacts | None, locale: str) -> wire.TurnReply:
    """Return the reply with value, source and time in place of placeholders, in the quoted article's language.

    What the exchange cannot say within a second is left out: the article's own words say where to look.
    """
    if not any(is_live(block) for message in reply.messages for block in message.blocks):
        return reply
    facts = {text: fact for message in reply.messages for text, fact in _facts(message).items()}
    found = await live.lookup_all(facts.values()) if live is not None else {}
    language = (reply.trace.get("article") or {}).get("language") or locale
    values = {text: found[fact].text(language) if fact in found else None for text, fact in facts.items()}
    return replace(reply, messages=[_fill(message, _once(values)) for message in reply.messages])


def _once(values: dict[str, str | None]) -> dict[str, str | None]:
    """Leave out what was said before: two numbers of a contract that is not listed are one remark."""
    said: dict[str | None, str] = {}
    return {text: value if said.setdefault(value, text) == text else None for text, value in values.items()}


def _facts(message: wire.BotMessage) -> dict[str, Fact]:
    """Return a message's placeholders, by their text; one that names no fact has none."""
    facts: dict[str, Fact] = {}
    for block in message.blocks:
        if is_live(block):
            try:
                facts.update(facts_in(plain_text([block])))
            except InvalidRequest:
                continue
    return facts


def _fill(message: wire.BotMessage, values: dict[str, str | None]) -> wire.BotMessage:
    blocks = fill_live(message.blocks, values)
    if len(blocks) == len(message.blocks) and not any(is_live(block) for block in message.blocks):
        return message
    return replace(message, blocks=blocks, text=plain_text(blocks))
