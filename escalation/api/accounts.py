"""Accounts: invites, links that set a password, roles, deactivation; and one's own password and second factor."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation import skills
from escalation.accounts import invites, passwords, repository, second_factor
from escalation.accounts import service as accounts
from escalation.accounts import sign_in as agents_sign_in
from escalation.api.context import COOKIE, Address, AnySession, Desk, Me, Session
from escalation.inbox import views
from escalation.team import Skills
from kit.clock import to_wire

router = APIRouter()


class Invitation(BaseModel):
    login: str = Field(max_length=128)
    name: str = Field(max_length=80)
    role: str = Field("agent", max_length=16)
    queues: list[str] | None = Field(None, max_length=50)
    languages: list[str] | None = Field(None, max_length=50)
    capacity: StrictInt | None = None


class Token(BaseModel):
    token: str = Field(max_length=128)


class NewPassword(Token):
    password: str = Field(max_length=1024)


class OwnPassword(BaseModel):
    current: str = Field(max_length=1024)
    password: str = Field(max_length=1024)


class Code(BaseModel):
    code: str = Field(max_length=64)


@router.get("/accounts")
async def list_accounts(me: Me, desk: Desk) -> dict[str, Any]:
    """Return everybody there ever was, with what only leads see."""
    now = desk.clock.now()
    async with desk.database.read() as session:
        found = await accounts.list_accounts(session, now, me)
    return {"accounts": [views.account(account, now, me) for account in found]}


@router.post("/agents", status_code=201)
async def invite_agent(body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Make an agent who sets their password by the link in the answer; for admins."""
    asked = parse(Invitation, body)
    wanted = Skills(asked.queues, asked.languages, asked.capacity)
    async with desk.database.write() as session:
        agent, link = await accounts.invite(session, desk.clock.now(), me, asked.login, asked.name, asked.role, wanted)
    return {"id": agent.id, "link": _link(link)}


@router.post("/agents/{agent_id}/link", status_code=201)
async def issue_link(agent_id: str, me: Me, desk: Desk) -> dict[str, Any]:
    """Make a link by which somebody sets their password; it voids the one before. For admins."""
    async with desk.database.write() as session:
        return {"link": _link(await invites.issue(session, desk.clock.now(), me, agent_id))}


@router.delete("/agents/{agent_id}/link", status_code=204)
async def revoke_link(agent_id: str, me: Me, desk: Desk) -> None:
    """Void somebody's link; for admins."""
    async with desk.database.write() as session:
        await invites.revoke(session, desk.clock.now(), me, agent_id)


@router.post("/agents/{agent_id}/deactivate", status_code=204)
async def deactivate(agent_id: str, me: Me, desk: Desk) -> None:
    """Let somebody sign in no more; for admins."""
    async with desk.database.write() as session:
        await accounts.deactivate(session, desk.clock.now(), me, agent_id)
    async with desk.database.write() as session:
        await skills.refresh_marks(session)


@router.post("/agents/{agent_id}/reactivate", status_code=204)
async def reactivate(agent_id: str, me: Me, desk: Desk) -> None:
    """Let somebody sign in again; for admins."""
    async with desk.database.write() as session:
        await accounts.reactivate(session, desk.clock.now(), me, agent_id)
    async with desk.database.write() as session:
        await skills.refresh_marks(session)


@router.delete("/agents/{agent_id}/second-factor", status_code=204)
async def reset_second_factor(agent_id: str, me: Me, desk: Desk) -> None:
    """Remove the second factor of somebody who lost it; for admins."""
    async with desk.database.write() as session:
        await accounts.reset_factor(session, desk.clock.now(), me, agent_id)


def _link(link: invites.Link) -> dict[str, Any]:
    return {"token": link.token, "kind": link.kind, "expires_at": to_wire(link.expires_at)}


@router.post("/password-link/look")
async def look_at_link(body: JsonBody, desk: Desk) -> dict[str, Any]:
    """Say whose password a link sets; no session is needed."""
    async with desk.database.read() as session:
        agent, link = await invites.look(session, desk.clock.now(), parse(Token, body).token)
    return {"login": agent.login, "name": agent.name, "kind": link.kind, "expires_at": to_wire(link.expires_at)}


@router.post("/password-link", status_code=204)
async def use_link(body: JsonBody, address: Address, desk: Desk) -> None:
    """Set a password by a link; no session is needed."""
    asked = parse(NewPassword, body)
    async with desk.database.write() as session:
        await invites.use(session, desk.clock.now(), asked.token, asked.password, address_hash=address)
    async with desk.database.write() as session:
        await skills.refresh_marks(session)


@router.post("/me/password", status_code=204)
async def change_password(body: JsonBody, signed_in: Session, request: Request, address: Address, desk: Desk) -> None:
    """Change my password, by the one I have now; my other sessions end. 429 after repeated failures."""
    asked, token = parse(OwnPassword, body), request.cookies[COOKIE]
    change = passwords.Change(asked.current, asked.password, token, address)
    await passwords.change(desk.database, desk.clock.now(), signed_in.agent, change)


@router.get("/me/second-factor")
async def get_second_factor(signed_in: AnySession, desk: Desk) -> dict[str, Any]:
    """Say whether I have a second factor and how many recovery codes are left."""
    async with desk.database.read() as session:
        left = await repository.count_recovery_codes(session, signed_in.agent.id)
    is_required = desk.factors.demands(signed_in.agent)
    return {"is_enrolled": signed_in.has_second_factor, "is_required": is_required, "recovery_codes": left}


@router.post("/me/second-factor")
async def offer_second_factor(signed_in: AnySession, desk: Desk) -> dict[str, Any]:
    """Make a secret for an authenticator app, as text and as a QR code; it counts once a code confirms it."""
    async with desk.database.write() as session:
        offer = await second_factor.offer(session, desk.factors, signed_in.agent)
    return {"secret": offer.secret, "uri": offer.uri, "qr_svg": offer.qr_svg}


@router.post("/me/second-factor/confirm")
async def confirm_second_factor(body: JsonBody, signed_in: AnySession, request: Request, desk: Desk) -> dict[str, Any]:
    """Put the offered second factor in force by a code; answers with the recovery codes, this once."""
    code, token = parse(Code, body).code, request.cookies.get(COOKIE)
    async with desk.database.write() as session:
        codes = await second_factor.confirm(session, desk.clock.now(), desk.factors, signed_in.agent, code, token)
    return {"recovery_codes": codes}


@router.post("/me/second-factor/recovery-codes")
async def renew_recovery_codes(body: JsonBody, me: Me, desk: Desk) -> dict[str, Any]:
    """Make ten new recovery codes, by a code; the old ones are void."""
    now = desk.clock.now()
    await agents_sign_in.prove(desk.database, now, desk.factors, me, parse(Code, body).code)
    async with desk.database.write() as session:
        return {"recovery_codes": await second_factor.renew_recovery_codes(session, now, desk.factors, me)}


@router.post("/me/second-factor/remove", status_code=204)
async def remove_second_factor(body: JsonBody, me: Me, desk: Desk) -> None:
    """Do without a second factor, by a code; 403 where my role must have one."""
    now = desk.clock.now()
    second_factor.check_may_remove(desk.factors, me)
    await agents_sign_in.prove(desk.database, now, desk.factors, me, parse(Code, body).code)
    async with desk.database.write() as session:
        await second_factor.remove(session, now, desk.factors, me)
