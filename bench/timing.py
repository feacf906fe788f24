"""Who does the same work side by side, in turns, so that what slows the machine slows all of them.

A contestant is anything that does its work once and says how many seconds that took: a command that is
run to its end (``command``), or a process that stays and is asked time after time (``Player``).
Standard library alone, because peers run it in an environment of their own.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Timing:
    """How long a work took, time after time, in seconds; and the most memory that it took, in MB."""

    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0

    @property
    def median(self) -> float:
        return median(self.seconds)


Contestant = Callable[[Timing], None]
"""Does its work once, and notes what that took."""


def interleave(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, Timing]:
    """Let each of *contestants* work *rounds* times, in turns."""
    timings = {name: Timing() for name in contestants}
    for _round in range(rounds):
        for name, contestant in contestants.items():
            contestant(timings[name])
    return timings


def command(arguments: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Contestant:
    """A command that is run from its start to its end, with the time and the memory of all of it."""

    def once(timing: Timing) -> None:
        began = perf_counter()
        process = subprocess.Popen(
            arguments, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL
        )
        _pid, status, used = os.wait4(process.pid, 0)
        timing.seconds.append(perf_counter() - began)
        timing.megabytes = max(timing.megabytes, used.ru_maxrss / 1024)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")

    return once


class Player:
    """A process that greets when it is ready, does named works when it is asked, and says what each took."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.greeting = self._hear()

    def _hear(self) -> str:
        assert self._process.stdout
        answer = self._process.stdout.readline().rstrip("\n")
        if not answer:
            raise RuntimeError(f"{self._process.args!r} ended before its work was done")
        return answer

    def work(self, name: str) -> Contestant:
        """The work *name*, as a contestant."""

        def once(timing: Timing) -> None:
            assert self._process.stdin
            print(name, file=self._process.stdin, flush=True)
            timing.seconds.append(float(self._hear()))

        return once


@contextmanager
def player(
    module: str, *arguments: str, python: Path | str = sys.executable, **environment: str
) -> Iterator[Player]:
    """``python -m module`` as a player, until the block ends."""
    process = subprocess.Popen(
        [python, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Player(process)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait()


def play(works: Mapping[str, Callable[[], object]], greeting: str = "ready") -> None:
    """Be a player: greet, do each work that is asked for on the standard input, and answer with its seconds.

    A work that prepares something gives the seconds itself.
    """
    print(greeting, flush=True)
    for line in sys.stdin:
        work = works[line.rstrip("\n")]
        began = perf_counter()
        given = work()
        seconds = perf_counter() - began
        print(given if isinstance(given, float) else seconds, flush=True)
