"""Makes what happened into deliveries: to the webhooks that asked for it, and to the agents it concerns.

One replica at a time does it, in the order in which things happened; a happening and its deliveries change hands in one
transaction, so each is made into deliveries once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation
from escalation import agents_repository
from escalation import repository as desk_repository
from escalation.domain import LEADS, presence
from escalation.models import Agent, Ticket
from escalation.outside import away, repository
from escalation.outside.domain import ALERT_WINDOW, CAPPED_KINDS, alert_form
from escalation.outside.models import CappedAlert, Happening, Webhook
from escalation.outside.outbox import put, put_mail
from escalation.outside.settings import Reach, reach_all
from kit.clock import to_wire
from kit.ids import new_id

LOCK = "outside"
#: Happenings made into deliveries in one transaction.
BATCH = 50


@dataclass(frozen=True)
class Ways:
    """Which ways exist here, and where the console is."""

    kinds: Collection[str]
    #: Public address without a slash at its end; empty when none is set.
    site: str

    def ticket_url(self, number: str) -> str | None:
        return f"{self.site}/console#/tickets/{number}" if self.site else None


async def fan_out(session: AsyncSession, now: datetime, ways: Ways) -> int:
    """Make the oldest happenings into deliveries; returns how many that were, fewer than BATCH when none is left."""
    if not await desk_repository.lock_work(session, LOCK):
        return 0
    found = await repository.happenings(session, BATCH)
    webhooks = await repository.webhooks(session) if found else []
    for happening in found:
        await _to_webhooks(session, now, happening, webhooks, ways)
        await _to_agents(session, now, happening, ways)
        if "mail" in ways.kinds and ways.site:
            await away.note_reply(session, happening)
        await session.delete(happening)
    await session.flush()
    return len(found)


async def _to_webhooks(
    session: AsyncSession, now: datetime, happening: Happening, webhooks: Sequence[Webhook], ways: Ways
) -> None:
    for webhook in webhooks:
        if happening.type in webhook.events or "*" in webhook.events:
            id = new_id()
            body = {"id": id, **await _body(session, happening, ways)}
            await put(session, now, f"webhook:{webhook.id}", "webhook", happening.type, body, id=id)


async def _body(session: AsyncSession, happening: Happening, ways: Ways) -> dict[str, Any]:
    known = dict(happening.ticket)
    assignee_id = known.pop("assignee_id")
    assignee = await agents_repository.agent(session, assignee_id) if assignee_id else None
    return {
        "type": happening.type,
        "at": to_wire(happening.at),
        "actor": {"kind": happening.actor_kind, "name": happening.actor_name},
        "data": happening.data,
        "ticket": {
            **known,
            "assignee": assignee.name if assignee else None,
            "url": ways.ticket_url(happening.ticket_number),
        },
    }


async def _to_agents(session: AsyncSession, now: datetime, happening: Happening, ways: Ways) -> None:
    found = await _concerned(session, now, happening)
    if found is None:
        return
    kind, agents = found
    ticket = await session.get_one(Ticket, happening.ticket_number)
    conversation = await session.get_one(Conversation, ticket.conversation_id)
    is_verified = conversation.customer_id is not None
    payload = _notice(kind, happening, ways, is_verified=is_verified)
    is_strange = not is_verified and happening.ticket["assignee_id"] is None and payload["priority"] == "P1"
    if kind in CAPPED_KINDS and is_strange:
        form = await _count_alert(session, now, kind)
        if form is None:
            return
        if form == "more":
            payload = {"kind": kind, "is_more": True, "url": f"{ways.site}/console" if ways.site else None}
    for reach in await reach_all(session, agents):
        await _tell(session, now, reach, kind, payload, ways)


async def _concerned(session: AsyncSession, now: datetime, happening: Happening) -> tuple[str, list[Agent]] | None:
    """Return the kind of notice a happening asks for and who is told; None for no notice."""
    ticket, type = happening.ticket, happening.type
    mine = await agents_repository.agent(session, ticket["assignee_id"]) if ticket["assignee_id"] else None
    mine = mine if mine is not None and mine.is_active else None
    if type == "ticket.opened" and ticket["priority"] == "P1":
        return "p1_opened", await _team(session, ticket)
    if type == "ticket.warned":
        return "sla_warned", [mine] if mine else await _leads(session)
    if type == "ticket.breached":
        leads = await _leads(session)
        return "sla_breached", leads + ([mine] if mine and mine not in leads else [])
    if type in ("ticket.assigned", "ticket.transferred") and mine is not None:
        is_own_doing = happening.actor_kind == "agent" and happening.actor_name == mine.name
        return None if is_own_doing else ("assigned", [mine])
    if type == "ticket.customer_replied" and mine is not None:
        is_there = presence(mine.presence, mine.heartbeat_at, now) != "offline"
        return None if is_there else ("customer_replied", [mine])
    return None


async def _leads(session: AsyncSession) -> list[Agent]:
    return [agent for agent in await agents_repository.active_agents(session) if agent.role in LEADS]


async def _team(session: AsyncSession, ticket: dict[str, Any]) -> list[Agent]:
    """Return who can work on a ticket, and the leads."""
    return [
        agent
        for agent in await agents_repository.active_agents(session)
        if agent.role in LEADS or (ticket["queue"] in agent.queues and ticket["language"] in agent.languages)
    ]


def _notice(kind: str, happening: Happening, ways: Ways, *, is_verified: bool) -> dict[str, Any]:
    ticket = happening.ticket
    return {
        "kind": kind,
        "number": ticket["number"],
        "case": ticket["case"],
        "priority": ticket["priority"],
        "due_at": happening.data.get("due_at") or ticket["due_at"],
        "is_verified": is_verified,
        "url": ways.ticket_url(ticket["number"]),
    }


async def _count_alert(session: AsyncSession, now: datetime, kind: str) -> str | None:
    form = alert_form(await repository.capped_alerts(session, kind, now - ALERT_WINDOW), now)
    if form is not None:
        session.add(CappedAlert(kind=kind, at=now, is_more=form == "more"))
        await session.flush()
    return form


async def _tell(
    session: AsyncSession, now: datetime, reach: Reach, kind: str, payload: dict[str, Any], ways: Ways
) -> None:
    notice = {"letter": "notice", "locale": reach.language, **payload}
    asked = reach.ways[kind]
    if "mail" in asked and "mail" in ways.kinds and reach.mail_address:
        await put_mail(session, now, reach.mail_address, kind, notice)
    if "telegram" in asked and "telegram" in ways.kinds and reach.telegram_chat_id is not None:
        chat = {"chat_id": reach.telegram_chat_id, "agent_id": reach.agent_id}
        await put(session, now, f"telegram:{reach.telegram_chat_id}", "telegram", kind, {**notice, **chat})
