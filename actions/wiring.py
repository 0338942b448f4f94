"""Where real collaborators are made, lazily: rasa_sdk imports every module of this package and may not wait for any."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from kb_index.library import Library

#: Names the data folder; `--data-dir` of the command line sets it.
DATA_VARIABLE = "PHAROS_DATA_DIR"


@lru_cache(maxsize=1)
def _opened(kb_dir: Path) -> Library:
    return Library.open(kb_dir)


def library() -> Library:
    """Return the articles of the newest build."""
    opened = _opened(Path(os.environ.get(DATA_VARIABLE, "var")) / "kb")
    opened.reload_if_changed()
    return opened
