"""An encoder that remembers: what a build has embedded need not be embedded again to be compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb_index import store
from kb_index.embedding import Encoder, Vectors


class Remembered:
    """Takes vectors out of a build's cache, and makes those that are not in it; the cache is left as it is."""

    def __init__(self, encoder: Encoder, kb_dir: Path) -> None:
        self._encoder = encoder
        self._cached = store.read_vectors(store.vectors_path(kb_dir, encoder.model_id))

    @property
    def model_id(self) -> str:
        return self._encoder.model_id

    @property
    def vocabulary(self) -> frozenset[str]:
        return self._encoder.vocabulary

    def embed(self, texts: list[str]) -> Vectors:
        """Return one unit vector a row."""
        keys = [store.text_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._cached}
        made = dict(zip(missing, self._encoder.embed(list(missing.values())), strict=True))
        known = {**self._cached, **made}
        return np.stack([known[key] for key in keys]) if keys else self._encoder.embed([])
