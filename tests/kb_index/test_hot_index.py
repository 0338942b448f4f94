"""A new build while requests run: none fails, and the request after it is answered from the new one."""

from __future__ import annotations

import threading
from pathlib import Path

from kb_index import build
from kb_index.index import Index
from tests.kb_index.corpus import ARTICLES, FakeEncoder, write


def test_no_search_fails_while_builds_are_swapped(tmp_path: Path) -> None:
    kb_dir, sources = tmp_path / "kb", write(tmp_path)
    build.build(kb_dir, FakeEncoder(), sources)
    index, stop = Index.open(kb_dir, FakeEncoder()), threading.Event()
    failures: list[BaseException] = []
    empty: list[str] = []
    served: set[str] = set()

    def ask() -> None:
        while not stop.is_set():
            try:
                index.reload_if_changed()
                if not index.search("how do I withdraw?", "en"):
                    empty.append(index.build)
                served.add(index.build)
            except BaseException as error:
                failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    made = []
    for word in ("one", "two", "three", "four"):
        write(tmp_path, ARTICLES[0].with_(risk=f"Risk {word}."), *ARTICLES[1:])
        made.append(build.build(kb_dir, FakeEncoder(), sources).build)
    stop.set()
    asking.join()
    index.reload_if_changed()

    assert failures == []
    assert empty == []
    assert len(served) > 1
    assert index.build == made[-1]
    assert index.search("how do I withdraw?", "en")[0].article_id == "how-to-withdraw"
