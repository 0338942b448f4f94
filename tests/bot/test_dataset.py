"""`evaluate-dataset`: what it counts on a tiny set, and what it says of files that do not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.clinc150 import convert
from bot import __main__ as entry
from bot.evaluation.dataset import reject
from bot.evaluation.labelled import read
from bot.evaluation.model import Judgement
from kit.share import Share
from tests.bot.fakes import FakeEmbedder

TRAIN = [
    ("withdraw coins to my wallet", "withdraw"),
    ("how long does a withdraw take", "withdraw"),
    ("please withdraw everything", "withdraw"),
    ("what is the taker fee", "fees"),
    ("how much fee is charged", "fees"),
    ("maker fee rebate", "fees"),
    ("hello there", "greet"),
    ("good morning", "greet"),
    ("hello again friend", "greet"),
]
TEST = [("withdraw my coins", "withdraw"), ("taker fee", "fees"), ("hello friend", "greet"), ("hello", "fees")]
OUTSIDE = [("zebra quantum jazz", "oos"), ("qqq kkk", "oos")]

Rows = list[tuple[str, str]]


def csv_file(path: Path, rows: Rows, columns: str = "text,label") -> Path:
    path.write_text("\n".join([columns, *(f'"{text}",{label}' for text, label in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    parts = {"train": TRAIN, "test": TEST, "val": TRAIN[::2]}
    return {name: csv_file(tmp_path / f"{name}.csv", rows) for name, rows in parts.items()}


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, embedder: FakeEmbedder) -> None:
    monkeypatch.setattr(entry, "prepare_process", lambda data_dir: None)


def judged(out: Path, **files: Path) -> int:
    options = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    return entry.main(["evaluate-dataset", *options, "--out", str(out)])


def found(out: Path) -> dict[str, Any]:
    written: dict[str, Any] = json.loads((out / "dataset.json").read_text(encoding="utf-8"))
    return written


def test_accuracy_is_counted_printed_and_written(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(tmp_path / "out", train=files["train"], test=files["test"]) == 0

    accuracy = found(tmp_path / "out")["accuracy"]
    assert (accuracy["hits"], accuracy["of"]) == (3, 4)
    assert accuracy["wilson_95"] == list(Share(3, 4).interval)
    assert found(tmp_path / "out")["kept"] is None
    said = capsys.readouterr().out
    assert "accuracy in scope    75.00% of 4" in said
    assert "kept" not in said


def test_what_is_like_no_training_message_is_refused(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv_file(files["test"], TEST + OUTSIDE)

    assert judged(tmp_path / "out", **files) == 0

    written = found(tmp_path / "out")
    assert (written["accuracy"]["of"], written["kept"]["of"]) == (4, 4)
    assert (written["out_of_scope_recall"]["hits"], written["out_of_scope_recall"]["of"]) == (2, 2)
    assert "out-of-scope recall  100.00% of 2" in capsys.readouterr().out


def test_out_of_scope_rows_of_training_and_validation_change_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    csv_file(files["test"], TEST + OUTSIDE)
    judged(tmp_path / "without", **files)
    csv_file(files["train"], TRAIN + OUTSIDE)
    csv_file(files["val"], TRAIN[::2] + OUTSIDE)

    judged(tmp_path / "with", **files)

    for figure in ("accuracy", "threshold", "kept", "out_of_scope_recall"):
        assert found(tmp_path / "with")[figure] == found(tmp_path / "without")[figure]


def test_the_threshold_gives_up_one_in_twenty_of_the_validation_messages() -> None:
    valid = [Judgement("a", float(number), 0.5) for number in range(101)]

    rejection = reject(valid, [Judgement("a", 5.0, 0.5), Judgement("a", 4.9, 0.5)], [Judgement("a", 4.9, 0.5)])

    assert (rejection.kept, rejection.refused) == (Share(1, 2), Share(1, 1))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "rows.json", json.dumps([{"text": "a, b", "label": "x"}, {"text": "c", "label": "oos"}]), id="json"
        ),
        pytest.param("rows.json", json.dumps([["a, b", "x"], ["c", "oos"]]), id="json-pairs"),
        pytest.param(
            "rows.jsonl", '{"text": "a, b", "label": "x"}\n\n{"text": "c", "label": "oos"}\n', id="json-lines"
        ),
        pytest.param("rows.csv", 'text,category\r\n"a, b",x\r\nc,oos\r\n', id="csv-other-name"),
        pytest.param("rows.csv", '\ufeffid,label,text\n1,x,"a, b"\n2,oos,c\n', id="csv-other-order"),
    ],
)
def test_each_form_of_file_gives_the_same_rows(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_bytes(content.encode())

    rows = read(tmp_path / name)

    assert rows.inside == [("a, b", "x")]
    assert rows.outside == ["c"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param(
            "test.csv", "sentence,label\nhi,greet\n", "row 1: expected 'text' and one of 'label'", id="column"
        ),
        pytest.param("test.csv", "text,label\nhi,greet\nhello\n", "row 2: expected", id="no-label"),
        pytest.param("test.csv", "text,label\nbonjour,french\n", "has labels that", id="unknown-label"),
        pytest.param("test.csv", "text,label\nhello,greet\nqq,oos\n", "needs a validation file", id="oos-without-val"),
        pytest.param("test.csv", "text,label\n", "has no row in scope", id="empty"),
        pytest.param("test.json", "{", "is not JSON", id="broken-json"),
        pytest.param("test.json", "{}", "is not a list of rows", id="object"),
        pytest.param("test.csv", b"text,label\n\xff,greet\n", "is not CSV in UTF-8", id="other-encoding"),
        pytest.param("test.txt", "hello greet", "is neither .csv nor .json", id="unknown-form"),
        pytest.param("test.csv", None, "cannot be read: No such file", id="missing"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    files: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str | bytes | None,
    said: str,
) -> None:
    path = tmp_path / name
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    assert judged(tmp_path / "out", train=files["train"], test=path) == 1

    error = capsys.readouterr().err
    assert said in error
    assert name in error
    assert not (tmp_path / "out").exists()


def test_clinc150_is_converted_without_the_training_messages_out_of_scope(tmp_path: Path) -> None:
    lists = ("train", "val", "test", "oos_train", "oos_val", "oos_test")

    convert({name: [[f'{name}, "said"', "oos" if "oos" in name else "x"]] for name in lists}, tmp_path)

    assert (read(tmp_path / "train.csv").inside, read(tmp_path / "train.csv").outside) == ([('train, "said"', "x")], [])
    assert read(tmp_path / "val.csv").outside == ['oos_val, "said"']
    assert read(tmp_path / "test.csv").outside == ['oos_test, "said"']
