"""Turns CLINC150's data_full.json into train.csv, val.csv and test.csv for `pharos evaluate dataset`.

Out-of-scope messages become rows with the label `oos`; those meant for training (`oos_train`) are left out.
`python -m bench.clinc150 data_full.json FOLDER`.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

#: Which lists of data_full.json each file holds.
PARTS = {"train": ["train"], "val": ["val", "oos_val"], "test": ["test", "oos_test"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="data_full.json")
    parser.add_argument("folder", type=Path, help="where the three files go")
    options = parser.parse_args()
    convert(json.loads(options.source.read_text(encoding="utf-8")), options.folder)


def convert(data: dict[str, list[list[str]]], folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, parts in PARTS.items():
        rows = [row for part in parts for row in data[part]]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text", "label"], *rows])
        print(f"{folder / name}.csv: {len(rows)} rows")


if __name__ == "__main__":
    main()
