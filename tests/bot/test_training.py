from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bot import knowledge, training
from bot.importer import ArticleImporter
from kb_index.models import Article, Catalogue, Passage, write_catalogue
from kit.errors import Misconfigured
from tests.bot.fakes import FakeEmbedder, FakeIndex

PROJECT = Path(__file__).parent / "project"
CONFIGURATION = Path(__file__).parents[2] / "config.yml"


def article(name: str, *questions: str, kind: str = "faq", language: str = "en", topic: str = "fees") -> Article:
    facts = {"case": None, "version": "0" * 12, "reviewed_on": "2026-11-22", "review_due_on": "2027-02-20"}
    more = {"expires_on": None, "owner": "x", "audience": "all", "risk": None, "sources": [], "related": []}
    lead = Passage("lead", "", "0", "text", [])
    asked = {"title": f"About {name}", "questions": list(questions), "passages": [lead]}
    return Article(name, language, kind, topic, **asked, **facts, **more)  # type: ignore[arg-type]  # mixed values


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT, tmp_path / "project")
    (tmp_path / "project" / "config.yml").write_text("recipe: default.v1\n")
    return tmp_path / "project"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return built(tmp_path / "var", article("fees", "what do I pay"))


def built(data_dir: Path, *articles: Article) -> Path:
    """Make a knowledge base of nothing but its catalogue."""
    folder = data_dir / "kb" / ("a" * 12)
    folder.mkdir(parents=True, exist_ok=True)
    write_catalogue(folder, Catalogue("a" * 12, "model", "2026-11-22T00:00:00Z", list(articles)))
    (data_dir / "kb" / "current").write_text("a" * 12)
    return data_dir


def test_the_fingerprint_stays_while_nothing_changes(project: Path, data_dir: Path) -> None:
    assert training.fingerprint(project, data_dir) == training.fingerprint(project, data_dir)


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml"])
def test_a_changed_file_makes_another_model(project: Path, data_dir: Path, name: str) -> None:
    before = training.fingerprint(project, data_dir)

    (project / name).write_text((project / name).read_text() + "\n# changed\n")

    assert training.fingerprint(project, data_dir) != before


def test_a_changed_question_makes_another_model(project: Path, data_dir: Path) -> None:
    before = training.fingerprint(project, data_dir)

    built(data_dir, article("fees", "what do I have to pay"))

    assert training.fingerprint(project, data_dir) != before


def test_a_model_that_exists_is_not_trained_again(
    project: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained: list[Path] = []

    def train(project: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"model")
        trained.append(target)

    monkeypatch.setattr(training, "train", train)

    assert [training.run(project, data_dir) for _ in range(2)] == [0, 0]
    assert len(trained) == 1
    assert training.current_model(data_dir) == trained[0]
    assert "up to date" in capsys.readouterr().out


def test_old_models_are_forgotten_and_the_one_before_kept(tmp_path: Path) -> None:
    models = [tmp_path / f"{number}.tar.gz" for number in range(5)]
    for number, model in enumerate(models):
        model.write_bytes(b"")
        os.utime(model, (number, number))

    training.point_to(models[-1])

    assert sorted(tmp_path.glob("*.tar.gz")) == models[2:]


def test_training_without_a_knowledge_base_says_what_to_run(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert training.run(project, tmp_path / "empty") == 1
    assert "python -m kb_index build" in capsys.readouterr().err


def test_serving_without_a_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="python -m bot train"):
        training.current_model(tmp_path)


def test_article_questions_become_examples_of_their_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        article("fees", "what do I pay", "what is the taker fee"),
        article("fees", "手续费多少", language="zh"),
        article("locked", "my account is locked", kind="first_aid", topic="account_access"),
    ]
    monkeypatch.setattr(knowledge, "articles", lambda: found)

    data = ArticleImporter(None, None, [str(PROJECT / "data")]).get_nlu_data()

    texts = {example.get("text"): example.get("intent") for example in data.intent_examples}
    assert texts["what do I pay"] == texts["手续费多少"] == texts["About fees"] == "topic_fees"
    assert texts["hello"] == "greet"
    assert "my account is locked" not in texts
    assert [example.get("text") for example in data.intent_examples].count("what is the taker fee") == 1


@pytest.mark.slow
def test_two_trainings_understand_every_message_the_same(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: FakeEmbedder, index: FakeIndex
) -> None:
    shutil.copy(CONFIGURATION, project)
    monkeypatch.setattr(knowledge, "articles", lambda: [article("fees", "what do I pay", "手续费多少")])
    monkeypatch.setenv("RASA_MAX_CACHE_SIZE", "0")
    asked = ("what is the maker fee", "my deposit is missing since 03:12", "手续费", "hello you", "zebra jazz")

    first, second = (understood(project, tmp_path / f"{name}.tar.gz", asked) for name in ("first", "second"))

    assert first == second
    assert len({parsed["gate"]["raw_intent"] for parsed in first}) > 1


def understood(project: Path, model: Path, asked: tuple[str, ...]) -> list[dict[str, Any]]:
    """Train a model and return what it makes of messages, without what differs by itself."""
    training.train(project, model)
    processor = Agent.load(str(model)).processor
    messages = [asyncio.run(processor.parse_message(UserMessage(text))) for text in asked]
    own = ("timings_ms", "model_id")
    for parsed in messages:
        parsed["gate"] = {name: value for name, value in parsed["gate"].items() if name not in own}
    return messages
