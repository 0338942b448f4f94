"""The desk API: what the console uses. An agent's session is a cookie; every change needs its CSRF token.

Each endpoint is one verb in one transaction, committed before the answer is made. A change
says the `version` of the ticket it was made from; an older page is answered 409 stale_page.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from escalation.api import agents, changes, session, stream, talk, tickets, viewing
from escalation.api.context import Desk, DeskContext, Me, keep_private

__all__ = ["Desk", "DeskContext", "Me", "keep_private", "router"]

router = APIRouter(prefix="/desk/v1", dependencies=[Depends(keep_private)])
for _part in (session, tickets, talk, changes, viewing, agents, stream):
    router.include_router(_part.router)
