"""Many read while one imports: what each page took them, idle and meanwhile.

Fifty readers, each signed in, open a page of the real server, look at it for some seconds, and open
another. For a while nothing else happens; then a SIE file is imported, by the command or through the
page, in the same way as a treasurer would. All is done on the one machine, so that the readers' own
work and the database's count too.
"""

import random
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter

from bench.books import PLACE, books, environment, manage
from bench.server import Browser, Readers, readers, serving
from bench.sie import make_file
from bench.timing import Timing, command
from tests.postgresql import throwaway_server

READERS = 50
LOOKED_AT = (2.0, 8.0)
"""How long a reader looks at a page before the next one, in seconds: something between these."""
IDLE_SECONDS = 30
BOOKS = 10_000
"""Vouchers in the books that are read, over three years."""


@dataclass
class Phase:
    """What the pages took, in seconds, while something went on for ``seconds``; and what failed."""

    seconds: float = 0
    pages: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        """What half of the pages took at the most."""
        return median(self.pages)

    @property
    def p95(self) -> float:
        """What 95 of 100 pages took at the most."""
        return quantiles(self.pages, n=20)[-1]


class Crowd:
    """The readers, each a thread, whose pages count for the phase in which they are asked for."""

    def __init__(self, address: str, who: Readers) -> None:
        """Readers of the server at *address*, who come in one after another."""
        self._address, self._who = address, who
        self._stop = threading.Event()
        self._phase = Phase()
        self._threads = [
            threading.Thread(target=self._read, args=(place, cookie))
            for place, cookie in enumerate(who.cookies)
        ]

    @contextmanager
    def reading(self) -> Iterator["Crowd"]:
        """Read until the block ends."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def _read(self, place: int, cookie: str) -> None:
        chance = random.Random(place)
        browser = Browser(self._address, cookie)
        pages = list(self._who.addresses.values())
        self._stop.wait(chance.uniform(0, LOOKED_AT[1]))
        while not self._stop.is_set():
            page, phase = chance.choice(pages), self._phase
            began = perf_counter()
            try:
                status, _content = browser.get(page)
            except OSError as error:
                phase.errors.append(f"{page}: {error}")
            else:
                phase.pages.append(perf_counter() - began)
                if status != 200:
                    phase.errors.append(f"{page} answers {status}")
            self._stop.wait(chance.uniform(*LOOKED_AT))

    def meanwhile(self, work: Callable[[], object]) -> Phase:
        """What reading was like from the beginning of *work* to its end."""
        self._phase = phase = Phase()
        began = monotonic()
        work()
        phase.seconds = monotonic() - began
        self._phase = Phase()
        return phase

    def idle(self, seconds: float) -> Phase:
        """What reading was like while nothing else happened."""
        return self.meanwhile(lambda: self._stop.wait(seconds))


# The import ---------------------------------------------------------------------------------------------


def next_year(file: Path) -> Path:
    """Beside the SIE *file* of 2025, the same of 2026, which the books do not hold yet."""
    shifted = file.with_suffix(".2026.se")
    with file.open("rb") as old, shifted.open("wb") as new:
        new.writelines(re.sub(rb"\b2025(\d{4})\b", rb"2026\1", line) for line in old)
    return shifted


def by_command(file: Path, directory: Path, url: str) -> None:
    """Import *file* on the command line."""
    command([sys.executable, "manage.py", "import_sie", str(file)], environment(directory, url))(Timing())


def by_page(file: Path, address: str, cookie: str) -> None:
    """Import *file* as the treasurer does: send it, look at what it would make, and confirm."""
    browser = Browser(address, cookie)
    _status, page = browser.get("/import/sie/")
    preview = browser.send_file("/import/sie/", _hidden(page), "file", file)
    _status, page = browser.get(preview)
    if '<form method="post">' not in page:
        raise RuntimeError("The file cannot be imported.")
    _status, page = browser.post(
        preview.partition("?")[0], _hidden(page[page.rindex('<form method="post">') :])
    )
    if not re.search(r'href="/import/sie/\d+/"', page):
        raise RuntimeError("The file was not imported.")


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


# The measure --------------------------------------------------------------------------------------------


@contextmanager
def _sqlite() -> Iterator[tuple[Path, str]]:
    """A copy of the books, which the import may write to."""
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "books"
        subprocess.run(["cp", "-r", str(books(BOOKS)), str(directory)], check=True)
        yield directory, ""


@contextmanager
def _postgresql() -> Iterator[tuple[Path, str]]:
    """The same books on a server of PostgreSQL that is thrown away afterwards."""
    with tempfile.TemporaryDirectory() as place, throwaway_server() as url:
        directory = Path(place)
        manage(directory, "migrate", url=url)
        manage(directory, "make_demo", "--years", "3", "--vouchers", str(BOOKS), url=url)
        yield directory, url


ENGINES = {"SQLite": _sqlite, "PostgreSQL": _postgresql}
WAYS = ("the command", "the page")


def measure(engine: str, way: str, vouchers: int) -> tuple[Phase, Phase]:
    """Reading while nothing else happens, and while so many *vouchers* are imported by *way*."""
    PLACE.mkdir(exist_ok=True)
    with ENGINES[engine]() as (directory, url), tempfile.TemporaryDirectory() as place:
        file = next_year(make_file(Path(place), vouchers))
        who = readers(READERS, directory, url)
        with serving(directory, url) as address, Crowd(address, who).reading() as crowd:
            crowd.idle(LOOKED_AT[1])  # until all have come in
            idle = crowd.idle(IDLE_SECONDS)
            if way == "the page":
                importing = crowd.meanwhile(lambda: by_page(file, address, who.cookies[0]))
            else:
                importing = crowd.meanwhile(lambda: by_command(file, directory, url))
    return idle, importing
