"""Who may see and change which ticket, checked before anything is changed.

Every agent sees every ticket. An agent changes their own tickets, and those nobody has
where the verb is meant for that; leads and admins change any. A *version* is the ticket
as the page showed it: a change made from an older page is refused and nothing is overwritten.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import service as conversations
from conversations.models import Conversation
from escalation import agents_repository, repository
from escalation.domain import (
    LEADS,
    TOKEN_ROLE,
    AgentNotFound,
    NotTaken,
    StalePage,
    TakenBySomeoneElse,
    TicketNotFound,
    WrongRole,
)
from escalation.models import Agent, Ticket


async def access_ticket(session: AsyncSession, _agent: Agent, number: str) -> tuple[Ticket, Conversation]:
    """Return a ticket this agent may see, with its conversation; today every agent may see every ticket."""
    found = await repository.ticket(session, number)
    if found is None:
        raise TicketNotFound(f"There is no ticket {number}.")
    return found


async def lock_ticket(
    session: AsyncSession, agent: Agent, number: str, version: int | None = None
) -> tuple[Ticket, Conversation]:
    """Return a ticket with its conversation locked, so that event ids, holder and ticket agree.

    Raises:
        StalePage: the ticket changed since `version`; None does not look.
    """
    conversation_id = await repository.conversation_of(session, number)
    if conversation_id is not None:
        await conversations.access_conversation(session, conversation_id)
    ticket, conversation = await access_ticket(session, agent, number)
    if version is not None:
        check_version(ticket, version)
    return ticket, conversation


async def access_agent(session: AsyncSession, agent_id: str) -> Agent:
    """Return a person who works or worked here; what API tokens act as is none."""
    found = await agents_repository.agent(session, agent_id)
    if found is None or found.role == TOKEN_ROLE:
        raise AgentNotFound("There is no such agent.")
    return found


def check_version(ticket: Ticket, version: int) -> None:
    if ticket.version != version:
        raise StalePage("The ticket changed since this page was loaded. Look at it again, then decide.")


def check_lead(agent: Agent, what: str) -> None:
    """Raise unless the agent is a lead or an admin; `what` completes "Only a lead or an admin may ..."."""
    if agent.role not in LEADS:
        raise WrongRole(f"Only a lead or an admin may {what}.")


def check_admin(agent: Agent, what: str) -> None:
    """Raise unless the agent is an admin; `what` completes "Only an admin may ..."."""
    if agent.role != "admin":
        raise WrongRole(f"Only an admin may {what}.")


def check_own(ticket: Ticket, agent: Agent, what: str) -> None:
    """Raise unless the ticket is the agent's; leads and admins may change any."""
    if ticket.assignee_id != agent.id and agent.role not in LEADS:
        raise WrongRole(f"You may {what} only your own tickets. Ask a lead, or take the ticket first.")


def check_not_others(ticket: Ticket, agent: Agent) -> None:
    """Raise where somebody else has the ticket; leads and admins may go on."""
    if ticket.assignee is not None and ticket.assignee_id != agent.id and agent.role not in LEADS:
        raise TakenBySomeoneElse(f"{ticket.assignee.name} has this ticket.")


def check_has(ticket: Ticket, agent: Agent) -> None:
    """Raise unless the ticket is this agent's, so that they may reply; a reply takes what was only assigned."""
    if ticket.assignee is not None and ticket.assignee_id != agent.id:
        raise TakenBySomeoneElse(f"{ticket.assignee.name} has this ticket.")
    if ticket.assignee_id != agent.id:
        raise NotTaken("Take the ticket first; until then the bot talks to the customer.")


def check_holds(ticket: Ticket, agent: Agent) -> None:
    """Raise unless the agent has taken the ticket and talks to the customer now."""
    check_has(ticket, agent)
    if ticket.held_by != "agent":
        raise NotTaken("Take the ticket first; until then the bot talks to the customer.")
