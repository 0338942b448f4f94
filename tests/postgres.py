"""A PostgreSQL server of our own, in a temporary folder, reached by a Unix socket.

To copy a database takes longer than most tests. So one that a test is done with is
emptied and used again, unless its tables are no longer those of the template.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_TEMPLATE = "pharos_template"
#: Nothing here needs to survive a power cut.
_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
#: Put into the template: what its tables hold at first, and how to come back to that, whatever triggers forbid.
_BEGINNING = """
CREATE SCHEMA beginning;
DO $$ DECLARE name text; is_filled boolean; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO is_filled;
    IF is_filled THEN EXECUTE format('CREATE TABLE beginning.%I AS TABLE public.%I', name, name); END IF;
  END LOOP;
END $$;
CREATE FUNCTION beginning.shape() RETURNS text LANGUAGE sql AS $$
  SELECT md5(string_agg(attrelid::regclass::text || attname || atttypid, ',' ORDER BY attrelid::regclass::text, attnum))
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
$$;
CREATE FUNCTION beginning.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; is_filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO is_filled;
    IF is_filled THEN EXECUTE format('DELETE FROM public.%I', name); END IF;
    IF to_regclass(format('beginning.%I', name)) IS NOT NULL THEN
      EXECUTE format('INSERT INTO public.%I SELECT * FROM beginning.%I', name, name);
    END IF;
  END LOOP;
  PERFORM setval(format('public.%I', sequencename)::regclass, 1, false)
  FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$;
"""


@dataclass
class PostgresServer:
    bin: Path
    folder: Path
    has_template: bool = False

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._shape = ""
        self._free: list[str] = []

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
        """Create the database the others are copied from; the caller migrates it, then calls `close_template`."""
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        return self._url(_TEMPLATE)

    def close_template(self) -> None:
        """Take down what the migrated template holds."""
        self._execute(_BEGINNING, _TEMPLATE)
        self._shape = self._execute("SELECT beginning.shape()", _TEMPLATE)
        self.has_template = True

    def take_database(self) -> str:
        """Return the address of a database that is as the template is."""
        while self._free:
            name = self._free.pop()
            if self._execute("SELECT beginning.shape()", name) == self._shape:
                self._execute("SELECT beginning.restore()", name)
                return self._url(name)
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self._url(name)

    def give_back(self, url: str) -> None:
        """Cut whoever is still connected and keep the database for another test."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        self._free.append(name)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _execute(self, statement: str, database: str = "postgres") -> Any:
        """Run a statement and return the first value it gives."""
        with psycopg.connect(self._url(database), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            row = done.fetchone() if done.description else None
            return row and row[0]

    def _run(self, program: str, *arguments: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*prefix, str(self.bin / program), *arguments]
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr}"
