"""The database of a backup: how each engine gives a copy of itself while it is written to, and takes one back."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.utils.translation import gettext as _

LIBPQ = {
    "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "service": "PGSERVICE", "passfile": "PGPASSFILE",
}  # fmt: skip
"""Where PostgreSQL's own programs look for what a connection is made with: never on the command line."""

CHUNK = 1 << 20


class Refused(Exception):
    """A backup or a restore that cannot be made; a sentence that says why, and what to do."""


class Sqlite:
    """A file, copied by SQLite's own backup; whoever writes meanwhile is not kept waiting."""

    vendor, entry = "sqlite", "database.sqlite3"

    @property
    def path(self) -> Path:
        """Where the database lies."""
        return Path(connection.settings_dict["NAME"])

    @contextmanager
    def copy(self) -> Iterator[Iterator[bytes]]:
        """The bytes of the database as the snapshot has it, inside of which it is called."""
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".backup-") as directory:
            copied = Path(directory) / self.entry
            with closing(sqlite3.connect(copied)) as target, connection.cursor() as cursor:
                # What is read first, the snapshot is of: so the copy is of the same moment as the rest.
                cursor.execute("SELECT count(*) FROM sqlite_master")
                connection.connection.backup(target)
                # One file, without a log beside it.
                target.execute("PRAGMA journal_mode=DELETE")
            yield _chunks(copied)

    def is_empty(self) -> bool:
        """Whether nothing was ever put there."""
        return not self.path.exists() or not connection.introspection.table_names()

    def put(self, content: Iterator[bytes]) -> str:
        """Take *content* for the database; what is there is put aside, and where is told, if anything."""
        connection.close()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.path.parent, prefix=".restore-", delete=False) as file:
            try:
                for chunk in content:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                Path(file.name).unlink()
                raise
        aside = self._put_aside()
        Path(file.name).replace(self.path)
        return aside

    def _put_aside(self) -> str:
        """Give what is there another name, with all that its log holds; empty where nothing is."""
        if not self.path.exists():
            return ""
        with closing(sqlite3.connect(self.path)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            old.execute("PRAGMA journal_mode=DELETE")
        aside = self.path.with_name(f"{self.path.name}.before-{datetime.now():%Y%m%dT%H%M%S}")
        self.path.rename(aside)
        return str(aside)


class Postgresql:
    """A database on a server, copied by ``pg_dump`` in its custom format, and taken back by ``pg_restore``."""

    vendor, entry = "postgresql", "database.dump"

    @contextmanager
    def copy(self) -> Iterator[Iterator[bytes]]:
        """The bytes of the database as the snapshot has it, inside of which it is called."""
        program = _program("pg_dump")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        yield self._output(
            [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        )

    def _output(self, arguments: list[str]) -> Iterator[bytes]:
        """What a program of PostgreSQL writes. Raises Refused, with its own words, where it fails."""
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=said, env=self._environment()
            ) as process,
        ):
            assert process.stdout
            while chunk := process.stdout.read(CHUNK):
                yield chunk
            if process.wait():
                raise Refused(_failed(arguments[0], said))

    def is_empty(self) -> bool:
        """Whether the database has no table."""
        return not connection.introspection.table_names()

    def put(self, content: Iterator[bytes]) -> str:
        """Take *content* for the database, in one transaction; what is there is removed first."""
        program = _program("pg_restore")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (schema,) = cursor.fetchone()
            name = connection.ops.quote_name(schema)
            if not self.is_empty():
                cursor.execute(f"DROP SCHEMA {name} CASCADE")
                cursor.execute(f"CREATE SCHEMA {name}")
        database = connection.get_connection_params()["dbname"]
        arguments = [
            program, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
            f"--schema={schema}", f"--dbname={database}",
        ]  # fmt: skip
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stderr=said, env=self._environment()
            ) as process,
        ):
            assert process.stdin
            with suppress(BrokenPipeError):  # it ended before it had read all, and says why
                for chunk in content:
                    process.stdin.write(chunk)
                process.stdin.close()
            if process.wait():
                raise Refused(_failed(program, said))
        return ""

    def _environment(self) -> dict[str, str]:
        given: dict[str, Any] = connection.get_connection_params()
        return {**os.environ, **{LIBPQ[name]: str(value) for name, value in given.items() if name in LIBPQ}}


def engine() -> Sqlite | Postgresql:
    """The engine of this installation's database."""
    return Postgresql() if connection.vendor == "postgresql" else Sqlite()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Refused(
            _(
                "%(program)s is not on this machine. It comes with PostgreSQL's client programs:"
                " sudo apt install postgresql-client."
            )
            % {"program": name}
        )
    return found


def _failed(program: str, said: IO[bytes]) -> str:
    said.seek(0)
    words = " ".join(said.read().decode(errors="replace").split())
    return _("%(program)s failed: %(why)s") % {"program": Path(program).name, "why": words[-500:]}


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
