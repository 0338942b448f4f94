from __future__ import annotations

from dataclasses import replace

import pytest

from bot.nlu.decision import Costs, Decision, Thresholds, decide
from bot.nlu.signals import Evidence, Found
from kit.wire import Candidate
from tests.bot.fakes import TRUSTING

LIMITS = Thresholds()
QUESTION = {"question": 0.97, "case": 0.01, "decline": 0.01, "unclear": 0.01}
CASE = {"question": 0.3, "case": 0.68, "decline": 0.01, "unclear": 0.01}
DECLINE = {"question": 0.02, "case": 0.01, "decline": 0.96, "unclear": 0.01}
UNCLEAR = {"question": 0.2, "case": 0.02, "decline": 0.02, "unclear": 0.76}


def decided(seen: Evidence, costs: Costs | None = None) -> Decision:
    return decide(seen, TRUSTING, costs or Costs(), LIMITS)


def found(probability: float, topic: str = "fees", name: str = "article") -> Candidate:
    return Candidate(name, topic, name, f"/help/en/{name}", probability, probability)


def sure(intent: str, confidence: float = 0.95) -> list[tuple[str, float]]:
    return [(intent, confidence)]


@pytest.mark.parametrize(
    "text",
    [
        "talk to a human",
        "can i speak with someone from support please",
        "get me a real person now",
        "I want an agent",
        "agent",
        "is there a human there?",
        "转人工客服",
        "人工",
        "我想找真人",
        "有没有客服",
    ],
)
def test_asking_for_a_person_is_heard_whatever_else_is_thought(text: str) -> None:
    seen = Evidence(text, ranking=sure("topic_support_complaints"), tiers=QUESTION, whole=Found([found(0.99)]))

    assert decided(seen).intent == "human_request"


@pytest.mark.parametrize(
    "text",
    [
        "does a person read my documents",
        "how do I get someone else's referral code",
        "user-agent header",
        "what is a personal account",
        "人工智能是什么",
    ],
)
def test_people_may_be_mentioned_without_being_asked_for(text: str) -> None:
    assert decided(Evidence(text, ranking=sure("topic_fees"), tiers=QUESTION)).intent != "human_request"


def test_a_person_may_be_asked_for_in_a_language_that_is_not_served() -> None:
    assert decided(Evidence("хочу talk to a human", supported=False)).intent == "human_request"
    assert decided(Evidence("Где мои деньги", supported=False)).intent == "unsupported_language"


@pytest.mark.parametrize(
    ("probability", "intent"),
    [
        pytest.param(0.99, "faq", id="sure"),
        pytest.param(0.4, "clarify", id="unsure"),
        pytest.param(0.01, "clarify", id="hardly-any"),
    ],
)
def test_a_question_is_answered_only_when_an_article_surely_does(probability: float, intent: str) -> None:
    seen = Evidence("taker fee", ranking=sure("topic_fees"), tiers=QUESTION, whole=Found([found(probability)]))

    assert decided(seen).intent == intent


def test_what_no_article_is_found_for_is_asked_about() -> None:
    assert decided(Evidence("zork", ranking=sure("topic_fees"), tiers=QUESTION)).intent == "clarify"


def test_an_article_of_another_topic_than_the_questions_falls_behind() -> None:
    seen = Evidence(
        "提币步骤",
        ranking=[("topic_deposit_withdrawal", 0.9), ("topic_mark_index_price", 0.02)],
        tiers=QUESTION,
        whole=Found(
            [
                found(0.5, "mark_index_price", "index-price"),
                found(0.45, "deposit_withdrawal", "how-to-withdraw"),
            ]
        ),
    )

    decision = decided(seen)

    assert [candidate.article_id for candidate in decision.candidates] == ["how-to-withdraw", "index-price"]
    assert decision.probability == decision.candidates[0].probability


def case_seen(tiers: dict[str, float], asked: Found | None = None) -> Evidence:
    ranking = [("topic_liquidation", 0.5), ("case_liquidation_appeal", 0.2), ("case_trade_dispute", 0.15)]
    found_by_text = Found([found(0.99, "liquidation")])
    return Evidence("i was liquidated wrongly", ranking=ranking, tiers=tiers, whole=found_by_text, asked=asked)


