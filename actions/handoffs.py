"""From the bot to people: at once when asked, with whatever is known; and what became of it."""

from __future__ import annotations

from actions import misses
from actions.base import TurnAction
from actions.replies import Reply
from actions.shape import shorten
from actions.turn import Turn
from kit.clock import from_wire
from kit.wire import TICKET_DUE_AT, TICKET_NUMBER, CaseDraft, Handoff, TicketBrief


class TicketStatusAction(TurnAction):
    def name(self) -> str:
        return "action_ticket_status"

    def reply(self, turn: Turn, reply: Reply) -> None:
        ticket_status(turn, reply)


def hand_over(turn: Turn, reply: Reply, case: CaseDraft | None = None) -> None:
    """Give the conversation to a person because the customer asked, with the case as far as it got."""
    said = (turn.earlier_text if turn.intent == "affirm" else turn.text or turn.earlier_text).strip()
    summary = reply.words.say("summary_asked", words=shorten(said) or "-")
    reply.case = case or CaseDraft("human_request", summary=summary)
    reply.handoff = Handoff("asked")
    key = "handoff_with_facts" if reply.case.fields else "handoff_asked"
    reply.say("handoff", key, ticket_number=TICKET_NUMBER, ticket_due_at=TICKET_DUE_AT)
    misses.helped(reply)


def ticket_status(turn: Turn, reply: Reply) -> None:
    """Tell the state of the customer's own tickets."""
    if not turn.customer.tickets:
        reply.say("ticket_status", "ticket_none", reply.person())
    for ticket in turn.customer.tickets:
        values = {"number": ticket.number, "case": reply.words.say(f"case_name_{ticket.case}")}
        values["status"] = reply.words.say(f"status_{ticket.status}")
        values["due_at"] = reply.words.moment(ticket.due_at) if ticket.due_at else ""
        reply.say("ticket_status", _ticket_key(turn, ticket), **values)


def _ticket_key(turn: Turn, ticket: TicketBrief) -> str:
    if not ticket.due_at or ticket.status in ("resolved", "closed", "waiting_on_customer", "on_hold"):
        return "ticket_line"
    return "ticket_line_late" if from_wire(ticket.due_at) < turn.now else "ticket_line_due"
