"""The form's action: it starts an intake, takes each message as what it is, and ends in a case (docs/adr/0003).

One action runs for every message while the form is active; Rasa lets an action of the form's name take its place.
"""

from __future__ import annotations

from actions import answers, handoffs, knowledge, misses, smalltalk
from actions.base import TurnAction
from actions.intake import messages, values
from actions.intake.interruptions import STRONGEST_CASE, is_brief, kind_of
from actions.intake.questions import KINDS, QUESTIONS
from actions.intake.state import FORM, Intake
from actions.replies import Reply
from actions.turn import Turn
from kit.wire import TICKET_DUE_AT, TICKET_NUMBER, BotMessage, Handoff


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
        _leave(reply)
        return
    intake = Intake(case, turn.customer.verified)
    reply.trace["intake"] = {"case": case, "pending": None, "taken_as": "start"}
    said, entities = (turn.text, turn.entities) if turn.text else (turn.earlier_text, turn.earlier_entities)
    _tell(intake, said, values.found(entities, said, values.here(turn)))
    misses.helped(reply)
    intake.go_on()
    _open(turn, reply, intake, reply.words.say("intake_start"))


def _tell(intake: Intake, said: str, facts: dict[str, str]) -> None:
    """Take a case's first message: all of it is what happened, and some of it is facts."""
    if said.strip():
        intake.know("description", said.strip())
    intake.absorb(facts)


def _open(turn: Turn, reply: Reply, intake: Intake, before: str) -> None:
    """Give first aid unless it was just read, or the answer also asked for; then go on with the questions."""
    article, best = answers.first_aid(reply, intake.case), next(iter(turn.candidates), None)
    asked = answers.find(reply, best.article_id) if best and turn.gate.get("also_answer") else None
    if article is not None and article.id != turn.slots.get("last_article"):
        more = [answers.choose(reply, asked)] if asked and asked.id != article.id else []
        reply.add("intake", answers.quote(reply, article, *more))
        reply.set("last_article", article.id)
    elif asked is not None:
        reply.add("answer", answers.quote(reply, asked))
    _resume(turn, reply, intake, before)


def _resume(turn: Turn, reply: Reply, intake: Intake, before: str = "") -> None:
    """Ask what is pending, or show the summary; keep the intake."""
    made = messages.question(reply, intake, before) if intake.pending else messages.summary(reply, intake, before)
    reply.add("intake", made)
    _keep(reply, intake)


def _keep(reply: Reply, intake: Intake) -> None:
    reply.slots.update(intake.slots())
    reply.enter_loop(FORM)


def _leave(reply: Reply) -> None:
    """Forget the intake: nothing of it may show in the next one."""
    reply.slots.update(dict.fromkeys((*KINDS, "intake", "requested_slot")))
    reply.enter_loop(None)


def _person(turn: Turn, reply: Reply, intake: Intake) -> None:
    handoffs.hand_over(turn, reply, messages.draft(reply, intake, confirmed=False))
    _leave(reply)


def _cancel(turn: Turn, reply: Reply, intake: Intake) -> None:
    reply.say("intake", "intake_cancelled", reply.person())
    _leave(reply)


def _skip(turn: Turn, reply: Reply, intake: Intake) -> None:
    if intake.pending is None:
        _ask_again(turn, reply, intake)
        return
    intake.skip()
    intake.go_on()
    _resume(turn, reply, intake)


def _correct(turn: Turn, reply: Reply, intake: Intake) -> None:
    changes = intake.corrections(turn)
    for slot, value in changes.items():
        intake.know(slot, value)
    intake.absorb(values.told(turn))
    _resume(turn, reply, intake, messages.changed(reply, intake, changes))


def _change(turn: Turn, reply: Reply, intake: Intake) -> None:
    reply.say("intake", "intake_which", *messages.change_buttons(reply, intake))
    _keep(reply, intake)


def _set(turn: Turn, reply: Reply, intake: Intake) -> None:
    slot, value = str(turn.values.get("slot")), turn.values.get("value")
    if slot not in KINDS:
        _ask_again(turn, reply, intake)
        return
    if value:
        intake.know(slot, str(value))
        intake.go_on()
    else:
        intake.ask(slot)
    _resume(turn, reply, intake)


def _switch(turn: Turn, reply: Reply, intake: Intake) -> None:
    case = str(turn.values.get("case")) if turn.is_payload else STRONGEST_CASE
    if case not in QUESTIONS or case == intake.case:
        _ask_again(turn, reply, intake)
        return
    intake.switch(case)
    if turn.text:
        intake.know("description", "\n".join(filter(None, [turn.text.strip(), intake.facts.get("description")])))
        intake.absorb(values.told(turn))
    intake.go_on()
    _open(turn, reply, intake, reply.words.say("intake_switched", case=reply.words.say(f"case_name_{case}")))


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
    _ask_again(turn, reply, intake)


