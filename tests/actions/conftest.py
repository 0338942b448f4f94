from __future__ import annotations

import pytest

from actions import wiring
from tests.actions.chat import FakeLibrary, article


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    """A library with an answer in both languages, one only in English, and first aid for a liquidation."""
    fake = FakeLibrary(
        article("how-to-withdraw", related=["withdrawal-status", "fees", "nowhere"], risk="Check the network."),
        article("how-to-withdraw", "zh"),
        article("withdrawal-status"),
        article("fees"),
        article("liquidation-first", kind="first_aid", case="liquidation_appeal"),
        article("liquidation-first", "zh", kind="first_aid", case="liquidation_appeal"),
        article("overdue", review_due_on="2026-11-21"),
        article("expired", expires_on="2026-11-21"),
    )
    monkeypatch.setattr(wiring, "library", lambda: fake)
    return fake
