"""Tickets found by any word of theirs: what they say of a case, and what was said in its conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import search
from conversations.models import Conversation
from escalation.models import Ticket
from kit.search_terms import Query
from kit.snippets import Snippet, find_snippet

#: Entries of a ticket's log after which what can be found of it is another.
_FACTS_CHANGED = frozenset({"ticket.opened", "ticket.facts_added", "ticket.tagged", "ticket.merged"})
#: Entries after which words were taken out of what was said as well.
_REWRITTEN = frozenset({"ticket.message_redacted"})
#: Messages that are looked through for the snippets of one page.
_MESSAGES_READ = 2000


class Described(Protocol):
    """What is read of a ticket."""

    number: Any
    summary: Any
    fields: Any
    tags: Any


def facts_of(tickets: Iterable[Described], customer_id: str | None) -> str:
    """Return the words by which the tickets of one conversation are found, besides what was said."""
    lines = [customer_id or ""]
    for ticket in tickets:
        lines += [ticket.number, ticket.summary, *_leaves(ticket.fields), *ticket.tags]
    return "\n".join(str(line) for line in lines)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


async def follow(session: AsyncSession, conversation_id: str, type: str) -> None:
    """Keep up with an entry of a ticket's log. Needs the conversation's lock."""
    if type in _REWRITTEN:
        await reindex(session, conversation_id)
    elif type in _FACTS_CHANGED:
        await index_facts(session, conversation_id)


async def index_facts(session: AsyncSession, conversation_id: str) -> None:
    """Bring what is found of a conversation's tickets up to date. Needs the conversation's lock."""
    found = select(Ticket).where(Ticket.conversation_id == conversation_id).order_by(Ticket.created_at, Ticket.number)
    tickets = (await session.execute(found)).scalars().all()
    customer = select(Conversation.customer_id).where(Conversation.id == conversation_id)
    customer_id = (await session.execute(customer)).scalar_one()
    document_id = await search.describe(session, conversation_id, facts_of(tickets, customer_id))
    new = [ticket.number for ticket in tickets if ticket.search_document_id is None]
    if new:
        await session.execute(update(Ticket).where(Ticket.number.in_(new)).values(search_document_id=document_id))


async def reindex(session: AsyncSession, conversation_id: str) -> None:
    """Read tickets and transcript of a conversation anew, after texts were overwritten. Needs its lock."""
    await session.flush()
    await index_facts(session, conversation_id)
    await search.reindex(session, conversation_id)


async def snippets(session: AsyncSession, tickets: Sequence[Ticket], query: Query) -> dict[str, Snippet]:
    """Return where each of these tickets matched, by number: in what was said, else in its facts."""
    if query.pattern is None or not tickets:
        return {}
    ids = list({ticket.conversation_id for ticket in tickets})
    said = await search.texts_of(session, ids, _MESSAGES_READ)
    found = {}
    for ticket in tickets:
        texts = [*said.get(ticket.conversation_id, []), *_leaves(ticket.fields), " ".join(ticket.tags)]
        if snippet := find_snippet(texts, query.pattern):
            found[ticket.number] = snippet
    return found
