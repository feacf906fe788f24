"""SIE in and out at size, on both engines: ``python -m bench.sie [VOUCHERS]`` prints the tables.

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
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests.postgresql import throwaway_server

ROOT = Path(__file__).resolve().parents[1]
VOUCHERS, SMALL, LARGE = 100_000, 10_000, 333_000
ROUNDS = 3
PARENTS = (
    "finance_fiscalyear",
    "finance_account",
    "finance_project",
    "finance_costcenter",
    "finance_voucherseries",
    "finance_sieimport",
)
BULK = ("finance_voucher", "finance_voucherrow")


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


@dataclass
class Timing:
    """What a work took, time after time: seconds, and the most memory in MB."""

    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0

    def __str__(self) -> str:
        return f"{median(self.seconds):.2f} s, {self.megabytes:.0f} MB"


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
def _sqlite(directory: Path) -> Iterator[Callable[[], dict[str, str]]]:
    """Gives, each time it is asked, an environment that leads to an empty database."""
    _migrate(empty := {"LEDARNA_DATA_DIR": str(directory / "empty"), "DATABASE_URL": ""})

    def fresh() -> dict[str, str]:
        target = directory / "filled"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(empty["LEDARNA_DATA_DIR"], target)
        return {"LEDARNA_DATA_DIR": str(target)}

    yield fresh


@contextmanager
def _postgresql(directory: Path) -> Iterator[Callable[[], dict[str, str]]]:
    """The same on a server of PostgreSQL that is thrown away afterwards."""
    import psycopg

    with throwaway_server() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE emptied")

        def of(name: str) -> dict[str, str]:
            return {
                "DATABASE_URL": url.replace("/postgres?", f"/{name}?"),
                "LEDARNA_DATA_DIR": str(directory / "data"),
            }

        _migrate(of("emptied"))

        def fresh() -> dict[str, str]:
            connection.execute("DROP DATABASE IF EXISTS filled")
            connection.execute("CREATE DATABASE filled TEMPLATE emptied")
            return of("filled")

        yield fresh


ENGINES = {"SQLite": _sqlite, "PostgreSQL": _postgresql}


def _migrate(environment: Mapping[str, str]) -> None:
    environment = {name: value for name, value in environment.items() if value}
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)


def speed(vouchers: int, rounds: int = ROUNDS) -> str:
    """Both ways at *vouchers*, beside a raw insert of the same rows."""
    lines = [
        f"| {vouchers} vouchers | read alone | import | import with Ledarna's own lines | raw insert | import / raw | export |",
        "|---|---|---|---|---|---|---|",
    ]
    for engine, contextual in ENGINES.items():
        with tempfile.TemporaryDirectory() as directory, contextual(Path(directory)) as fresh:
            own, plain, rows = (Path(directory) / name for name in ("own.se", "own.se.plain", "rows"))
            _run(fresh(), "make", own, vouchers)
            _run(there := fresh(), "import", plain)
            _run(there, "dump", rows)
            took = {name: Timing() for name in ("read", "import", "own", "raw", "export")}
            for _round in range(rounds):
                _run(fresh(), "read", plain, timing=took["read"])
                _run(fresh(), "raw", rows, timing=took["raw"])
                _run(fresh(), "import", plain, timing=took["import"])
                _run(there := fresh(), "import", own, timing=took["own"])
                _run(there, "export", Path(directory) / "again.se", timing=took["export"])
            ratio = median(took["import"].seconds) / median(took["raw"].seconds)
            lines.append(
                f"| {engine} | {took['read']} | {took['import']} | {took['own']} | {median(took['raw'].seconds):.2f} s"
                f" | {ratio:.2f} | {took['export']} |"
            )
    return "\n".join(lines)


def memory(*sizes: int) -> str:
    """The most memory that import and export take, at each of *sizes*, on SQLite."""
    lines = [
        "| vouchers | import | import with Ledarna's own lines | export |",
        "|---|---|---|---|",
    ]
    for size in sizes:
        with tempfile.TemporaryDirectory() as directory, _sqlite(Path(directory)) as fresh:
            own = Path(directory) / "own.se"
            took = {name: Timing() for name in ("import", "own", "export")}
            _run(fresh(), "make", own, size)
            _run(fresh(), "import", f"{own}.plain", timing=took["import"])
            _run(there := fresh(), "import", own, timing=took["own"])
            _run(there, "export", Path(directory) / "again.se", timing=took["export"])
            lines.append(f"| {size} | {took['import']} | {took['own']} | {took['export']} |")
    return "\n".join(lines)


def main(vouchers: int = VOUCHERS) -> None:
    """Print both tables."""
    print(speed(vouchers), memory(SMALL, LARGE), sep="\n\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        _work(sys.argv[2], sys.argv[3:])
    else:
        main(*map(int, sys.argv[1:2]))
