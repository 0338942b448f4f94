"""Search and library over a build: found by paraphrase, literally and in Chinese; fresh builds are taken up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import numpy as np
import pytest

from kb_index import build, store
from kb_index.build import Sources, read_outside
from kb_index.index import Index
from kb_index.library import Library
from kit.clock import ManualClock
from kit.errors import Misconfigured
from tests.kb_index.corpus import ARTICLES, FUNDING, FakeEncoder, write


@pytest.fixture(scope="module")
def index(built_kb: Path) -> Index:
    return Index.open(built_kb, FakeEncoder())


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Sources]:
    """A knowledge base that the test may change."""
    sources = write(tmp_path)
    build.build(tmp_path / "kb", FakeEncoder(), sources)
    return tmp_path / "kb", sources


def rebuild(kb_dir: Path, sources: Sources, old: str, new: str, model: str = "fake-1") -> str:
    path = sources.articles / "en" / "how-to-withdraw.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return build.build(kb_dir, FakeEncoder(model), sources).build


@pytest.mark.parametrize(
    ("query", "language", "article"),
    [
        pytest.param("how do I withdraw?", "en", "how-to-withdraw", id="a-question-itself"),
        pytest.param("cash please", "en", "how-to-withdraw", id="paraphrase-without-a-common-word"),
        pytest.param("a thief", "en", "hacked", id="another-paraphrase"),
        pytest.param("ETHUSD", "en", "tick-size", id="symbol"),
        pytest.param("error: Signature not valid.", "en", "signature", id="error-text"),
        pytest.param("the path lacks /api/v1", "en", "signature", id="words-of-a-passage"),
        pytest.param("怎么提币到冷钱包", "zh", "how-to-withdraw", id="chinese"),
        pytest.param("被爆仓了", "zh", "liquidation", id="chinese-trader-word"),
        pytest.param("USDT怎么提到币安", "zh", "how-to-withdraw", id="mixed-scripts"),
    ],
)
def test_the_right_article_comes_first(index: Index, query: str, language: str, article: str) -> None:
    matches = index.search(query, language)

    assert matches[0].article_id == article
    assert matches[0].url == f"/help/{language}/{article}"


def test_matches_are_ordered_and_never_likelier_further_down(index: Index) -> None:
    matches = index.search("withdraw funding", "en")

    assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
    assert [m.probability for m in matches] == sorted((m.probability for m in matches), reverse=True)
    assert len({m.article_id for m in matches}) == len(matches)
    assert len(index.search("withdraw funding", "en", top_k=2)) == 2


def test_a_match_names_the_nearest_question(index: Index) -> None:
    [match] = index.search("do longs pay the shorts", "en", top_k=1)

    assert match.question == "do longs pay shorts"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_probability_tells_questions_from_nonsense(index: Index, language: str) -> None:
    asked = [q for draft in ARTICLES if draft.language == language for q in draft.questions]
    nonsense = [text for texts in read_outside()[language].values() for text in texts][::3]

    inside = [index.search(query, language)[0].probability for query in asked]
    outside = [max([m.probability for m in index.search(query, language)], default=0.0) for query in nonsense]

    assert np.median(inside) > 0.5 > np.quantile(outside, 0.8)
    assert all(0 <= p <= 1 for p in inside + outside)


@pytest.mark.parametrize("query", ["", "?!", "🚀" * 50])
def test_a_query_without_words_finds_nothing(index: Index, query: str) -> None:
    assert index.search(query, "en") == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("query", ["x", "提", "?", "withdraw " * 444, "提" * 4000, "a" * 4000, "a提 " * 1333])
def test_odd_lengths_are_searched_all_the_same(index: Index, query: str, language: str) -> None:
    matches = index.search(query, language)

    assert len(matches) <= 5
    assert all(0 <= match.probability <= 1 for match in matches)


def test_a_question_in_a_very_long_message_is_found(index: Index) -> None:
    query = ("how do I withdraw? " * 211)[:4000]

    assert index.search(query, "en")[0].article_id == "how-to-withdraw"


def test_an_unknown_word_in_chinese_does_not_fall_back_to_english(index: Index) -> None:
    assert index.search("квартира", "zh") == []
    assert index.search("how do I withdraw", "ko") == []


def test_a_vector_made_elsewhere_is_used(built_kb: Path) -> None:
    index = Index.open(built_kb, encoder := FakeEncoder())
    vector = FakeEncoder().embed(["how do I withdraw?"])[0]

    matches = index.search("how do I withdraw?", "en", vector)

    assert matches == Index.open(built_kb, FakeEncoder()).search("how do I withdraw?", "en")
    assert encoder.embedded == []


def test_a_vector_of_another_size_is_refused(index: Index) -> None:
    with pytest.raises(Misconfigured, match="does not fit build"):
        index.search("how do I withdraw?", "en", np.zeros(3, dtype=np.float32))


def test_an_expired_article_is_neither_found_nor_given_out(tmp_path: Path) -> None:
    expiring = ARTICLES[0].with_(expires_on=date(2026, 12, 1), reviewed_on=date(2026, 8, 1))
    kb_dir = tmp_path / "kb"
    build.build(kb_dir, FakeEncoder(), write(tmp_path, expiring, *ARTICLES[1:]))
    clock = ManualClock(datetime(2026, 12, 1, 23, 59, tzinfo=timezone.utc))
    index, library = Index.open(kb_dir, FakeEncoder(), clock), Library.open(kb_dir, clock)

    last_day = library.get("how-to-withdraw", "en")
    assert last_day is not None
    assert library.is_overdue(last_day)
    assert index.search("how do I withdraw?", "en")[0].article_id == "how-to-withdraw"

    clock.advance(minutes=1)

    assert library.get("how-to-withdraw", "en") is None
    assert "how-to-withdraw" not in {m.article_id for m in index.search("how do I withdraw?", "en")}


def test_the_library_finds_by_id_and_by_case(built_kb: Path) -> None:
    library = Library.open(built_kb, ManualClock(datetime(2026, 11, 22, tzinfo=timezone.utc)))

    article = library.get("funding", "en")
    first_aid = library.first_aid("security_incident", "en")

    assert article is not None
    assert article.questions == list(FUNDING)
    assert not library.is_overdue(article)
    assert first_aid is not None
    assert first_aid.id == "hacked"
    assert library.get("funding", "zh") is None
    assert library.first_aid("complaint", "en") is None


def test_a_new_build_is_taken_up(own: tuple[Path, Sources]) -> None:
    kb_dir, sources = own
    index, library = Index.open(kb_dir, FakeEncoder()), Library.open(kb_dir)
    assert not index.reload_if_changed()
    assert not library.reload_if_changed()

    new = rebuild(kb_dir, sources, "steps of a withdrawal", "zebra crossing")

    assert index.reload_if_changed()
    assert library.reload_if_changed()
    assert index.build == library.build == new
    assert index.search("zebra crossing", "en")[0].article_id == "how-to-withdraw"
    assert not index.reload_if_changed()


def test_a_build_that_cannot_be_used_is_not_taken_up(own: tuple[Path, Sources]) -> None:
    kb_dir, sources = own
    index, library = Index.open(kb_dir, FakeEncoder()), Library.open(kb_dir)
    old = index.build

    new = rebuild(kb_dir, sources, "Confirm.", "Confirm twice.", model="fake-2")
    (kb_dir / new / "articles.json").write_text("{", encoding="utf-8")

    assert not index.reload_if_changed()
    assert not library.reload_if_changed()
    assert index.build == library.build == old
    assert index.search("how do I withdraw", "en")


def test_an_index_of_another_model_is_refused_with_what_to_run(built_kb: Path) -> None:
    with pytest.raises(Misconfigured, match=r"made with fake-1, not fake-2\. Run: python -m kb_index build"):
        Index.open(built_kb, FakeEncoder("fake-2"))


def test_no_build_is_refused_with_what_to_run(tmp_path: Path) -> None:
    for opening in (Index.open, Library.open):
        with pytest.raises(Misconfigured, match="Run: python -m kb_index build"):
            opening(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="half-written"),
        pytest.param(lambda data: data[:-8] + b"\xa5" * 8, id="other-bytes-at-the-end"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(None, id="gone"),
    ],
)
def test_a_damaged_build_is_refused_with_what_to_run(
    own: tuple[Path, Sources], damage: Callable[[bytes], bytes] | None
) -> None:
    kb_dir, _ = own
    folder = kb_dir / str(store.read_pointer(kb_dir))
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) > 20

    for path in files:
        whole = path.read_bytes()
        path.unlink() if damage is None else path.write_bytes(damage(whole))
        with pytest.raises(Misconfigured, match=r"cannot be read .*Run: python -m kb_index build"):
            Index.open(kb_dir, FakeEncoder())
        path.write_bytes(whole)

    assert Index.open(kb_dir, FakeEncoder()).search("how do I withdraw?", "en")


@pytest.mark.parametrize("pointer", ["", "../../etc", "f" * 13, "f" * 12])
def test_a_pointer_to_no_build_is_refused_with_what_to_run(own: tuple[Path, Sources], pointer: str) -> None:
    kb_dir, _ = own
    (kb_dir / "current").write_text(pointer, encoding="utf-8")

    for opening in (Index.open, Library.open):
        with pytest.raises(Misconfigured, match="Run: python -m kb_index build"):
            opening(kb_dir)


@pytest.mark.parametrize("name", ["articles.json", "zh/learned.npz", "en/questions.faiss"])
def test_a_half_written_build_is_not_taken_up(own: tuple[Path, Sources], name: str) -> None:
    kb_dir, sources = own
    index = Index.open(kb_dir, FakeEncoder())
    old = index.build
    path = kb_dir / rebuild(kb_dir, sources, "Confirm.", "Confirm twice.") / name
    path.write_bytes(path.read_bytes()[:-200])

    assert not index.reload_if_changed()

    assert index.build == old
    assert index.search("how do I withdraw?", "en")
