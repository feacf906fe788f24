"""SIE in and out at size, on both engines.

A made-up year is written as SIE 4, with Ledarna's own lines and without, and taken into an empty
database: read, checked, posted, digested and chained. Beside it the same rows of vouchers are inserted
raw, in one transaction: SQLite by ``executemany``, PostgreSQL by ``COPY``, into the same tables with
their indexes, and no guard, no totals, no digests. Each work is done in a process of its own, in turns, and says
what it took; the most memory that the process had is the system's own count of it.
"""

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.timing import ROOT, Timing, player
from tests.postgresql import throwaway_server

PARENTS = (
    "finance_fiscalyear",
    "finance_account",
    "finance_project",
    "finance_costcenter",
    "finance_voucherseries",
    "finance_sieimport",
)
BULK = ("finance_voucher", "finance_voucherrow")


@dataclass(frozen=True)
class Databases:
    """``fresh`` gives, each time it is called, an environment that leads to an empty database.

    ``of_peer`` is the URL of a database for a peer; empty where there is none.
    """

    fresh: Callable[[], dict[str, str]]
    of_peer: str = ""


# In a process of its own -------------------------------------------------------------------------------


def _read(path: str) -> float:
    from finance.sie import SieReader

    began = perf_counter()
    with SieReader(Path(path)) as reader:
        for _voucher in reader:
            pass
        reader.reading()
    return perf_counter() - began


def _import(path: str) -> float:
    from finance.importing import import_sie

    began = perf_counter()
    outcome = import_sie(path, "bench")
    seconds = perf_counter() - began
    if outcome.refused or outcome.unchanged:
        raise RuntimeError(outcome.errors or "There was something before.")
    return seconds


def _export(path: str) -> float:
    from finance.exporting import SieExport
    from finance.models import FiscalYear

    year = FiscalYear.objects.latest("start")
    began = perf_counter()
    with Path(path).open("wb") as file:
        file.writelines(SieExport(year))
    return perf_counter() - began


def _make(path: str, vouchers: str) -> float:
    """A made-up year, and its file; and beside it the same without Ledarna's own lines."""
    from ledarna.demo import make_demo

    for _said in make_demo(years=1, vouchers=int(vouchers), seed=1):
        pass
    seconds = _export(path)
    with Path(path).open("rb") as file, Path(f"{path}.plain").open("wb") as plain:
        plain.writelines(line for line in file if not line.startswith((b"#XLEDARNA", b"#KSUMMA")))
    return seconds


def _dump(path: str) -> float:
    """Keep the rows of the tables, as the import left them."""
    from django.db import connection

    with connection.cursor() as cursor, Path(path).open("wb") as file:
        for table in (*PARENTS, *BULK):
            cursor.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            pickle.dump((table, columns, cursor.fetchall()), file)
    return 0.0


def _raw(path: str) -> float:
    """Insert the rows as they are; the seconds that vouchers and their rows took."""
    from django.db import connection, transaction

    from finance import guard

    guard.remove(connection)
    with Path(path).open("rb") as file:
        tables = [pickle.load(file) for _table in (*PARENTS, *BULK)]
    with transaction.atomic():
        for table in tables[: len(PARENTS)]:
            _insert(connection, *table)
    began = perf_counter()
    with transaction.atomic():
        for table in tables[len(PARENTS) :]:
            _insert(connection, *table)
    return perf_counter() - began


