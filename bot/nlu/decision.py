"""What kind of message this is: the tier of design section 4, decided from what the other components saw.

*Thresholds* weigh costs: a missed case leaves a person alone with a loss (cost 20), a
wrong answer misleads (10), a person bothered for nothing (2) or a clarifying question
(1) is a nuisance. The order of the rules is their rank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from math import exp, log

from kit.wire import Candidate

TOPIC, CASE = "topic_", "case_"
#: Intents that stand for themselves, and those that decline.
CONTROL = frozenset(
    "human_request ticket_status stop_bot_wrong affirm deny cancel skip correct greet thanks goodbye bot_challenge"
    " capabilities".split()
)
DECLINE = frozenset(("decline_advice", "out_of_scope"))
#: Control intents that are words by themselves; more than a few words mean something else.
_BRIEF = frozenset("affirm deny cancel skip greet thanks goodbye".split())
_BRIEF_WORDS = 6

#: How far the classifier's topic moves P(answers), in log-odds, and the confidence at which it does not. Chosen with
#: the thresholds by least cost on the odd rows of tests/evaluation/understanding_*.jsonl.
_TOPIC_WEIGHT = 2.0
_TOPIC_NEUTRAL = 0.3
#: P(answers) from which on an article is the better judge of whether we can answer than the classifier.
_SURE = 0.95

#: Asking for a person is heard whatever the classifier says.
_VERB = (
    r"(?:(?:talk|speak|chat|connect|transfer|pass|put|switch|escalate|hand|forward|refer)\w*\b"
    r"(?: me| us| this| it)*(?: over| through)?(?: to| with)"
    r"|(?:want|need|get(?: me)?|give me|find me|call|is there|where(?: is|'s)|send me))"
)
_FILLER = r"(?:(?:an?|the|your|some|any|my|real|live|human|support|customer|service|to|talk|speak)\s+)*"
_WHO = (
    r"(?:humans?|person|people|agent|operator|representative|rep|someone|somebody|supervisor|manager"
    r"|support (?:team|staff|agent))"
)
_PERSON = re.compile(
    rf"\b{_VERB}\s+{_FILLER}{_WHO}\b(?! (?:key|id|number|else))"
    r"|^\W*(?:(?:a|real|live|human|actual)\s+)*(?:human|person|agent|operator|representative|live (?:chat|support))"
    r"(?: please| pls)?\W*$"
    r"|转人工|人工(?:客服|服务)|^\W*人工\W*$|真人客服"
    r"|(?:找|要|叫|换|接|跟|和|有没有|有)(?:个|一个)?(?:真人|人工|活人|客服(?:人员)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Thresholds:
    """`t_answer`, `t_clarify`: least P(answers). `t_case`: least probability of all cases together.

    `t_control`: least confidence of an intent that stands for itself. `t_decline`: least confidence to refuse
    although an article may answer.
    """

    t_answer: float = 0.75
    t_clarify: float = 0.25
    t_case: float = 0.3
    t_control: float = 0.7
    t_decline: float = 0.7


@dataclass(frozen=True)
class Evidence:
    """What was seen in one message; `ranking` holds (intent, confidence), best first."""

    text: str
    supported: bool = True
    ranking: list[tuple[str, float]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    question_candidates: list[Candidate] = field(default_factory=list)
    words: int = 0
    is_bare: bool = False

    @property
    def raw(self) -> tuple[str, float]:
        return self.ranking[0] if self.ranking else ("", 0.0)

    @property
    def case(self) -> tuple[str, float]:
        """The likeliest case, with the probability that it is any case."""
        cases = [(name, confidence) for name, confidence in self.ranking if name.startswith(CASE)]
        return (cases[0][0], sum(confidence for _, confidence in cases)) if cases else ("", 0.0)


@dataclass(frozen=True)
class Decision:
    intent: str
    confidence: float
    candidates: list[Candidate]
    also_answer: bool = False

    @property
    def probability(self) -> float:
        return self.candidates[0].probability if self.candidates else 0.0


def decide(seen: Evidence, limits: Thresholds) -> Decision:
    """Return the intent the rules know, and the candidates it stands on."""
    seen = replace(seen, candidates=_weighed(seen.candidates, seen.ranking))
    whole = Decision("", 0.0, seen.candidates)
    if _PERSON.search(seen.text):
        return replace(whole, intent="human_request", confidence=1.0)
    if not seen.supported:
        return replace(whole, intent="unsupported_language", confidence=1.0)
    name, confidence = seen.raw
    if seen.is_bare:
        return _question(seen, limits)
    is_refused = name in DECLINE and confidence >= limits.t_decline and _best(seen.candidates) < _SURE
    if is_refused or (name in CONTROL and _is_control(seen, limits)):
        return replace(whole, intent=name, confidence=confidence)
    case, case_confidence = seen.case
    if case_confidence >= limits.t_case:
        return _case(seen, limits, case, case_confidence)
    return _question(seen, limits)


def _is_control(seen: Evidence, limits: Thresholds) -> bool:
    return seen.raw[1] >= limits.t_control and not _is_story(seen)


def _is_story(seen: Evidence) -> bool:
    """Tell whether a message is too long for the one word it was taken for."""
    return seen.raw[0] in _BRIEF and seen.words > _BRIEF_WORDS


def _case(seen: Evidence, limits: Thresholds, case: str, confidence: float) -> Decision:
    asked = seen.question_candidates
    if asked and asked[0].probability >= limits.t_answer:
        return Decision(case, confidence, asked, also_answer=True)
    return Decision(case, confidence, seen.candidates)


def _question(seen: Evidence, limits: Thresholds) -> Decision:
    found = max(seen.candidates, _weighed(seen.question_candidates, seen.ranking), key=_best)
    probability = _best(found)
    if probability >= limits.t_answer:
        return Decision("faq", probability, found)
    if probability >= limits.t_clarify:
        return Decision("clarify", probability, found)
    name, confidence = seen.raw
    if seen.is_bare:
        return Decision("clarify", probability, found)
    if name in DECLINE or (name in CONTROL and confidence >= limits.t_control / 2 and not _is_story(seen)):
        return Decision(name, confidence, found)
    return Decision("clarify" if found else "out_of_scope", confidence, found)


def _weighed(candidates: list[Candidate], ranking: list[tuple[str, float]]) -> list[Candidate]:
    """Return the candidates, best first, once the classifier's opinion on their topic counts too."""
    topics = {name[len(TOPIC) :]: confidence for name, confidence in ranking if name.startswith(TOPIC)}
    if not topics:
        return candidates
    weighed = [
        replace(candidate, probability=_moved(candidate.probability, topics.get(candidate.topic, 0.0)))
        for candidate in candidates
    ]
    return sorted(weighed, key=lambda candidate: -candidate.probability)


def _moved(probability: float, topic_confidence: float) -> float:
    odds = min(max(probability, 1e-4), 1 - 1e-4)
    moved = log(odds / (1 - odds)) + _TOPIC_WEIGHT * (topic_confidence - _TOPIC_NEUTRAL)
    return round(1 / (1 + exp(-moved)), 4)


def _best(candidates: list[Candidate]) -> float:
    return candidates[0].probability if candidates else 0.0
