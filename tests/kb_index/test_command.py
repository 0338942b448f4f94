"""The command line: exit codes and what it tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb_index import __main__ as command
from kb_index import articles
from tests.kb_index.corpus import ARTICLES, write


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
