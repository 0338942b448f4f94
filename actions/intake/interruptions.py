"""What a message inside the intake is, before it may fill a slot.

The order is the product's (design, section 5): a person, cancel, skip, a correction, a stronger case, a question, and
only then the value. A message that plainly is the value asked for is no question, whatever article it resembles:
"USDT" answers "which coin?", "the price never got there" answers "what happened?".
"""

from __future__ import annotations

import re

from actions.intake import values
from actions.intake.questions import KINDS
from actions.intake.state import Intake
from actions.smalltalk import COURTESIES
from actions.turn import Turn

#: The one case that interrupts every other: minutes count.
STRONGEST_CASE = "security_incident"
#: Longest courtesy, and longest correction that does not say it is one: "thanks, it was 0.5 XBT on Tuesday" is more.
#: Two Chinese characters count as one word.
_SHORT_WORDS = 6
#: At the summary, the longest "yes" or "no" taken on the classifier's first guess, and the least confidence of it.
_UNSURE_WORDS, _UNSURE_CONFIDENCE = 3, 0.4

_BUTTONS = {
    "human_request": "person", "cancel": "cancel", "skip": "skip", "start_case": "switch",
    "choose_article": "question", "set_slot": "set", "affirm": "yes", "deny": "no",
}  # fmt: skip
_QUESTION_MARK = re.compile(r"[?？]\s*$")
_QUESTION_WORDS = re.compile(
    r"^\s*(?:and |but |so |ok |btw |also )*(?:how|what|when|where|which|who|whose|why|can|could|do|does|did"
    r"|is|are|will|would|should|explain|tell me)\b"
    r"|怎么|怎样|如何|什么|为何|多少|多久|哪里|哪个|哪种|吗|呢|能不能|可不可以|是不是",
    re.IGNORECASE,
)
#: "Cancel my order" is a story, not a command to the assistant.
_OWN_BUSINESS = re.compile(r"order|withdrawal|position|订单|委托|提现|提币|仓", re.IGNORECASE)


def kind_of(turn: Turn, intake: Intake) -> str:
    """Return person, cancel, skip, correct, change, switch, question, chat, yes, no, unknown, set, aside or value."""
    if turn.is_payload:
        return _BUTTONS.get(turn.intent, "aside")
    for kind, applies in _ORDER:
        if applies(turn, intake):
            return kind
    return "value"


def is_question(text: str) -> bool:
    """Tell whether a message asks rather than tells."""
    return bool(_QUESTION_MARK.search(text) or _QUESTION_WORDS.search(text))


def _is_cancel(turn: Turn, intake: Intake) -> bool:
    return turn.intent == "cancel" and not _OWN_BUSINESS.search(turn.text)


def _is_correction(turn: Turn, intake: Intake) -> bool:
    is_said_so = turn.intent == "correct" or (intake.pending is None and is_brief(turn.text))
    return is_said_so and bool(intake.corrections(turn))


def _is_change(turn: Turn, intake: Intake) -> bool:
    if intake.pending is None:
        return turn.intent in ("correct", "stop_bot_wrong")
    return turn.intent == "correct" and not _is_plain_value(turn, intake)


def _is_stronger(turn: Turn, intake: Intake) -> bool:
    return turn.intent == f"case_{STRONGEST_CASE}" and intake.case != STRONGEST_CASE


def _is_answerable(turn: Turn, intake: Intake) -> bool:
    sure = turn.intent == "faq" and float(turn.gate.get("probability") or 0) >= turn.threshold("t_answer")
    return sure and not _is_plain_value(turn, intake)


def _is_aside(turn: Turn, intake: Intake) -> bool:
    """Tell whether it asks briefly what no article answers: never a value, unless free text was asked for."""
    takes_all = intake.pending is not None and KINDS[intake.pending] == "text"
    return not takes_all and is_question(turn.text) and is_brief(turn.text) and not turn.entities


def _is_chat(turn: Turn, intake: Intake) -> bool:
    if turn.intent == "ticket_status" or turn.intent == "unsupported_language":
        return not _is_plain_value(turn, intake)
    if turn.intent == "stop_bot_wrong":
        return is_brief(turn.text) and not turn.entities
    if turn.intent in ("decline_advice", "out_of_scope"):
        return is_question(turn.text)
    is_misheard = turn.intent in ("bot_challenge", "capabilities") and not is_question(turn.text)
    if is_misheard or _is_time(turn, intake):
        return False
    return turn.intent in COURTESIES and is_brief(turn.text) and not turn.entities


_ORDER = (
    ("person", lambda turn, intake: turn.intent == "human_request"),
    ("cancel", _is_cancel),
    ("skip", lambda turn, intake: turn.intent == "skip"),
    ("correct", _is_correction),
    ("change", _is_change),
    ("switch", _is_stronger),
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
    if KINDS[intake.pending] in values.OPEN_KINDS or set(values.found(turn.entities)) & set(intake.order):
        return True
    return values.checked(intake.pending, turn.text, turn.entities, turn.now) is not None


def _is_time(turn: Turn, intake: Intake) -> bool:
    """Tell whether a time was asked for and given: "just now" sounds like a goodbye."""
    slot = intake.pending or ""
    return KINDS.get(slot) == "time" and values.checked(slot, turn.text, turn.entities, turn.now) is not None


def is_brief(text: str) -> bool:
    """Tell whether a message is too short to be a story."""
    return _length(text) <= _SHORT_WORDS


def _is_heard(turn: Turn, intake: Intake, intent: str) -> bool:
    """Tell whether a message says yes (or no); at the summary also a short one the gate was not sure of: "send it"."""
    is_likely = turn.gate.get("raw_intent") == intent and float(turn.gate.get("confidence") or 0) >= _UNSURE_CONFIDENCE
    return turn.intent == intent or (intake.pending is None and is_likely and _length(turn.text) <= _UNSURE_WORDS)


def _length(text: str) -> float:
    chinese = sum("\u3400" <= character <= "\u9fff" for character in text)
    return len(re.sub(r"[\u3400-\u9fff]", " ", text).split()) + chinese / 2
