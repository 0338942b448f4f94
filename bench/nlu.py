"""Our pipeline beside the DIET + TED pipeline of a Rasa starter bot, on the same examples, in one run.

Trains both from scratch (ours as `python -m bot train` does, the other as `rasa train` does, with all cores) and
asks both the held-out tenth of the examples: text in, intent and first action out, one thread. DIET takes long, so
both learn at most so many examples of an intent; ours is also trained on all that are not held out. `make bench-nlu`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import yaml

from bot import __main__ as entry
from kit.share import Share

#: Examples of an intent both learn unless told otherwise: the whole run takes some ten minutes on two cores.
PER_INTENT = 10
#: One example in so many is held out.
HELD_OUT = 10
SEED = 20261122
BLOCK = 100

#: A Rasa starter bot, with our tokenizer: to a tokenizer of blanks a Chinese sentence is one word.
STARTER: dict[str, Any] = {
    "recipe": "default.v1",
    "language": "en",
    "assistant_id": "starter",
    "pipeline": [
        {"name": "bot.nlu.tokenizer.BilingualTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
    ],
}

Examples = list[tuple[str, str]]


@dataclass
class Contender:
    """One pipeline: how it is trained, and what came of it."""

    name: str
    project: Path
    command: list[str]
    models: Path
    train_seconds: float = 0.0
    right: int = 0
    times_ms: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("PHAROS_DATA_DIR") or "var"))
    parser.add_argument("--per-intent", type=int, default=PER_INTENT, help="most examples of an intent")
    options = parser.parse_args()
    all_cores = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        entry.prepare_process(lent(options.data_dir.resolve(), work / "var"))
        rest, held_out = split(examples())
        learnt = capped(rest, options.per_intent)
        print(f"{len(rest)} examples and {len(held_out)} held out (seed {SEED})")
        print(f"both learn {len(learnt)}, at most {options.per_intent} of an intent", flush=True)
        contenders = [ours("ours", work, learnt), starter(work, learnt), ours("ours, all", work, rest)]
        for contender in contenders:
            train(contender, all_cores | {"PHAROS_DATA_DIR": str(work / "var"), "RASA_MAX_CACHE_SIZE": "0"})
        ask(contenders, held_out)
        for contender in contenders:
            print(told(contender, len(held_out)))
        print(compared(*contenders[:2]))


def lent(data_dir: Path, folder: Path) -> Path:
    """Return a data folder with this one's index and embedding model, and models of its own."""
    folder.mkdir()
    for part in ("kb", "embedding"):
        (folder / part).symlink_to((data_dir / part).resolve())
    return folder


def examples() -> Examples:
    """Return (text, intent) of everything the product trains on."""
    from bot.importer import ArticleImporter

    files = [str(entry.PROJECT / name) for name in ("config.yml", "domain.yml", "data")]
    found = ArticleImporter(files[0], files[1], files[2:]).get_nlu_data().intent_examples
    return [(example.get("text"), example.get("intent")) for example in found]


def split(found: Examples) -> tuple[Examples, Examples]:
    """Shuffle, and return what may be learnt and what is held out: a tenth of each intent."""
    by_intent: dict[str, Examples] = {}
    for text, intent in found:
        by_intent.setdefault(intent, []).append((text, intent))
    chance = random.Random(SEED)
    rest: Examples = []
    held_out: Examples = []
    for _, rows in sorted(by_intent.items()):
        chance.shuffle(rows)
        out = len(rows) // HELD_OUT
        held_out += rows[:out]
        rest += rows[out:]
    return rest, held_out


def capped(rows: Examples, per_intent: int) -> Examples:
    """Return the first so many examples of each intent."""
    seen: Counter[str] = Counter()
    kept = []
    for text, intent in rows:
        seen[intent] += 1
        if seen[intent] <= per_intent:
            kept.append((text, intent))
    return kept


def ours(name: str, work: Path, learnt: Examples) -> Contender:
    """Return the product as config.yml has it, but with its examples from the project instead of the articles."""
    config = yaml.safe_load((entry.PROJECT / "config.yml").read_text(encoding="utf-8"))
    del config["importers"]
    folder = project(work / name, config, learnt)
    data_dir = lent(work / "var", folder / "var")
    command = ["-m", "bot", "train", "--project", str(folder), "--data-dir", str(data_dir)]
    return Contender(name, folder, command, data_dir / "models")


