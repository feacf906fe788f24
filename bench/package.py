"""The year-end package, and its verifier, over a year of any size.

The memory of a command and that of the processes that it starts are told apart, and looked up many
times a second while it works.
"""

import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil  # type: ignore[import-untyped]

from bench.books import environment
from bench.timing import ROOT

LOOKS_A_SECOND = 20
YEAR = "2025"


@dataclass(frozen=True)
class Took:
    """What a command took: seconds, the most that it had itself and that its workers had together, in MB."""

    seconds: float
    megabytes: float
    of_workers: float


@dataclass(frozen=True)
class Package:
    """What making and verifying a package took, and how large it is, in MB."""

    made: Took
    verified: Took
    megabytes: float


def measure(directory: Path) -> Package:
    """The package of the last year of the books in *directory*, written, unzipped and verified."""
    with tempfile.TemporaryDirectory() as place:
        package, unzipped = Path(place) / "package.zip", Path(place) / "unzipped"
        made = _run(
            [sys.executable, "manage.py", "year_end_package", YEAR, "--out", str(package)],
            environment(directory),
        )
        with zipfile.ZipFile(package) as file:
            file.extractall(unzipped)
        verified = _run([sys.executable, str(unzipped / "verify.py"), str(unzipped)])
        return Package(made, verified, package.stat().st_size / 1e6)


def _run(arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> Took:
    began = perf_counter()
    process = subprocess.Popen(
        arguments, cwd=ROOT, env={**os.environ, **(settings or {})}, stdout=subprocess.DEVNULL
    )
    ended, own, of_workers = threading.Event(), 0.0, 0.0

    def look() -> None:
        nonlocal own, of_workers
        while not ended.wait(1 / LOOKS_A_SECOND):
            # What ends while it is looked at has told already what it had.
            with suppress(psutil.NoSuchProcess):
                watched = psutil.Process(process.pid)
                own = max(own, _megabytes([watched]))
                of_workers = max(of_workers, _megabytes(watched.children(recursive=True)))

    looking = threading.Thread(target=look)
    looking.start()
    status = process.wait()
    seconds = perf_counter() - began
    ended.set()
    looking.join()
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with {status}")
    return Took(seconds, own, of_workers)


def _megabytes(processes: Sequence[Any]) -> float:
    """What *processes* have now, in MB."""
    return float(sum(process.memory_info().rss for process in processes)) / 2**20
