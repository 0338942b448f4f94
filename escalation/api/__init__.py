"""The desk API: what the console uses. An agent's session is a cookie; every change needs its CSRF token.

Each endpoint is one verb in one transaction, committed before the answer is made. A change
says the `version` of the ticket it was made from; an older page is answered 409 stale_page.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from escalation.api import (
    accounts,
    agents,
    audit,
    bulk,
    changes,
    erasure,
    knowledge,
    macros,
    policies,
    redaction,
    reports,
    session,
    stream,
    talk,
    tickets,
    tokens,
    viewing,
)
from escalation.api.context import Desk, DeskContext, Me, keep_private
from escalation.complaints import api as complaints_api
from escalation.outside import deliveries_api, settings_api, webhooks_api

__all__ = ["Desk", "DeskContext", "Me", "keep_private", "router"]

router = APIRouter(prefix="/desk/v1", dependencies=[Depends(keep_private)])
for _part in (
    session,
    accounts,
    audit,
    tickets,
    talk,
    changes,
    viewing,
    agents,
    stream,
    macros,
    bulk,
    knowledge,
    redaction,
    erasure,
    policies,
    tokens,
):
    router.include_router(_part.router)
for _figures in (complaints_api, reports):
    router.include_router(_figures.router)
for _outside in (settings_api, webhooks_api, deliveries_api):
    router.include_router(_outside.router)
