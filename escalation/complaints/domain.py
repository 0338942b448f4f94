"""How a complaint is decided: its points, what a decision must have, and the letter the customer gets.

Pure. A *point* is one thing the customer complains about, numbered from 1: a line or a numbered item of their own
words, then what they wish for. A *ruling* answers every point and says outcome, topic and remedy; only a complaint
that was withdrawn may leave points unanswered. The *letter* is the whole decision as the customer reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from escalation.domain import ROOT_CAUSES, language_of
from kit.errors import InvalidRequest
from kit.taxonomy import CASES, TOPICS

OUTCOMES = ("upheld", "partly_upheld", "rejected", "withdrawn")
REMEDIES = ("none", "apology", "refund", "correction", "other")
#: Remedies that may have an amount; a refund must.
PAID = ("refund", "other")
#: Points of one complaint; what comes after them stands in the last one.
MAX_POINTS = 10
#: In code points.
MAX_ANSWER_LENGTH = 1500
MAX_REMEDY_LENGTH = 500
#: A point is quoted in the letter up to here, in code points.
QUOTED_LENGTH = 200
#: What a complaint is about by itself: the way support works.
OWN_TOPIC = CASES["complaint"].topic

_ITEM = re.compile(r"^\s*(?:[-*•·–—]|[(（]?\d{1,2}[.)）、]|[一二三四五六七八九十]、|[①-⑩])\s*")
_INLINE = re.compile(r"\s+(?=[(（]?[1-9]\d?[.)）]\s)|(?=[①-⑩])")
_AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,10})?")
_CURRENCY = re.compile(r"[A-Z][A-Z0-9]{1,9}")


class IncompleteRuling(InvalidRequest):
    """A decision lacks something; `fields` says for each what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"'{name}': {what}" for name, what in fields.items()))
        self.fields = dict(fields)

    @property
    def code(self) -> str:
        """The code of every refused request: clients need not know more."""
        return "invalid_request"


@dataclass(frozen=True)
class Remedy:
    """What the customer gets; `amount` is a decimal number as text, `currency` such as USDT."""

    kind: str
    amount: str | None = None
    currency: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Ruling:
    """How a complaint is decided, apart from the reasons: answers by the number of their point."""

    outcome: str | None = None
    topic: str | None = None
    remedy: Remedy | None = None
    answers: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self == Ruling()


def points(fields: Mapping[str, Any], summary: str) -> list[str]:
    """Return the points of a complaint from its facts, or from its summary when it has none."""
    said = _lines(str(fields.get("description") or "")) or _lines(summary)
    wish = " ".join(str(fields.get("wish") or "").split())
    found = list(dict.fromkeys([*said, *([wish] if wish else [])]))
    if len(found) > MAX_POINTS:
        found = [*found[: MAX_POINTS - 1], " / ".join(found[MAX_POINTS - 1 :])]
    return found or ["-"]


def _lines(text: str) -> list[str]:
    pieces = (piece for line in text.splitlines() for piece in _INLINE.split(line))
    return [clean for piece in pieces if (clean := " ".join(_ITEM.sub("", piece).split()))]


def check(ruling: Ruling, root_cause: str | None, reasons: str | None, count: int) -> None:
    """Raise IncompleteRuling, with all that is wrong, unless the ruling decides a complaint of so many points."""
    wrong = dict(_faults(ruling, root_cause, reasons, count))
    if wrong:
        raise IncompleteRuling(wrong)


def _faults(ruling: Ruling, root_cause: str | None, reasons: str | None, count: int) -> Iterator[tuple[str, str]]:
    if not reasons or not reasons.strip():
        yield "decision", "a complaint is resolved with a reasoned decision for the customer."
    if root_cause not in ROOT_CAUSES:
        yield "root_cause", f"must be one of {', '.join(ROOT_CAUSES)}."
    if ruling.outcome not in OUTCOMES:
        yield "outcome", f"must be one of {', '.join(OUTCOMES)}."
    if ruling.topic is not None and ruling.topic not in TOPICS:
        yield "topic", f"must be one of {', '.join(TOPICS)}."
    yield from _faults_of_answers(ruling, count)
    yield from _faults_of_remedy(ruling.remedy)


