"""The command line: exit codes and what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_index import __main__ as command
from kb_index import articles
from tests.kb_index.corpus import ARTICLES, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus in place of the repository's articles."""
    sources = write(tmp_path)
    monkeypatch.setattr(articles.load, "__defaults__", (sources.articles, sources.facts))
    return tmp_path


def test_check_counts_valid_articles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check"]) == 0
    assert capsys.readouterr().out == "7 articles are valid (5 en, 2 zh).\n"


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
