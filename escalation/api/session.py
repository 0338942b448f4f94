"""Sign in, who am I, sign out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from conversations.http import JsonBody, parse
from escalation import agents, views
from escalation.api.context import COOKIE, Desk, Session

router = APIRouter()


class SignInRequest(BaseModel):
    login: str = Field(max_length=128)
    password: str = Field(max_length=1024)


@router.post("/session")
async def sign_in(body: JsonBody, request: Request, response: Response, desk: Desk) -> dict[str, Any]:
    """Sign in: sets the session cookie."""
    asked = parse(SignInRequest, body)
    signed_in, token = await agents.sign_in(desk.database, desk.clock.now(), asked.login, asked.password)
    is_https = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_https, path="/")
    return views.session(signed_in)


@router.get("/session")
async def get_session(signed_in: Session) -> dict[str, Any]:
    """Return who is signed in."""
    return views.session(signed_in)


@router.delete("/session", status_code=204)
async def sign_out(_signed_in: Session, request: Request, response: Response, desk: Desk) -> None:
    """Sign out: ends the session, not only its cookie."""
    async with desk.database.write() as session:
        await agents.sign_out(session, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, path="/")
