"""Statements on the command line beside hledger and ledger, and as pages of the running server.

All three programs say the same amounts, which is seen to before anything is timed. Debian has both peers
(``apt-get install hledger ledger``); where one is not installed, the table says so.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.books import environment, with_static_files
from bench.server import Browser, readers, serving
from bench.timing import ROOT, Contestant, Timing, command, interleave

YEAR = 2025
"""The last year of the books."""
DAYS = ("-b", f"{YEAR}-01-01", "-e", f"{YEAR + 1}-01-01")
PEERS = ("hledger", "ledger")


@dataclass(frozen=True)
class Work:
    """A statement, as each is asked for it; ``row`` is the row and the column of ours whose amount
    all of them have to say."""

    name: str
    ours: Sequence[str]
    page: str
    hledger: Sequence[str]
    ledger: Sequence[str]
    row: tuple[str, str]


WORKS = (
    Work(
        "balance sheet",
        ("statement", "balance-sheet", str(YEAR)),
        "balance-sheet",
        ("bs", *DAYS[2:]),
        ("bal", "Assets", "Liabilities", "Equity", *DAYS[2:]),
        ("account-1930", "actual"),
    ),
    Work(
        "income statement",
        ("statement", "income-statement", str(YEAR)),
        "income-statement",
        ("is", *DAYS),
        ("bal", "Income", "Expenses", *DAYS),
        ("account-3900", "actual"),
    ),
    Work(
        "one account",
        ("account", "1930", str(YEAR)),
        "account",
        ("reg", "Assets:1930", *DAYS, "--historical"),
        ("reg", "Assets:1930", "-d", f"date>=[{YEAR}-01-01] and date<[{YEAR + 1}-01-01]"),
        ("1930", "balance"),
    ),
)


def there() -> list[str]:
    """The peers that are installed on this machine."""
    return [name for name in PEERS if shutil.which(name)]


def measure(directory: Path, journal: Path, rounds: int) -> dict[str, Mapping[str, Timing]]:
    """What each work takes "ours", as a "page", and each peer that is there, over the books in *directory*.

    *journal* holds the same books as hledger reads them. Raises RuntimeError where the amounts differ.
    """
    with_static_files(directory)
    settings = environment(directory)
    measured: dict[str, Mapping[str, Timing]] = {}
    with ExitStack() as stack:
        who = readers(1, directory)
        browser = Browser(stack.enter_context(serving(directory)), who.cookies[0])
        for work in WORKS:
            ours = [sys.executable, "manage.py", *work.ours]
            theirs = {name: [name, "-f", str(journal), *getattr(work, name)] for name in there()}
            amount = _amount(_said([*ours, "--json"], settings), *work.row)
            for name, arguments in theirs.items():
                if amount not in _said(arguments):
                    raise RuntimeError(f"{name} does not say {amount} in its {work.name}.")
            measured[work.name] = interleave(
                {
                    "ours": command(ours, settings),
                    "page": _page(browser, who.addresses[work.page]),
                    **{name: command(arguments) for name, arguments in theirs.items()},
                },
                rounds,
            )
    return measured


def _said(arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> str:
    return subprocess.run(
        arguments,
        cwd=ROOT,
        env={**os.environ, **(settings or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def _amount(said: str, key: str, column: str) -> str:
    """The last amount of the row or the account *key* in what *said*, as the peers write it, without sign."""
    rows = [row for row in json.loads(said)["rows"] if key in (row.get("key"), row["account"])]
    return str(rows[-1][column]).removeprefix("-")


def _page(browser: Browser, path: str) -> Contestant:
    def once(timing: Timing) -> None:
        began = perf_counter()
        status, _page = browser.get(path)
        timing.seconds.append(perf_counter() - began)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")

    return once
