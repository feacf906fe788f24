"""Ledarna beside its peers, and beside itself with a thousand times the vouchers; ``make bench`` runs it.

``python -m bench`` measures all and writes ``docs/bench.md``; ``python -m bench pages verify`` measures
those alone, and leaves the rest of the page as it was measured last; ``python -m bench statements=1000,10000``
measures at other sizes than its own. Who is compared works in turns in one run, because times differ from
machine to machine and from minute to minute, and ratios much less.
"""

import os
import platform
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

from bench import package as of_package
from bench import terminal as on_terminal
from bench.books import PLACE, YEARS, books, environment, manage, with_static_files
from bench.load import BOOKS as BOOKS_READ
from bench.load import ENGINES, WAYS
from bench.load import measure as load_of
from bench.sie import measure
from bench.timing import ROOT, Timing, command, interleave, player
from tests.postgresql import throwaway_server

PEERS = Path(os.environ.get("LEDARNA_PEERS", ROOT / ".venv-peers")) / "bin"
SIZES = (1_000, 100_000, 333_000)
ROUNDS = {1_000: 5, 100_000: 3, 333_000: 1}
PAGE_ROUNDS = 15
BALANCE_ROUNDS = 15
BULK_ROUNDS = 5
STATEMENT_ROUNDS = 7
PDF_ROUNDS = 3
SAMPLE_METHODS = ("random", "monetary", "above", "round", "weekend", "pairs")
SAMPLE_ROUNDS = 3
SIE_ROUNDS = (
    ("SQLite", 10_000, 3),
    ("SQLite", 100_000, 1),
    ("SQLite", 333_000, 1),
    ("PostgreSQL", 10_000, 3),
    ("PostgreSQL", 100_000, 1),
)
TERMINAL_ROUNDS = 5
HEAD = """# Speed, beside peers

Written by `make bench`; `.venv/bin/python -m bench pages` measures a part of it anew. Medians of runs in
turns, on made-up books that are the same everywhere; ratios hold from machine to machine, times do not.
How near the forecast comes is in [forecast.md](forecast.md).
"""
IN_BULK = 33_000
"""Vouchers of three rows: some hundred thousand rows."""


