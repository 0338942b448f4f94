"""The service-level policies, for admins: what runs, what a text would mean, and taking up a changed file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from conversations.http import JsonBody, parse
from escalation import audit
from escalation.access import check_admin
from escalation.api.context import Desk, Me
from escalation.models import Agent
from escalation.sla import policy_file, policy_preview, policy_running
from escalation.sla.policies import Policies
from kit.errors import InvalidRequest
from kit.taxonomy import CASES

router = APIRouter()

#: What errors call a text that is no file yet.
PASTED = "policies"
#: Longest text, in code points.
MAX_TEXT_LENGTH = 50_000


class PolicyTextInvalid(InvalidRequest):
    """The text is no policy file; the detail names the line."""


class CheckRequest(BaseModel):
    text: str = Field(max_length=MAX_TEXT_LENGTH)


class PreviewRequest(BaseModel):
    case: str
    priority: str
    language: str = Field("en", max_length=16)
    customer: str = "anonymous"
    #: Now, when it is left out.
    opened_at: AwareDatetime | None = None
    #: Policies to ask instead of those in force.
    text: str | None = Field(None, max_length=MAX_TEXT_LENGTH)


def admin_of(me: Me) -> Agent:
    check_admin(me, "see and reload the policies")
    return me


Admin = Annotated[Agent, Depends(admin_of)]


@router.get("/policies")
async def get_policies(_admin: Admin) -> dict[str, Any]:
    """Return the policies in force: the text, its rules and calendars."""
    running = policy_running.KEEPER.running()
    return {"text": running.text, "cases": list(CASES), **policy_preview.shown(running.policies)}


@router.post("/policies/check")
async def check(body: JsonBody, _admin: Admin) -> dict[str, Any]:
    """Read a text as a policy file; an error is 422 policy_text_invalid and names the line."""
    return policy_preview.shown(_read(parse(CheckRequest, body).text))


@router.post("/policies/preview")
async def preview(body: JsonBody, _admin: Admin, desk: Desk) -> dict[str, Any]:
    """Return when a ticket would be due, by the policies in force or by a `text`."""
    asked = parse(PreviewRequest, body)
    policies = policy_running.KEEPER.running().policies if asked.text is None else _read(asked.text)
    opened_at = asked.opened_at or desk.clock.now()
    ticket = policy_preview.Asked(asked.case, asked.priority, asked.language, asked.customer, opened_at)
    return policy_preview.preview(policies, ticket)


@router.post("/policies/reload")
async def reload(_body: JsonBody, admin: Admin, desk: Desk) -> dict[str, Any]:
    """Take up the file as it is now. With an error it is refused, and what ran stays in force."""
    try:
        running = policy_running.KEEPER.reload()
    except policy_file.PolicyFileRefused as error:
        raise PolicyTextInvalid(error.detail) from error
    now = desk.clock.now()
    async with desk.database.write() as session:
        await policy_running.look_again(session, now)
        data = {"rules": len(running.policies.rules), "calendars": sorted(running.policies.calendars)}
        await audit.record(session, now, admin, "policies.reloaded", "policies", data)
    return {"text": running.text, **policy_preview.shown(running.policies)}


def _read(text: str) -> Policies:
    try:
        return policy_file.parse(text, PASTED)
    except policy_file.PolicyFileRefused as error:
        raise PolicyTextInvalid(error.detail) from error
