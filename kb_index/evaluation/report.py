"""An evaluation as a table, as JSON and as one SVG plot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from kb_index.evaluation import figures, measures
from kb_index.evaluation.figures import Coverage, Judged, LanguageFigures, Real
from kit import plot as drawing
from kit.plot import Panel, Series
from kit.share import Share

#: Share of the answerable questions at which wrong answers are told without choosing a threshold.
ANSWERED = 0.8
#: Thresholds of the coverage curve.
_CURVE = [round(float(step), 2) for step in np.arange(0.05, 1.0, 0.05)]


def table(found: list[LanguageFigures], threshold: float, real: Real | None) -> str:
    """Return the figures as text."""
    lines = []
    for language in found:
        lines += _language(language)
    judged = figures.pooled(found)
    calibration = figures.calibration(judged)
    lines.append("")
    for name, suffix in (("answerable", ""), ("with unanswerable", "_with_unanswerable")):
        error, chance = calibration[f"ece{suffix}"], calibration[f"ece{suffix}_by_chance"]
        number = calibration[f"n{suffix}"]
        lines.append(f"calibration error, {name} (n={number:.0f}): {error:.3f}; a perfect model by chance {chance:.3f}")
    for name, part in (*((each.language, each.judged) for each in found), ("pooled", judged)):
        at = figures.coverage(part, threshold)
        lines.append(f"at P >= {threshold}, {name:6}: answered {at.answered} of answerable; wrong {at.wrong} of given")
    at = figures.at_coverage(judged, ANSWERED)
    lines.append(
        f"where {ANSWERED:.0%} of answerable are answered (P >= {at.threshold:.3f}): wrong {at.wrong} of given"
    )
    if real is not None:
        whole = Share(real.odd.hits + real.even.hits, real.odd.of + real.even.of)
        lines.append(f"real messages, topic of the first article: {whole.hits} of {whole.of} {whole}")
        lines.append(f"  odd rows {real.odd.hits} of {real.odd.of}, even rows {real.even.hits} of {real.even.of}")
    return "\n".join(lines)


def _language(language: LanguageFigures) -> list[str]:
    same = figures.same_characters(language.copies)
    lines = [
        "",
        f"{language.language}: {language.asked} questions, {language.indexed} articles; "
        f"{len(language.copies)} near copies left out ({same} the same characters); "
        f"{language.unknown} ask for articles that are not there",
        f"  {'':12}  {'hit@1':24} {'hit@3':24} MRR",
    ]
    for hits in language.methods:
        lines.append(f"  {hits.name:12} {hits.first!s:24} {hits.among_three!s:24} {hits.reciprocal:.3f}")
    lines.append("  hit@1 by style: " + ", ".join(f"{k} {v.value:.1%} ({v.of})" for k, v in language.styles.items()))
    return lines


def written(found: list[LanguageFigures], threshold: float, real: Real | None, build: str) -> dict[str, Any]:
    """Return the figures as JSON holds them."""
    judged = figures.pooled(found)
    return {
        "build": build,
        "threshold": threshold,
        "languages": {each.language: _language_written(each, threshold) for each in found},
        "calibration": figures.calibration(judged),
        "coverage": _coverage_written(figures.coverage(judged, threshold)),
        "at_coverage": _coverage_written(figures.at_coverage(judged, ANSWERED)),
        "curve": [_coverage_written(figures.coverage(judged, step)) for step in _CURVE],
        "real": None if real is None else {"odd": real.odd.written(), "even": real.even.written()},
    }


def _language_written(language: LanguageFigures, threshold: float) -> dict[str, Any]:
    return {
        "questions": language.asked,
        "unanswerable": language.unanswerable,
        "near_copies": [vars(copy) for copy in language.copies],
        "questions_without_article": language.unknown,
        "methods": {
            hits.name: {
                "hit@1": hits.first.written(),
                "hit@3": hits.among_three.written(),
                "mrr": hits.reciprocal,
            }
            for hits in language.methods
        },
        "styles": {style: share.written() for style, share in language.styles.items()},
        "coverage": _coverage_written(figures.coverage(language.judged, threshold)),
    }


def _coverage_written(coverage: Coverage) -> dict[str, Any]:
    return {
        "threshold": coverage.threshold,
        "answered": coverage.answered.written(),
        "wrong": coverage.wrong.written(),
    }


def write(folder: Path, data: dict[str, Any], found: list[LanguageFigures]) -> None:
    """Write knowledge.json and knowledge.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "knowledge.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    plot(folder / "knowledge.svg", found, data)


def plot(path: Path, found: list[LanguageFigures], data: dict[str, Any]) -> None:
    """Draw hits by method, reliability, and wrong answers against answers."""
    shares = [(0.0, "0"), (0.2, "20 %"), (0.4, "40 %"), (0.6, "60 %"), (0.8, "80 %"), (1.0, "100 %")]
    names = [hits.name for hits in found[0].methods]
    hits_panel = Panel(
        "hit@1 with Wilson 95 %",
        "language",
        "first article acceptable",
        [
            Series(name, [_point(n + 0.12 * place, language.methods[place].first) for n, language in enumerate(found)],
                   is_line=False)
            for place, name in enumerate(names)
        ],
        [(-0.4, ""), *((float(n), language.language) for n, language in enumerate(found)), (len(found) - 0.2, "")],
        shares,
    )  # fmt: skip
    points = [(said, was) for said, was, _ in _reliability(figures.pooled(found))]
    reliable = Panel("reliability, ten equal bins", "P(answers)", "share right", [Series("search", points)],
                     shares, shares, guides=[((0, 0), (1, 1))])  # fmt: skip
    curve = [(row["answered"]["share"], row["wrong"]["share"]) for row in data["curve"]]
    wrong = [(0.0, "0"), (0.05, "5 %"), (0.1, "10 %"), (0.15, "15 %"), (0.2, "20 %")]
    covered = Panel("wrong answers, 25 % unanswerable", "answerable questions answered", "wrong of answers given",
                    [Series("search", curve)], shares, wrong, guides=[((0, 0.04), (1, 0.04)), ((0.8, 0), (0.8, 0.2))],
                    )  # fmt: skip
    path.write_text(drawing.draw([hits_panel, reliable, covered]), encoding="utf-8")


def _point(x: float, share: Share) -> tuple[float, ...]:
    return (x, share.value, *share.interval)


def _reliability(judged: Judged) -> list[tuple[float, float, float]]:
    probabilities, correct, _ = judged.arrays()
    return measures.reliability(probabilities, correct)
