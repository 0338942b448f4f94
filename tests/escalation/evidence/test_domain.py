"""What is read of a customer's words, and what the record says of a price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from escalation.evidence.domain import Subject, canonical, postponed, price_of
from escalation.evidence.findings import first_reached
from escalation.evidence.words import LABELS, NOTES
from exchange.samples import Sample

AT = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "price"),
    [
        ("97000.5", "97000.5"),
        ("liq at $97,000.5 USD", "97000.5"),
        ("0.00001234", "0.00001234"),
        ("97.5k", "97500.0"),
        ("9.7万", "97000.0"),
        ("about 3301 or so", "3301"),
        ("0", None),
        ("-5", None),
        ("1e999", None),
        ("12345678901234567890", None),
        ("nan", None),
        ("order A1B2", None),
        (None, None),
    ],
)
def test_a_price_is_read_from_words(given: str | None, price: str | None) -> None:
    read = price_of(Subject(price=given))

    assert (read is None and price is None) or str(read) == price


def _samples(*marks: str | None, every: int = 10) -> list[Sample]:
    step = timedelta(seconds=every)
    return [
        Sample(AT + i * step, None if mark is None else Decimal(mark), None, None, "Open")
        for i, mark in enumerate(marks)
    ]


@pytest.mark.parametrize(
    ("samples", "seconds"),
    [
        pytest.param(_samples("10", "9", "8"), 10, id="exactly"),
        pytest.param(_samples("10", "8"), 10, id="fell-through"),
        pytest.param(_samples("8", "10"), 10, id="rose-through"),
        pytest.param(_samples("9", "10"), 0, id="from-the-start"),
        pytest.param(_samples("10", "8", every=60), None, id="a-gap-joins-nothing"),
        pytest.param(_samples("10", "9", every=60), 60, id="exactly-after-a-gap"),
        pytest.param(_samples("10", None, "8"), 20, id="one-sample-without-a-mark"),
        pytest.param(_samples("10", "9.1"), None, id="not-reached"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_when_the_mark_reached_a_price(samples: list[Sample], seconds: int | None) -> None:
    reached_at = first_reached(samples, Decimal(9))

    assert reached_at == (None if seconds is None else AT + timedelta(seconds=seconds))


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    one = canonical({"b": Decimal("97000.50"), "a": [AT, "价"]})
    other = canonical({"a": [AT, "价"], "b": Decimal("97000.50")})

    assert one == other == '{"a":["2026-11-22T03:12:00.000Z","价"],"b":"97000.50"}'.encode()


def test_looks_that_bring_nothing_grow_apart_up_to_six_hours() -> None:
    waits = [postponed(AT, AT + timedelta(minutes=m)) - (AT + timedelta(minutes=m)) for m in (1, 20, 60 * 24)]

    assert waits == [timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=6)]


@pytest.mark.parametrize("words", [NOTES, LABELS], ids=["notes", "labels"])
def test_every_sentence_takes_the_same_values_in_both_languages(words: dict[str, dict[str, str]]) -> None:
    def names(text: str) -> set[str]:
        return {part.partition("}")[0].partition(":")[0] for part in text.split("{")[1:]}

    assert [code for code, text in words.items() if names(text["en"]) != names(text["zh"])] == []
