"""Our pipeline beside the DIET + TED pipeline of a Rasa starter bot, on the same examples, in one run.

Trains both from scratch (ours as `python -m bot train` does, the other as `rasa train` does, with all cores) and
asks both the held-out tenth of the examples, message by message in turn: text in, intent and first action out, one
thread. DIET takes long, so both learn at most so many examples of an intent. `make bench-nlu`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import yaml

from bot import __main__ as entry
from kit.share import Share

#: Examples of an intent both learn unless told otherwise: the whole run takes some ten minutes on two cores.
PER_INTENT = 10
HELD_OUT = 10
SEED = 20261122

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
        {"name": "DIETClassifier", "epochs": 100},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100},
    ],
}

Examples = list[tuple[str, str]]


@dataclass
class Contender:
    """One pipeline: how it is trained, and what came of it."""

    name: str
    project: Path
    command: list[str]
    model: Path
    train_seconds: float = 0.0
    right: int = 0
    times_ms: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("PHAROS_DATA_DIR") or "var"))
    parser.add_argument("--per-intent", type=int, default=PER_INTENT, help="examples of an intent; 0: all, takes hours")
    options = parser.parse_args()
    all_cores = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        entry.prepare_process(lent(options.data_dir.resolve(), work / "var"))
        learnt, held_out = split(examples(), options.per_intent)
        kept = f"at most {options.per_intent}" if options.per_intent else "all"
        print(
            f"{kept} examples of an intent, seed {SEED}: {len(learnt)} to learn, {len(held_out)} held out", flush=True
        )
        contenders = [ours(work, learnt), starter(work, learnt)]
        for contender in contenders:
            train(contender, all_cores | {"PHAROS_DATA_DIR": str(work / "var"), "RASA_MAX_CACHE_SIZE": "0"})
        asyncio.run(ask(contenders, held_out))
        for contender in contenders:
            print(told(contender, len(held_out)))
        print(compared(*contenders))


def lent(data_dir: Path, folder: Path) -> Path:
    """Return a data folder with this one's index and embedding model, and models of its own."""
    folder.mkdir()
    for part in ("kb", "embedding"):
        (folder / part).symlink_to(data_dir / part)
    return folder


def examples() -> Examples:
    """Return (text, intent) of everything the product trains on."""
    from bot.importer import ArticleImporter

    files = [str(entry.PROJECT / name) for name in ("config.yml", "domain.yml", "data")]
    found = ArticleImporter(files[0], files[1], files[2:]).get_nlu_data().intent_examples
    return [(example.get("text"), example.get("intent")) for example in found]


def split(found: Examples, per_intent: int) -> tuple[Examples, Examples]:
    """Return what is learnt and what is held out: a tenth of each intent."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in found:
        by_intent.setdefault(intent, []).append(text)
    chance = random.Random(SEED)
    learnt, held_out = [], []
    for intent, texts in sorted(by_intent.items()):
        chance.shuffle(texts)
        out = len(texts) // HELD_OUT
        held_out += [(text, intent) for text in texts[:out]]
        learnt += [(text, intent) for text in texts[out : out + per_intent if per_intent else None]]
    return learnt, held_out


def ours(work: Path, learnt: Examples) -> Contender:
    """Return the product as config.yml has it; the examples stand in the project instead of coming from the articles."""
    config = yaml.safe_load((entry.PROJECT / "config.yml").read_text(encoding="utf-8"))
    del config["importers"]
    folder = project(work / "ours", config, learnt)
    data_dir = work / "var"
    command = ["-m", "bot", "train", "--project", str(folder), "--data-dir", str(data_dir)]
    return Contender("ours", folder, command, data_dir / "models")


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


async def ask(contenders: list[Contender], held_out: Examples) -> None:
    """Ask both each message and note whether the intent is right and how long the processor took."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    processors = [Agent.load(str(next(contender.model.glob("*.tar.gz")))).processor for contender in contenders]
    for number, (text, intent) in enumerate(held_out):
        for contender, processor in zip(contenders, processors, strict=True):
            started = perf_counter()
            tracker = await processor.log_message(UserMessage(text, sender_id=str(number)), should_save_tracker=False)
            processor.predict_next_with_tracker_if_should(tracker)
            contender.times_ms.append((perf_counter() - started) * 1000)
            contender.right += understood(tracker.latest_message.parse_data) == intent


def understood(parsed: dict[str, Any]) -> str:
    """Return the classifier's intent; our gate puts the decided one in its place and keeps it as `raw_intent`."""
    gate = parsed.get("gate")
    return str(gate["raw_intent"] if gate else parsed["intent"]["name"])


def told(contender: Contender, asked: int) -> str:
    p50, p95 = np.percentile(contender.times_ms, [50, 95])
    return (
        f"{contender.name:12} trained in {contender.train_seconds:6.1f} s   a message p50 {p50:5.1f} ms, p95 {p95:5.1f} ms"
        f"   intent right {Share(contender.right, asked)}"
    )


def compared(first: Contender, second: Contender) -> str:
    slower = np.median(second.times_ms) / np.median(first.times_ms)
    return (
        f"{second.name} takes {second.train_seconds / first.train_seconds:.1f} times as long to train"
        f" and {slower:.1f} times as long for a message"
    )


if __name__ == "__main__":
    main()
