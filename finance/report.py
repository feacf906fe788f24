"""A statement as it is handed over: one derived object, from which every form of it is made.

The page, the workbook, the PDF, CSV and JSON of a statement are all made from the same ``Report``, so
that they cannot disagree. Amounts are whole öre with their natural signs: income, liabilities and
equity positive, costs as costs, financial items as they help the result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.layout import SUMS, Role
from finance.models import Account, FiscalYear, Voucher
from finance.presentation import format_period
from finance.tables import Column as TableColumn
from finance.tables import Formula, Kind, Table

ACTUAL = "actual"
"""The key of the column of what is asked for."""


class Measure(StrEnum):
    """What the amounts of a column are."""

    AMOUNT = "amount"
    BETTER = "better"
    """How much it helps the result: positive is better, for income and costs alike."""
    CHANGE = "change"


@dataclass(frozen=True)
class Column:
    """A column of amounts; ``key`` for programs and addresses, ``title`` for people.

    ``minuend`` and ``subtrahend`` are the keys of the columns that a derived one compares.
    """

    key: str
    title: str
    measure: Measure = Measure.AMOUNT
    minuend: str = ""
    subtrahend: str = ""

    @property
    def is_compared_with(self) -> bool:
        """Whether the amounts are those that others are compared with: a budget, another year, the first day."""
        return self.key != ACTUAL and self.measure == Measure.AMOUNT


@dataclass(frozen=True)
class Entry:
    """A row of the report: an amount for each column, None where there is none.

    ``parts`` are the accounts below an item. ``terms`` are the sign and key of the rows that a sum adds.
    """

    key: str
    name: str
    role: Role
    amounts: tuple[int | None, ...] = ()
    account: Account | None = None
    parts: tuple["Entry", ...] = ()
    terms: tuple[tuple[int, str], ...] = ()
    direction: int = 1
    voucher: Voucher | None = None

    @property
    def is_sum(self) -> bool:
        """Whether it sums other rows."""
        return self.role in SUMS


@dataclass(frozen=True)
class Report:
    """A statement of ``year``: from ``start`` to ``end``, and as it was ``known`` on a day, if one is given.

    ``notes`` are sentences on what could not be derived, and why. ``missing`` are the accounts that the
    layout has no item for; their amounts are in the sums.
    """

    key: str
    title: str
    year: FiscalYear
    start: date
    end: date
    known: date | None
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    missing: tuple[Account, ...] = ()
    layout: str = ""
    is_of_day: bool = False
    """Whether it tells how things stood on its last day, and not what happened in its days."""

    @property
    def period(self) -> str:
        """Its days in words: ``1 januari – 31 december 2023``, or its one day."""
        return date_format(self.end) if self.is_of_day else format_period(self.start, self.end)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(entry.account or entry.parts or any(entry.amounts) for entry in self.entries)

    def place(self, key: str) -> int:
        """The place of the column *key*. Raises ValueError where there is none."""
        return [column.key for column in self.columns].index(key)

    def entry(self, key: str) -> Entry:
        """The row *key*. Raises KeyError where the report has none."""
        for entry, _level in self.lines():
            if entry.key == key:
                return entry
        raise KeyError(key)

    @property
    def difference(self) -> int:
        """By how much two sides differ that should be equal, in the first column where they do; else zero."""
        rows = [entry for entry in self.entries if entry.role == Role.DIFFERENCE]
        return next((amount for row in rows for amount in row.amounts if amount), 0)

    def amount(self, key: str, column: str = "actual") -> int | None:
        """The amount in the row *key* and *column*, in öre."""
        return self.entry(key).amounts[self.place(column)]

    def lines(self) -> Iterator[tuple[Entry, int]]:
        """Every row in its order, with its level: 0, or 1 for an account below an item."""
        for entry in self.entries:
            yield entry, 0
            for part in entry.parts:
                yield part, 1

    @property
    def has_ore(self) -> bool:
        """Whether any amount has öre that are not zero."""
        return any(amount and amount % 100 for entry, _level in self.lines() for amount in entry.amounts)


FIRST_AMOUNT = 4
"""The place of the first column of amounts in the table of a report."""


def _letter(place: int) -> str:
    """The letters of a spreadsheet's column, 0 for A."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def table_of(report: Report) -> Table:
    """*report* as a table, for workbooks, CSV and JSON; sums and differences are formulas in a workbook.

    A note is a row whose role is ``note``.
    """
    lines = list(report.lines())
    # A worksheet's rows are counted from 1, and the first is the header.
    row_numbers: dict[str, list[int]] = {}
    for number, (entry, _level) in enumerate(lines, start=2):
        row_numbers.setdefault(entry.key, []).append(number)
    columns = [
        TableColumn("role", _("Kind of row"), width=12),
        TableColumn("key", _("Key"), width=20),
        TableColumn("account", _("Account"), width=10),
        TableColumn("name", _("Name"), width=46),
        *(TableColumn(column.key, column.title, Kind.AMOUNT) for column in report.columns),
    ]
    rows: list[tuple[Any, ...]] = [
        (
            str(entry.role),
            entry.key,
            entry.account.number if entry.account else None,
            entry.name,
            *(_cell(report, entry, place, number, row_numbers) for place in range(len(report.columns))),
        )
        for number, (entry, _level) in enumerate(lines, start=2)
    ]
    blanks = (None,) * len(report.columns)
    rows += [("note", None, None, note, *blanks) for note in report.notes]
    return Table(report.title, columns, rows)


def _cell(
    report: Report, entry: Entry, place: int, number: int, row_numbers: dict[str, list[int]]
) -> int | Formula | None:
    amount = entry.amounts[place] if entry.amounts else None
    if amount is None:
        return None
    column = report.columns[place]
    if column.minuend:
        now, then = (
            f"{_letter(FIRST_AMOUNT + report.place(key))}{number}"
            for key in (column.minuend, column.subtrahend)
        )
        if column.measure == Measure.BETTER and entry.direction < 0:
            now, then = then, now
        return Formula(f"={now}-{then}", amount)
    letter = _letter(FIRST_AMOUNT + place)
    if entry.parts:
        return Formula(f"=SUM({letter}{number + 1}:{letter}{number + len(entry.parts)})", amount)
    added = [
        f"{'-' if sign < 0 else '+'}{letter}{row}"
        for sign, key in entry.terms
        for row in row_numbers.get(key, [])
    ]
    return Formula("=" + "".join(added).removeprefix("+"), amount) if added else amount