def starter(work: Path, learnt: Examples) -> Contender:
    """Return the DIET + TED pipeline."""
    folder = project(work / "starter", STARTER, learnt)
    files = ["--config", str(folder / "config.yml"), "--domain", str(folder / "domain.yml")]
    out = ["--data", str(folder / "data"), "--out", str(folder / "models")]
    return Contender("DIET + TED", folder, ["-m", "rasa", "train", "--force", *files, *out], folder / "models")


def project(folder: Path, config: dict[str, Any], learnt: Examples) -> Path:
    """Make a project of the product's domain and dialogues, a configuration and examples."""
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    shutil.copytree(entry.PROJECT / "data", folder / "data")
    shutil.copy(entry.PROJECT / "domain.yml", folder)
    (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    made = TrainingData([Message.build(text, intent=intent) for text, intent in learnt])
    (folder / "data" / "nlu.yml").write_text(made.nlu_as_yaml(), encoding="utf-8")
    return folder


def train(contender: Contender, environment: dict[str, str]) -> None:
    """Run the training and note how long the command took."""
    print(f"training {contender.name} ...", flush=True)
    log = contender.project / "train.log"
    started = perf_counter()
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, *contender.command],
            cwd=entry.PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    contender.train_seconds = perf_counter() - started
    if done.returncode:
        sys.exit(log.read_text(encoding="utf-8", errors="replace")[-3000:])
    print(f"  {contender.train_seconds:.0f} s", flush=True)


def ask(contenders: list[Contender], held_out: Examples) -> None:
    """Ask each every message, in a process of its own, a block in turn: what else the machine does slows all alike."""
    with ExitStack() as stack:
        spawn = get_context("spawn")
        processes = [stack.enter_context(ProcessPoolExecutor(1, spawn)) for _ in contenders]
        for start in range(0, len(held_out), BLOCK):
            block = held_out[start : start + BLOCK]
            for contender, process in zip(contenders, processes, strict=True):
                answers = process.submit(understand, contender.models, [text for text, _ in block]).result()
                contender.right += sum(said == intent for (said, _), (_, intent) in zip(answers, block, strict=True))
                contender.times_ms += [spent_ms for _, spent_ms in answers]


def understand(models: Path, texts: list[str]) -> list[tuple[str, float]]:
    """Return the classifier's intent of each message, and the milliseconds until intent and first action."""
    return asyncio.run(_understood(loaded(models), texts))


@lru_cache(maxsize=1)
def loaded(models: Path) -> Any:
    """Return the processor of the only model in a folder, as quiet and as settled as in the worker."""
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)  # libraries of 2022 about each other
    processor = Agent.load(str(next(models.glob("*.tar.gz")))).processor
    gc.collect()
    gc.freeze()
    return processor


async def _understood(processor: Any, texts: list[str]) -> list[tuple[str, float]]:
    from rasa.core.channels.channel import UserMessage

    found = []
    for text in texts:
        message = UserMessage(text, sender_id=uuid.uuid4().hex)
        started = perf_counter()
        tracker = await processor.log_message(message, should_save_tracker=False)
        processor.predict_next_with_tracker_if_should(tracker)
        spent_ms = (perf_counter() - started) * 1000
        parsed = tracker.latest_message.parse_data
        # our gate puts the decided intent in the place of the classifier's, which it keeps as `raw_intent`
        found.append((parsed["gate"]["raw_intent"] if "gate" in parsed else parsed["intent"]["name"], spent_ms))
    return found


def told(contender: Contender, asked: int) -> str:
    p50, p95 = np.percentile(contender.times_ms, [50, 95])
    trained = f"trained in {contender.train_seconds:6.1f} s"
    times = f"a message p50 {p50:5.1f} ms, p95 {p95:5.1f} ms"
    return f"{contender.name:12} {trained}   {times}   intent right {Share(contender.right, asked)}"


def compared(first: Contender, second: Contender) -> str:
    slower = np.median(second.times_ms) / np.median(first.times_ms)
    return (
        f"{second.name} takes {second.train_seconds / first.train_seconds:.1f} times as long to train"
        f" and {slower:.1f} times as long for a message"
    )


if __name__ == "__main__":
    main()
