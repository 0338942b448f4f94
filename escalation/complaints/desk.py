"""Deciding complaints at the desk: what an agent needs to decide one, and the decision itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation
from escalation.complaints import domain as complaints
from escalation.complaints import repository as complaints_repository
from escalation.complaints.domain import Ruling
from escalation.complaints.models import ComplaintDecision
from escalation.complaints.similar import Compared, nearest
from escalation.models import Agent, Ticket
from kit.clock import to_wire
from kit.errors import InvalidRequest, NotFound
from kit.taxonomy import CASES
from kit.text import check_message

#: Past decisions that are compared, and shown.
MAX_COMPARED = 500
MAX_SIMILAR = 5
#: Cases that say nothing about what a complaint of the same customer is about.
_TELLING_NOTHING = frozenset({"complaint", "human_request", "other"})


class NotAComplaint(NotFound):
    """The ticket is not a complaint, so it has no points and no ruling."""


@dataclass(frozen=True)
class Decided:
    """What a decision leaves: the letter for the customer, and what the log says of it."""

    letter: str
    data: dict[str, Any]


def check_is_complaint(ticket: Ticket) -> None:
    if ticket.case != "complaint":
        raise NotAComplaint(f"{ticket.number} is not a complaint.")


async def decide(
    session: AsyncSession,
    now: datetime,
    agent: Agent,
    conversation: Conversation,
    ticket: Ticket,
    root_cause: str | None,
    reasons: str | None,
    ruling: Ruling,
) -> Decided:
    """Record the decision of a complaint; the caller tells it to the customer and resolves the ticket.

    Raises:
        IncompleteRuling: a point has no answer, or outcome, remedy, reasons or root cause are missing or wrong.
    """
    told = complaints.points(ticket.fields, ticket.summary)
    complaints.check(ruling, root_cause, reasons, len(told))
    # The check saw to it that none of these is missing.
    assert root_cause is not None
    assert reasons is not None
    assert ruling.outcome is not None
    assert ruling.remedy is not None
    remedy = ruling.remedy
    for text in (reasons, remedy.text, *ruling.answers.values()):
        if text.strip():
            check_message(text)
    topic = ruling.topic or await suggested_topic(session, ticket)
    answers = [ruling.answers.get(place, "").strip() for place in range(1, len(told) + 1)]
    row = {
        "decided_at": now,
        "agent_id": agent.id,
        "topic": topic,
        "outcome": ruling.outcome,
        "root_cause": root_cause,
        "remedy": remedy.kind,
        "amount": remedy.amount or None,
        "currency": remedy.currency or None,
        "remedy_text": remedy.text.strip(),
        "reasons": reasons.strip(),
        "points": [{"text": text, "answer": answer} for text, answer in zip(told, answers, strict=True)],
    }
    await session.merge(ComplaintDecision(ticket_number=ticket.number, **row))
    words = complaints.letter(ticket.number, conversation.locale, told, ruling, reasons)
    said = {"kind": remedy.kind, "amount": remedy.amount, "currency": remedy.currency, "text": remedy.text.strip()}
    data = {"outcome": ruling.outcome, "topic": topic, "remedy": {name: value for name, value in said.items() if value}}
    return Decided(words, {**data, "answers": answers})


async def suggested_topic(session: AsyncSession, ticket: Ticket) -> str:
    """Return what a complaint is about: the topic of the case nearest to it, else of complaints themselves."""
    for case in await complaints_repository.cases_around(session, ticket, limit=20):
        if case not in _TELLING_NOTHING and case in CASES:
            return CASES[case].topic
    return complaints.OWN_TOPIC


async def show(session: AsyncSession, ticket: Ticket, topic: str | None, root_cause: str | None) -> dict[str, Any]:
    """Return a complaint as whoever decides it needs it: points, topic, similar past decisions, its own decision.

    Args:
        topic: what it is about, when the agent knows better than the suggestion.
        root_cause: when there is one yet; a shared one makes a decision more similar.
    """
    check_is_complaint(ticket)
    own = await complaints_repository.decision(session, ticket.number)
    about = topic or (own.topic if own else await suggested_topic(session, ticket))
    told = complaints.points(ticket.fields, ticket.summary)
    return {
        "points": [{"number": place, "text": text} for place, text in enumerate(told, 1)],
        "topic": about,
        "decision": _decision(own) if own else None,
        "similar": await _similar(session, ticket, about, root_cause or ticket.root_cause),
    }


async def _similar(session: AsyncSession, ticket: Ticket, topic: str, root_cause: str | None) -> list[dict[str, Any]]:
    rows = await complaints_repository.latest_decided(session, MAX_COMPARED)
    past = {each.number: (each, decided) for each, decided in rows if each.number != ticket.number}
    compared = [
        Compared(number, _text(each), decided.topic, decided.root_cause) for number, (each, decided) in past.items()
    ]
    found = nearest(Compared(ticket.number, _text(ticket), topic, root_cause), compared, MAX_SIMILAR)
    return [
        {"number": near.number, "about": past[near.number][0].summary, **_decision(past[near.number][1])}
        for near, _ in found
    ]


def _text(ticket: Ticket) -> str:
    return " ".join(complaints.points(ticket.fields, ticket.summary)) + " " + ticket.summary


def _decision(decided: ComplaintDecision) -> dict[str, Any]:
    return {
        "decided_at": to_wire(decided.decided_at),
        "topic": decided.topic,
        "outcome": decided.outcome,
        "root_cause": decided.root_cause,
        "remedy": {
            "kind": decided.remedy,
            "amount": decided.amount,
            "currency": decided.currency,
            "text": decided.remedy_text,
        },
        "reasons": decided.reasons,
        "points": decided.points,
    }


def check_no_ruling(ruling: Ruling) -> None:
    """Raise unless the ruling is empty: only complaints have one."""
    if not ruling.is_empty:
        raise InvalidRequest("Only a complaint is resolved with 'outcome', 'topic', 'answers' and 'remedy'.")
