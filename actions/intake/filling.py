"""What a message does to the facts of an intake: it gives one, leaves one out, puts one right, or tells more."""

from __future__ import annotations

from actions.intake import corrections, messages, values
from actions.intake.course import ask_again, keep, resume
from actions.intake.questions import KINDS
from actions.intake.state import Intake
from actions.replies import Reply
from actions.shape import is_brief, length
from actions.turn import Turn

#: Least words, in reply to a yes-or-no question, that tell something.
_TELLING = 3


def skip(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Leave out the fact asked for, or another that is named: "no txid" leaves the question standing."""
    if intake.pending is None:
        ask_again(turn, reply, intake)
        return
    others = [slot for slot in corrections.named(intake, turn.text) if slot in intake.open]
    intake.skipped += others
    if not others or intake.pending in others:
        intake.skip()
        intake.go_on()
    resume(turn, reply, intake)


def finish(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Leave out whatever is still open: the customer wants it sent."""
    intake.skipped += [slot for slot in intake.open if slot not in intake.skipped]
    intake.go_on()
    resume(turn, reply, intake)


def correct(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Change what the message puts right."""
    changes = corrections.changes(intake, turn)
    for slot, value in changes.items():
        intake.know(slot, value)
    intake.absorb(values.told(turn))
    if intake.pending is None:
        intake.go_on()
    resume(turn, reply, intake, messages.changed(reply, intake, changes))


def change(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Ask for the fact that is said to be wrong, or which one is."""
    meant = corrections.named(intake, turn.text)
    if len(meant) == 1:
        intake.ask(meant[0])
        resume(turn, reply, intake)
        return
    reply.say("intake", "intake_which", *messages.change_buttons(reply, intake))
    keep(reply, intake)


def settle(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Take the zone of a time that was given before."""
    intake.know("zone", values.of_words("zone", turn.text) or "")
    if intake.pending is None:
        intake.go_on()
    resume(turn, reply, intake, messages.changed(reply, intake, ["zone"]))


def press(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Take the value a button gives, or ask for the fact it names."""
    slot, value = str(turn.values.get("slot")), turn.values.get("value")
    if slot not in KINDS:
        ask_again(turn, reply, intake)
        return
    if value:
        intake.know(slot, str(value))
        intake.go_on()
    else:
        intake.ask(slot)
    resume(turn, reply, intake)


def take(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Take an answer: as the fact asked for, once more asked for, or at last as typed."""
    slot = intake.pending
    if slot is None:
        add(turn, reply, intake)
        return
    value, lies_ahead = values.checked(slot, turn), values.lies_ahead(slot, turn)
    if value is None and not lies_ahead and _tell_another(turn, intake):
        resume(turn, reply, intake, reply.words.say("intake_added"))
        return
    is_asked_again = value is None and (lies_ahead or not intake.is_retry)
    if _is_story(turn, slot) and (is_asked_again or (value and KINDS[slot] in values.PART_KINDS)):
        _add_words(turn, intake)
    if is_asked_again:
        intake.is_retry = True
        resume(turn, reply, intake, reply.words.say("retry_time_ahead" if lies_ahead else f"retry_{KINDS[slot]}"))
    elif value is None and KINDS[slot] in values.NEVER_AS_TYPED:
        skip(turn, reply, intake)
    elif value is None and KINDS[slot] in values.CODE_KINDS and _is_story(turn, slot):
        _add_words(turn, intake)
        intake.skip()
        intake.go_on()
        resume(turn, reply, intake, reply.words.say("intake_added"))
    else:
        answer(turn, reply, intake, value or turn.text.strip(), verified=value is not None)


def answer(turn: Turn, reply: Reply, intake: Intake, value: str, *, verified: bool = True) -> None:
    """Write the fact asked for down and go on."""
    if intake.pending:
        intake.know(intake.pending, value, verified=verified)
    intake.absorb(values.told(turn))
    intake.go_on()
    resume(turn, reply, intake)


def add(turn: Turn, reply: Reply, intake: Intake) -> None:
    """Take words that answer nothing: a fact that was missing, or more of what happened."""
    is_fact = _tell_another(turn, intake)
    if intake.pending is None:
        intake.go_on()
    if not (is_fact and is_brief(turn.text)):
        _add_words(turn, intake)
    resume(turn, reply, intake, reply.words.say("intake_added"))


def _is_story(turn: Turn, slot: str) -> bool:
    """Tell whether words say more than the fact asked for; of a yes-or-no question, few do already."""
    return length(turn.text) >= _TELLING if KINDS[slot] == "choice" else not is_brief(turn.text)


def _tell_another(turn: Turn, intake: Intake) -> bool:
    """Take the facts in a message other than the one asked for; False when there are none."""
    before = dict(intake.facts)
    intake.absorb(values.told(turn))
    size = values.size(turn.text)
    if size and "position" in intake.order and intake.pending != "position":
        intake.know("position", " ".join([*intake.facts.get("position", "").split()[:1], size]))
    told_at = values.told(turn).get("occurred_at")
    if intake.pending == "zone" and told_at:
        intake.know("occurred_at", told_at)
    return intake.facts != before


def _add_words(turn: Turn, intake: Intake) -> None:
    """A story told in passing belongs to what happened, whatever was asked."""
    intake.know("description", "\n".join(filter(None, [intake.facts.get("description"), turn.text.strip()])))
