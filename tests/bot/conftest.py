from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource

from bot import knowledge
from bot.nlu import tiers
from tests.bot.fakes import TRUSTING, FakeEmbedder, FakeIndex


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> FakeEmbedder:
    fake = FakeEmbedder()
    monkeypatch.setattr(knowledge, "embedder", lambda: fake)
    return fake


@pytest.fixture(autouse=True)
def coefficients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decide by what a tiny classifier says; tests of the whole as trained use the fitted coefficients instead."""
    monkeypatch.setattr(tiers, "published", lambda: TRUSTING)


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> FakeIndex:
    fake = FakeIndex(
        withdraw=("withdraw", "deposit_withdrawal", 0.9),
        fees=("fee", "fees", 0.5),
        margin=("margin", "margin_leverage", 0.1),
    )
    monkeypatch.setattr(knowledge, "index", lambda: fake)
    return fake


class Components:
    """Makes and loads graph components against one model storage."""

    def __init__(self, folder: Path) -> None:
        self._storage = LocalModelStorage.create(folder)
        self._context = ExecutionContext(GraphSchema({}), model_id="test-model")

    def make(self, kind: Any, **config: Any) -> Any:
        return kind.create({**kind.get_default_config(), **config}, *self._place(kind))

    def load(self, kind: Any, **config: Any) -> Any:
        return kind.load({**kind.get_default_config(), **config}, *self._place(kind))

    def _place(self, kind: Any) -> tuple[LocalModelStorage, Resource, ExecutionContext]:
        return self._storage, Resource(kind.__name__), self._context


@pytest.fixture
def components(tmp_path: Path) -> Components:
    return Components(tmp_path)
