"""The ranking of a build: learned from natural queries when there are enough, else the default."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kb_index import build, fitting
from kb_index.build import Built
from kb_index.index import Index
from kb_index.ranking import Ranking
from tests.kb_index.corpus import FakeEncoder, write

SUBJECTS = ("how-to-withdraw", "signature", "tick-size", "funding", "hacked")
ANSWERED: list[dict[str, object]] = [
    {"language": "en", "text": phrase.format(word), "articles": [article]}
    for article, concept in zip(SUBJECTS, FakeEncoder.CONCEPTS, strict=True)
    for word in concept.split()
    for phrase in ("{} please", "tell me more of {} now")
]
UNANSWERED: list[dict[str, object]] = [
    {"language": "en", "text": f"{what} {where}", "articles": []}
    for what in ("pizza", "weather", "train", "song", "size of the moon")
    for where in ("tomorrow", "in town", "for my dog", "please")
]


def built_with(folder: Path, rows: list[dict[str, object]]) -> Built:
    natural = folder / "natural.jsonl"
    natural.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return build.build(folder / "kb", FakeEncoder(), replace(write(folder), natural=natural))


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Ranking]]:
    folder = tmp_path_factory.mktemp("learned")
    return folder / "kb", built_with(folder, [*ANSWERED, *UNANSWERED]).rankings


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="none"),
        pytest.param([*ANSWERED[: fitting.MIN_QUERIES - 1], *UNANSWERED], id="one-too-few"),
        pytest.param(ANSWERED, id="none-unanswered"),
    ],
)
def test_too_few_natural_queries_leave_the_default(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    assert built_with(tmp_path, rows).rankings == {"en": fitting.DEFAULT, "zh": fitting.DEFAULT}


def test_enough_natural_queries_teach_their_language_only(learned: tuple[Path, dict[str, Ranking]]) -> None:
    _, rankings = learned

    assert rankings["en"].queries == len(ANSWERED)
    assert rankings["en"].hit_at_1 > 0.9
    assert rankings["en"].weights != fitting.DEFAULT.weights
    assert rankings["zh"] == fitting.DEFAULT


def test_no_leg_counts_against_a_subject_and_no_signal_against_an_answer(
    learned: tuple[Path, dict[str, Ranking]],
) -> None:
    ranking = learned[1]["en"]

    assert min(ranking.weights) >= 0 < max(ranking.weights)
    assert min(ranking.calibration.coefficients) >= 0 < max(ranking.calibration.coefficients)


def test_the_more_legs_agree_the_likelier_the_answer(learned: tuple[Path, dict[str, Ranking]]) -> None:
    index = Index.open(learned[0], FakeEncoder())

    said = [
        max((match.probability for match in index.search(query, "en")), default=0.0)
        for query in ("how do I withdraw?", "withdraw for a friend of mine", "a song for a friend of mine today")
    ]

    assert said[0] > said[1] > said[2]
    assert said[0] > 0.8 > 0.5 > said[2]


def test_a_signal_that_would_speak_against_an_answer_is_left_out(tmp_path: Path) -> None:
    """What is answered has no word of the articles here, what is not has nothing but their words."""
    alien = {"cash", "forged", "granularity", "carry", "thief"}
    answered: list[dict[str, object]] = [
        {**row, "text": f"{row['text']} {word}"}
        for row in ANSWERED
        for word in ("oh", "ah", "hm", "yo", "uh", "er")
        if alien & set(str(row["text"]).split())
    ]
    words = ("button", "page", "path", "words", "sentence", "specification")
    unanswered: list[dict[str, object]] = [
        {"language": "en", "text": f"{one} {other}", "articles": []} for one in words for other in words
    ]

    ranking = built_with(tmp_path, [*answered, *unanswered]).rankings["en"]

    assert ranking.queries == len(answered)
    assert min(ranking.calibration.coefficients) == 0 < max(ranking.calibration.coefficients)
