"""The people of the desk as it sees them: skills, room, and whether they are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from escalation import agents_repository
from escalation.access import access_agent, check_lead
from escalation.domain import PRESENCES, QUEUES
from escalation.life_cycle import hint_work
from escalation.models import Agent
from kit.errors import InvalidRequest

LARGEST_CAPACITY = 100
_LANGUAGE = re.compile(r"[a-z]{2,3}")


async def list_agents(session: AsyncSession, now: datetime) -> Sequence[tuple[Agent, int]]:
    """Return everybody with the tickets that take room now."""
    loads = await agents_repository.loads(session, now)
    return [(agent, loads.get(agent.id, 0)) for agent in await agents_repository.agents(session)]


async def say_presence(session: AsyncSession, now: datetime, agent: Agent, status: str) -> None:
    """Say where the agent is; it counts for 60 s, so a console says it more often than that."""
    if status not in PRESENCES:
        raise InvalidRequest(f"'status' must be one of {', '.join(PRESENCES)}.")
    await agents_repository.set_presence(session, agent.id, status, now)
    hint_work(session)


async def edit_agent(
    session: AsyncSession,
    agent: Agent,
    agent_id: str,
    *,
    queues: list[str] | None = None,
    languages: list[str] | None = None,
    capacity: int | None = None,
) -> Agent:
    """Change what somebody can work on; what is None stays. Marks of tickets nobody can work on follow in a
    transaction of their own (`skills.refresh_marks`), which then holds no agent's row while it waits for tickets.

    Raises:
        WrongRole: the agent is not a lead.
        InvalidRequest: an unknown queue, something that is not a language code, or a capacity out of bounds.
    """
    check_lead(agent, "change skills, queues and capacity")
    other = await access_agent(session, agent_id)
    if queues is not None:
        unknown = next((queue for queue in queues if queue not in QUEUES), None)
        if unknown is not None:
            raise InvalidRequest(f"There is no queue '{unknown[:40]}'. Queues are {', '.join(QUEUES)}.")
        other.queues = sorted(set(queues))
    if languages is not None:
        wrong = next((language for language in languages if not _LANGUAGE.fullmatch(language)), None)
        if wrong is not None:
            raise InvalidRequest(f"'{wrong[:40]}' is not a language code such as en or zh.")
        other.languages = sorted(set(languages))
    if capacity is not None:
        if not 0 <= capacity <= LARGEST_CAPACITY:
            raise InvalidRequest(f"'capacity' must lie between 0 and {LARGEST_CAPACITY}.")
        other.capacity = capacity
    await session.flush()
    hint_work(session)
    return other
