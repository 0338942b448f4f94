"""The folder of builds: var/kb/<build id>/, and the pointer file `current` that names the one in use.

A build appears by a rename and comes into use by replacing the pointer, so a reader sees a whole build or the one
before.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from kb_index.embedding import Vectors, file_sha256
from kit.errors import Misconfigured

POINTER_FILE = "current"
#: Digests of a build's other files: a disk may lose the end of a file without any error.
SEAL_FILE = "seal.json"
#: Builds kept: the one in use and the one before, for processes that still read it.
BUILDS_KEPT = 2

_BUILD_ID = re.compile(r"[0-9a-f]{12}")
_WORK_PREFIX = ".build-"

Stamp = tuple[int, int, int]


class Pointer:
    """A reader's view of `current`: which build, and whether it has moved since last asked."""

    def __init__(self, kb_dir: Path) -> None:
        self._kb_dir = kb_dir
        self._seen: Stamp | None = None

    def folder(self) -> Path:
        """Return the folder of the build in use and remember having seen it."""
        self._seen = self._stamp()
        build = read_pointer(self._kb_dir)
        if build is None:
            raise Misconfigured(f"No knowledge base in {self._kb_dir}. Run: python -m kb_index build")
        return self._kb_dir / build

    def has_moved(self) -> bool:
        """Tell whether `current` was replaced since `folder` was called: one stat."""
        return self._stamp() != self._seen

    def _stamp(self) -> Stamp | None:
        try:
            status = (self._kb_dir / POINTER_FILE).stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


def read_pointer(kb_dir: Path) -> str | None:
    """Return the id of the build in use, or None when there is none."""
    try:
        build = (kb_dir / POINTER_FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    if not _BUILD_ID.fullmatch(build):
        raise Misconfigured(f"{kb_dir / POINTER_FILE} holds no build id. Run: python -m kb_index build")
    return build


def point_to(kb_dir: Path, build: str) -> None:
    """Bring a build into use."""
    beside = kb_dir / f".{POINTER_FILE}"
    beside.write_text(build + "\n", encoding="ascii")
    beside.replace(kb_dir / POINTER_FILE)


@contextmanager
def locked(kb_dir: Path) -> Iterator[None]:
    """Let one builder at a time in; also clears what builders that died left behind."""
    kb_dir.mkdir(parents=True, exist_ok=True)
    with (kb_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in kb_dir.glob(f"{_WORK_PREFIX}*"):
            shutil.rmtree(left)
        yield


def work_folder(kb_dir: Path, build: str) -> Path:
    """Make the folder in which a build is written before it is installed."""
    work = kb_dir / f"{_WORK_PREFIX}{build}"
    work.mkdir()
    return work


def seal(work: Path) -> None:
    """Write down the digest of every file of a finished build."""
    (work / SEAL_FILE).write_text(json.dumps(_digests(work), indent=1), encoding="utf-8")


def check_seal(folder: Path) -> None:
    """Raise ValueError when a file is not the one that was sealed, OSError when nothing was."""
    sealed, found = json.loads((folder / SEAL_FILE).read_text(encoding="utf-8")), _digests(folder)
    changed = [name for name, digest in sealed.items() if found.get(name) != digest]
    if changed:
        raise ValueError(f"not as it was built: {', '.join(changed)}")


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != SEAL_FILE]
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}


def install(kb_dir: Path, build: str, work: Path) -> None:
    """Give a finished build its name, replacing a damaged one of the same id."""
    target = kb_dir / build
    if target.exists():
        target.rename(kb_dir / f"{_WORK_PREFIX}{build}-damaged")
    work.rename(target)


def prune(kb_dir: Path, build: str) -> None:
    """Delete all but the build in use and the newest others."""
    others = [folder for folder in kb_dir.iterdir() if _BUILD_ID.fullmatch(folder.name) and folder.name != build]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[BUILDS_KEPT - 1 :]:
        shutil.rmtree(folder)


def vectors_path(kb_dir: Path, model_id: str) -> Path:
    """Return where the vectors that one model made of texts are cached."""
    return kb_dir / "vectors" / f"{model_id}.npz"


def text_key(text: str) -> str:
    """Return what a text is known by in the cache of vectors."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_vectors(path: Path) -> dict[str, Vectors]:
    """Return cached vectors by text hash; an absent or unreadable cache is empty."""
    try:
        with np.load(path) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write_vectors(path: Path, vectors: dict[str, Vectors]) -> None:
    """Replace the cache."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        np.savez(file, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
    beside.replace(path)
