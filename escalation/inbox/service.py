"""The lists agents look at: a page of a view, filtered and searched, with where it matched and the views' counts."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation
from escalation.inbox import repository, search
from escalation.inbox.repository import Counts, Position, Wanted
from escalation.models import Agent, Ticket
from kit.errors import InvalidRequest
from kit.search_terms import parse_query
from kit.snippets import Snippet

#: The view `due` shows what is late or becomes so within this time.
DUE_SOON = timedelta(minutes=30)


@dataclass(frozen=True)
class Page:
    """Tickets of a view with their conversations; `next` is the cursor of what follows, if anything does."""

    tickets: Sequence[tuple[Ticket, Conversation]]
    next: str | None
    counts: Counts
    #: Where what was looked for stands, by ticket number.
    snippets: Mapping[str, Snippet]


async def list_tickets(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    view: str,
    filters: Mapping[str, str],
    *,
    q: str,
    after: str | None,
    limit: int,
) -> Page:
    """Return a page of a view, most urgent first, then by its deadline.

    Args:
        q: what must be found in each; blank for everything, and without a word in it nothing is found.
    """
    query = parse_query(q) if q.strip() else None
    wanted = Wanted(view, agent.id, now + DUE_SOON, filters, query)
    position = _read_cursor(after) if after else None
    is_hopeless = query is not None and not query.groups
    found = [] if is_hopeless else await repository.page(session, wanted, position, limit + 1)
    page = found[:limit]
    cursor = _write_cursor(view, page[-1][0]) if len(found) > limit else None
    snippets = await search.snippets(session, [ticket for ticket, _ in page], query) if query else {}
    return Page(page, cursor, await repository.count(session, wanted), snippets)


def _write_cursor(view: str, ticket: Ticket) -> str:
    due_at: datetime = getattr(ticket, repository.deadline(view).key)
    position = [ticket.priority, due_at.isoformat(), ticket.number]
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _read_cursor(text: str) -> Position:
    try:
        priority, due_at, number = json.loads(base64.urlsafe_b64decode(text))
        position = str(priority), datetime.fromisoformat(due_at), str(number)
    except (ValueError, TypeError) as error:
        raise InvalidRequest("'after' is not a cursor of this list. Start from the first page.") from error
    if position[1].tzinfo is None:
        raise InvalidRequest("'after' is not a cursor of this list. Start from the first page.")
    return position
