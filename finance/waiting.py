"""The vouchers of a file while they wait to be posted: on disk, so that memory need not know how many there are.

They lie in a database of SQLite of their own, in a temporary file that nobody else can open and that
goes with it, whatever engine the books are kept in. What an import asks about all of them at once
(which numbers are used twice, which stand in a locked month) is asked there, and only what a voucher
says is brought back, one voucher at a time.
"""

import marshal
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from types import TracebackType
from typing import Any, NamedTuple

from finance.digest import CanonicalRow
from finance.posting import PaperFacts, VoucherFacts

AT_ONCE = 1_000

_TABLES = """
CREATE TABLE entry (
    key INTEGER PRIMARY KEY, line INTEGER, series TEXT, number INTEGER, day TEXT, content INTEGER,
    corrects INTEGER, facts BLOB);
CREATE TABLE known (series TEXT, number INTEGER, content INTEGER, PRIMARY KEY (series, number)) WITHOUT ROWID;
CREATE TABLE copy (content INTEGER PRIMARY KEY, left INTEGER);
"""
_INDEX = "CREATE INDEX IF NOT EXISTS entry_by_number ON entry (series, number, day)"
_ENTRY = "key, line, series, number, day, content"
_DAYS = "day BETWEEN ? AND ?"

_day = lru_cache(4_096)(date.fromisoformat)
_moment = lru_cache(4_096)(datetime.fromisoformat)


class Entry(NamedTuple):
    """A voucher that waits: its place among them, the line it stands on, and what tells it from others."""

    key: int
    line: int
    series: str
    number: int | None
    day: str
    content: int


class Span(NamedTuple):
    """The first and the last day of a fiscal year, in ISO form."""

    start: str
    end: str


def content_of(day: str, text: str, rows: Iterable[Any]) -> int:
    """What tells vouchers apart, beside their number: a digest of date, text and rows, for this process alone."""
    return hash((day, text, tuple(rows)))


