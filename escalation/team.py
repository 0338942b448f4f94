"""The people of the desk as it sees them: skills, room, and whether they are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from escalation import agents_repository, audit
from escalation.access import access_agent, check_lead
from escalation.domain import PRESENCES, QUEUES
from escalation.life_cycle import hint_work
from escalation.models import Agent
from kit.errors import InvalidRequest

LARGEST_CAPACITY = 100
_LANGUAGE = re.compile(r"[a-z]{2,3}")


async def list_agents(session: AsyncSession, now: datetime) -> Sequence[tuple[Agent, int]]:
    """Return everybody who can work here with the tickets that take room now."""
    loads = await agents_repository.loads(session, now)
    return [(agent, loads.get(agent.id, 0)) for agent in await agents_repository.active_agents(session)]


async def say_presence(session: AsyncSession, now: datetime, agent: Agent, status: str) -> None:
    """Say where the agent is; it counts for 60 s, so a console says it more often than that."""
    if status not in PRESENCES:
        raise InvalidRequest(f"'status' must be one of {', '.join(PRESENCES)}.")
    await agents_repository.set_presence(session, agent.id, status, now)
    hint_work(session)


@dataclass(frozen=True)
class Skills:
    """What somebody can work on; what is None is not said."""

    queues: list[str] | None = None
    languages: list[str] | None = None
    capacity: int | None = None

    def check(self) -> Skills:
        """Return them in order and once each.

        Raises:
            InvalidRequest: an unknown queue, something that is not a language code, or a capacity out of bounds.
        """
        unknown = next((queue for queue in self.queues or [] if queue not in QUEUES), None)
        if unknown is not None:
            raise InvalidRequest(f"There is no queue '{unknown[:40]}'. Queues are {', '.join(QUEUES)}.")
        wrong = next((language for language in self.languages or [] if not _LANGUAGE.fullmatch(language)), None)
        if wrong is not None:
            raise InvalidRequest(f"'{wrong[:40]}' is not a language code such as en or zh.")
        if self.capacity is not None and not 0 <= self.capacity <= LARGEST_CAPACITY:
            raise InvalidRequest(f"'capacity' must lie between 0 and {LARGEST_CAPACITY}.")
        return Skills(_once(self.queues), _once(self.languages), self.capacity)


def _once(names: list[str] | None) -> list[str] | None:
    return None if names is None else sorted(set(names))


async def edit_agent(session: AsyncSession, now: datetime, agent: Agent, agent_id: str, skills: Skills) -> Agent:
    """Change what somebody can work on; what is None stays. Marks of tickets nobody can work on follow in a
    transaction of their own (`skills.refresh_marks`), which then holds no agent's row while it waits for tickets.

    Raises:
        WrongRole: the agent is not a lead.
        InvalidRequest: see Skills.check.
    """
    check_lead(agent, "change skills, queues and capacity")
    other = await access_agent(session, agent_id)
    wanted = {name: value for name, value in asdict(skills.check()).items() if value is not None}
    changed = {name: [getattr(other, name), value] for name, value in wanted.items() if getattr(other, name) != value}
    for name, value in wanted.items():
        setattr(other, name, value)
    await session.flush()
    if changed:
        await audit.record(session, now, agent, "skills.changed", f"agent:{agent_id}", changed)
    hint_work(session)
    return other
