"""A PostgreSQL server of our own, in a temporary folder, reached by a Unix socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_TEMPLATE = "pharos_template"
#: Nothing here needs to survive a power cut.
_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass
class PostgresServer:
    bin: Path
    folder: Path
    has_template: bool = False

    def __post_init__(self) -> None:
        self._numbers = count(1)

    @classmethod
    def start(cls) -> PostgresServer | None:
        """Start a server, or return None where PostgreSQL is not installed."""
        found = shutil.which("initdb") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
        if found is None:
            return None
        server = cls(Path(found).parent, Path(tempfile.mkdtemp(prefix="pharos-pg-")))
        if os.geteuid() == 0:  # initdb and postgres refuse root
            shutil.chown(server.folder, "postgres", "postgres")
        data, log = str(server.folder / "data"), str(server.folder / "log")
        server._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server._run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", f"-k {server.folder} {_OPTIONS}")
        return server

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder / "data"))
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_template(self) -> str:
        """Create the database the others are copied from; the caller migrates it."""
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        self.has_template = True
        return self._url(_TEMPLATE)

    def create_database(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self._url(name)

    def drop_database(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*prefix, str(self.bin / program), *arguments]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr}"
