"""What a message inside the intake is, before it may fill a slot.

The order is the product's (design, section 5): a person, cancel, skip, a correction, a stronger case, a question, and
only then the value. An answer to the question that is open is tried as its value first, though: a bare number before
everything, what plainly has the shape asked for before any question or courtesy it resembles. "USDT" answers "which
coin?", "5" answers "what amount?" and is no goodbye. A wish may be any words, so only plain steering interrupts it.
"""

from __future__ import annotations

import re

from actions import additions, languages
from actions.intake import corrections, steering, values
from actions.intake.questions import KINDS
from actions.intake.state import Intake
from actions.shape import is_brief, is_question, length
from actions.smalltalk import COURTESIES, is_outburst
from actions.turn import Turn

#: The one case that interrupts every other: minutes count.
STRONGEST_CASE = "security_incident"
#: At the summary, the longest "yes" or "no" taken on the classifier's first guess, and the least confidence of it.
_UNSURE_WORDS, _UNSURE_CONFIDENCE = 3, 0.4

_BUTTONS = {
    "human_request": "person", "cancel": "cancel", "skip": "skip", "start_case": "switch",
    "choose_article": "question", "set_slot": "set", "affirm": "yes", "deny": "no",
}  # fmt: skip
#: "Cancel my order" is a story, not a command to the assistant.
_OWN_BUSINESS = re.compile(r"order|withdrawal|position|trade|deposit|订单|委托|提现|提币|仓|交易|充值", re.IGNORECASE)


def kind_of(turn: Turn, intake: Intake) -> str:
    """Return the kind of a message: the first of _ORDER that applies, else value; for a button, set and aside too."""
    if turn.is_payload:
        return _BUTTONS.get(turn.intent, "aside")
    for kind, applies in _ORDER:
        if applies(turn, intake):
            return kind
    return "value"


def _is_bare_number(turn: Turn, intake: Intake) -> bool:
    return intake.pending is not None and values.is_bare_number(intake.pending, turn.text)


def _is_person(turn: Turn, intake: Intake) -> bool:
    if steering.asks_for_person(turn.text):
        return True
    is_named = steering.names_person(turn.text) or not (turn.gate.get("language") or {}).get("supported", True)
    heard = turn.intent == "human_request" and is_named
    return heard and not _is_wish(intake) and not _is_refusal(turn, intake)


def _is_waiting(turn: Turn, intake: Intake) -> bool:
    """Tell whether it asks when somebody answers, and no article says."""
    return steering.asks_when(turn.text) and not _is_wish(intake) and not _is_answered(turn)


def _is_finish(turn: Turn, intake: Intake) -> bool:
    return intake.pending is not None and steering.submits(turn.text)


def _is_zone(turn: Turn, intake: Intake) -> bool:
    """Tell whether it is nothing but the zone of a time that was given before."""
    is_late = intake.loose_time is not None and intake.pending != "zone" and not _takes_words(intake)
    return is_late and length(turn.text) <= _UNSURE_WORDS and values.of_words("zone", turn.text) is not None


def _is_more(turn: Turn, intake: Intake) -> bool:
    """Tell whether it says itself that it adds to the story, whatever was asked."""
    if _takes_words(intake) or is_question(turn.text):
        return False
    return additions.says_so(turn.text) and (intake.pending is None or not values.fits(intake.pending, turn))


def _is_refusal(turn: Turn, intake: Intake) -> bool:
    """Tell whether there is nothing to give in reply; where words are asked for, and yes or no, "none" is an answer."""
    slot = intake.pending
    if slot is None or KINDS[slot] in ("text", "choice") or values.fits(slot, turn):
        return False
    return steering.refuses(turn.text) and not corrections.changes(intake, turn)


def _is_cancel(turn: Turn, intake: Intake) -> bool:
    if steering.cancels(turn.text):
        return True
    if steering.ends_in_cancel(turn.text) and not _takes_words(intake) and not _OWN_BUSINESS.search(turn.text):
        return True
    heard = turn.intent == "cancel" and not _is_wish(intake) and not _OWN_BUSINESS.search(turn.text)
    return heard and (not _takes_words(intake) or length(turn.text) <= _UNSURE_WORDS)


def _is_skip(turn: Turn, intake: Intake) -> bool:
    return steering.skips(turn.text) or (turn.intent == "skip" and not _is_wish(intake))


def _is_correction(turn: Turn, intake: Intake) -> bool:
    """Tell whether a known fact is put right: by the gate or its own words; by both where words are asked for."""
    in_words, is_heard = steering.corrects(turn.text), turn.intent == "correct"
    if _takes_words(intake):
        is_said_so = in_words and is_heard
    else:
        is_remark = is_brief(turn.text) and (in_words or intake.pending is None)
        is_said_so = is_heard or is_remark or _names_wrong(turn, intake) or bool(corrections.swaps(intake, turn))
    return is_said_so and bool(corrections.changes(intake, turn))


def _names_wrong(turn: Turn, intake: Intake) -> bool:
    return corrections.says_wrong(turn.text) and bool(corrections.named(intake, turn.text))


