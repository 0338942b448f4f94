"""Full-text search of conversations, the same in both stores, written with what it finds.

A *document* is a conversation that was made searchable: what is known of it (*facts*, given by whoever
made it so) and what was said in it, internal notes included. Long ones have several *parts*, so that a
message never rewrites more than one; the facts stand in each. A query must match within one part. Stored
are terms of `kit.search_terms`: the stores only compare them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, Select, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base, Database, hint
from conversations.models import Event
from conversations.sqlite import empty_log
from kit import wire
from kit.search_terms import Group, Query, search_terms

log = logging.getLogger(__name__)

#: Parts of one document; the last one takes what is left. A part's id is document id * MAX_PARTS + its place.
MAX_PARTS = 256
#: Terms said in a part before the next one begins.
PART_LENGTH = 1500
_BITS = MAX_PARTS.bit_length() - 1
#: Topic of the hint that terms were taken out of the index.
REWRITTEN_TOPIC = "search-rewritten"
#: Pages of SQLite's index that one transaction of a purge writes anew: some milliseconds.
_PURGE_PAGES = 200
#: A purge that failed, or that nobody hinted at, is made after this long.
_PURGE_SECONDS = 3600.0
_MERGE = text("INSERT INTO search_index(search_index, rank) VALUES ('merge', :pages)")
_TOTAL_CHANGES = text("SELECT total_changes()")


class SearchDocument(Base):
    __tablename__ = "search_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), unique=True)


class SearchPart(Base):
    """Terms with blanks between them. Triggers (SQLite) or a generated column (PostgreSQL) keep the index."""

    __tablename__ = "search_part"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    facts: Mapped[str]
    said: Mapped[str]
    #: Terms in `said`.
    length: Mapped[int]


def said_in(data: dict[str, Any]) -> str:
    """Return the words of a message's data: its text and the names of its files."""
    names = [str(attachment.get("name", "")) for attachment in data.get("attachments") or []]
    return "\n".join([str(data.get("text") or ""), *names])


async def note_message(session: AsyncSession, conversation_id: str, data: dict[str, Any]) -> None:
    """Add a message to its conversation's document, where there is one. Needs the conversation's lock."""
    terms = search_terms(said_in(data))
    if not terms:
        return
    newest = await _newest_part(session, conversation_id)
    if newest is None:
        return
    part_id, facts, length = newest
    if length and length + len(terms) > PART_LENGTH and (part_id + 1) % MAX_PARTS:
        new = {"id": part_id + 1, "facts": facts, "said": " ".join(terms), "length": len(terms)}
        await session.execute(insert(SearchPart).values(new))
        return
    more = {"said": SearchPart.said + (" " + " ".join(terms)), "length": length + len(terms)}
    change = update(SearchPart).where(SearchPart.id == part_id).values(more)
    await session.execute(change.execution_options(synchronize_session=False))


async def _newest_part(session: AsyncSession, conversation_id: str) -> tuple[int, str, int] | None:
    document_id = await _document(session, conversation_id)
    if document_id is None:
        return None
    query = (
        select(SearchPart.id, SearchPart.facts, SearchPart.length)
        .where(SearchPart.id.between(document_id * MAX_PARTS, document_id * MAX_PARTS + MAX_PARTS - 1))
        .order_by(SearchPart.id.desc())
        .limit(1)
    )
    part_id, facts, length = (await session.execute(query)).one()
    return part_id, facts, length


async def _document(session: AsyncSession, conversation_id: str) -> int | None:
    query = select(SearchDocument.id).where(SearchDocument.conversation_id == conversation_id)
    return (await session.execute(query)).scalar_one_or_none()


async def describe(session: AsyncSession, conversation_id: str, facts: str) -> int:
    """Say what is known of a conversation; the first time, this makes it searchable. Needs its lock.

    Returns:
        The id of its document.
    """
    document_id = await _document(session, conversation_id)
    terms = " ".join(search_terms(facts))
    if document_id is not None:
        parts = SearchPart.id.between(document_id * MAX_PARTS, document_id * MAX_PARTS + MAX_PARTS - 1)
        change = update(SearchPart).where(parts, SearchPart.facts != terms).values(facts=terms)
        await session.execute(change.execution_options(synchronize_session=False))
        return document_id
    document = SearchDocument(conversation_id=conversation_id)
    session.add(document)
    await session.flush()
    await _write_parts(session, document.id, conversation_id, terms)
    return document.id


