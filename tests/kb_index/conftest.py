"""One built knowledge base for the tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_index import build
from tests.kb_index.corpus import FakeEncoder, write


@pytest.fixture(scope="session")
def built_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the kb folder of a build of the whole corpus."""
    folder = tmp_path_factory.mktemp("corpus")
    build.build(folder / "kb", FakeEncoder(), write(folder))
    return folder / "kb"
