"""`python -m bot train | serve | tune | evaluate-dataset`: the entry of the assistant's worker.

Torch must look absent before anything imports spacy, which would load 475 MB of
it for nothing; TensorFlow and OpenMP read their thread counts when they load. So
this module sets both first and imports the rest inside the commands.
"""

from __future__ import annotations

import sys

sys.modules["torch"] = None  # type: ignore[assignment]  # "not installed", as import sees it

import argparse
import os
from pathlib import Path

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",
    "HF_HUB_OFFLINE": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
PROJECT = Path(__file__).resolve().parent.parent
_EVALUATIONS = ("evaluate-dataset", "tune")
VALIDATION = [PROJECT / "tests" / "evaluation" / f"understanding_{language}.jsonl" for language in ("en", "zh")]


def prepare_process(data_dir: Path) -> None:
    """Set what libraries read when they load: one thread, no telemetry, our data folder."""
    os.environ.update(_ENVIRONMENT)
    os.environ["PHAROS_DATA_DIR"] = str(data_dir)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The assistant's worker.")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train the model when it is stale")
    train.add_argument("--force", action="store_true", help="train even when nothing changed")
    serve = commands.add_parser("serve", help="answer turns on 127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument("--actions-url", required=True, help="address of the action server")
    serve.add_argument("--model", type=Path, help="model archive (default: var/models/current)")
    judge = commands.add_parser("evaluate-dataset", help="judge the intent classifier on a labelled set")
    judge.add_argument("--train", type=Path, required=True, help="CSV or JSON with text and label; oos: out of scope")
    judge.add_argument("--test", type=Path, required=True)
    judge.add_argument("--val", type=Path, help="gives the threshold for out of scope")
    judge.add_argument("--out", type=Path, required=True, help="folder for dataset.json")
    tune = commands.add_parser("tune", help="fit the gate to validation messages")
    tune.add_argument("rows", type=Path, nargs="*", default=VALIDATION, help="labelled messages; odd rows are used")
    for command in (train, serve, judge, tune):
        command.add_argument("--data-dir", type=Path, default=Path(os.environ.get("PHAROS_DATA_DIR", "var")))
    for command in (train, serve):
        command.add_argument("--project", type=Path, default=PROJECT, help="folder of config.yml and domain.yml")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    options = _parser().parse_args(arguments)
    data_dir = options.data_dir.resolve()
    prepare_process(data_dir)
    if options.command == "train":
        from bot import training

        return training.run(options.project.resolve(), data_dir, force=options.force)
    if options.command in _EVALUATIONS:
        return _evaluate(options, data_dir)
    from bot import worker

    return worker.run(options, data_dir)


def _evaluate(options: argparse.Namespace, data_dir: Path) -> int:
    from kit.errors import SupportError

    try:
        if options.command == "tune":
            from bot import training
            from bot.evaluation import tuning

            tuning.run(training.current_model(data_dir), options.rows)
        else:
            from bot.evaluation import dataset

            dataset.run(options.train, options.test, options.val, options.out)
    except SupportError as error:
        print(error.detail, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
