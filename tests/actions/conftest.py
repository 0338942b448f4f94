from __future__ import annotations

import pytest

from actions import wiring
from kb_index.models import Article, Passage
from kit.blocks import paragraph, plain_text, span
from tests.actions.chat import FakeLibrary, article

TABLE = {"type": "table", "rows": [[[span("Part")], [span("Says")]], [[span("Premium")], [span("0.10%")]]]}
CODE = {"type": "code", "text": "rate = premium + clamp(interest - premium)"}
PICTURE = {"type": "image", "url": "/help/pictures/funding-en.svg", "alt": "Who pays whom"}


def funding(language: str, heading: str, anchor: str) -> Article:
    """An article with a short form, a detailed one, and live numbers in both."""
    rate = paragraph("{fact: instrument, symbol, fundingRate}")
    lead = [rate, paragraph("Longs pay shorts.")]
    detail = [paragraph("{fact: instrument, symbol, markPrice}"), TABLE, CODE, PICTURE]
    passages = [Passage("lead", "", "f00d", plain_text(lead), lead),
                Passage(anchor, heading, "beef", plain_text(detail), detail)]  # fmt: skip
    return article("funding-rate", language, passages=passages, related=["fees"])


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    """A library with answers in both languages or one, one with more detail, and first aid for a liquidation."""
    fake = FakeLibrary(
        article("how-to-withdraw", related=["withdrawal-status", "fees", "nowhere"], risk="Check the network."),
        article("how-to-withdraw", "zh"),
        article("withdrawal-status"),
        article("fees"),
        article("liquidation-first", kind="first_aid", case="liquidation_appeal"),
        article("liquidation-first", "zh", kind="first_aid", case="liquidation_appeal"),
        funding("en", "In detail", "in-detail"),
        funding("zh", "详细说明", "详细说明"),
        article("overdue", review_due_on="2026-11-21"),
        article("expired", expires_on="2026-11-21"),
    )
    monkeypatch.setattr(wiring, "library", lambda: fake)
    return fake
