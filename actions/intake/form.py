"""The form's action: it starts an intake, takes each message as what it is, and ends in a case (docs/adr/0003).

One action runs for every message while the form is active; Rasa lets an action of the form's name take its place.
"""

from __future__ import annotations

from actions import answers, handoffs, knowledge, languages, misses, smalltalk
from actions.base import TurnAction
from actions.intake import filling, messages, values
from actions.intake.course import ask_again, forget, leave, open_up
from actions.intake.interruptions import STRONGEST_CASE, kind_of
from actions.intake.questions import KINDS, QUESTIONS
from actions.intake.state import FORM, Intake
from actions.intake.steering import asks_why
from actions.replies import Reply
from actions.turn import Turn
from kit.wire import TICKET_DUE_AT, TICKET_NUMBER, Handoff


class IntakeForm(TurnAction):
    def name(self) -> str:
        return FORM

    def reply(self, turn: Turn, reply: Reply) -> None:
        intake = Intake.read(turn)
        if intake is None:
            _start(turn, reply)
        else:
            reply.trace["intake"] = {"case": intake.case, "pending": intake.pending, "taken_as": kind_of(turn, intake)}
            _HANDLERS[reply.trace["intake"]["taken_as"]](turn, reply, intake)


def _start(turn: Turn, reply: Reply) -> None:
    case = str(turn.values.get("case") or turn.intent[len("case_") :])
    if case not in QUESTIONS:
        reply.say("instant", "nothing_pending")
        forget(reply)
        return
    intake = Intake.begin(case, turn)
    reply.trace["intake"] = {"case": case, "pending": None, "taken_as": "start"}
    said, entities = (turn.text, turn.entities) if turn.text else (turn.earlier_text, turn.earlier_entities)
    _tell(intake, said, values.found(entities, said, values.latest(turn)))
    misses.helped(reply)
    intake.go_on()
    open_up(turn, reply, intake, reply.words.say("intake_start"))


def _tell(intake: Intake, said: str, facts: dict[str, str]) -> None:
    """Take a case's first message: all of it is what happened, and some of it is facts."""
    if said.strip():
        intake.know("description", said.strip())
    intake.absorb(facts)


def _person(turn: Turn, reply: Reply, intake: Intake) -> None:
    handoffs.hand_over(turn, reply, messages.draft(reply, intake, confirmed=False))
    leave(reply, intake)


def _cancel(turn: Turn, reply: Reply, intake: Intake) -> None:
    reply.say("intake", "intake_cancelled", reply.person())
    leave(reply, intake)


def _switch(turn: Turn, reply: Reply, intake: Intake) -> None:
    case = str(turn.values.get("case")) if turn.is_payload else STRONGEST_CASE
    if case not in QUESTIONS or case == intake.case:
        ask_again(turn, reply, intake)
        return
    intake.switch(case)
    if turn.text:
        intake.know("description", "\n".join(filter(None, [turn.text.strip(), intake.facts.get("description")])))
        intake.absorb(values.told(turn))
    intake.go_on()
    open_up(turn, reply, intake, reply.words.say("intake_switched", case=reply.words.say(f"case_name_{case}")))


def _question(turn: Turn, reply: Reply, intake: Intake) -> None:
    if turn.is_payload:
        article = knowledge.chosen(turn, reply)
    else:
        best = next(iter(turn.candidates), None)
        article = answers.find(reply, best.article_id) if best else None
    if article is None:
        reply.say("clarify", "answer_unavailable", reply.person())
    else:
        reply.add("answer", answers.quote_chosen(reply, article))
    ask_again(turn, reply, intake)


def _status(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Tell the state of earlier cases, and that this one is not sent."""
    if turn.customer.tickets:
        handoffs.ticket_status(turn, reply)
    reply.say("ticket_status", "intake_not_sent")
    ask_again(turn, reply, intake)


def _language(turn: Turn, reply: Reply, intake: Intake) -> None:
    languages.choose(turn, reply)
    ask_again(turn, reply, intake)


def _back(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Go on where the intake was left."""
    ask_again(turn, reply, intake, reply.words.say("intake_back"))


def _chat(turn: Turn, reply: Reply, intake: Intake) -> None:
    if turn.intent == "stop_bot_wrong" or smalltalk.is_outburst(turn.text):
        misses.miss(reply, weight=misses.OFFER_AFTER)
    elif turn.intent == "unsupported_language":
        smalltalk.unsupported_language(turn, reply)
    elif turn.intent in ("decline_advice", "out_of_scope"):
        smalltalk.decline(turn, reply)
    elif turn.intent in ("goodbye", "bot_challenge", "capabilities"):
        smalltalk.courtesy(turn, reply)
    ask_again(turn, reply, intake)


def _yes(turn: Turn, reply: Reply, intake: Intake) -> None:
    if intake.pending is None:
        _send(turn, reply, intake)
    elif KINDS[intake.pending] == "choice":
        filling.answer(turn, reply, intake, turn.text or reply.words.say("label_yes"))
    else:
        ask_again(turn, reply, intake)


def _no(turn: Turn, reply: Reply, intake: Intake) -> None:
    if intake.pending is None:
        filling.change(turn, reply, intake)
    elif KINDS[intake.pending] in ("choice", "text"):
        filling.answer(turn, reply, intake, turn.text or reply.words.say("label_no"))
    else:
        filling.skip(turn, reply, intake)


def _send(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Hand the confirmed case to the desk."""
    reply.case = messages.draft(reply, intake, confirmed=True)
    reply.handoff = Handoff("case_complete")
    reply.say("handoff", "handoff_sent", ticket_number=TICKET_NUMBER, ticket_due_at=TICKET_DUE_AT)
    leave(reply, intake)


def _unknown(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Say why it is asked, or that there is no article, and go on."""
    reply.say("intake", "intake_why" if intake.pending and asks_why(turn.text) else "intake_no_article")
    ask_again(turn, reply, intake)


def _aside(turn: Turn, reply: Reply, intake: Intake) -> None:
    """A button of an older message: back to the question."""
    ask_again(turn, reply, intake)


_HANDLERS = {
    "person": _person,
    "cancel": _cancel,
    "skip": filling.skip,
    "finish": filling.finish,
    "correct": filling.correct,
    "change": filling.change,
    "settle": filling.settle,
    "add": filling.add,
    "switch": _switch,
    "question": _question,
    "status": _status,
    "chat": _chat,
    "yes": _yes,
    "no": _no,
    "set": filling.press,
    "aside": _aside,
    "language": _language,
    "resume": _back,
    "unknown": _unknown,
    "value": filling.take,
}
