"""`python -m bot tune`: fit the gate's two logistic models (bot/nlu/tiers.py) to validation messages.

Only the odd rows of every file are read; the even ones judge. The chances are fitted
to the rows on which people agree what the message is (`must`; open, without a topic
and to be asked about is unclear), P(right) to those that may be answered: the topic of
the first candidate is acceptable.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.utils.log_utils import configure_structlog
from sklearn.linear_model import LogisticRegression

from bot.evaluation.model import told
from bot.nlu.classifier import CASE, DECLINE, QUESTION, UNCLEAR
from bot.nlu.decision import Costs, expected, told_by_search
from bot.nlu.gate import GATE
from bot.nlu.signals import probability_of
from bot.nlu.tiers import BIAS, CHOICES, COEFFICIENTS, TierModel
from kit.errors import InvalidRequest

#: Signals that P(right) is made of; few, so that it stays what it says.
RIGHT_SIGNALS = ("first", "topic_of_first", "is_unclear", "similarity")
#: Inverse strength of regularisation.
STRENGTH = 0.3
FOLDS = 5
#: P(right) for which the report says how often it holds.
_SURE = 0.9
_OF_MUST = {"answer": QUESTION, "escalate": CASE, "decline": DECLINE}

Table = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """A message's signals, what it is (one of CHOICES), whether its first candidate is right; None where it is open."""

    signals: dict[str, float]
    choice: str | None
    is_right: bool | None


def read(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the odd rows of files, the first row of each being odd."""
    rows = []
    for path in paths:
        try:
            rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][::2]
        except (OSError, ValueError) as error:
            raise InvalidRequest(f"{path}: {error}") from error
    return rows


def collect(model: Path, rows: list[dict[str, Any]]) -> list[Sample]:
    """Let a trained model look at every row."""
    configure_structlog(logging.WARNING)
    agent = Agent.load(str(model))
    return [_sample(row, asyncio.run(_seen(agent, row["text"]))) for row in told("reading", rows)]


def _choice(row: dict[str, Any]) -> str | None:
    is_unclear = row["must"] == "open" and not row["topics"] and "clarify" in row["accept"]
    return UNCLEAR if is_unclear else _OF_MUST.get(row["must"])


async def _seen(agent: Agent, text: str) -> dict[str, Any]:
    parsed = await agent.processor.parse_message(UserMessage(text))  # type: ignore[union-attr]  # it is loaded
    return dict(parsed.get(GATE) or {})


def _sample(row: dict[str, Any], gate: dict[str, Any]) -> Sample:
    topics = [candidate["topic"] for candidate in gate["candidates"][:1]]
    may_be_answered = "answer" in row["accept"] and bool(gate["candidates"])
    is_right = bool(set(topics) & set(row["topics"])) if may_be_answered else None
    return Sample(gate["signals"], _choice(row), is_right)


def fit(samples: list[Sample]) -> TierModel:
    """Fit both models."""
    names = sorted({name for sample in samples for name in sample.signals})
    agreed = [(sample, sample.choice) for sample in samples if sample.choice is not None]
    chances = _logistic(_table([sample for sample, _ in agreed], names), [CHOICES.index(name) for _, name in agreed])
    may = [sample for sample in samples if sample.is_right is not None]
    right = _logistic(_table(may, list(RIGHT_SIGNALS)), [int(sample.is_right or 0) for sample in may])
    return TierModel(
        {choice: _named(names, chances, place) for place, choice in enumerate(CHOICES)},
        _named(list(RIGHT_SIGNALS), right, 0),
    )


def held_out(samples: list[Sample]) -> list[tuple[Sample, dict[str, float], float]]:
    """Return every sample with the chances and P(right) that models fitted to other samples give it."""
    found: dict[int, tuple[dict[str, float], float]] = {}
    folds = np.arange(len(samples)) % FOLDS
    for fold in range(FOLDS):
        model = fit([sample for sample, at in zip(samples, folds, strict=True) if at != fold])
        for place in np.flatnonzero(folds == fold):
            signals = samples[place].signals
            found[int(place)] = (model.chances(signals), model.right(signals))
    return [(sample, *found[place]) for place, sample in enumerate(samples)]


@dataclass(frozen=True)
class _Fitted:
    """Coefficients (classes x signals) and biases, on signals as they are."""

    weights: Table
    biases: Table


def _logistic(table: Table, labels: list[int]) -> _Fitted:
    """Fit on signals of unit deviation, and give the coefficients for signals as they are."""
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    deviation[deviation == 0] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit((table - mean) / deviation, np.array(labels))
    weights = np.asarray(model.coef_) / deviation
    return _Fitted(weights, np.asarray(model.intercept_) - weights @ mean)


def _named(names: list[str], fitted: _Fitted, place: int) -> dict[str, float]:
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fitted.weights[place], strict=True)}
    return {BIAS: round(float(fitted.biases[place]), 4), **weights}


def _table(samples: list[Sample], names: list[str]) -> Table:
    return np.array([[sample.signals.get(name, 0.0) for name in names] for sample in samples])


def run(model: Path, paths: list[Path]) -> None:
    """Fit to the odd rows of files, print what the decision makes of them held out, write tiers.json."""
    samples = collect(model, read(paths))
    print(report(held_out(samples), Costs()))
    fit(samples).save()
    print(f"Written: {COEFFICIENTS}. Workers read it when they start.")


def _taken(sample: Sample, chances: dict[str, float], right: float, costs: Costs) -> str:
    """Return the action that is the cheapest one, as the gate would have it."""
    corrected = told_by_search(chances, sample.signals)
    choices = expected(corrected, right, costs, probability_of(sample.signals["first_aid"]))
    return min(choices, key=lambda name: choices[name])


def report(judged: list[tuple[Sample, dict[str, float], float]], costs: Costs) -> str:
    """Say for each kind of message how often every action is the cheapest one."""
    lines = [f"{len(judged)} messages, each judged by models fitted to the others"]
    for choice in CHOICES:
        of_kind = [each for each in judged if each[0].choice == choice]
        taken = Counter(_taken(*each, costs) for each in of_kind)
        lines.append(f"  {choice} ({len(of_kind)}): " + ", ".join(f"{name} {n}" for name, n in taken.most_common()))
    answered = [sample.is_right for sample, _, right in judged if sample.is_right is not None and right >= _SURE]
    may = sum(sample.is_right is not None for sample, _, _ in judged)
    lines.append(f"  P(right) >= {_SURE}: {len(answered)} of {may} that may be answered, {answered.count(False)} wrong")
    return "\n".join(lines)