@dataclass(frozen=True)
class Table:
    """A table of results: what it is about, its columns, its rows, and what is to be said below."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def __str__(self) -> str:
        lines = [f"## {self.title}", "", *map(_line, (self.columns, ["---"] * len(self.columns), *self.rows))]
        return "\n".join([*lines, "", self.note, ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _seconds(timing: Timing) -> str:
    median = timing.median
    return f"{median * 1000:.1f} ms" if median < 0.1 else f"{median:.2f} s"


def _times_faster(ours: Timing, theirs: Timing) -> str:
    return f"{theirs.median / ours.median:.1f}×"


def verify(sizes: Sequence[int]) -> Table:
    """``verify_ledger`` beside ``bean-check`` on the same books."""
    rows = []
    for size in sizes:
        directory = books(size)
        file = _written("beancount", directory)
        timings = interleave(
            {
                "ours": command([sys.executable, "manage.py", "verify_ledger"], environment(directory)),
                "theirs": command([PEERS / "bean-check", "--no-cache", file]),
                "start": command([sys.executable, "manage.py", "version"], environment(directory)),
            },
            ROUNDS.get(size, 3),
        )
        ours, theirs, start = timings["ours"], timings["theirs"], timings["start"]
        rows.append(
            [
                _vouchers(size),
                _with_memory(ours),
                _seconds(start),
                _with_memory(theirs),
                _times_faster(ours, theirs),
            ]
        )
    return Table(
        "The whole ledger verified, beside `bean-check`",
        [
            "vouchers",
            "`verify_ledger`",
            "of which the start of Python and Django",
            "`bean-check --no-cache`",
            "faster",
        ],
        rows,
        "Aim: faster at every size, 10× at 100 000 vouchers, with constant memory. `verify_ledger` also recomputes"
        " the chain of digests, the totals, the numbering and the traces, which beancount does not have.",
    )


def balances() -> Table:
    """The balances of sixty accounts beside django-hordak, on PostgreSQL."""
    with throwaway_server() as url, ExitStack() as stack:
        ours_url, theirs_url = _databases(url)
        directory = PLACE / "postgresql"
        directory.mkdir(parents=True, exist_ok=True)
        manage(directory, "migrate", url=ours_url)
        size = str(IN_BULK)
        ours = stack.enter_context(player("bench.balances", size, **environment(directory, ours_url)))
        theirs = stack.enter_context(
            player("bench.peers.hordak", size, python=PEERS / "python", HORDAK_URL=theirs_url)
        )
        if ours.greeting != theirs.greeting:
            raise RuntimeError(f"The balances differ: {ours.greeting} and {theirs.greeting}")
        rows = []
        for work in ("balances", "balances as of a date"):
            timings = interleave({"ours": ours.work(work), "theirs": theirs.work(work)}, BALANCE_ROUNDS)
            rows.append(
                [work, *map(_seconds, timings.values()), _times_faster(timings["ours"], timings["theirs"])]
            )
    return Table(
        "The balances of 60 accounts, beside django-hordak",
        ["work", "`trial_balance`", "`with_balances`", "faster"],
        rows,
        f"The same {IN_BULK} vouchers of three rows on PostgreSQL; both give the same balances. Aim: faster, and as of any"
        " date within 2× of the live ones.",
    )


def _databases(url: str) -> list[str]:
    """Two new databases on the server *url*."""
    import psycopg

    names = ("ours", "theirs")
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
    return [url.replace("/postgres?", f"/{name}?") for name in names]


def pages(sizes: Sequence[int]) -> Table:
    """Every page with a thousand vouchers, a hundred thousand, and a million rows."""
    with ExitStack() as stack:
        players = {
            size: stack.enter_context(player("bench.pages", **environment(with_static_files(books(size)))))
            for size in sizes
        }
        names = players[sizes[0]].greeting.split("|")
        timings = {name: {size: Timing() for size in sizes} for name in names}
        for _round in range(PAGE_ROUNDS):
            for name in names:
                for size, each in players.items():
                    each.work(name)(timings[name][size])
    ratios = {name: each[sizes[-1]].median / each[sizes[0]].median for name, each in timings.items()}
    rows = [
        [name, *(_seconds(timings[name][size]) for size in sizes), f"{ratios[name]:.2f}"] for name in names
    ]
    worst = max(ratios, key=lambda name: ratios[name])
    return Table(
        "Every page, whatever the ledger holds",
        ["page", *(f"{size // 1000} k vouchers" for size in sizes), "ratio"],
        rows,
        f"Aim: the same time over a million rows as over a thousand vouchers, ratio 1.2 at the most; the highest is"
        f" {ratios[worst]:.2f} ({worst}). SQLite, signed in with every role, in the last year of three.",
    )


def bulk() -> Table:
    """Vouchers in bulk beside a raw insert of the same rows."""
    directory = books(0)
    with player("bench.bulk", str(IN_BULK), **environment(directory)) as each:
        timings = interleave({name: each.work(name) for name in ("post_many", "raw")}, BULK_ROUNDS)
    ratio = timings["post_many"].median / timings["raw"].median
    return Table(
        "Vouchers in bulk, beside a raw insert of the same rows",
        ["vouchers", "`post_many`", "raw `INSERT`", "ratio"],
        [[str(IN_BULK), *map(_seconds, timings.values()), f"{ratio:.2f}"]],
        "Aim: 3 at the most. `post_many` checks, numbers, digests and totals each voucher; the raw insert does none of"
        " that. SQLite, one transaction, to its commit.",
    )


def statements(sizes: Sequence[int]) -> Table:
    """The pages of the statements beside what fava's ask for, and the board's page with its charts."""
    rows = []
    for size in sizes:
        directory = books(size)
        file = _written("beancount", directory)
        with ExitStack() as stack:
            ours = stack.enter_context(
                player("bench.statements", **environment(with_static_files(directory)))
            )
            label, first = ours.greeting.split()
            theirs = stack.enter_context(
                player(
                    "bench.peers.fava",
                    str(file),
                    label,
                    python=PEERS / "python",
                    BEANCOUNT_DISABLE_LOAD_CACHE="yes",
                )
            )
            rows.append(
                [
                    _vouchers(size),
                    "from the start to the first statement",
                    f"{first} s",
                    f"{theirs.greeting} s",
                    "–",
                    f"{float(theirs.greeting) / float(first):.1f}×",
                ]
            )
            for name in ("income statement", "balance sheet", "one account"):
                timings = interleave(
                    {
                        "ours": ours.work(name),
                        "theirs": theirs.work(name),
                        "whole": theirs.work(f"{name}, with its frame"),
                    },
                    STATEMENT_ROUNDS,
                )
                rows.append(
                    [
                        "",
                        name,
                        *map(_seconds, timings.values()),
                        _times_faster(timings["ours"], timings["theirs"]),
                    ]
                )
            for name in ("the board's page", "the board's page, charts drawn anew"):
                rows.append(
                    [
                        "",
                        name,
                        _seconds(interleave({"": ours.work(name)}, STATEMENT_ROUNDS)[""]),
                        "–",
                        "–",
                        "–",
                    ]
                )
    return Table(
        "Statements and the board's page, beside fava",
        [
            "vouchers",
            "page",
            "Ledarna, whole page",
            "fava, its JSON",
            "fava, frame and JSON",
            "faster than the JSON",
        ],
        rows,
        "The same books, of three years; the last year is asked for. What each does is not the same. Ledarna reads the"
        " database for every page, signs the reader in, and sends HTML that is ready to be shown: with budget, variance and"
        " year before, its foot, and on the account a hundred rows. fava holds all vouchers in memory and, from the second"
        " time on, those of the year filtered out; it sends an empty frame, then JSON with every row of the year, which a"
        " script in the browser makes a page of. That last part, and the script itself, are not counted. Until it has read"
        " the whole file, at each start and change of it, fava shows nothing; it is started without beancount's cache. Both"
        " are asked in their own process, over no network. Aim: faster at every size, 100× at 100 000 vouchers.",
    )


def _vouchers(size: int) -> str:
    return f"{size:,}".replace(",", " ")


def _written(form: str, directory: Path) -> Path:
    """The books in *directory* as a file for beancount or hledger."""
    file = directory / f"books.{form}"
    if not file.exists():
        command([sys.executable, "-m", "bench.plain_text", form, file], environment(directory))(Timing())
    return file


def terminal(sizes: Sequence[int]) -> Table:
    """Statements on the command line, beside hledger and ledger."""
    rows = []
    peers = on_terminal.PEERS
    for size in sizes:
        directory = books(size)
        measured = on_terminal.measure(directory, _written("hledger", directory), TERMINAL_ROUNDS)
        for name, took in measured.items():
            rows.append(
                [
                    _vouchers(size),
                    name,
                    _seconds(took["page"]),
                    _with_memory(took["ours"]),
                    *(_with_memory(took[peer]) if peer in took else "not installed" for peer in peers),
                    *(
                        _times_faster(took[way], took["hledger"]) if "hledger" in took else "–"
                        for way in ("page", "ours")
                    ),
                ]
            )
    return Table(
        "Statements on the command line, beside hledger and ledger",
        [
            "vouchers",
            "statement",
            "page of the running server",
            "`statement`, `account`",
            *(f"`{peer}`" for peer in peers),
            "page, faster than hledger",
            "command, faster than hledger",
        ],
        rows,
        "The same books, of three years, and the same amounts; the last year is asked for. hledger (`bs`, `is`, `reg`) and"
        " ledger read their whole file each time; Ledarna's command starts Python and Django each time, which is all but a"
        " tenth of a second of a statement's time, and then reads totals. The page is got over HTTP from the server that"
        " `serve` runs, and has a hundred rows of the account; the commands print all of its rows. Aim: faster than hledger at"
        " every size, 100× at 100 000 vouchers.",
    )


def _with_memory(timing: Timing) -> str:
    return f"{_seconds(timing)}, {timing.megabytes:.0f} MB"


def pdf(sizes: Sequence[int]) -> Table:
    """A journal as PDF, beside reportlab and weasyprint."""
    peers = ("reportlab", "weasyprint")
    rows = []
    for size in sizes:
        file = PLACE / "journal.pdf"
        ours = command([sys.executable, "-m", "bench.journal", str(size), file])
        theirs = {
            name: command([PEERS / "python", "-m", "bench.peers.journal", name, str(size), file])
            for name in peers
        }
        timings = interleave({"ours": ours, **theirs}, PDF_ROUNDS)
        rows.append(
            [
                _vouchers(size),
                *map(_with_memory, timings.values()),
                *(_times_faster(timings["ours"], timings[name]) for name in peers),
            ]
        )
    return Table(
        "A journal as PDF, beside reportlab and weasyprint",
        ["rows", "the package's journal, tagged", *peers, *(f"faster than {name}" for name in peers)],
        rows,
        "From the start of Python to the file, the same rows and columns. Aim: 10 000 rows 2× faster than reportlab, and"
        " memory that does not grow with the rows. The package's is PDF/A-2a and PDF/UA-1, each cell tagged, in parts"
        " of 2 500 rows, each set by a process that ends with it, as many at once as there are processors, at most four; the peers' are plain PDF without tags.",
    )


def package(sizes: Sequence[int]) -> Table:
    """The year-end package over a year of so many vouchers, and its verifier."""
    rows = []
    for size in sizes:
        took = of_package.measure(books(YEARS * size))
        rows.append(
            [
                _vouchers(size),
                f"{took.made.seconds:.1f} s",
                f"{took.made.megabytes:.0f} MB",
                f"{took.made.of_workers:.0f} MB",
                f"{took.megabytes:.1f} MB",
                f"{took.verified.seconds:.1f} s",
                f"{took.verified.megabytes:.0f} MB",
            ]
        )
    return Table(
        "The year-end package, and its verifier",
        [
            "vouchers of the year",
            "`year_end_package`",
            "memory of the command",
            "of its workers together",
            "the ZIP",
            "`verify.py`",
            "its memory",
        ],
        rows,
        "One run each, the last year of three; vouchers have two or three rows, and no receipts. Journal and general"
        " ledger are in the package as tagged PDF, as XLSX and as CSV; the PDF is set by workers of its own. `verify.py` is"
        " run over the unzipped package by Python alone. Aim: 100 000 vouchers with memory that does not grow with them.",
    )


def _sie_row(engine: str, size: int, rounds: int) -> list[str]:
    took = measure(engine, size, rounds, PEERS)
    done, raw, theirs = took["import"], took["raw"], took.get("hordak")
    return [
        engine,
        _vouchers(size),
        *(_with_memory(took[name]) for name in ("import", "own", "export")),
        _seconds(took["read"]),
        _seconds(raw),
        f"{done.median / raw.median:.2f}",
        _seconds(theirs) if theirs else "–",
        _times_faster(done, theirs) if theirs else "–",
    ]


def sie() -> Table:
    """SIE in and out, beside raw inserts of the same rows and django-hordak's bulk save."""
    return Table(
        "SIE in and out, beside raw inserts and django-hordak",
        [
            "engine",
            "vouchers",
            "import",
            "import with Ledarna's own lines",
            "export",
            "of the import, reading alone",
            "raw insert",
            "import / raw",
            "django-hordak `bulk_create`",
            "faster",
        ],
        [_sie_row(*each) for each in SIE_ROUNDS],
        "Aim: 3 times a raw insert at the most, 10× faster than hordak, and memory that does not grow with the file. An"
        " import reads and checks the file, keeps it, posts each voucher under the guard, and chains the digests. The raw"
        " insert puts the same rows of vouchers into the same tables with their indexes, in one transaction: `executemany`"
        " on SQLite, `COPY` on PostgreSQL; without guard, totals and digests. hordak saves the same vouchers in one"
        " transaction, and is given them read; it does not run on SQLite.",
    )