class Waiting:
    """The vouchers that wait, in the order of the file; which are of a year is told by its days."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._added: list[tuple[Any, ...]] = []

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def add(self, line: int, facts: VoucherFacts) -> None:
        """Let the voucher of *line* wait after those that were added before."""
        day = facts.date.isoformat()
        rows = list(map(tuple, facts.rows))
        self._added.append(
            (
                line,
                facts.series,
                facts.number,
                day,
                content_of(day, facts.text, rows),
                facts.corrects is not None,
                _frozen(facts, rows),
            )
        )
        if len(self._added) == AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._database.executemany(
            "INSERT INTO entry (line, series, number, day, content, corrects, facts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._added,
        )
        self._added.clear()

    def all_are_there(self) -> None:
        """Say that no more are added; what follows is asked only after it."""
        self._write()
        self._database.execute(_INDEX)

    # One voucher.

    def facts(self, entry: Entry) -> VoucherFacts:
        """What the voucher says."""
        (frozen,) = self._database.execute("SELECT facts FROM entry WHERE key = ?", [entry.key]).fetchone()
        return _thawed(entry.series, entry.number, entry.day, frozen)

    def drop(self, entries: Iterable[Entry]) -> None:
        """Let *entries* wait no longer."""
        self._database.executemany("DELETE FROM entry WHERE key = ?", [(entry.key,) for entry in entries])

    def earlier(self, series: str, number: int, span: Span, than: Entry) -> Entry | None:
        """The voucher with this number in the year that stands before *than*."""
        found = self._one(
            f"SELECT {_ENTRY} FROM entry WHERE series = ? AND number = ? AND {_DAYS} AND key < ?",
            series,
            number,
            *span,
            than.key,
        )
        return Entry._make(found) if found else None

    # Many.

    def entries(self, where: str = "1", *values: Any) -> Iterator[list[Entry]]:
        """Those for which the condition *where* holds, in the file's order, some at a time.

        Between one list and the next they can be dropped.
        """
        last = 0
        while found := self._database.execute(
            f"SELECT {_ENTRY} FROM entry NOT INDEXED WHERE key > ? AND ({where}) ORDER BY key LIMIT {AT_ONCE}",
            [last, *values],
        ).fetchall():
            last = found[-1][0]
            yield list(map(Entry._make, found))

    def of(self, span: Span) -> Iterator[list[Entry]]:
        """Those of a year."""
        return self.entries(_DAYS, *span)

    def outside(self, spans: Sequence[Span]) -> Iterator[list[Entry]]:
        """Those of none of the years *spans*."""
        return self.entries(" AND ".join(["1", *[f"NOT {_DAYS}"] * len(spans)]), *chain.from_iterable(spans))

    def count(self, span: Span) -> int:
        """How many there are of a year."""
        return int(self._one(f"SELECT COUNT(*) FROM entry WHERE {_DAYS}", *span)[0])

    def corrections(self, span: Span) -> list[Entry]:
        """Those of a year that correct another voucher."""
        return [entry for part in self.entries(f"corrects AND {_DAYS}", *span) for entry in part]

    def repeats(self, span: Span) -> dict[int, int]:
        """Those of a year whose number was used before in the file: their key, and the line it stands on first."""
        found = self._database.execute(
            "SELECT key, (SELECT line FROM entry f WHERE f.series = n.series AND f.number = n.number"
            f" AND f.{_DAYS} ORDER BY key LIMIT 1) FROM ("
            "SELECT key, series, number, LAG(number) OVER (PARTITION BY series ORDER BY number, key) AS last"
            f" FROM entry WHERE number IS NOT NULL AND {_DAYS}) n WHERE number = last",
            [*span, *span],
        )
        return dict(found.fetchall())

    def series(self, span: Span) -> list[tuple[str, int, int | None, int | None]]:
        """The series of a year: code, how many vouchers, the first and the last number that is given."""
        return self._database.execute(
            f"SELECT series, COUNT(*), MIN(number), MAX(number) FROM entry WHERE {_DAYS}"
            " GROUP BY series ORDER BY series",
            span,
        ).fetchall()

    def numbers(self, series: str, span: Span) -> Iterator[int]:
        """The numbers that are given in a series of a year, ascending."""
        found = self._database.execute(
            f"SELECT number FROM entry WHERE series = ? AND number IS NOT NULL AND {_DAYS} ORDER BY number",
            [series, *span],
        )
        return (number for (number,) in found)

    def renumber(self, entry: Entry) -> None:
        """Leave the number of *entry* to the series."""
        self._database.execute("UPDATE entry SET number = NULL WHERE key = ?", [entry.key])

    def renumber_all(self, series: str, span: Span) -> None:
        """Put all of a year into *series*, and leave their numbers to it."""
        self._database.execute(f"UPDATE entry SET series = ?, number = NULL WHERE {_DAYS}", [series, *span])

    # What is in the books already.

    def know(self, vouchers: Iterable[tuple[str, int, int]]) -> None:
        """Take what is posted in the year at hand for known: series, number and content of each."""
        self._database.execute("DELETE FROM known")
        self._database.executemany("INSERT INTO known VALUES (?, ?, ?)", vouchers)
        self._database.execute("DELETE FROM copy")
        self._database.execute("INSERT INTO copy SELECT content, COUNT(*) FROM known GROUP BY content")

    def known(self, entry: Entry) -> int | None:
        """The content of the voucher that is known under *entry*'s number; None where there is none."""
        found = self._one(
            "SELECT content FROM known WHERE series = ? AND number = ?", entry.series, entry.number
        )
        return found[0] if found else None

    def is_copy(self, entry: Entry) -> bool:
        """Whether a known voucher says what *entry* says; each is a copy of one alone."""
        change = "UPDATE copy SET left = left - 1 WHERE content = ? AND left > 0"
        return self._database.execute(change, [entry.content]).rowcount == 1

    # In the order of posting.

    def in_order(self, span: Span, *, of_file: bool = False) -> Iterator[VoucherFacts]:
        """The vouchers of a year, in the file's order where the numbers of each series ascend in it, else by number.

        Those without a number come last, so that they take none that another one has; with *of_file*
        the file's order holds whatever the numbers. Nothing is dropped or renumbered until the last came.
        """
        parts = [("1", "key")]
        if not of_file:
            ascending = self._one(
                "SELECT 1 FROM (SELECT key, LAG(key) OVER (PARTITION BY series ORDER BY number) AS last"
                f" FROM entry WHERE number IS NOT NULL AND {_DAYS}) WHERE key < last LIMIT 1",
                *span,
            )
            parts = [
                ("number IS NOT NULL", "series, number" if ascending else "key"),
                ("number IS NULL", "key"),
            ]
        for where, order in parts:
            index = "INDEXED BY entry_by_number" if order != "key" else "NOT INDEXED"
            for found in self._database.execute(
                f"SELECT series, number, day, facts FROM entry {index} WHERE {where} AND {_DAYS} ORDER BY {order}",
                span,
            ):
                yield _thawed(*found)

    def _one(self, query: str, *values: Any) -> Any:
        return self._database.execute(query, values).fetchone()


def _frozen(facts: VoucherFacts, rows: list[tuple[Any, ...]]) -> bytes:
    """*facts* as bytes, and as fast as it goes; read back by this process alone."""
    values = (
        facts.text,
        rows,
        facts.counterparty,
        facts.decision,
        _text(facts.entered_at),
        facts.entered_by,
        _text(facts.posted_at),
        facts.posted_by,
        facts.corrects,
        facts.correction,
        facts.reason,
        [(*paper[:-1], _text(paper.uploaded_at)) for paper in facts.papers] if facts.papers else (),
    )
    return marshal.dumps(values, 2)


def _thawed(series: str, number: int | None, day: str, frozen: bytes) -> VoucherFacts:
    (
        text, rows, counterparty, decision, entered_at, entered_by, posted_at, posted_by,
        corrects, correction, reason, papers,
    ) = marshal.loads(frozen)  # fmt: skip
    return VoucherFacts(
        series,
        _day(day),
        text,
        list(map(CanonicalRow._make, rows)),
        number,
        counterparty,
        decision,
        _moment(entered_at) if entered_at else None,
        entered_by,
        _moment(posted_at) if posted_at else None,
        posted_by,
        corrects,
        correction,
        reason,
        [PaperFacts._make([*paper[:-1], _moment(paper[-1])]) for paper in papers] if papers else (),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
