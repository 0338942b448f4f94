"""What to do with a message: the tier of design section 4, decided from what the other components saw.

Some things are heard at once: asking for a person, a language that is not served, a
bare value, a word that steers the conversation. For the rest every possible action
is given its expected *cost*, from the chances that the message is a question, a case,
nothing for us, or unclear (tiers.py), and the cheapest is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from bot.nlu import person
from bot.nlu.classifier import CASE, DECLINE, DECLINED, QUESTION, UNCLEAR
from bot.nlu.signals import TOPIC, Evidence, Found, log_odds, measure, probability_of, topic_confidence
from bot.nlu.tiers import CHOICES, TierModel
from kit.wire import Candidate

#: Intents that stand for themselves.
CONTROL = frozenset(
    "human_request ticket_status stop_bot_wrong affirm deny cancel skip correct greet thanks goodbye bot_challenge"
    " capabilities".split()
)
#: Control intents that are words by themselves; more than a few words mean something else.
_BRIEF = frozenset("affirm deny cancel skip greet thanks goodbye".split())
_BRIEF_WORDS = 6

#: How far the classifier's topic moves P(answers), in log-odds, and the confidence at which it does not. Chosen by
#: least cost on the odd rows of tests/evaluation/understanding_*.jsonl.
_TOPIC_WEIGHT = 2.0
_TOPIC_NEUTRAL = 0.3
#: P(answers) below which an article has nothing to say against a half-heard control intent.
_HARDLY = 0.25
#: P(answers) from which on an article is the better judge of whether we can answer than the classifier.
_SURE = 0.95
#: P(case) from which an answer has the way to a person beside it; a question asked back and a refusal always have.
OFFERED_FROM = 0.025


@dataclass(frozen=True)
class Costs:
    """What each kind of mistake costs; only their proportions matter.

    Those that no requirement names were chosen on the odd rows of tests/evaluation/understanding_*.jsonl.

    Attributes:
        missed_case: a person is left alone with a loss.
        refused_case: a case is declined, with the way to a person beside it.
        offered_case: a case gets an answer or a question, with the way to a person beside it.
        wrong_answer: an answer misleads, or answers what is none of our business.
        needless_refusal: a question is declined.
        needless_handoff: a person is bothered for nothing.
        needless_clarify: a question asked back for nothing.
    """

    missed_case: float = 20.0
    refused_case: float = 6.0
    offered_case: float = 5.0
    wrong_answer: float = 10.0
    needless_refusal: float = 2.0
    needless_handoff: float = 2.0
    needless_clarify: float = 1.0


@dataclass(frozen=True)
class Thresholds:
    """`t_answer`: least P(answers) to answer beside a case or amid one; `t_control`: of a control intent."""

    t_answer: float = 0.75
    t_control: float = 0.7


@dataclass(frozen=True)
class Decision:
    """The intent the rules know, the candidates it stands on, and the chances and signals it was decided by."""

    intent: str
    confidence: float
    candidates: list[Candidate]
    chances: dict[str, float]
    signals: dict[str, float]
    also_answer: bool = False

    @property
    def probability(self) -> float:
        return self.candidates[0].probability if self.candidates else 0.0


def decide(seen: Evidence, model: TierModel, costs: Costs, limits: Thresholds) -> Decision:
    """Return what the rules act on."""
    seen = weighed(seen)
    signals = measure(seen)
    chances = told_by_search(model.chances(signals), signals)
    whole = Decision("", 0.0, seen.whole.candidates, chances, signals)
    if person.is_asked_for(seen.text):
        return replace(whole, intent="human_request", confidence=1.0)
    if not seen.supported:
        return replace(whole, intent="unsupported_language", confidence=1.0)
    if not seen.is_bare and _is_control(seen, limits):
        return replace(whole, intent=seen.raw[0], confidence=seen.raw[1])
    choices = expected(chances, model.right(signals), costs, probability_of(signals["first_aid"]))
    cheapest = _cheapest(seen, choices)
    if cheapest == CASE:
        return _case(seen, whole, limits)
    if cheapest == DECLINE:
        name = next((name for name, _ in seen.ranking if name in DECLINED), "out_of_scope")
        return replace(whole, intent=name, confidence=chances[DECLINE])
    found = max((seen.whole, seen.asked or seen.whole), key=_best).candidates
    return replace(whole, intent=cheapest, confidence=chances[QUESTION], candidates=found)


def expected(chances: dict[str, float], right: float, costs: Costs, aid: float) -> dict[str, float]:
    """Return the expected cost of every action.

    Args:
        right: P(the first article is right), for a question.
        aid: P(answers) of a first-aid page, when that comes first: the intake begins with it, so that a question is
            answered by it too, and only asked back for nothing.
    """
    question, case, decline, unclear = (chances[name] for name in CHOICES)
    beside = costs.offered_case if case >= OFFERED_FROM else costs.missed_case
    return {
        "faq": (question * (1 - right) + decline + unclear) * costs.wrong_answer + case * beside,
        "clarify": (question + decline) * costs.needless_clarify + case * costs.offered_case,
        CASE: question * (aid * costs.needless_clarify + (1 - aid) * costs.needless_handoff)
        + (decline + unclear) * costs.needless_handoff,
        DECLINE: (question + unclear) * costs.needless_refusal + case * costs.refused_case,
    }


def told_by_search(chances: dict[str, float], signals: dict[str, float]) -> dict[str, float]:
    """Correct the chances by what is found beyond doubt.

    What is unclear is a case as far as the page for that case is surely meant. What an article surely answers is a
    question and not declined: sentences that are declined compete with the articles in the search.
    """
    moved = probability_of(signals["first_aid"]) * chances[UNCLEAR]
    refused = chances[DECLINE] if probability_of(signals["first"]) >= _SURE else 0.0
    return {
        QUESTION: chances[QUESTION] + refused,
        CASE: chances[CASE] + moved,
        DECLINE: chances[DECLINE] - refused,
        UNCLEAR: chances[UNCLEAR] - moved,
    }


def _cheapest(seen: Evidence, costs: dict[str, float]) -> str:
    """Return the cheapest action that a message allows."""
    choices = dict(costs)
    if not seen.whole.candidates and not (seen.asked and seen.asked.candidates):
        choices["faq"] = inf
    if seen.is_bare or not seen.case:
        choices[CASE] = inf
    if seen.is_bare:
        choices[DECLINE] = inf
    return min(choices, key=lambda name: choices[name])


def _is_control(seen: Evidence, limits: Thresholds) -> bool:
    name, confidence = seen.raw
    if name not in CONTROL or (name in _BRIEF and seen.words > _BRIEF_WORDS):
        return False
    is_half_heard = confidence >= limits.t_control / 2 and _best(seen.whole) < _HARDLY and name != "human_request"
    return confidence >= limits.t_control or is_half_heard


def _case(seen: Evidence, whole: Decision, limits: Thresholds) -> Decision:
    decision = replace(whole, intent=seen.case, confidence=whole.chances[CASE])
    if seen.asked is None or _best(seen.asked) < limits.t_answer:
        return decision
    return replace(decision, candidates=seen.asked.candidates, also_answer=True)


def weighed(seen: Evidence) -> Evidence:
    """Return what was seen once the classifier's opinion on their topics moved the candidates."""
    asked = seen.asked and seen.asked._replace(candidates=_moved(seen, seen.asked))
    return replace(seen, whole=seen.whole._replace(candidates=_moved(seen, seen.whole)), asked=asked)


def _moved(seen: Evidence, found: Found) -> list[Candidate]:
    if not any(name.startswith(TOPIC) for name, _ in seen.ranking):
        return found.candidates
    moved = []
    for candidate in found.candidates:
        agreed = topic_confidence(seen, Found([candidate]))
        odds = log_odds(candidate.probability) + _TOPIC_WEIGHT * (agreed - _TOPIC_NEUTRAL)
        moved.append(replace(candidate, probability=round(probability_of(odds), 4)))
    return sorted(moved, key=lambda candidate: -candidate.probability)


def _best(found: Found) -> float:
    return found.candidates[0].probability if found.candidates else 0.0