def test_a_case_outranks_an_answer_that_fits() -> None:
    decision = decided(case_seen(CASE))

    assert (decision.intent, decision.also_answer) == ("case_liquidation_appeal", False)
    assert decision.confidence == decision.chances["case"] > 0.5


def test_a_possible_case_is_taken_in_when_its_first_aid_is_what_is_found() -> None:
    tiers = {"question": 0.7, "case": 0.28, "decline": 0.01, "unclear": 0.01}
    page = found(0.95, "deposit_withdrawal", "stuck-withdrawal-first-steps")
    ranking = [("topic_deposit_withdrawal", 0.8), ("case_missing_deposit", 0.1)]  # the page knows better which case
    seen = Evidence("my withdrawal is stuck", ranking=ranking, tiers=tiers, whole=Found([page]))

    aided = replace(seen, whole=Found([page], first_aid={page.article_id: "stuck_withdrawal"}))

    assert decided(seen).intent in ("faq", "clarify")
    assert decided(aided).intent == "case_stuck_withdrawal"


def test_a_hardly_possible_case_is_a_question() -> None:
    assert decided(case_seen(QUESTION)).intent == "faq"


def test_a_case_that_asks_gets_the_answer_too_when_it_is_sure() -> None:
    asked = found(0.9, "liquidation", "how-liquidation-works")

    both = decided(case_seen(CASE, Found([asked])))
    unsure = decided(case_seen(CASE, Found([found(0.4, "liquidation")])))

    assert (both.intent, both.also_answer) == ("case_liquidation_appeal", True)
    assert both.candidates[0].article_id == "how-liquidation-works"
    assert (unsure.intent, unsure.also_answer) == ("case_liquidation_appeal", False)


def test_what_a_mistake_costs_decides() -> None:
    seen = case_seen({"question": 0.79, "case": 0.19, "decline": 0.01, "unclear": 0.01})

    assert decided(seen, Costs(needless_handoff=20.0)).intent in ("faq", "clarify")
    assert decided(seen, Costs(needless_handoff=0.1)).intent == "case_liquidation_appeal"


def test_advice_is_declined_although_an_article_resembles_it() -> None:
    seen = Evidence(
        "should I buy bitcoin now", ranking=sure("decline_advice"), tiers=DECLINE, whole=Found([found(0.9)])
    )

    assert decided(seen).intent == "decline_advice"


def test_a_sure_article_overrules_a_refusal() -> None:
    seen = Evidence("how to withdraw crypto", ranking=sure("out_of_scope"), tiers=DECLINE, whole=Found([found(0.99)]))

    assert decided(seen).intent == "faq"


def test_what_cannot_be_told_is_asked_about_although_an_article_resembles_it() -> None:
    seen = Evidence("the button", ranking=sure("unclear"), tiers=UNCLEAR, whole=Found([found(0.95)]))

    assert decided(seen).intent == "clarify"


def test_nobody_is_refused_who_may_have_a_case() -> None:
    seen = Evidence(
        "coins gone, should I sue",
        ranking=[("decline_advice", 0.6), ("case_complaint", 0.2)],
        tiers={"question": 0.04, "case": 0.45, "decline": 0.5, "unclear": 0.01},
    )

    assert decided(seen).intent == "case_complaint"


def test_a_story_is_no_courtesy_however_it_begins() -> None:
    seen = Evidence(
        "thanks but my ...", ranking=sure("thanks", 0.8), tiers=QUESTION, words=20, whole=Found([found(0.4)])
    )

    assert decided(seen).intent == "clarify"
    assert decided(Evidence("thanks", ranking=sure("thanks", 0.8), words=1)).intent == "thanks"


def test_a_bare_value_is_never_a_command_or_a_case() -> None:
    for intent in ("human_request", "cancel", "case_missing_deposit"):
        seen = Evidence("me@example.com", ranking=sure(intent), tiers=CASE, is_bare=True)

        assert decided(seen).intent == "clarify"
