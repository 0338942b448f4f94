"""Labelled messages of a public set: CSV, JSON or JSON lines with text and label; `oos` is out of scope.

JSON is a list of objects or of pairs. What does not fit is told by file and row.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from kit.errors import InvalidRequest

TEXT = "text"
#: Names a column of labels may have; public sets do not agree on one.
LABELS = ("label", "intent", "category")
OUT_OF_SCOPE = "oos"


class Labelled(NamedTuple):
    text: str
    label: str


class Set(NamedTuple):
    """The rows of one file, those out of scope apart."""

    name: str
    inside: list[Labelled]
    outside: list[str]


def read(path: Path) -> Set:
    """Return the rows of a file.

    Raises:
        InvalidRequest: the file is missing, is in no known form, or a row lacks text or label.
    """
    try:
        rows = [_labelled(row, f"{path}, row {number}") for number, row in enumerate(_rows(path), start=1)]
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise InvalidRequest(f"{path} is not {path.suffix[1:].upper()} in UTF-8: {error}.") from error
    inside = [row for row in rows if row.label != OUT_OF_SCOPE]
    if not inside:
        raise InvalidRequest(f"{path} has no row in scope.")
    return Set(str(path), inside, [row.text for row in rows if row.label == OUT_OF_SCOPE])


def _rows(path: Path) -> Iterable[Any]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        return csv.DictReader(io.StringIO(text, newline=""))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    if path.suffix == ".json":
        rows = json.loads(text)
        if isinstance(rows, list):
            return rows
        raise InvalidRequest(f"{path} is not a list of rows.")
    raise InvalidRequest(f"{path} is neither .csv nor .json nor .jsonl.")


def _labelled(row: Any, where: str) -> Labelled:
    if isinstance(row, dict):
        text, label = row.get(TEXT), next((row[name] for name in LABELS if name in row), None)
        known = ", ".join(map(str, row)) or "nothing"
    elif isinstance(row, list) and len(row) == 2:
        (text, label), known = row, "a pair"
    else:
        text, label, known = None, None, "no object and no pair"
    label = str(label) if isinstance(label, int) else label
    if not isinstance(text, str) or not isinstance(label, str) or not text.strip() or not label.strip():
        wanted = f"{TEXT!r} and one of {', '.join(map(repr, LABELS))}"
        raise InvalidRequest(f"{where}: expected {wanted}, each some words; the row has {known}.")
    return Labelled(text.strip(), label.strip())
