"""API tokens, for admins; and what the API they open looks like."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, StrictInt

from conversations.http import JsonBody, parse
from escalation.access import check_admin
from escalation.accounts import tokens as api_tokens
from escalation.accounts.tokens_models import ApiToken
from escalation.api import openapi
from escalation.api.context import Desk, Me
from escalation.models import Agent
from kit.clock import to_wire

router = APIRouter()


class TokenRequest(BaseModel):
    name: str = Field(max_length=80)
    scopes: list[str] = Field(max_length=10)
    #: Null is for ever.
    expires_in_days: StrictInt | None = None


def admin_of(me: Me) -> Agent:
    check_admin(me, "manage API tokens")
    return me


Admin = Annotated[Agent, Depends(admin_of)]


@router.get("/openapi.json")
async def get_openapi(request: Request) -> dict[str, Any]:
    """Return this API as OpenAPI: what is open to tokens."""
    return openapi.describe(request.app)


@router.get("/tokens")
async def list_tokens(_admin: Admin, desk: Desk) -> dict[str, Any]:
    """Return every token there ever was, newest first; never its text."""
    async with desk.database.read() as session:
        found = await api_tokens.tokens(session)
    return {"tokens": [_shown(token) for token in found], "scopes": api_tokens.SCOPES}


@router.post("/tokens", status_code=201)
async def create_token(body: JsonBody, admin: Admin, desk: Desk) -> dict[str, Any]:
    """Make a token; `text` is told this once."""
    asked = parse(TokenRequest, body)
    async with desk.database.write() as session:
        token, text = await api_tokens.create(
            session, desk.clock.now(), admin, asked.name, asked.scopes, asked.expires_in_days
        )
    return {"token": _shown(token), "text": text}


@router.delete("/tokens/{token_id}")
async def revoke_token(token_id: str, admin: Admin, desk: Desk) -> dict[str, Any]:
    """End a token for good, at once."""
    async with desk.database.write() as session:
        token = await api_tokens.revoke(session, desk.clock.now(), admin, token_id)
    return {"token": _shown(token)}


def _shown(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.agent.name,
        "scopes": token.scopes,
        "created_by": token.created_by,
        "created_at": to_wire(token.created_at),
        "expires_at": to_wire(token.expires_at) if token.expires_at else None,
        "last_used_at": to_wire(token.last_used_at) if token.last_used_at else None,
        "revoked_at": to_wire(token.revoked_at) if token.revoked_at else None,
    }