def load(sizes: Sequence[int]) -> Table:
    """Fifty readers, idle and while a SIE file of so many vouchers is imported."""
    rows = []
    for engine, way, size in product(ENGINES, WAYS, sizes):
        idle, importing = load_of(engine, way, size)
        rows.append(
            [
                engine,
                way,
                _vouchers(size),
                *(f"{each.median * 1000:.0f} ms, {each.p95 * 1000:.0f} ms" for each in (idle, importing)),
                f"{importing.p95 / idle.p95:.1f}",
                f"{len(idle.pages)}, {len(importing.pages)}",
                f"{importing.seconds:.0f} s",
                str(len(idle.errors) + len(importing.errors)),
            ]
        )
    return Table(
        "Fifty who read while one imports",
        [
            "engine",
            "import by",
            "vouchers",
            "idle: median, 95 of 100",
            "meanwhile: median, 95 of 100",
            "ratio",
            "pages",
            "import took",
            "errors",
        ],
        rows,
        f"Fifty signed-in readers of the server that `serve` runs, each of whom opens a page every five seconds or so, over"
        f" books of {_vouchers(BOOKS_READ)} vouchers; a SIE file is imported meanwhile, by the command or, in a"
        f" process of the server itself, through the page, which reads the file twice, for the preview and for the import."
        f" Readers, server and database share the machine. Aim: no error, and 95 of 100 pages within 3× of what they take"
        f" idle.",
    )


