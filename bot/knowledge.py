"""The one embedder and the one index of this process, opened when first asked for.

Graph components are made and loaded many times, in training and in serving; all
of them share these two. `PHAROS_DATA_DIR` says where the files are.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from kb_index.embedding import Embedder, model_folder, model_setting
from kb_index.index import Index
from kb_index.models import Article, read_catalogue
from kb_index.store import Pointer


def data_dir() -> Path:
    """Return the data folder of this process."""
    return Path(os.environ.get("PHAROS_DATA_DIR", "var"))


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    """Return the sentence embedder."""
    return Embedder(model_folder(data_dir(), model_setting()))


@lru_cache(maxsize=1)
def index() -> Index:
    """Return the passage index; it follows new builds by `reload_if_changed`."""
    return Index.open(data_dir() / "kb", embedder())


def articles() -> list[Article]:
    """Return the articles of the current build."""
    return read_catalogue(Pointer(data_dir() / "kb").folder()).articles
