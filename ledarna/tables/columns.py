"""Which column of a table is which: guessed from its header, shown, and changed by whoever knows better."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from finance.money import from_ore
from finance.presentation import format_amount, format_count
from ledarna.dates import listed
from ledarna.tables.cells import Kind, text_of, value_of
from ledarna.tables.grid import Cell, Fault, Grid, Row

HEADER_WITHIN = 30
"""A header is looked for in so many rows: banks write of account and period before it."""


@dataclass(frozen=True)
class Column:
    """A column that a kind of table has: its key, its title, how its cells are read, and how it is called.

    ``names`` are the headers by which it is known, in either language; ``example`` is what the
    template has in it. A required column stands in every table, and has a value in every row where
    ``filled``.
    """

    key: str
    title: str | Promise
    kind: Kind = Kind.TEXT
    names: Sequence[str] = ()
    required: bool = False
    filled: bool = False
    longest: int = 0
    example: Any = None

    @property
    def shown_example(self) -> str:
        """The example as people would write it."""
        if self.example is None:
            return ""
        if self.kind == Kind.AMOUNT:
            return format_amount(from_ore(self.example))
        return format_count(self.example) if self.kind == Kind.COUNT else str(self.example)


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place of a table: the row's number, the column's key or nothing, and a sentence."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Facts:
    """A row as typed facts by the columns' keys; what is empty or not in the table is None."""

    row: int
    values: Mapping[str, Any]


def plain(text: str) -> str:
    """A header as it is compared: letters and digits alone, without capitals and accents."""
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return re.sub(r"[^a-z0-9]", "", letters)


def header_text(cell: Cell) -> str:
    """What stands in the cell of a header."""
    return "" if cell is None or isinstance(cell, Fault) else text_of(cell)


def guess(grid: Grid, columns: Sequence[Column]) -> tuple[int, dict[int, str]]:
    """The place of the header among the grid's rows, and the key of each column that it names.

    The header is the row that names most columns; where none does, it is the first row.
    """
    known = {
        plain(name): column.key
        for column in columns
        for name in (column.key, str(column.title), *column.names)
    }
    best, found = 0, _named(grid.rows[0], known)
    for place, row in enumerate(grid.rows[:HEADER_WITHIN]):
        named = _named(row, known)
        if len(named) > len(found):
            best, found = place, named
    return best, found


def _named(row: Row, known: Mapping[str, str]) -> dict[int, str]:
    named: dict[int, str] = {}
    for index, cell in enumerate(row.cells):
        key = known.get(plain(header_text(cell)))
        if key and key not in named.values():
            named[index] = key
    return named


def check_choice(chosen: Mapping[int, str], columns: Sequence[Column]) -> None:
    """See that no column is chosen twice and none that is required is missing.

    Raises ValidationError, in words, where that is not so.
    """
    keys = list(chosen.values())
    titles = {column.key: str(column.title) for column in columns}
    if twice := sorted({key for key in keys if keys.count(key) > 1}, key=list(titles).index):
        raise ValidationError(
            _("Two columns are chosen as %(columns)s. Choose one.")
            % {"columns": listed([titles[key] for key in twice])}
        )
    if missing := [str(column.title) for column in columns if column.required and column.key not in keys]:
        raise ValidationError(
            _("Say which column is %(columns)s. The first row has to name the columns.")
            % {"columns": listed(missing)}
        )


def read_facts(
    grid: Grid, header: int, chosen: Mapping[int, str], columns: Sequence[Column]
) -> tuple[list[Facts], list[Problem]]:
    """The rows under the header as typed facts, and each cell that cannot be read.

    A row of which no chosen column has anything is left out.
    """
    by_key = {column.key: column for column in columns}
    read, problems = [], []
    for row in grid.rows[header + 1 :]:
        cells = {key: row.cells[index] for index, key in chosen.items() if index < len(row.cells)}
        if all(cell is None for cell in cells.values()):
            continue
        values: dict[str, Any] = {}
        for key in chosen.values():
            column = by_key[key]
            try:
                values[key] = _value(cells.get(key), column)
            except ValidationError as error:
                problems += [Problem(row.number, key, sentence) for sentence in error.messages]
        read.append(Facts(row.number, values))
    return read, problems


def _value(cell: Cell, column: Column) -> Any:
    value = value_of(cell, column.kind)
    if value is None and column.filled:
        raise ValidationError(_("Nothing is written here."))
    if column.longest and isinstance(value, str) and len(value) > column.longest:
        raise ValidationError(_("The text is longer than %(longest)s signs.") % {"longest": column.longest})
    return value
