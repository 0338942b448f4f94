"""`pharos evaluate dataset`: accuracy in scope on any labelled set, and how well out of scope is told.

The threshold is the 5th percentile of the scores of validation messages in scope; a test message below it is out
of scope. Out-of-scope rows of the training and the validation file are not used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bot import knowledge
from bot.evaluation.labelled import Set, read
from bot.evaluation.model import Judgement, Model, Scale, told
from kit.errors import InvalidRequest
from kit.share import Share

#: Percent of the validation messages in scope that the threshold gives up.
GIVEN_UP = 5
REPORT_FILE = "dataset.json"


@dataclass(frozen=True)
class Rejection:
    """What a threshold does to test messages; `refused` counts those out of scope, when there are any."""

    threshold: float
    kept: Share
    refused: Share | None


@dataclass(frozen=True)
class Figures:
    """What one run found."""

    accuracy: Share
    rejection: Rejection | None
    train_seconds: float
    times_ms: list[float]

    def percentile(self, percent: int) -> float:
        """Return the milliseconds that so many percent of the messages stayed below."""
        return float(np.percentile(self.times_ms, percent))


def run(train: Path, test: Path, validation: Path | None, out: Path) -> None:
    """Judge, print the table and write the JSON."""
    sets = read(train), read(test), read(validation) if validation else None
    figures = judge(*sets)
    print(table(*sets, figures))
    out.mkdir(parents=True, exist_ok=True)
    (out / REPORT_FILE).write_text(json.dumps(written(*sets, figures), ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"Written: {out / REPORT_FILE}")


def judge(train: Set, test: Set, validation: Set | None) -> Figures:
    """Fit on one set and judge another.

    Raises:
        InvalidRequest: a label is not in the training file, or out-of-scope rows come without validation rows.
    """
    if test.outside and validation is None:
        raise InvalidRequest(f"{test.name} has out-of-scope rows: a threshold needs a validation file (--val).")
    for other in (test, validation) if validation else (test,):
        _check_labels(train, other)
    knowledge.embedder()  # loading it is no training
    started = perf_counter()
    model = Model(train.inside)
    train_seconds = perf_counter() - started
    times: list[float] = []
    inside = _judged(model, [row.text for row in test.inside], "test", times)
    right = sum(each.label == row.label for each, row in zip(inside, test.inside, strict=True))
    rejection = None
    if validation is not None:
        valid = _judged(model, [row.text for row in validation.inside], "validation", times)
        rejection = reject(valid, inside, _judged(model, test.outside, "out of scope", times))
    return Figures(Share(right, len(inside)), rejection, train_seconds, times)


def _check_labels(train: Set, other: Set) -> None:
    unknown = sorted({row.label for row in other.inside} - {row.label for row in train.inside})
    if unknown:
        listed = ", ".join(map(repr, unknown[:3])) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        raise InvalidRequest(f"{other.name} has labels that {train.name} has not: {listed}.")


def _judged(model: Model, texts: list[str], what: str, times: list[float]) -> list[Judgement]:
    """Judge messages one by one and note the milliseconds of each."""
    judged = []
    for text in told(what, texts):
        started = perf_counter()
        judged.append(model.judge(text))
        times.append((perf_counter() - started) * 1000)
    return judged


def reject(valid: list[Judgement], inside: list[Judgement], outside: list[Judgement]) -> Rejection:
    """Choose the threshold on validation messages and count what it does to test messages."""
    scale = Scale.fit(valid)
    threshold = float(np.percentile(scale.scores(valid), GIVEN_UP))
    kept = Share(int((scale.scores(inside) >= threshold).sum()), len(inside))
    refused = Share(int((scale.scores(outside) < threshold).sum()), len(outside)) if outside else None
    return Rejection(threshold, kept, refused)


def table(train: Set, test: Set, validation: Set | None, figures: Figures) -> str:
    """Return the figures as text."""
    lines = [
        f"train {_size(train)}",
        f"test  {_size(test)}",
        *([f"val   {_size(validation)}"] if validation else []),
        "",
        _line("accuracy in scope", figures.accuracy),
    ]
    if figures.rejection:
        lines.append(_line("in scope kept", figures.rejection.kept))
        if figures.rejection.refused:
            lines.append(_line("out-of-scope recall", figures.rejection.refused))
        lines.append(f"  {'threshold':20} {figures.rejection.threshold:.3f} ({GIVEN_UP}th percentile of validation)")
    lines.append(f"  {'training':20} {figures.train_seconds:.1f} s")
    lines.append(f"  {'a message':20} p50 {figures.percentile(50):.2f} ms, p95 {figures.percentile(95):.2f} ms")
    return "\n".join(lines)


def _size(rows: Set) -> str:
    labels = len({row.label for row in rows.inside})
    outside = f", {len(rows.outside)} out of scope" if rows.outside else ""
    return f"{len(rows.inside):6} messages of {labels} labels{outside}: {rows.name}"


def _line(name: str, share: Share) -> str:
    return (
        f"  {name:20} {share.value:.2%} of {share.of}, 95 % interval [{share.interval[0]:.1%}, {share.interval[1]:.1%}]"
    )


def written(train: Set, test: Set, validation: Set | None, figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON holds them."""
    files = {"train": train, "test": test, "validation": validation}
    rejection = figures.rejection
    return {
        "files": {
            name: {"name": each.name, "in_scope": len(each.inside), "out_of_scope": len(each.outside)}
            for name, each in files.items()
            if each
        },
        "labels": len({row.label for row in train.inside}),
        "accuracy": figures.accuracy.written(),
        "threshold": rejection.threshold if rejection else None,
        "kept": rejection.kept.written() if rejection else None,
        "out_of_scope_recall": rejection.refused.written() if rejection and rejection.refused else None,
        "train_seconds": figures.train_seconds,
        "ms_per_message": {"p50": figures.percentile(50), "p95": figures.percentile(95)},
    }
