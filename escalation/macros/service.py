"""Macros: leads write them, everybody uses them.

A change says the `version` it was made from. *Prepared* is a macro filled in for one
ticket and one agent: what the composer shows before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation
from escalation.access import check_lead
from escalation.domain import MAX_TAGS, clean_tags
from escalation.macros.domain import (
    FACTS,
    LANGUAGES,
    MAX_NAME_LENGTH,
    STATUSES,
    MacroNameTaken,
    MacroNotFound,
    StaleMacro,
    check_texts,
    fill,
)
from escalation.macros.models import Macro
from escalation.macros.wording import case_name
from escalation.models import Agent, Ticket
from escalation.sla import clocks
from escalation.ticket_log import LogRow
from kit import zones
from kit.errors import InvalidRequest
from kit.ids import new_id
from kit.text import check_message


@dataclass(frozen=True)
class Content:
    """What a lead writes; checked here, stored as it is."""

    name: str
    texts: Mapping[str, object]
    status: str | None
    tags: Sequence[str]


@dataclass(frozen=True)
class Prepared:
    """A macro filled in for one ticket; `missing` names the placeholders the agent must write."""

    text: str
    language: str
    missing: list[str]


async def list_macros(session: AsyncSession) -> Sequence[Macro]:
    """Return every macro by name."""
    return (await session.execute(select(Macro).order_by(Macro.name))).scalars().all()


async def access_macro(session: AsyncSession, macro_id: str) -> Macro:
    found = await session.get(Macro, macro_id)
    if found is None:
        raise MacroNotFound("There is no such macro. Somebody may have deleted it.")
    return found


async def create(session: AsyncSession, now: datetime, agent: Agent, content: Content) -> Macro:
    """Add a macro, as a lead."""
    check_lead(agent, "write macros")
    macro = Macro(id=new_id(), version=0)
    _write(macro, now, agent, content)
    await _save(session, macro)
    return macro


async def edit(
    session: AsyncSession, now: datetime, agent: Agent, macro_id: str, version: int, content: Content
) -> Macro:
    """Write a macro anew, as a lead; it must be as the page showed it."""
    macro = await _lock(session, agent, macro_id, version)
    _write(macro, now, agent, content)
    await _save(session, macro)
    return macro


async def delete(session: AsyncSession, agent: Agent, macro_id: str, version: int) -> None:
    """Remove a macro, as a lead; replies that were sent with it stay as they are."""
    await session.delete(await _lock(session, agent, macro_id, version))


async def _lock(session: AsyncSession, agent: Agent, macro_id: str, version: int) -> Macro:
    check_lead(agent, "write macros")
    macro = await session.get(Macro, macro_id, with_for_update=True)
    if macro is None:
        raise MacroNotFound("There is no such macro. Somebody may have deleted it.")
    if macro.version != version:
        raise StaleMacro(f"{macro.edited_by} changed this macro meanwhile. Look at it again, then decide.")
    return macro


def _write(macro: Macro, now: datetime, agent: Agent, content: Content) -> None:
    if content.status is not None and content.status not in STATUSES:
        raise InvalidRequest(f"'status' must be one of {', '.join(STATUSES)}, or nothing.")
    tags = clean_tags(content.tags)
    if len(tags) > MAX_TAGS:
        raise InvalidRequest(f"A macro adds at most {MAX_TAGS} tags.")
    macro.name = " ".join(check_message(content.name, limit=MAX_NAME_LENGTH).split())
    macro.texts, macro.status, macro.tags = check_texts(content.texts), content.status, tags
    macro.edited_by, macro.edited_at = agent.name, now
    macro.version += 1


async def _save(session: AsyncSession, macro: Macro) -> None:
    name = macro.name
    session.add(macro)
    try:
        await session.flush()
    except IntegrityError as error:
        raise MacroNameTaken(f"There is a macro called '{name}' already.") from error


def prepare(
    macro: Macro, ticket: Ticket, conversation: Conversation, log: Sequence[LogRow], agent: Agent, now: datetime
) -> Prepared:
    """Fill a macro in for a ticket: in the customer's language, or else in the one it has."""
    wanted = "zh" if ticket.language == "zh" else "en"
    language = wanted if wanted in macro.texts else next(each for each in LANGUAGES if each in macro.texts)
    text, missing = fill(macro.texts[language], _values(ticket, conversation, log, agent, language, now))
    return Prepared(text, language, missing)


def _values(
    ticket: Ticket, conversation: Conversation, log: Sequence[LogRow], agent: Agent, language: str, now: datetime
) -> dict[str, str | None]:
    """Return what is known; the desk knows a verified customer's account and no names."""
    standing = clocks.read(ticket, conversation, log, now)
    ends = [at for at in (standing.resolution.due_at, standing.hard_limit_at) if at is not None]
    deadline = min(ends, default=None)
    return {
        **{name: str(value) for name in FACTS if (value := ticket.fields.get(name)) not in (None, "")},
        "number": ticket.number,
        "case": case_name(ticket.case, language),
        "agent": agent.name,
        "customer": conversation.customer_id,
        "deadline": zones.written(deadline, language, conversation.timezone) if deadline and deadline > now else None,
    }
