"""Tables as CSV that a spreadsheet may open: no cell of it is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: What a spreadsheet takes for the beginning of a formula, also behind blanks.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_QUOTE = "'"


def write(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the rows as UTF-8 with a byte order mark, by which spreadsheets know it; None is an empty cell."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    return file.getvalue().encode("utf-8-sig")


def cell(value: object) -> object:
    """Return a cell; a text that would run as a formula is quoted, numbers stay numbers."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")
    is_formula = text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return _QUOTE + text if is_formula else text
