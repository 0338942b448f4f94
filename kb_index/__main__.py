"""`python -m kb_index export | build | check | stale | pictures | search TEXT | evaluate`: the knowledge base."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from kb_index import articles, embedding, pictures
from kb_index.models import LANGUAGES
from kb_index.remembered import Remembered
from kit.clock import SystemClock
from kit.errors import InvalidRequest, SupportError


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
    commands.add_parser("stale", parents=[shared], help="list articles whose review is late or that expired")
    commands.add_parser("pictures", parents=[shared], help="draw the articles' pictures anew")
    search = commands.add_parser("search", parents=[shared], help="show which articles a text finds")
    search.add_argument("text")
    search.add_argument("--language", choices=LANGUAGES, default="en")
    search.add_argument("--top-k", type=int, default=5)
    judge = commands.add_parser("evaluate", parents=[shared], help="judge search on held-out questions")
    judge.add_argument("--held-out", type=Path, required=True, help="folder of knowledge_*.jsonl")
    judge.add_argument("--real", type=Path, help="file of real messages: only totals are told")
    judge.add_argument("--threshold", type=float, default=0.75, help="least P(answers) to answer (default: 0.75)")
    judge.add_argument("--out", type=Path, help="folder for knowledge.json and knowledge.svg")
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
        natural = f"{learned.queries} natural queries, hit@1 {learned.hit_at_1:.1%}"
        print(f"  {language}: {natural if learned.queries else 'too few natural queries: default ranking'}")


def _check(options: argparse.Namespace) -> None:
    from kb_index import checks

    found = articles.read()
    counts = ", ".join(f"{sum(draft.language == name for draft in found)} {name}" for name in LANGUAGES)
    encoder = _remembering(options.data_dir)
    findings = checks.examine(found, articles.FACTS, SystemClock().now().date(), encoder)
    for finding in findings:
        print(("error: " if finding.is_error else "warning: ") + str(finding))
    if encoder is None:
        print("English texts were not compared: no exported model. Run: python -m kb_index export")
    errors = sum(finding.is_error for finding in findings)
    print(f"{len(found)} articles are valid ({counts}); {errors} errors, {len(findings) - errors} warnings.")
    if errors:
        raise InvalidRequest(f"{errors} errors above must be mended.")


def _remembering(data_dir: Path) -> Remembered | None:
    folder = embedding.model_folder(data_dir, embedding.model_setting())
    return Remembered(embedding.Embedder(folder), data_dir / "kb") if folder.is_dir() else None


def _stale(options: argparse.Namespace) -> None:
    today = SystemClock().now().date()
    stale = [article for article in articles.load() if article.is_overdue(today) or article.is_expired(today)]
    for article in sorted(stale, key=lambda article: (article.owner, article.review_due_on, article.url)):
        state = f"expired {article.expires_on}" if article.is_expired(today) else f"due {article.review_due_on}"
        print(f"{state}  {article.owner:10}  {article.language}  {article.id}")
    print(f"{len(stale)} articles are overdue or expired.")


def _pictures(options: argparse.Namespace) -> None:
    print(f"{pictures.write()} pictures are drawn in {pictures.FOLDER}.")


def _search(options: argparse.Namespace) -> None:
    from kb_index.index import Index

    matches = Index.open(options.data_dir / "kb").search(options.text, options.language, top_k=options.top_k)
    if not matches:
        print("Nothing found.")
    for match in matches:
        print(f"{match.probability:6.1%}  {match.score:.3f}  {match.article_id}  [{match.topic}]  {match.question}")


def _evaluate(options: argparse.Namespace) -> None:
    from kb_index.evaluation import figures, report
    from kb_index.index import Index

    index = Index.open(options.data_dir / "kb", _remembering(options.data_dir))
    found = [figures.judge(index, options.held_out, language) for language in LANGUAGES]
    real = figures.judge_real(index, options.real) if options.real else None
    print(f"Build {index.build}" + report.table(found, options.threshold, real))
    out = options.out or options.data_dir / "evaluation"
    report.write(out, report.written(found, options.threshold, real, index.build), found)
    print(f"Written: {out / 'knowledge.json'}, {out / 'knowledge.svg'}")


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


_COMMANDS = {
    "export": _export,
    "build": _build,
    "check": _check,
    "stale": _stale,
    "pictures": _pictures,
    "search": _search,
    "evaluate": _evaluate,
}

if __name__ == "__main__":
    sys.exit(main())