def _faults_of_answers(ruling: Ruling, count: int) -> Iterator[tuple[str, str]]:
    for number, answer in ruling.answers.items():
        if not 1 <= number <= count:
            yield f"answers.{number}", f"the complaint has no point {number}; it has {count}."
        elif len(answer) > MAX_ANSWER_LENGTH:
            yield f"answers.{number}", f"has {len(answer)} characters; the limit is {MAX_ANSWER_LENGTH}."
    if ruling.outcome != "withdrawn":
        for number in range(1, count + 1):
            if not ruling.answers.get(number, "").strip():
                yield f"answers.{number}", f"point {number} has no answer."


def _faults_of_remedy(remedy: Remedy | None) -> Iterator[tuple[str, str]]:
    if remedy is None or remedy.kind not in REMEDIES:
        yield "remedy", f"must be one of {', '.join(REMEDIES)}."
        return
    if (remedy.amount or remedy.currency) and remedy.kind not in PAID:
        yield "remedy.amount", f"belongs only to {' and '.join(PAID)}."
    elif (remedy.amount or remedy.currency or remedy.kind == "refund") and not _is_amount(remedy.amount):
        yield "remedy.amount", "must be a decimal number above zero, such as 12.5."
    elif remedy.amount and not _CURRENCY.fullmatch(remedy.currency or ""):
        yield "remedy.currency", "must be 2 to 10 capital letters and digits, such as USDT."
    if remedy.kind == "other" and not remedy.text.strip():
        yield "remedy.text", "says what the customer gets."
    if len(remedy.text) > MAX_REMEDY_LENGTH:
        yield "remedy.text", f"has {len(remedy.text)} characters; the limit is {MAX_REMEDY_LENGTH}."


def _is_amount(text: str | None) -> bool:
    return bool(text and _AMOUNT.fullmatch(text) and text.strip("0."))


def letter(number: str, locale: str, told: list[str], ruling: Ruling, reasons: str) -> str:
    """Return the decision as the customer reads it: outcome, reasons, each point with its answer, remedy."""
    words = _WORDS["zh" if language_of(locale) == "zh" else "en"]
    parts = [words["head"].format(number=number, outcome=words[str(ruling.outcome)]), reasons.strip()]
    for place, point in enumerate(told, 1):
        answer = ruling.answers.get(place, "").strip()
        if answer:
            parts.append(f"{place}. {words['quote'].format(point=_shortened(point))}\n{answer}")
    remedy = ruling.remedy
    if remedy is not None and remedy.kind != "none":
        paid = f"{remedy.amount} {remedy.currency}" if remedy.amount else ""
        said = words["gap"].join(part for part in (words[remedy.kind], paid, remedy.text.strip()) if part)
        parts.append(words["remedy"].format(remedy=said))
    return "\n\n".join(parts)


def _shortened(text: str) -> str:
    return text if len(text) <= QUOTED_LENGTH else text[: QUOTED_LENGTH - 1].rstrip() + "…"


_WORDS = {
    "en": {
        "head": "Decision on your complaint {number}: {outcome}.",
        "upheld": "upheld",
        "partly_upheld": "partly upheld",
        "rejected": "not upheld",
        "withdrawn": "withdrawn by you",
        "quote": "“{point}”",
        "remedy": "Remedy: {remedy}",
        "gap": " · ",
        "apology": "apology",
        "refund": "refund",
        "correction": "correction",
        "other": "other",
    },
    "zh": {
        "head": "关于您的投诉 {number} 的决定：{outcome}。",
        "upheld": "投诉成立",
        "partly_upheld": "投诉部分成立",
        "rejected": "投诉不成立",
        "withdrawn": "您已撤回投诉",
        "quote": "“{point}”",
        "remedy": "补救措施：{remedy}",
        "gap": " · ",
        "apology": "道歉",
        "refund": "退款",
        "correction": "更正",
        "other": "其他",
    },
}