def _status(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Tell the state of earlier cases, and that this one is not sent."""
    if turn.customer.tickets:
        handoffs.ticket_status(turn, reply)
    reply.say("ticket_status", "intake_not_sent")
    _ask_again(turn, reply, intake)


def _chat(turn: Turn, reply: Reply, intake: Intake) -> None:
    if turn.intent == "stop_bot_wrong":
        misses.miss(reply, weight=misses.OFFER_AFTER)
    elif turn.intent == "unsupported_language":
        smalltalk.unsupported_language(turn, reply)
    elif turn.intent in ("decline_advice", "out_of_scope"):
        smalltalk.decline(turn, reply)
    elif turn.intent in ("goodbye", "bot_challenge", "capabilities"):
        smalltalk.courtesy(turn, reply)
    _ask_again(turn, reply, intake)


def _ask_again(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Return to where the intake was, in a few words."""
    if intake.pending:
        _resume(turn, reply, intake)
    else:
        reply.add(
            "intake", BotMessage(reply.words.say("intake_confirm_again"), buttons=messages.confirm_buttons(reply))
        )
        _keep(reply, intake)


def _yes(turn: Turn, reply: Reply, intake: Intake) -> None:
    if intake.pending is None:
        _send(turn, reply, intake)
    elif KINDS[intake.pending] == "choice":
        _answer(turn, reply, intake, turn.text or reply.words.say("label_yes"))
    else:
        _ask_again(turn, reply, intake)


def _no(turn: Turn, reply: Reply, intake: Intake) -> None:
    if intake.pending is None:
        _change(turn, reply, intake)
    elif KINDS[intake.pending] in ("choice", "text"):
        _answer(turn, reply, intake, turn.text or reply.words.say("label_no"))
    else:
        _skip(turn, reply, intake)


def _send(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Hand the confirmed case to the desk."""
    reply.case = messages.draft(reply, intake, confirmed=True)
    reply.handoff = Handoff("case_complete")
    reply.say("handoff", "handoff_sent", ticket_number=TICKET_NUMBER, ticket_due_at=TICKET_DUE_AT)
    _leave(reply)


def _value(turn: Turn, reply: Reply, intake: Intake) -> None:
    if intake.pending is None:
        _add(turn, reply, intake)
        return
    kind, value = KINDS[intake.pending], values.checked(intake.pending, turn)
    lies_ahead = values.lies_ahead(intake.pending, turn)
    is_asked_again = value is None and (lies_ahead or not intake.is_retry)
    if not is_brief(turn.text) and (is_asked_again or (value and kind in values.PART_KINDS)):
        _add_words(turn, intake)
    if not is_asked_again:
        _answer(turn, reply, intake, value or turn.text.strip(), verified=value is not None)
        return
    intake.absorb(values.told(turn))
    intake.is_retry = True
    _resume(turn, reply, intake, reply.words.say("retry_time_ahead" if lies_ahead else f"retry_{kind}"))


def _answer(turn: Turn, reply: Reply, intake: Intake, value: str, *, verified: bool = True) -> None:
    if intake.pending:
        intake.know(intake.pending, value, verified=verified)
    intake.absorb(values.told(turn))
    intake.go_on()
    _resume(turn, reply, intake)


def _add(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Words after the summary are a fact that was missing, or belong to what happened."""
    before = set(intake.missing)
    intake.absorb(values.told(turn))
    if before != set(intake.missing) and is_brief(turn.text):
        _resume(turn, reply, intake, reply.words.say("intake_added"))
        return
    _add_words(turn, intake)
    _resume(turn, reply, intake, reply.words.say("intake_added"))


def _add_words(turn: Turn, intake: Intake) -> None:
    """A story told in passing belongs to what happened, whatever was asked."""
    intake.know("description", "\n".join(filter(None, [intake.facts.get("description"), turn.text.strip()])))


def _unknown(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Say why it is asked, or that there is no article, and go on."""
    reply.say("intake", "intake_why" if intake.pending else "intake_no_article")
    _ask_again(turn, reply, intake)


def _aside(turn: Turn, reply: Reply, intake: Intake) -> None:
    """A button of an older message: back to the question."""
    _ask_again(turn, reply, intake)


_HANDLERS = {
    "person": _person,
    "cancel": _cancel,
    "skip": _skip,
    "correct": _correct,
    "change": _change,
    "switch": _switch,
    "question": _question,
    "status": _status,
    "chat": _chat,
    "yes": _yes,
    "no": _no,
    "set": _set,
    "aside": _aside,
    "unknown": _unknown,
    "value": _value,
}
