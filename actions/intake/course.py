"""How an intake goes on after each message: first aid, the next question, the summary; and how it ends."""

from __future__ import annotations

from actions import answers
from actions.intake import messages
from actions.intake.questions import FACTS
from actions.intake.state import FORM, Intake
from actions.replies import Reply
from actions.turn import Turn
from kit.wire import BotMessage


def open_up(turn: Turn, reply: Reply, intake: Intake, before: str) -> None:
    """Give first aid unless it was just read, or the answer also asked for; then go on with the questions."""
    article, best = answers.first_aid(reply, intake.case), next(iter(turn.candidates), None)
    asked = answers.find(reply, best.article_id) if best and turn.gate.get("also_answer") else None
    if article is not None and article.id != turn.slots.get("last_article"):
        more = [answers.choose(reply, asked)] if asked and asked.id != article.id else []
        reply.add("intake", answers.quote(reply, article, *more))
        reply.set("last_article", article.id)
    elif asked is not None:
        reply.add("answer", answers.quote(reply, asked))
    resume(turn, reply, intake, before)


def resume(turn: Turn, reply: Reply, intake: Intake, before: str = "") -> None:
    """Ask what is pending, or show the summary; keep the intake."""
    reply.words.timezone = intake.zone or turn.timezone
    made = messages.question(reply, intake, before) if intake.pending else messages.summary(reply, intake, before)
    reply.add("intake", made)
    keep(reply, intake)


def ask_again(turn: Turn, reply: Reply, intake: Intake, before: str = "") -> None:
    """Return to where the intake was, in a few words."""
    if intake.pending or before:
        resume(turn, reply, intake, before)
    else:
        reply.add(
            "intake", BotMessage(reply.words.say("intake_confirm_again"), buttons=messages.confirm_buttons(reply))
        )
        keep(reply, intake)


def keep(reply: Reply, intake: Intake) -> None:
    """Go on with the intake in the next turn."""
    reply.slots.update(intake.slots())
    reply.enter_loop(FORM)


def leave(reply: Reply, intake: Intake) -> None:
    """End the intake."""
    forget(reply, intake.remains)


def forget(reply: Reply, remains: dict[str, str] | None = None) -> None:
    """Drop every fact: none may show in the next intake."""
    reply.slots.update({**dict.fromkeys((*FACTS, "requested_slot")), "intake": remains})
    reply.enter_loop(None)
