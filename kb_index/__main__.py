"""`python -m kb_index export | build | check | search TEXT`: the knowledge base from the command line."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from kb_index import articles, embedding
from kb_index.models import LANGUAGES
from kit.errors import SupportError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; what a person must mend goes to stderr."""
    options = _options(arguments)
    try:
        _COMMANDS[options.command](options)
    except SupportError as error:
        print(error.detail, file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    shared = argparse.ArgumentParser(add_help=False)
    default = os.environ.get("PHAROS_DATA_DIR") or "var"
    shared.add_argument("--data-dir", type=Path, default=Path(default), help=f"data folder (default: {default})")
    parser = argparse.ArgumentParser(prog="python -m kb_index", description="Build and search the knowledge base.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("export", parents=[shared], help="export the embedding model to ONNX, once")
    commands.add_parser("build", parents=[shared], help="build the index from the articles")
    commands.add_parser("check", parents=[shared], help="check the articles without building")
    search = commands.add_parser("search", parents=[shared], help="show which articles a text finds")
    search.add_argument("text")
    search.add_argument("--language", choices=LANGUAGES, default="en")
    search.add_argument("--top-k", type=int, default=5)
    return parser.parse_args(arguments)


def _export(options: argparse.Namespace) -> None:
    print(_exported(options.data_dir))


def _exported(data_dir: Path) -> Path:
    from kb_index import export

    setting = embedding.model_setting()
    if not embedding.model_folder(data_dir, setting).is_dir():
        print(f"Exporting {setting} to ONNX (half a minute, once) ...", file=sys.stderr)
    return export.export(data_dir, setting)


def _build(options: argparse.Namespace) -> None:
    from kb_index import build

    articles.load()  # a broken article is told at once, before a model is exported
    encoder = embedding.Embedder(_exported(options.data_dir))
    started = time.monotonic()
    built = build.build(options.data_dir / "kb", encoder, progress=_Counter().show)
    state = f"built in {time.monotonic() - started:.1f} s" if built.changed else "unchanged"
    print(f"Build {built.build}: {built.articles} articles, {state}.")
    for language, learned in built.rankings.items():
        print(f"  {language}: {learned.questions} questions, each left out in turn: hit@1 {learned.hit_at_1:.1%}")


def _check(options: argparse.Namespace) -> None:
    found = articles.load()
    counts = ", ".join(f"{sum(article.language == name for article in found)} {name}" for name in LANGUAGES)
    print(f"{len(found)} articles are valid ({counts}).")


def _search(options: argparse.Namespace) -> None:
    from kb_index.index import Index

    matches = Index.open(options.data_dir / "kb").search(options.text, options.language, top_k=options.top_k)
    if not matches:
        print("Nothing found.")
    for match in matches:
        print(f"{match.probability:6.1%}  {match.score:.3f}  {match.article_id}  [{match.topic}]  {match.question}")


class _Counter:
    """Progress as plain lines on stderr, at most one a second beside first and last."""

    def __init__(self) -> None:
        self._shown_at = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        """Print a line when it is time."""
        now = time.monotonic()
        if done in (0, total) or now - self._shown_at >= 1:
            print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)
            self._shown_at = now


_COMMANDS = {"export": _export, "build": _build, "check": _check, "search": _search}

if __name__ == "__main__":
    sys.exit(main())
