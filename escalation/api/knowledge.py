"""Articles for a ticket, and answers that were wrong."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from conversations.models import Event
from escalation.access import access_ticket
from escalation.api.changes import ID
from escalation.api.context import Desk, Me
from escalation.knowledge import suggestions
from escalation.knowledge import tasks as knowledge_tasks
from escalation.knowledge.tasks import Shown
from kit.clock import to_wire

router = APIRouter()


class ReportRequest(BaseModel):
    ticket: str = Field(pattern=ID)
    event_id: StrictInt
    wrong: Any = None


@router.get("/tickets/{number}/articles")
async def suggest_articles(
    number: str, me: Me, desk: Desk, q: Annotated[str, Query(max_length=400)] = ""
) -> dict[str, Any]:
    """Return the articles of the ticket's case and topic, or what a search finds."""
    async with desk.database.read() as session:
        ticket, _ = await access_ticket(session, me, number)
    centre = desk.help_centre()
    if q.strip():
        own = "zh" if ticket.language == "zh" else "en"
        languages = [own, *(other for other in suggestions.LANGUAGES if other != own)]
        ids = await suggestions.search(centre, q.strip(), languages)
    else:
        ids = suggestions.for_ticket(centre, ticket)
    found = (suggestions.brief(centre, article_id) for article_id in ids)
    return {"articles": [article for article in found if article is not None]}


@router.get("/articles/{article_id}")
async def read_article(article_id: str, _me: Me, desk: Desk) -> dict[str, Any]:
    """Return an article in every language it has."""
    return suggestions.read(desk.help_centre(), article_id)


@router.post("/knowledge-tasks", status_code=201)
async def report_answer(body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Say that an answer of the bot's was wrong."""
    asked = parse(ReportRequest, body)
    async with desk.database.write() as session:
        task = await knowledge_tasks.report(session, desk.clock.now(), me, asked.ticket, asked.event_id, asked.wrong)
        shown = await knowledge_tasks.show(session, task)
    return _shown(shown)


@router.get("/knowledge-tasks")
async def list_tasks(
    me: Me,
    desk: Desk,
    status: Literal["open", "done"] = "open",
    after: Annotated[str | None, Query(max_length=32)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Return a page of knowledge tasks, oldest first; for leads."""
    async with desk.database.read() as session:
        found = await knowledge_tasks.list_tasks(session, me, status, after, limit + 1)
        shown = [await knowledge_tasks.show(session, task) for task in found[:limit]]
    return {"tasks": [_shown(each) for each in shown], "next": found[limit - 1].id if len(found) > limit else None}


@router.post("/knowledge-tasks/{task_id}/done")
async def finish_task(task_id: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Say that it is put right; for leads."""
    async with desk.database.write() as session:
        task = await knowledge_tasks.finish(session, desk.clock.now(), me, task_id)
        shown = await knowledge_tasks.show(session, task)
    return _shown(shown)


def _shown(shown: Shown) -> dict[str, Any]:
    task = shown.task
    return {
        "id": task.id,
        "ticket": task.ticket_number,
        "event_id": task.event_id,
        "wrong": task.wrong,
        "status": task.status,
        "articles": task.articles,
        "question": _text(shown.question),
        "answer": _text(shown.answer),
        "citations": (shown.answer.data.get("citations") or []) if shown.answer else [],
        "reported_by": task.reported_by,
        "reported_at": to_wire(task.reported_at),
        "done_by": task.done_by,
        "done_at": to_wire(task.done_at) if task.done_at else None,
    }


def _text(event: Event | None) -> str | None:
    """Return what a message says; None once it was removed."""
    return event.data.get("text") if event is not None else None
