"""The people of the desk: presence, skills, room."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation import skills, team
from escalation.accounts import service as accounts
from escalation.api.context import Desk, Me
from escalation.inbox import views
from escalation.team import Skills

router = APIRouter()


class PresenceRequest(BaseModel):
    status: str


class AgentChange(BaseModel):
    name: str | None = Field(None, max_length=80)
    role: str | None = Field(None, max_length=16)
    queues: list[str] | None = Field(None, max_length=50)
    languages: list[str] | None = Field(None, max_length=50)
    capacity: StrictInt | None = None


@router.post("/presence")
async def say_presence(body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Say that I am online, away or offline; it counts for 60 s."""
    asked = parse(PresenceRequest, body)
    async with desk.database.write() as session:
        await team.say_presence(session, desk.clock.now(), me, asked.status)
    return {"presence": asked.status}


@router.get("/agents")
async def list_agents(me: Me, desk: Desk) -> dict[str, Any]:
    """Return everybody who works at the desk; logins are told to leads only."""
    now = desk.clock.now()
    async with desk.database.read() as session:
        found = await team.list_agents(session, now)
    return {"agents": [views.agent(agent, load, now, me) for agent, load in found]}


@router.patch("/agents/{agent_id}")
async def edit_agent(agent_id: str, body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Change somebody's skills, queues or capacity, for leads; their name and role, for admins."""
    asked, now = parse(AgentChange, body), desk.clock.now()
    async with desk.database.write() as session:
        if asked.name is not None:
            await accounts.rename(session, now, me, agent_id, asked.name)
        if asked.role is not None:
            await accounts.change_role(session, now, me, agent_id, asked.role)
        wanted = Skills(asked.queues, asked.languages, asked.capacity)
        await team.edit_agent(session, now, me, agent_id, wanted)
    async with desk.database.write() as session:
        await skills.refresh_marks(session)
        found = await accounts.list_accounts(session, now, me)
    return next(views.account(account, now, me) for account in found if account.agent.id == agent_id)
