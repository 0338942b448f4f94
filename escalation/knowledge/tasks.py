"""Wrong answers of the bot, reported by agents for those who write the articles.

A *knowledge task* points at one message of the bot. A message has at most one open task;
reported again after it was done, it gets another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository as record_of
from conversations.models import Event
from escalation.access import check_lead, lock_ticket
from escalation.knowledge.models import KnowledgeTask
from escalation.life_cycle import record
from escalation.models import Agent
from kit import wire
from kit.errors import Conflict, InvalidRequest, NotFound
from kit.ids import new_id
from kit.text import check_message

STATUSES = ("open", "done")
#: Longest report, in code points.
MAX_REPORT_LENGTH = 2000


class TaskNotFound(NotFound):
    """No knowledge task has this id."""


class AlreadyReported(Conflict):
    """The message has an open task."""


@dataclass(frozen=True)
class Shown:
    """A task with what was asked and answered, as the transcript has it now."""

    task: KnowledgeTask
    question: Event | None
    answer: Event | None


async def report(
    session: AsyncSession, now: datetime, agent: Agent, number: str, event_id: int, wrong: object
) -> KnowledgeTask:
    """Say that an answer of the bot's was wrong, and why.

    Raises:
        InvalidRequest: the message is not the bot's.
        AlreadyReported: somebody said so before, and it is not done.
    """
    said = check_message(wrong, limit=MAX_REPORT_LENGTH)
    ticket, conversation = await lock_ticket(session, agent, number)
    event = await record_of.event(session, conversation.id, event_id)
    if event is None or event.type != wire.MESSAGE_CREATED or event.data.get("author") != "bot":
        raise InvalidRequest("'event_id' is not a message of the bot's in this conversation.")
    known = await _open_task(session, conversation.id, event_id)
    if known is not None:
        raise AlreadyReported(f"{known.reported_by} has reported this answer already.")
    cited = event.data.get("citations") or []
    task = KnowledgeTask(
        id=new_id(),
        conversation_id=conversation.id,
        event_id=event_id,
        ticket_number=number,
        articles=[{"article_id": each["article_id"], "version": each["version"]} for each in cited],
        wrong=said,
        status="open",
        reported_by=agent.name,
        reported_at=now,
    )
    session.add(task)
    await record(session, now, ticket, "ticket.answer_reported", "agent", agent.name, {"event_id": event_id})
    return task


async def _open_task(session: AsyncSession, conversation_id: str, event_id: int) -> KnowledgeTask | None:
    query = select(KnowledgeTask).where(
        KnowledgeTask.conversation_id == conversation_id,
        KnowledgeTask.event_id == event_id,
        KnowledgeTask.status == "open",
    )
    return (await session.execute(query)).scalar_one_or_none()


async def list_tasks(
    session: AsyncSession, agent: Agent, status: str, after: str | None, limit: int
) -> Sequence[KnowledgeTask]:
    """Return tasks after one of them, oldest first; for leads."""
    check_lead(agent, "see knowledge tasks")
    place = tuple_(KnowledgeTask.reported_at, KnowledgeTask.id)
    query = select(KnowledgeTask).where(KnowledgeTask.status == status)
    if after is not None:
        last = await _access(session, after)
        query = query.where(place > tuple_(last.reported_at, last.id))
    query = query.order_by(KnowledgeTask.reported_at, KnowledgeTask.id).limit(limit)
    return (await session.execute(query)).scalars().all()


async def show(session: AsyncSession, task: KnowledgeTask) -> Shown:
    """Return a task with the answer and the customer's message before it."""
    question = (
        select(Event)
        .where(
            Event.conversation_id == task.conversation_id,
            Event.id < task.event_id,
            Event.type == wire.MESSAGE_CREATED,
            Event.data["author"].as_string() == "customer",
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    asked = (await session.execute(question)).scalar_one_or_none()
    return Shown(task, asked, await record_of.event(session, task.conversation_id, task.event_id))


async def finish(session: AsyncSession, now: datetime, agent: Agent, task_id: str) -> KnowledgeTask:
    """Say that the articles are right now, as a lead; a task that is done stays as it was done."""
    check_lead(agent, "finish knowledge tasks")
    task = await _access(session, task_id, is_change=True)
    if task.status == "open":
        task.status, task.done_by, task.done_at = "done", agent.name, now
    return task


async def _access(session: AsyncSession, task_id: str, *, is_change: bool = False) -> KnowledgeTask:
    found = await session.get(KnowledgeTask, task_id, with_for_update=is_change or None)
    if found is None:
        raise TaskNotFound("There is no such knowledge task.")
    return found