def samples(sizes: Sequence[int]) -> Table:
    """An audit sample by each method, from a year of so many vouchers."""
    columns = []
    for size in sizes:
        within = environment(books(YEARS * size))
        drawing = [sys.executable, "-m", "bench.samples"]
        contestants = {name: command([*drawing, name], within) for name in SAMPLE_METHODS}
        columns.append(interleave({"": command(drawing, within), **contestants}, SAMPLE_ROUNDS))
    rows = [
        [
            name or "nothing: the start of Python and Django",
            *(_with_memory(timings[name]) for timings in columns),
        ]
        for name in ("", *SAMPLE_METHODS)
    ]
    return Table(
        "An audit sample, however large the year",
        ["method", *(f"a year of {_vouchers(size)} vouchers" for size in sizes)],
        rows,
        "From the start of Python to the sample, with the most memory. Aim: any draw of 100 000 vouchers in less than"
        " 5 s, in memory that does not grow with them. “above” has a limit of nothing, so that every voucher meets it;"
        " “pairs” counts the two years before too. SQLite.",
    )


MEASURES: dict[str, Callable[..., Table]] = {
    "verify": verify,
    "balances": balances,
    "pages": pages,
    "bulk": bulk,
    "statements": statements,
    "terminal": terminal,
    "pdf": pdf,
    "sie": sie,
    "samples": samples,
    "package": package,
    "load": load,
}
SIZED: dict[str, Sequence[int]] = {
    "verify": SIZES,
    "pages": SIZES,
    "statements": (1_000, 100_000),
    "terminal": (1_000, 10_000, 100_000),
    "pdf": (1_000, 10_000),
    "samples": (1_000, 111_000),
    "package": (1_000, 33_000, 111_000),
    "load": (100_000,),
}
"""The measures that are made at sizes, vouchers or rows, and the sizes that are theirs by themselves."""


def _sections(page: str) -> dict[str, str]:
    """The tables of *page* as they were measured last, by their titles."""
    parts = page.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def machine() -> str:
    """What it was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}"
    )


def main(names: Sequence[str]) -> int:
    """Measure *names*, or all, and write them down; 2 where a name or a size cannot be understood."""
    wanted: dict[str, list[int]] = {}
    for name, equals, sizes in (each.partition("=") for each in names):
        if name not in MEASURES:
            print(f"There is no measure {name}; there is {', '.join(MEASURES)}.")
            return 2
        if equals and not (name in SIZED and all(size.isdecimal() for size in sizes.split(","))):
            print(f"Sizes are numbers with commas between, of {', '.join(SIZED)}: load=10000.")
            return 2
        wanted[name] = [int(size) for size in sizes.split(",") if size]
    page = ROOT / "docs" / "bench.md"
    sections = _sections(page.read_text(encoding="utf-8"))
    for name in wanted or MEASURES:
        table = MEASURES[name](wanted.get(name) or SIZED[name]) if name in SIZED else MEASURES[name]()
        sections[table.title] = f"{table}\n{date.today()}: {machine()}.\n"
        print(sections[table.title], flush=True)
        page.write_text("\n".join([HEAD, *sections.values()]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
