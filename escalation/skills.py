"""Whether anybody at the desk can work on a ticket: has its queue and speaks its language, present or not.

A ticket nobody can work on is marked, and its history says so from the start, so that
a lead hears of it at once and not when its deadline has passed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from escalation import agents_repository, repository
from escalation.life_cycle import record
from escalation.models import Ticket


async def tell_no_skill(session: AsyncSession, now: datetime, ticket: Ticket) -> None:
    """Mark a ticket that came to a queue where nobody can work on it, or unmark it."""
    is_covered = _is_covered(await _all_skills(session), ticket.queue, ticket.language)
    if not is_covered and not ticket.has_no_skill:
        data = {"queue": ticket.queue, "language": ticket.language}
        await record(session, now, ticket, "ticket.no_skill", "system", "Pharos", data)
    ticket.has_no_skill = not is_covered


async def refresh_marks(session: AsyncSession) -> None:
    """Mark and unmark the tickets nobody has, after agents' skills changed."""
    skills = await _all_skills(session)
    for queue, language, is_marked in await repository.unassigned_skills(session):
        is_covered = _is_covered(skills, queue, language)
        if is_covered == is_marked:
            await repository.mark_skill(session, queue, language, has_no_skill=not is_covered)


async def _all_skills(session: AsyncSession) -> list[repository.Skills]:
    return [(agent.queues, agent.languages) for agent in await agents_repository.active_agents(session)]


def _is_covered(skills: list[repository.Skills], queue: str, language: str) -> bool:
    return any(queue in queues and language in languages for queues, languages in skills)
