"""Building: whole or not at all, nothing when nothing changed, only what is new is embedded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb_index import build
from kb_index.articles import InvalidArticles
from kb_index.build import Sources
from kb_index.embedding import Vectors
from kb_index.index import Index
from kb_index.library import Library
from kb_index.store import read_pointer
from tests.kb_index.corpus import ARTICLES, FakeEncoder, write


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return write(tmp_path)


@pytest.fixture
def kb_dir(tmp_path: Path) -> Path:
    return tmp_path / "kb"


def withdraw_file(sources: Sources) -> Path:
    return sources.articles / "en" / "how-to-withdraw.md"


def change(sources: Sources, old: str, new: str) -> None:
    path = withdraw_file(sources)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def builds(kb_dir: Path) -> set[str]:
    return {folder.parent.name for folder in kb_dir.glob("*/articles.json")}


def test_a_build_holds_every_article(kb_dir: Path, sources: Sources) -> None:
    built = build.build(kb_dir, FakeEncoder(), sources)

    stored = json.loads((kb_dir / built.build / "articles.json").read_text(encoding="utf-8"))
    assert built.changed
    assert read_pointer(kb_dir) == built.build == stored["build"]
    assert stored["model"] == "fake-1"
    assert {(a["id"], a["language"]) for a in stored["articles"]} == {(d.id, d.language) for d in ARTICLES}
    assert set(built.rankings) == {"en", "zh"}


def test_building_again_without_a_change_does_nothing(kb_dir: Path, sources: Sources) -> None:
    first = build.build(kb_dir, FakeEncoder(), sources)
    before = (kb_dir / "current").stat()

    second = build.build(kb_dir, encoder := FakeEncoder(), sources)

    assert (second.build, second.changed) == (first.build, False)
    assert second.rankings == first.rankings
    assert encoder.embedded == []
    assert (kb_dir / "current").stat().st_ino == before.st_ino


def test_only_new_texts_are_embedded(kb_dir: Path, sources: Sources) -> None:
    build.build(kb_dir, FakeEncoder(), sources)
    change(sources, "how do I withdraw?", "how can I cash everything in?")

    built = build.build(kb_dir, encoder := FakeEncoder(), sources)

    assert built.changed
    assert "how can I cash everything in?" in encoder.embedded
    assert "funding rate" not in encoder.embedded


def test_another_model_is_another_build(kb_dir: Path, sources: Sources) -> None:
    first = build.build(kb_dir, FakeEncoder("fake-1"), sources)
    second = build.build(kb_dir, FakeEncoder("fake-2"), sources)

    assert second.changed
    assert second.build != first.build


def test_a_broken_article_keeps_the_old_build(kb_dir: Path, sources: Sources) -> None:
    old = build.build(kb_dir, FakeEncoder(), sources)
    change(sources, "topic: deposit_withdrawal", "topic: weather")
    (sources.articles / "zh" / "broken.md").write_text("no front matter", encoding="utf-8")

    with pytest.raises(InvalidArticles) as caught:
        build.build(kb_dir, FakeEncoder(), sources)

    assert len(caught.value.problems) == 2
    assert read_pointer(kb_dir) == old.build
    assert Index.open(kb_dir, FakeEncoder()).search("how do I withdraw", "en")


def test_a_build_that_dies_leaves_nothing_in_use(kb_dir: Path, sources: Sources) -> None:
    class DyingEncoder(FakeEncoder):
        def embed(self, texts: list[str]) -> Vectors:
            raise KeyboardInterrupt

    old = build.build(kb_dir, FakeEncoder(), sources)
    change(sources, "Confirm.", "Confirm twice.")
    with pytest.raises(KeyboardInterrupt):
        build.build(kb_dir, DyingEncoder(), sources)
    assert read_pointer(kb_dir) == old.build
    assert builds(kb_dir) - {old.build} != set()

    new = build.build(kb_dir, FakeEncoder(), sources)

    assert builds(kb_dir) == {old.build, new.build}


def test_the_last_two_builds_are_kept(kb_dir: Path, sources: Sources) -> None:
    made = []
    for word in ("one", "two", "three"):
        change(sources, "Open the page", f"Open the page {word}")
        made.append(build.build(kb_dir, FakeEncoder(), sources).build)

    assert builds(kb_dir) == set(made[1:])


def test_going_back_reuses_the_earlier_build(kb_dir: Path, sources: Sources) -> None:
    first = build.build(kb_dir, FakeEncoder(), sources)
    change(sources, "Confirm.", "Confirm twice.")
    build.build(kb_dir, FakeEncoder(), sources)
    change(sources, "Confirm twice.", "Confirm.")

    again = build.build(kb_dir, encoder := FakeEncoder(), sources)

    assert (again.build, again.changed) == (first.build, True)
    assert encoder.embedded == []
    assert Library.open(kb_dir).build == first.build


@pytest.mark.parametrize("name", ["en/questions.faiss", "zh/learned.npz", "en/directions.npy", "seal.json"])
def test_a_damaged_build_is_made_again(kb_dir: Path, sources: Sources, name: str) -> None:
    built = build.build(kb_dir, FakeEncoder(), sources)
    path = kb_dir / built.build / name
    path.write_bytes(path.read_bytes()[:-100])

    again = build.build(kb_dir, FakeEncoder(), sources)

    assert again.build == built.build
    assert Index.open(kb_dir, FakeEncoder()).search("how do I withdraw", "en")


def test_a_damaged_vector_cache_is_made_again(kb_dir: Path, sources: Sources) -> None:
    build.build(kb_dir, FakeEncoder(), sources)
    (kb_dir / "vectors" / "fake-1.npz").write_bytes(b"PK half")
    change(sources, "Confirm.", "Confirm twice.")

    assert build.build(kb_dir, FakeEncoder(), sources).changed


def test_progress_is_told_to_the_end(kb_dir: Path, sources: Sources) -> None:
    told: list[tuple[str, int, int]] = []

    build.build(kb_dir, FakeEncoder(), sources, progress=lambda *step: told.append(step))

    for what in {what for what, _, _ in told}:
        assert [done for name, done, total in told if name == what][-1] == [t for n, _, t in told if n == what][-1]


def test_one_article_in_one_language_is_enough(tmp_path: Path, kb_dir: Path) -> None:
    sources = write(tmp_path, ARTICLES[0])

    build.build(kb_dir, FakeEncoder(), sources)

    index = Index.open(kb_dir, FakeEncoder())
    assert index.search("how do I withdraw", "en")[0].article_id == "how-to-withdraw"
    assert index.search("怎么提现", "zh") == []
