"""Very many rows: searched by lists instead of all, and beyond what can be solved the learned leg is silent."""

from __future__ import annotations

import gc
from pathlib import Path

import faiss
import numpy as np
import pytest

from kb_index import build, learned, rows
from kb_index.embedding import Vectors
from kb_index.index import Index
from kb_index.legs import LEGS
from kb_index.rows import Side
from tests.kb_index.corpus import ARTICLES, FakeEncoder, write

COUNT, DIMENSION = 600, 16


def unit_vectors() -> Vectors:
    vectors = np.random.default_rng(7).standard_normal((COUNT, DIMENSION)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def many() -> Side:
    """Return a side of random rows, two a subject."""
    owners = [row // 2 for row in range(COUNT)]
    return Side.build(owners, COUNT // 2, unit_vectors(), [[f"word{row}"] for row in range(COUNT)])


def crowd() -> list[object]:
    """Free what nobody holds, and use its memory for something else."""
    gc.collect()
    return [faiss.IndexFlatIP(DIMENSION) for _ in range(200)]


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "EXACT_ROWS", 100)


@pytest.mark.usefixtures("few_at_once")
@pytest.mark.parametrize("way", ["built", "saved-and-loaded"])
def test_the_nearest_of_very_many_rows_is_found(tmp_path: Path, way: str) -> None:
    side = many()
    if way == "saved-and-loaded":
        side.save(tmp_path, "questions")
        side = Side.load(tmp_path, "questions", list(side.owners), COUNT // 2)
    kept = crowd()

    assert not side.is_exact
    for row in range(0, COUNT, 37):
        cosines = side.dense(unit_vectors()[row])
        assert int(cosines.argmax()) == row
        assert cosines[row] == pytest.approx(1, abs=1e-5)
        assert int(side.best(cosines).argmax()) == row // 2
    assert len(kept) == 200
    assert (side.dense(None) == 0).all()


@pytest.mark.usefixtures("few_at_once")
def test_a_vector_between_rows_finds_what_looking_at_all_rows_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    by_lists = many()
    monkeypatch.setattr(rows, "EXACT_ROWS", COUNT)
    exact = many()
    asked = np.random.default_rng(8).standard_normal((200, DIMENSION)).astype(np.float32)

    same = [by_lists.dense(vector).argmax() == exact.dense(vector).argmax() for vector in asked]

    assert np.mean(same) > 0.95


def test_lists_find_the_articles_that_looking_at_all_rows_finds(
    tmp_path: Path, built_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "EXACT_ROWS", 20)
    build.build(tmp_path / "kb", FakeEncoder(), write(tmp_path))
    exact, by_lists = (Index.open(kb_dir, FakeEncoder()) for kb_dir in (built_kb, tmp_path / "kb"))
    crowd()
    asked = [(text, draft.language) for draft in ARTICLES for text in draft.questions]

    assert not by_lists.ranked("en").shard.questions.is_exact
    assert exact.ranked("en").shard.questions.is_exact
    for text, language in asked:
        assert by_lists.search(text, language)[0].article_id == exact.search(text, language)[0].article_id


def test_more_rows_than_can_be_solved_leave_the_learned_leg_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learned, "MAX_ROWS", 50)
    build.build(tmp_path / "kb", encoder := FakeEncoder(), write(tmp_path))
    index = Index.open(tmp_path / "kb", FakeEncoder())
    shard = index.ranked("en").shard
    worded = shard.wording.worded("how do I withdraw?")

    features = shard.scores("how do I withdraw?", worded, encoder.embed([worded.text])).features

    assert (features[:, LEGS.index("learned")] == 0).all()
    assert features[:, LEGS.index("dense_question")].max() == pytest.approx(1, abs=0.01)
    assert index.search("how do I withdraw?", "en")[0].article_id == "how-to-withdraw"
    assert index.search("怎么提现", "zh")[0].article_id == "how-to-withdraw"


def test_the_learned_leg_speaks_for_the_subject_that_was_asked(built_kb: Path) -> None:
    shard = Index.open(built_kb, FakeEncoder()).ranked("en").shard
    worded = shard.wording.worded("withdarw my profits")

    said = shard.scores("withdarw my profits", worded, FakeEncoder().embed([worded.text])).features[:, 0]

    assert shard.subjects[int(said.argmax())].article.id == "how-to-withdraw"
    assert len(said) == len(shard.subjects) + 1
