"""What a customer adds to a case that is with people: it joins the ticket, and nothing is asked.

Which case that is, this conversation remembers; whether it is still open, the service says. Another matter opens a case
of its own, and a question is answered.
"""

from __future__ import annotations

import re

from actions.intake import values
from actions.intake.questions import FACTS
from actions.intake.steering import corrects
from actions.replies import ADDITION, Reply
from actions.shape import is_brief, is_question, length, shorten
from actions.turn import Turn
from kit.wire import TICKET_NUMBER, CaseDraft, Handoff, TicketBrief

_CLOSED = ("resolved", "closed")
#: Says itself that it adds to what was said.
_ADDS = re.compile(
    r"^\W*(?:i )?forgot\b|\bforgot(?:ten)? (?:to (?:say|mention|add|tell|write|include|give)|one|something|the|my)\b"
    r"|\b(?:to|please|also|let me) add\b|\badd (?:this|that|it) to (?:my|the)\b|\bin addition\b|\bp\.?s\.?[:：]"
    r"|\b(?:for|on|to) (?:my|the) (?:open )?(?:case|ticket)[:,]|\b(?:additional|more|further) info(?:rmation)?:"
    r"|补充|忘了?(?:记了?)?(?:说|写|提|告诉)|漏了|[还再](?:有|说)一点|加一句|附上",
    re.IGNORECASE,
)
#: Goes on from what was said just before.
_GOES_ON = re.compile(
    r"^\W*(?:(?:oh|ah|and|also|plus|btw|by the way|one more thing|another thing|sorry|ok|wait)[\s,.:]+)*"
    r"(?:and|also|plus|btw|by the way|one more thing|another thing)\b"
    r"|^\W*(?:哦|对了|还有|另外|而且|并且|顺便|再说|[他她它]们?还)",
    re.IGNORECASE,
)
#: Facts that are given by themselves.
_PARTICULARS = frozenset(("email", "order_id", "txid", "address"))
_STEERING = frozenset(
    "greet thanks goodbye bot_challenge capabilities affirm deny cancel skip human_request ticket_status stop_bot_wrong"
    " case_security_incident".split()
)
#: P(answers) below which no article is about it.
_HARDLY = 0.25
#: Least words of a statement that says something.
_TELLING = 3


def added(turn: Turn, reply: Reply) -> bool:
    """Join a message to the open case it adds to; False when it adds to none."""
    ticket = _open_ticket(turn)
    if ticket is None or turn.is_payload or turn.active_loop or not _adds(turn, ticket.case):
        return False
    facts = {slot: value for slot, value in values.told(turn).items() if slot in FACTS}
    reply.case = CaseDraft(ticket.case, facts, summary=shorten(turn.text))
    reply.handoff = Handoff("case_complete")
    reply.trace["joined"] = ticket.number
    reply.say("handoff", "addition_noted", ticket_number=TICKET_NUMBER)
    return True


def says_so(text: str) -> bool:
    """Tell whether a message says itself that it adds to what was said before."""
    return _ADDS.search(text) is not None


def goes_on(text: str) -> bool:
    """Tell whether a message goes on from what was said just before."""
    return _GOES_ON.search(text) is not None


def _open_ticket(turn: Turn) -> TicketBrief | None:
    """Return the ticket of the case sent last, or else the newest that is open."""
    tickets = [ticket for ticket in turn.customer.tickets if ticket.status not in _CLOSED] if turn.sent else []
    return next((ticket for ticket in tickets if ticket.case == turn.sent), None) or next(iter(tickets), None)


def _adds(turn: Turn, case: str) -> bool:
    if turn.intent in _STEERING and not _has_particulars(turn):
        return False
    if says_so(turn.text):
        return not (is_question(turn.text) and float(turn.gate.get("probability") or 0) >= turn.threshold("t_answer"))
    if is_question(turn.text):
        return False
    is_next = turn.offer == ADDITION
    if is_next and is_brief(turn.text) and corrects(turn.text):
        return True
    if turn.intent.startswith("case_"):
        return turn.intent == f"case_{case}"
    is_near = turn.intent == "clarify" and turn.gate.get("offers_case") and turn.gate.get("case") == f"case_{case}"
    return (is_near and (is_next or goes_on(turn.text))) or (is_next and _is_of_what_was_sent(turn))


def _is_of_what_was_sent(turn: Turn) -> bool:
    """Tell whether words right after a handoff are a part of it: a fact, or a statement that is nothing else."""
    if (is_brief(turn.text) and _has_particulars(turn)) or goes_on(turn.text):
        return True
    is_placed = float(turn.gate.get("probability") or 0) >= _HARDLY
    return turn.intent == "clarify" and not is_placed and length(turn.text) >= _TELLING


def _has_particulars(turn: Turn) -> bool:
    return any(entity["entity"] in _PARTICULARS for entity in turn.entities)
