from __future__ import annotations

import pytest

from bot.nlu.decision import Evidence, Thresholds, decide
from kit.wire import Candidate

LIMITS = Thresholds()


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
    seen = Evidence(text, ranking=sure("topic_support_complaints"), candidates=[found(0.99)])

    assert decide(seen, LIMITS).intent == "human_request"


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
    assert decide(Evidence(text, ranking=sure("topic_fees")), LIMITS).intent != "human_request"


def test_a_person_may_be_asked_for_in_a_language_that_is_not_served() -> None:
    assert decide(Evidence("хочу talk to a human", supported=False), LIMITS).intent == "human_request"
    assert decide(Evidence("Где мои деньги", supported=False), LIMITS).intent == "unsupported_language"


@pytest.mark.parametrize(
    ("probability", "intent"),
    [
        pytest.param(0.99, "faq", id="sure"),
        pytest.param(0.4, "clarify", id="unsure"),
        pytest.param(0.01, "clarify", id="hardly-any"),
    ],
)
def test_a_question_is_answered_only_when_an_article_surely_does(probability: float, intent: str) -> None:
    seen = Evidence("taker fee", ranking=sure("topic_fees"), candidates=[found(probability)])

    assert decide(seen, LIMITS).intent == intent


def test_an_article_of_another_topic_than_the_questions_falls_behind() -> None:
    seen = Evidence(
        "提币步骤",
        ranking=[("topic_deposit_withdrawal", 0.9), ("topic_mark_index_price", 0.02)],
        candidates=[
            found(0.5, "mark_index_price", "index-price"),
            found(0.45, "deposit_withdrawal", "how-to-withdraw"),
        ],
    )

    decision = decide(seen, LIMITS)

    assert [candidate.article_id for candidate in decision.candidates] == ["how-to-withdraw", "index-price"]
    assert decision.probability == decision.candidates[0].probability


def test_a_case_outranks_an_answer_that_fits() -> None:
    ranking = [("topic_liquidation", 0.5), ("case_liquidation_appeal", 0.2), ("case_trade_dispute", 0.15)]
    seen = Evidence("i was liquidated wrongly", ranking=ranking, candidates=[found(0.99, "liquidation")])

    decision = decide(seen, LIMITS)

    assert (decision.intent, decision.confidence) == ("case_liquidation_appeal", pytest.approx(0.35))
    assert decision.also_answer is False


def test_below_the_threshold_a_possible_case_is_a_question() -> None:
    seen = Evidence("liquidation", ranking=[("topic_liquidation", 0.9), ("case_liquidation_appeal", 0.1)])

    assert decide(seen, LIMITS).intent == "out_of_scope"
    assert (
        decide(Evidence("liquidation", ranking=seen.ranking, candidates=[found(0.9, "liquidation")]), LIMITS).intent
        == "faq"
    )


def test_advice_is_declined_although_an_article_resembles_it() -> None:
    seen = Evidence("should I buy bitcoin now", ranking=sure("decline_advice"), candidates=[found(0.9)])

    assert decide(seen, LIMITS).intent == "decline_advice"


def test_a_sure_article_overrules_a_refusal() -> None:
    seen = Evidence("how to withdraw crypto", ranking=sure("out_of_scope"), candidates=[found(0.99)])

    assert decide(seen, LIMITS).intent == "faq"


def test_a_story_is_no_courtesy_however_it_begins() -> None:
    seen = Evidence("thanks but my ...", ranking=sure("thanks", 0.8), words=20, candidates=[found(0.4)])

    assert decide(seen, LIMITS).intent == "clarify"


def test_a_bare_value_is_never_a_command_or_a_case() -> None:
    for intent in ("human_request", "cancel", "case_missing_deposit"):
        assert decide(Evidence("me@example.com", ranking=sure(intent), is_bare=True), LIMITS).intent == "clarify"