async def reindex(session: AsyncSession, conversation_id: str) -> None:
    """Read a conversation anew after its messages were changed, where it has a document. Needs its lock."""
    newest = await _newest_part(session, conversation_id)
    if newest is None:
        return
    document_id = newest[0] // MAX_PARTS
    parts = SearchPart.id.between(document_id * MAX_PARTS, document_id * MAX_PARTS + MAX_PARTS - 1)
    await session.execute(delete(SearchPart).where(parts).execution_options(synchronize_session=False))
    await _write_parts(session, document_id, conversation_id, newest[1])
    hint(session, REWRITTEN_TOPIC)


async def keep_purged(database: Database) -> None:
    """Take terms that were redacted or erased out of SQLite's files, now and after each time, until cancelled."""
    with database.signals.subscribe(REWRITTEN_TOPIC) as subscription:
        while database.is_sqlite:
            try:
                await purge(database)
            except Exception:
                log.exception("Purging the search index failed; trying again in %s s.", _PURGE_SECONDS)
            await subscription.wait(_PURGE_SECONDS)


async def purge(database: Database) -> None:
    """Merge SQLite's index into one segment: until then FTS5 keeps the terms of rows that are gone.

    Many small transactions, so that nobody waits for long. Afterwards the log, where all that was overwritten still
    stands, is emptied.
    """
    pages = -_PURGE_PAGES  # the first number is negative: all segments are to be merged
    is_merging = True
    while is_merging:
        async with database.write() as session:
            before = await session.scalar(_TOTAL_CHANGES)
            await session.execute(_MERGE, {"pages": pages})
            is_merging = await session.scalar(_TOTAL_CHANGES) - before > 1  # one is the statement itself
        pages = _PURGE_PAGES
    await empty_log(database.engine)


async def _write_parts(session: AsyncSession, document_id: int, conversation_id: str, facts: str) -> None:
    query = (
        select(Event.data)
        .where(Event.conversation_id == conversation_id, Event.type == wire.MESSAGE_CREATED)
        .order_by(Event.id)
    )
    messages = [search_terms(said_in(data)) for data in (await session.execute(query)).scalars()]
    rows = [
        {"id": document_id * MAX_PARTS + place, "facts": facts, "said": " ".join(terms), "length": len(terms)}
        for place, terms in enumerate(parts_of(messages))
    ]
    await session.execute(insert(SearchPart), rows)


def parts_of(messages: list[list[str]]) -> Iterator[list[str]]:
    """Give the terms of each part of a document with these messages; at least one part, which may be empty."""
    part: list[str] = []
    made = 1
    for terms in messages:
        if part and len(part) + len(terms) > PART_LENGTH and made < MAX_PARTS:
            yield part
            part = []
            made += 1
        part = [*part, *terms]
    yield part


def matching(session: AsyncSession, query: Query) -> Select[int]:
    """Return a selection of the ids of the documents a query matches. It must have groups."""
    if session.get_bind().dialect.name == "sqlite":
        found = text("search_index MATCH :search_query").bindparams(search_query=_fts5(query))
        return select(text(f"rowid >> {_BITS}")).select_from(text("search_index")).where(found)
    found = text("search_vector @@ CAST(:search_query AS tsquery)").bindparams(search_query=_tsquery(query))
    return select(text(f"CAST(id >> {_BITS} AS integer)")).select_from(text("search_part")).where(found)


def _fts5(query: Query) -> str:
    """Return the query in FTS5's language; terms hold nothing that means something there."""

    def way(terms: tuple[str, ...], group: Group) -> str:
        return f'"{" ".join(terms)}"' + (" *" if group.is_prefix else "")

    return " AND ".join(f"({' OR '.join(way(terms, group) for terms in group.ways)})" for group in query.groups)


def _tsquery(query: Query) -> str:
    """Return the query in PostgreSQL's language."""

    def way(terms: tuple[str, ...], group: Group) -> str:
        return "(" + " <-> ".join(f"'{term}'" for term in terms) + (":*)" if group.is_prefix else ")")

    return " & ".join(f"({' | '.join(way(terms, group) for terms in group.ways)})" for group in query.groups)


async def texts_of(session: AsyncSession, conversation_ids: list[str], limit: int) -> dict[str, list[str]]:
    """Return the newest messages' texts of some conversations, the newest first; `limit` of all together."""
    words = Event.data["text"].as_string()
    query = (
        select(Event.conversation_id, words)
        .where(Event.conversation_id.in_(conversation_ids), Event.type == wire.MESSAGE_CREATED)
        .order_by(func.row_number().over(partition_by=Event.conversation_id, order_by=Event.id.desc()))
        .limit(limit)
    )
    found: dict[str, list[str]] = {}
    for conversation_id, said in (await session.execute(query)).all():
        found.setdefault(conversation_id, []).append(said or "")
    return found
