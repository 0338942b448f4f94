"""The trained components, from text to gate, on a handful of literal examples."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import HybridIntentClassifier
from bot.nlu.entities import RuleEntityExtractor
from bot.nlu.features import SentenceFeatures
from bot.nlu.gate import AnswerGate
from bot.nlu.language import LanguageDetector
from bot.nlu.retriever import PassageRetriever
from bot.nlu.tokenizer import BilingualTokenizer
from tests.bot.conftest import Components
from tests.bot.fakes import FakeEmbedder, FakeIndex

EXAMPLES = {
    "topic_deposit_withdrawal": ["how do i withdraw", "withdraw coins to my wallet", "how long does a withdraw take"],
    "topic_fees": ["what is the taker fee", "how much fee do you take", "maker fee rebate"],
    "case_liquidation_appeal": ["i was liquidated wrongly", "you liquidated my long unfairly", "review my liquidation"],
    "case_missing_deposit": ["my deposit never arrived", "deposit still missing after two days", "where is my deposit"],
    "human_request": ["talk to a human please", "i want an agent", "connect me to a person"],
    "greet": ["hello", "hi there", "good morning"],
    "out_of_scope": ["what is the weather", "write me a poem", "who won the match"],
}

Understand = Callable[..., Message]


@pytest.fixture
def understand(components: Components, embedder: FakeEmbedder, index: FakeIndex) -> Understand:
    """Train on EXAMPLES, load what was persisted, and run a text through every component."""
    data = TrainingData([Message.build(text, intent=name) for name, texts in EXAMPLES.items() for text in texts])
    kinds = (LanguageDetector, BilingualTokenizer, RuleEntityExtractor, SentenceFeatures)
    before = [components.make(kind) for kind in kinds]
    for component in before:
        if hasattr(component, "process_training_data"):
            component.process_training_data(data)
    components.make(HybridIntentClassifier).train(data)
    after = [components.load(HybridIntentClassifier), *map(components.make, (PassageRetriever, AnswerGate))]

    def run(text: str, **metadata: str) -> Message:
        message = Message.build(text)
        message.set("metadata", metadata)
        for component in (*before, *after):
            component.process([message])
        return message

    return run


def test_a_loaded_classifier_ranks_every_intent_and_its_confidences_add_up(understand: Understand) -> None:
    ranking = understand("how much fee is taken").get("intent_ranking")

    assert ranking[0]["name"] == "topic_fees"
    assert {item["name"] for item in ranking} == set(EXAMPLES)
    assert sum(item["confidence"] for item in ranking) == pytest.approx(1.0, abs=0.01)


def test_training_twice_gives_the_same_confidences(components: Components, embedder: FakeEmbedder) -> None:
    rankings = []
    for _ in range(2):
        data = TrainingData([Message.build(text, intent=name) for name, texts in EXAMPLES.items() for text in texts])
        for kind in (LanguageDetector, SentenceFeatures):
            components.make(kind).process_training_data(data)
        classifier = components.make(HybridIntentClassifier)
        classifier.train(data)
        message = data.training_examples[0]
        classifier.process([message])
        rankings.append(message.get("intent_ranking"))

    assert rankings[0] == rankings[1]


def test_an_untrained_classifier_leaves_messages_without_intent(components: Components, embedder: FakeEmbedder) -> None:
    message = Message.build("hello")
    for component in (components.make(SentenceFeatures), components.load(HybridIntentClassifier)):
        component.process([message])

    assert message.get("intent") is None


def test_a_message_is_embedded_once_and_searched_with_that_vector(
    understand: Understand, embedder: FakeEmbedder, index: FakeIndex
) -> None:
    embedder.embedded.clear()

    understand("how do i withdraw")

    assert embedder.embedded == ["how do i withdraw"]
    assert index.vectors[-1] is not None


def test_the_gate_puts_its_reasons_into_the_output(understand: Understand) -> None:
    output = understand("how do i withdraw").as_dict(only_output_properties=True)

    assert output["intent"]["name"] == "faq"
    gate = output["gate"]
    assert gate["raw_intent"] == "topic_deposit_withdrawal"
    assert gate["topic"] == "deposit_withdrawal"
    assert gate["candidates"][0]["article_id"] == "withdraw"
    assert gate["probability"] == gate["candidates"][0]["probability"] >= gate["thresholds"]["t_answer"]
    assert gate["language"] == {"code": "en", "name": "English", "supported": True}
    assert (gate["index_id"], gate["model_id"]) == ("fake-build", "test-model")
    assert len(gate["intents"]) == 5
    assert {"embed", "classify", "retrieve", "gate"} <= set(gate["timings_ms"])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how do i withdraw", "faq"),
        ("i was liquidated wrongly, review my liquidation", "case_liquidation_appeal"),
        ("hello", "greet"),
        ("talk to a human", "human_request"),
        ("Где мои деньги", "unsupported_language"),
        ("XBTUSD", "clarify"),
    ],
)
def test_each_message_becomes_an_intent_the_rules_know(understand: Understand, text: str, intent: str) -> None:
    assert understand(text).get("intent")["name"] == intent


def test_a_case_that_also_asks_brings_the_questions_articles(understand: Understand) -> None:
    message = understand("My deposit never arrived, deposit still missing. How do i withdraw the rest?")

    assert message.get("intent")["name"] == "case_missing_deposit"
    assert message.get("gate")["also_answer"] is True
    assert message.get("gate")["candidates"][0]["article_id"] == "withdraw"


def test_no_message_waits_for_a_new_index(understand: Understand, index: FakeIndex) -> None:
    understand("how do i withdraw")

    assert index.reloads == 0
