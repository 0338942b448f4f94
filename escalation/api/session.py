"""Sign in, who am I, sign out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from conversations.http import JsonBody, parse
from escalation import agents, audit
from escalation.accounts import sign_in as agents_sign_in
from escalation.accounts.sign_in import Attempt
from escalation.api.context import COOKIE, Address, AnySession, Desk
from escalation.inbox import views

router = APIRouter()


class SignInRequest(BaseModel):
    login: str = Field(max_length=128)
    password: str = Field(max_length=1024)
    code: str | None = Field(None, max_length=64)


@router.post("/session")
async def sign_in(body: JsonBody, request: Request, response: Response, address: Address, desk: Desk) -> dict[str, Any]:
    """Sign in: sets the session cookie. 401 code_needed: the password is right and a code must come with it."""
    asked = parse(SignInRequest, body)
    attempt = Attempt(asked.login, asked.password, asked.code, address)
    signed_in, token = await agents_sign_in.sign_in(desk.database, desk.clock.now(), desk.factors, attempt)
    is_https = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_https, path="/")
    return views.session(signed_in, must_enrol=desk.must_enrol(signed_in))


@router.get("/session")
async def get_session(signed_in: AnySession, desk: Desk) -> dict[str, Any]:
    """Return who is signed in."""
    return views.session(signed_in, must_enrol=desk.must_enrol(signed_in))


@router.delete("/session", status_code=204)
async def sign_out(signed_in: AnySession, request: Request, response: Response, address: Address, desk: Desk) -> None:
    """Sign out: ends the session, not only its cookie."""
    me = signed_in.agent
    async with desk.database.write() as session:
        await agents.sign_out(session, request.cookies[COOKIE])
        await audit.record(session, desk.clock.now(), me, "session.ended", f"agent:{me.id}", address_hash=address)
    response.delete_cookie(COOKIE, path="/")
