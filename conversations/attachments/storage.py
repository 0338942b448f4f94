"""The folder of files: one file per attachment, named by its random id, outside everything that is served.

A file is there whole or not at all: written beside, synchronised, renamed. It is written before its
row is committed, so a row never points at nothing; a file without a row is an *orphan*, which a crash
in between leaves and a sweep removes. No name of a customer's ever reaches the file system.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from kit.errors import Unavailable

#: Room that uploads leave on the disk, in bytes: the database may be on the same one.
MIN_FREE_BYTES = 512 * 2**20
_UNFINISHED = ".part"


class Folder:
    """Files by id. Blocking: call it in a thread."""

    def __init__(self, path: Path, *, min_free_bytes: int = MIN_FREE_BYTES) -> None:
        self._path = path
        self._min_free_bytes = min_free_bytes

    def path(self, id: str) -> Path:
        return self._path / id

    def write(self, id: str, data: bytes, now: datetime) -> None:
        """Store a file so that it survives a power cut.

        Raises:
            Unavailable: the disk is full or does not take it; nothing is left behind.
        """
        unfinished = self.path(id + _UNFINISHED)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shutil.disk_usage(self._path).free < self._min_free_bytes:
                raise OSError("too little room is left on the disk")
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.utime(unfinished, (now.timestamp(), now.timestamp()))  # a sweep compares it with the same clock
            unfinished.replace(self.path(id))
            self._synchronise()
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise Unavailable("Files cannot be stored at the moment. Send it again later.") from error

    def _synchronise(self) -> None:
        folder = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name is part of the folder, not of the file
        finally:
            os.close(folder)

    def remove(self, id: str) -> None:
        """Remove a file, if it is there."""
        self.path(id).unlink(missing_ok=True)

    def written_before(self, instant: datetime) -> list[str]:
        """Return the names of files older than that, unfinished ones included."""
        try:
            with os.scandir(self._path) as entries:
                return [entry.name for entry in entries if _modified_at(entry) < instant]
        except FileNotFoundError:
            return []


def _modified_at(entry: os.DirEntry[str]) -> datetime:
    try:
        return datetime.fromtimestamp(entry.stat().st_mtime, UTC)
    except FileNotFoundError:  # gone meanwhile
        return datetime.max.replace(tzinfo=UTC)
