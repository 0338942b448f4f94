"""The command line: exit codes and what it tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb_index import __main__ as command
from kb_index import articles, build, index, store
from tests.kb_index.corpus import ARTICLES, FUNDING, Draft, FakeEncoder, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus in place of the repository's articles."""
    sources = write(tmp_path)
    for reading in (articles.load, articles.read):
        monkeypatch.setattr(reading, "__defaults__", (sources.articles, sources.facts, sources.entries))
    return tmp_path


def test_check_counts_articles_and_ends_with_1_when_a_language_is_missing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["check", "--data-dir", str(folder / "var")]) == 1

    told = capsys.readouterr()
    assert "error: " in told.out
    assert "'funding' is missing in zh." in told.out
    assert "7 articles are valid (5 en, 2 zh); 5 errors, " in told.out
    assert told.err == "5 errors above must be mended.\n"


def test_stale_lists_late_articles_with_their_owner(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, ARTICLES[0].with_(reviewed_on=date(2020, 1, 1)), ARTICLES[1].with_(expires_on=date(2020, 1, 2)))

    assert command.main(["stale"]) == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["due", "2020-03-31", "payments", "en", "how-to-withdraw"]
    assert told[1].split() == ["expired", "2020-01-02", "payments", "en", "signature"]
    assert told[-1] == "2 articles are overdue or expired."


@pytest.fixture
def data_dir(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a build of the corpus, whose model the commands find exported."""
    build.build(folder / "var" / "kb", FakeEncoder(), write(folder))
    monkeypatch.setattr(index, "Embedder", lambda model_dir: FakeEncoder(model_dir.name))
    return folder / "var"


def searched(data_dir: Path, *words: str) -> int:
    return command.main(["search", *words, "--data-dir", str(data_dir)])


@pytest.mark.parametrize("name", ["check", "build"])
def test_an_invalid_article_ends_with_1_and_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write(folder, ARTICLES[0].with_(topic="weather"))

    assert command.main([name, "--data-dir", str(folder / "var")]) == 1

    told = capsys.readouterr()
    assert "how-to-withdraw.md:4: unknown topic 'weather'" in told.err
    assert not (folder / "var").exists()


def test_search_without_a_build_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["search", "withdraw", "--data-dir", str(tmp_path)]) == 1
    assert "Run: python -m kb_index build" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["check", "build"])
@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        pytest.param("Lead.\n\n## More\n" + "word " * 1_048_576, 1, "the file has 5", id="5-MB"),
        pytest.param("Fine.\n\n<script>alert(1)</script>\n", 3, "raw HTML is not allowed", id="script-tag"),
        pytest.param("Fine.\n\nSee <img src=x onerror=alert(1)> there.\n", 3, "raw HTML", id="tag-with-a-handler"),
        pytest.param("See [it](javascript:alert(1)).\n", 1, "link 'javascript:", id="script-link"),
    ],
)
def test_a_page_that_must_not_be_shown_is_refused_with_file_and_line(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, body: str, line: int, told: str
) -> None:
    draft = Draft("funding", "Funding", FUNDING, body=body)
    write(folder, draft)
    first = 0 if told.startswith("the file has") else len(draft.text().splitlines()) - len(body.splitlines())

    assert command.main([name, "--data-dir", str(folder / "var")]) == 1

    assert f"{folder}/articles/en/funding.md:{first + line}: {told}" in capsys.readouterr().err
    assert not (folder / "var").exists()


def test_search_shows_what_a_text_finds(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert searched(data_dir, "how do I withdraw?", "--top-k", "2") == 0

    first, second = capsys.readouterr().out.splitlines()
    assert "  how-to-withdraw  [deposit_withdrawal]  how do I withdraw?" in first
    assert float(first.split("%")[0]) >= float(second.split("%")[0])


@pytest.mark.parametrize("text", ["x", "?", "提", "w" * 4000, "withdraw " * 444, "提" * 4000])
def test_a_query_of_one_character_or_of_4000_is_no_error(
    data_dir: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    for language in ("en", "zh"):
        assert searched(data_dir, text, "--language", language) == 0

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["articles.json", "ranking.json", "en/learned.npz", "zh/questions.faiss"])
def test_search_in_a_half_written_build_says_what_to_run(
    data_dir: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = data_dir / "kb" / str(store.read_pointer(data_dir / "kb")) / name
    path.write_bytes(path.read_bytes()[:-100])

    assert searched(data_dir, "withdraw") == 1

    assert "cannot be read" in (told := capsys.readouterr().err)
    assert told.endswith("Run: python -m kb_index build\n")


def test_search_in_an_index_of_another_model_says_what_to_run(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(index, "Embedder", lambda model_dir: FakeEncoder("fake-2"))

    assert searched(data_dir, "withdraw") == 1

    assert "made with fake-1, not fake-2. Run: python -m kb_index build" in capsys.readouterr().err