def _is_change(turn: Turn, intake: Intake) -> bool:
    """Tell whether a fact is said to be wrong without the right one."""
    if _takes_words(intake):
        return False
    if _names_wrong(turn, intake):
        return True
    if intake.pending is None:
        return turn.intent in ("correct", "stop_bot_wrong")
    return turn.intent == "correct" and not _is_plain_value(turn, intake)


def _is_stronger(turn: Turn, intake: Intake) -> bool:
    return turn.intent == f"case_{STRONGEST_CASE}" and intake.case != STRONGEST_CASE


def _is_status(turn: Turn, intake: Intake) -> bool:
    is_heard = turn.intent == "ticket_status" and not _is_wish(intake) and not _is_plain_value(turn, intake)
    return is_heard or steering.asks_for_status(turn.text)


def _is_fitting(turn: Turn, intake: Intake) -> bool:
    """Tell whether the answer is surely meant for the slot asked for, even where it has to be asked for again."""
    slot = intake.pending
    if slot is None:
        return False
    if _is_wish(intake):
        return not (turn.intent in (*COURTESIES, "affirm") and steering.is_pleasantry(turn.text))
    if is_question(turn.text):
        return False
    if KINDS[slot] == "choice" and length(turn.text) <= 1 and values.checked(slot, turn):
        return True
    is_meant = slot == "amount" and is_brief(turn.text) and steering.is_amount_without_number(turn.text)
    return is_meant or values.fits(slot, turn) or values.lies_ahead(slot, turn)


def _is_answerable(turn: Turn, intake: Intake) -> bool:
    """Tell whether an article surely answers it; a statement with a number in it gives something, and asks nothing."""
    gives = intake.pending is not None and not is_question(turn.text) and re.search(r"\d", turn.text) is not None
    return _is_answered(turn) and not gives and not _is_plain_value(turn, intake)


def _is_answered(turn: Turn) -> bool:
    return turn.intent == "faq" and float(turn.gate.get("probability") or 0) >= turn.threshold("t_answer")


def _is_aside(turn: Turn, intake: Intake) -> bool:
    """Tell whether it asks briefly what no article answers: never a value, unless free text was asked for."""
    return not _takes_words(intake) and is_question(turn.text) and is_brief(turn.text) and not turn.entities


def _is_chat(turn: Turn, intake: Intake) -> bool:
    if turn.intent == "unsupported_language":
        return not _is_plain_value(turn, intake)
    if turn.intent == "stop_bot_wrong" or (intake.pending is not None and is_outburst(turn.text)):
        is_short = is_brief(turn.text) or is_outburst(turn.text)
        return is_short and not turn.entities and not _takes_words(intake)
    if turn.intent in ("decline_advice", "out_of_scope"):
        return is_question(turn.text)
    if turn.intent in ("bot_challenge", "capabilities") and not is_question(turn.text):
        return False
    return turn.intent in COURTESIES and is_brief(turn.text) and not turn.entities


_ORDER = (
    ("value", _is_bare_number),
    ("yes", lambda turn, intake: intake.pending is None and steering.submits(turn.text)),
    ("finish", _is_finish),
    ("language", lambda turn, intake: not _is_wish(intake) and bool(languages.named(turn.text))),
    ("resume", lambda turn, intake: steering.resumes(turn.text)),
    ("status", _is_waiting),
    ("person", _is_person),
    ("skip", _is_refusal),
    ("cancel", _is_cancel),
    ("skip", _is_skip),
    ("settle", _is_zone),
    ("correct", _is_correction),
    ("change", _is_change),
    ("switch", _is_stronger),
    ("status", _is_status),
    ("add", _is_more),
    ("value", _is_fitting),
    ("question", _is_answerable),
    ("chat", _is_chat),
    ("yes", lambda turn, intake: _is_heard(turn, intake, "affirm")),
    ("no", lambda turn, intake: _is_heard(turn, intake, "deny")),
    ("unknown", _is_aside),
)


def _is_plain_value(turn: Turn, intake: Intake) -> bool:
    """Tell whether the text has the very shape that is asked for, or tells something where free text is asked."""
    if is_question(turn.text):
        return False
    if intake.pending is None:
        return _is_heard(turn, intake, "affirm") or _is_heard(turn, intake, "deny")
    if KINDS[intake.pending] in values.OPEN_KINDS or set(values.found(turn.entities, "", turn.now)) & set(intake.order):
        return True
    return values.checked(intake.pending, turn) is not None


def _takes_words(intake: Intake) -> bool:
    """Tell whether free text was asked for."""
    return intake.pending is not None and KINDS[intake.pending] == "text"


def _is_wish(intake: Intake) -> bool:
    return intake.pending == "wish"


def _is_heard(turn: Turn, intake: Intake, intent: str) -> bool:
    """Tell whether a message says yes (or no); at the summary also a short one the gate was not sure of: "send it"."""
    is_likely = turn.gate.get("raw_intent") == intent and float(turn.gate.get("confidence") or 0) >= _UNSURE_CONFIDENCE
    return turn.intent == intent or (intake.pending is None and is_likely and length(turn.text) <= _UNSURE_WORDS)
