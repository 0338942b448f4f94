"""`evaluate`: measures by known values, near copies left out, totals written."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from kb_index.evaluation import figures, held_out, measures, report
from kb_index.evaluation.held_out import Asked
from kb_index.index import Index
from kit.errors import InvalidRequest
from kit.share import Share
from tests.kb_index.corpus import FakeEncoder

EN = [
    {"text": "How do I withdraw", "articles": ["how-to-withdraw"], "style": "plain"},  # the same characters
    {"text": "is it longs who must pay at eight", "articles": ["funding"], "style": "plain"},
    {"text": "cash please, all of it", "articles": ["how-to-withdraw"], "style": "fragment"},
    {"text": "a thief in my account stole things", "articles": ["hacked", "other"], "style": "complaint"},
    {"text": "hex digest of the query", "articles": ["signature"], "style": "plain"},
]
ZH = [{"text": "我要提币到钱包", "articles": ["how-to-withdraw"], "style": "plain"}]
OUTSIDE = [{"text": "best pizza in town"}, {"text": "who won the match"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in (("knowledge_en", EN), ("knowledge_zh", ZH), ("knowledge_unanswerable_en", OUTSIDE)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def index(built_kb: Path) -> Index:
    return Index.open(built_kb, FakeEncoder())


def test_wilson_interval_by_its_textbook_value() -> None:
    low, high = Share(8, 10).interval

    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_calibration_error_is_nothing_for_what_came_true() -> None:
    said = np.array([0.5] * 10 + [1.0] * 10)
    was = np.array([1.0, 0.0] * 5 + [1.0] * 10)

    assert measures.calibration_error(said, was, bins=2) == 0
    assert measures.calibration_error(np.ones(20), was, bins=2) == pytest.approx(0.25)


def test_a_perfect_model_errs_by_chance_about_as_theory_says() -> None:
    by_chance = measures.calibration_error_by_chance(np.full(1000, 0.5))

    assert by_chance == pytest.approx(math.sqrt(2 / math.pi) * math.sqrt(0.25 / 100), rel=0.1)


def test_wrong_answers_are_counted_where_a_share_of_the_answerable_is_answered() -> None:
    judged = figures.Judged(
        probabilities=[0.9, 0.8, 0.75, 0.7, 0.6, 0.5], correct=[True, True, False, True, True, True]
    )
    judged.answerable = [True, True, False, True, True, True]

    found = figures.at_coverage(judged, 0.8)

    assert found.threshold == 0.6
    assert (found.answered, found.wrong) == (Share(4, 5), Share(1, 5))


def test_near_copies_are_left_out_and_named(index: Index) -> None:
    asked = [Asked("HOW do I withdraw?!", frozenset()), Asked("do the shorts", frozenset())]

    kept, copies = held_out.part_near_copies(
        asked, [s.article for s in index.ranked("en").shard.subjects], "en", FakeEncoder()
    )

    assert [question.text for question in kept] == ["do the shorts"]
    assert [(copy.question, copy.cosine) for copy in copies] == [("how do I withdraw?", 1.0)]


def test_an_evaluation_counts_and_writes_totals(index: Index, folder: Path, tmp_path: Path) -> None:
    found = [figures.judge(index, folder, language) for language in ("en", "zh")]
    data = report.written(found, 0.5, None, index.build)
    report.write(tmp_path / "out", data, found)

    english = data["languages"]["en"]
    assert english["questions"] == 4
    assert [copy["text"] for copy in english["near_copies"]] == ["How do I withdraw"]
    assert set(english["methods"]) == {"search", "dense alone", "BM25 alone"}
    assert english["methods"]["search"]["hit@1"]["hits"] == 4
    assert english["unanswerable"] == 1
    assert json.loads((tmp_path / "out" / "knowledge.json").read_text(encoding="utf-8"))["build"] == index.build
    assert "<svg" in (tmp_path / "out" / "knowledge.svg").read_text(encoding="utf-8")
    table = report.table(found, 0.5, None)
    assert "1 near copies left out (1 the same characters)" in table
    assert "How do I withdraw" not in table


def test_real_messages_are_told_in_totals_only(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "real.jsonl"
    rows = [
        {"text": "withdraw", "language": "en", "must": "answer", "topics": ["deposit_withdrawal"]},
        {"text": "withdraw", "language": "en", "must": "answer", "topics": ["funding"]},
        {"text": "withdraw", "language": "en", "must": "handoff"},
        {"text": "withdraw", "language": "ko", "must": "answer"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    real = figures.judge_real(index, path)

    assert (real.odd, real.even) == (Share(1, 1), Share(0, 1))


def test_a_row_that_does_not_fit_is_told_by_line_and_keys(tmp_path: Path) -> None:
    path = tmp_path / "knowledge_en.jsonl"
    path.write_text('{"text": "secret words", "articles": []}\n{"text": "secret words"}\n', encoding="utf-8")

    with pytest.raises(InvalidRequest, match=r"knowledge_en\.jsonl:2: no articles; the row has text\.$"):
        held_out.read(tmp_path, "en", [])
