"""An evaluation as a table, as JSON and as one SVG plot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from kb_index.evaluation import figures, measures
from kb_index.evaluation.figures import Coverage, Judged, LanguageFigures, Real
from kb_index.evaluation.measures import Share

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
    import matplotlib as mpl  # type: ignore[import-untyped]  # the pinned version has no types

    mpl.use("svg")
    from matplotlib import pyplot  # type: ignore[import-untyped]  # likewise

    drawing, (bars, reliable, curve) = pyplot.subplots(1, 3, figsize=(13, 4))
    for place, language in enumerate(found):
        for offset, hits in enumerate(language.methods):
            low, high = hits.first.interval
            value = hits.first.value
            bars.bar(place + offset * 0.25, value, 0.22, color=f"C{offset}", yerr=[[value - low], [high - value]])
    bars.set(title="hit@1, Wilson 95 %", xticks=[i + 0.25 for i in range(len(found))], ylim=(0, 1))
    bars.set_xticklabels([language.language for language in found])
    bars.legend([hits.name for hits in found[0].methods], loc="lower right")
    said, was, _ = zip(*_reliability(figures.pooled(found)), strict=True)
    reliable.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    reliable.plot(said, was, marker="o")
    reliable.set(title="reliability, ten equal bins", xlabel="P(answers) said", ylabel="share right")
    points = [(row["answered"]["share"], row["wrong"]["share"]) for row in data["curve"]]
    curve.plot([x for x, _ in points], [y for _, y in points], marker=".")
    curve.axhline(0.04, color="grey", linewidth=0.8)
    curve.axvline(0.8, color="grey", linewidth=0.8)
    curve.set(title="25 % unanswerable", xlabel="answerable answered", ylabel="wrong of answers given")
    drawing.tight_layout()
    drawing.savefig(path, metadata={"Date": None})
    pyplot.close(drawing)


def _reliability(judged: Judged) -> list[tuple[float, float, float]]:
    probabilities, correct, _ = judged.arrays()
    return measures.reliability(probabilities, correct)