def _insert(connection: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "sqlite":
        places = ", ".join("?" * len(columns))
        connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        return
    from psycopg.types.json import Jsonb

    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([Jsonb(value) if isinstance(value, list | dict) else value for value in row])


WORKS: Mapping[str, Callable[..., float]] = {
    "read": _read,
    "import": _import,
    "export": _export,
    "make": _make,
    "dump": _dump,
    "raw": _raw,
}


def _work(name: str, arguments: Sequence[str]) -> None:
    """Do the work *name* once, and say how many seconds it took."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
    django.setup()
    print(WORKS[name](*arguments))


# From outside ------------------------------------------------------------------------------------------


def _run(environment: Mapping[str, str], name: str, *arguments: object, timing: Timing | None = None) -> None:
    command = [sys.executable, "-m", "bench.sie", "work", name, *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    said = process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}")
    if timing:
        timing.seconds.append(float(said))
        timing.megabytes = max(timing.megabytes, used.ru_maxrss / 1024)


@contextmanager
def _sqlite(directory: Path) -> Iterator[Databases]:
    """Copies of one empty database."""
    _migrate(empty := {"LEDARNA_DATA_DIR": str(directory / "empty"), "DATABASE_URL": ""})

    def fresh() -> dict[str, str]:
        target = directory / "filled"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(empty["LEDARNA_DATA_DIR"], target)
        return {"LEDARNA_DATA_DIR": str(target)}

    yield Databases(fresh)


@contextmanager
def _postgresql(directory: Path) -> Iterator[Databases]:
    """The same on a server of PostgreSQL that is thrown away afterwards."""
    import psycopg

    with throwaway_server() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE emptied")
        connection.execute("CREATE DATABASE peer")

        def at(name: str) -> str:
            return url.replace("/postgres?", f"/{name}?")

        def of(name: str) -> dict[str, str]:
            return {"DATABASE_URL": at(name), "LEDARNA_DATA_DIR": str(directory / "data")}

        _migrate(of("emptied"))

        def fresh() -> dict[str, str]:
            connection.execute("DROP DATABASE IF EXISTS filled")
            connection.execute("CREATE DATABASE filled TEMPLATE emptied")
            return of("filled")

        yield Databases(fresh, at("peer"))


ENGINES = {"SQLite": _sqlite, "PostgreSQL": _postgresql}


def _migrate(environment: Mapping[str, str]) -> None:
    environment = {name: value for name, value in environment.items() if value}
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


def make_file(directory: Path, vouchers: int) -> Path:
    """A SIE file in *directory* of a made-up year, 2025, with so many vouchers, as another program writes it."""
    file = directory / "made.se"
    with _sqlite(directory) as databases:
        _run(databases.fresh(), "make", file, vouchers)
    return Path(f"{file}.plain")


def measure(engine: str, vouchers: int, rounds: int, peers: Path | None = None) -> dict[str, Timing]:
    """What reading, import, export and a raw insert take with so many vouchers, by the names of ``WORKS``.

    "own" is the import of a file with Ledarna's own lines. With *peers*, the environment where
    django-hordak lives, "hordak" is the time that it takes to save the same vouchers in bulk, where it
    knows the engine.
    """
    took = {name: Timing() for name in ("read", "raw", "import", "own", "export")}
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        databases = stack.enter_context(ENGINES[engine](directory))
        own, plain, rows = (directory / name for name in ("own.se", "own.se.plain", "rows"))
        _run(databases.fresh(), "make", own, vouchers)
        _run(there := databases.fresh(), "import", plain)
        _run(there, "dump", rows)
        hordak = None
        if peers and databases.of_peer:
            hordak = stack.enter_context(
                player(
                    "bench.peers.hordak_bulk",
                    str(plain),
                    python=peers / "python",
                    HORDAK_URL=databases.of_peer,
                )
            )
            if hordak.greeting != str(vouchers):
                raise RuntimeError(f"The peer read {hordak.greeting} of {vouchers} vouchers.")
            took["hordak"] = Timing()
        for _round in range(rounds):
            _run(databases.fresh(), "read", plain, timing=took["read"])
            _run(databases.fresh(), "raw", rows, timing=took["raw"])
            _run(databases.fresh(), "import", plain, timing=took["import"])
            _run(there := databases.fresh(), "import", own, timing=took["own"])
            _run(there, "export", directory / "again.se", timing=took["export"])
            if hordak:
                hordak.work("save")(took["hordak"])
    return took


if __name__ == "__main__":
    _work(sys.argv[2], sys.argv[3:])
