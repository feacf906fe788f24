"""Tables on their way out: one description, written as a workbook, as CSV or as JSON.

A ``Table`` is columns with kinds and an iterator of rows, so that a table of any length is written in
constant memory. Amounts are given in whole öre, dates as dates, moments as aware datetimes; an amount
that others add up to may be a ``Formula``, which a workbook computes and all else writes as an amount.

A text never becomes a formula: a workbook gets it as text, and in CSV, which has no types, a text that
begins like a formula gets an apostrophe before it, as spreadsheets have it.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone

from finance.money import in_kronor

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_000_000
"""A worksheet holds 1 048 576 rows; a longer table goes on in the next sheet."""

EXACT_DIGITS = 15
"""A workbook keeps numbers as floats, which are exact to 15 digits; a longer amount is written as text."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
CSV_DELIMITER, CSV_DECIMAL, BYTE_ORDER_MARK = ";", ",", "\ufeff"
"""As a Swedish spreadsheet reads CSV without being asked how."""

_UNFIT_FOR_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    COUNT = "count"
    AMOUNT = "amount"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    """A number of any kind, with the decimals that it has: counts, kronor and shares under one another."""


NUMBER_FORMATS = {
    Kind.COUNT: "0",
    Kind.AMOUNT: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.NUMBER: "General",
}
WIDTHS = {Kind.TEXT: 24, Kind.COUNT: 10, Kind.AMOUNT: 16, Kind.DATE: 12, Kind.MOMENT: 20, Kind.NUMBER: 16}
"""How wide a column of each kind is in a workbook, in characters, unless the column says otherwise."""


@dataclass(frozen=True)
class Column:
    """A column: ``key`` for programs, ``title`` for people; ``width`` in characters, for workbooks."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 0


@dataclass(frozen=True)
class Table:
    """A table; each row has a value for every column, or None where there is nothing. Read it once."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Formula:
    """An amount in öre that a workbook also computes: ``expression`` as spreadsheets write it."""

    expression: str
    amount: int


# Workbook -----------------------------------------------------------------------------------------


def write_xlsx(
    tables: Iterable[Table],
    file: IO[bytes],
    about: Mapping[str, str] | None = None,
    made: datetime | None = None,
) -> None:
    """Write *tables* to *file* as a workbook, each on a sheet of its own with its header frozen.

    *about* says of what the tables are, by name: kept in the workbook's properties, and printed in the
    foot of every page. *made* is the moment that the workbook says it was made, now unless given.
    """
    import xlsxwriter  # no page but one that writes a workbook waits for it

    about = about or {}
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    if made:
        workbook.set_properties({"created": made})
    for name, value in about.items():
        workbook.set_custom_property(name, value, "text")
    foot = "&L" + " ".join(about.values()).replace("&", "&&") if about else ""
    formats = {
        kind: workbook.add_format({"num_format": number_format})
        for kind, number_format in NUMBER_FORMATS.items()
    }
    taken: set[str] = set()
    for table in tables:
        rows = iter(table.rows)
        while True:
            sheet = _sheet(workbook, table, taken)
            sheet.set_footer(foot)
            written = _write_rows(sheet, table, islice(rows, SHEET_ROWS), formats)
            following = next(rows, None) if written == SHEET_ROWS else None
            if following is None:
                break
            rows = chain([following], rows)
    workbook.close()


def _sheet(workbook: "Workbook", table: Table, taken: set[str]) -> "Worksheet":
    """A new sheet named after *table*, with its header; a name is taken once, whatever its case."""
    name = base = table.title.translate(_UNFIT_FOR_SHEET_NAME).strip("' ")[:31].rstrip("' ") or "1"
    number = 1
    while name.lower() in taken:
        number += 1
        suffix = f" ({number})"
        name = base[: 31 - len(suffix)] + suffix
    taken.add(name.lower())
    sheet = workbook.add_worksheet(name)
    header = workbook.add_format({"bold": True, "bottom": 1})
    header_of_numbers = workbook.add_format({"bold": True, "bottom": 1, "align": "right"})
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width or WIDTHS[column.kind])
        numeric = column.kind in (Kind.COUNT, Kind.AMOUNT, Kind.NUMBER)
        sheet.write_string(0, place, column.title, header_of_numbers if numeric else header)
    return sheet


def _write_rows(
    sheet: "Worksheet", table: Table, rows: Iterable[Sequence[Any]], formats: dict[Kind, Any]
) -> int:
    kinds = [column.kind for column in table.columns]
    line = 0
    for line, row in enumerate(rows, start=1):
        for place, (kind, value) in enumerate(zip(kinds, row, strict=True)):
            if value is None or value == "":
                continue
            if isinstance(value, Formula) and abs(value.amount) < 10**EXACT_DIGITS:
                computed = float(in_kronor(value.amount))
                sheet.write_formula(line, place, value.expression, formats[kind], computed)
            elif kind == Kind.AMOUNT:
                value = _ore(value)
                if abs(value) < 10**EXACT_DIGITS:
                    sheet.write_number(line, place, in_kronor(value), formats[kind])
                else:
                    sheet.write_string(line, place, str(in_kronor(value)))
            elif kind in (Kind.COUNT, Kind.NUMBER):
                sheet.write_number(line, place, value, formats[kind])
            elif kind == Kind.DATE:
                sheet.write_datetime(line, place, value, formats[kind])
            elif kind == Kind.MOMENT:
                sheet.write_datetime(line, place, timezone.make_naive(value), formats[kind])
            else:
                sheet.write_string(line, place, str(value))
    return line


# CSV and JSON -------------------------------------------------------------------------------------


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(table: Table) -> Iterator[str]:
    """*table* as lines of CSV: semicolons, decimal comma, ISO dates, a byte order mark before the first."""
    writer = csv.writer(_Echo(), delimiter=CSV_DELIMITER)
    yield BYTE_ORDER_MARK + writer.writerow([column.title for column in table.columns])
    kinds = [column.kind for column in table.columns]
    for row in table.rows:
        yield writer.writerow([_csv_value(*cell) for cell in zip(kinds, row, strict=True)])


def _csv_value(kind: Kind, value: Any) -> str:
    if kind != Kind.TEXT:
        text = _plain(kind, value)
        return (
            ""
            if text is None
            else str(text).replace(".", CSV_DECIMAL)
            if kind in (Kind.AMOUNT, Kind.NUMBER)
            else str(text)
        )
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def json_lines(table: Table, about: Mapping[str, str] | None = None) -> Iterator[str]:
    """*table* as lines of one JSON object: what *about* says of it, and ``rows``, a list of objects.

    The rows have the columns' keys; amounts are plain decimal strings.
    """
    keys = [column.key for column in table.columns]
    kinds = [column.kind for column in table.columns]
    names = "".join(f"{json.dumps(name)}: {json.dumps(value)}, " for name, value in (about or {}).items())
    yield f'{{{names}"rows": ['
    between = "\n"
    for row in table.rows:
        values = {key: _plain(kind, value) for key, kind, value in zip(keys, kinds, row, strict=True)}
        yield between + json.dumps(values, ensure_ascii=False)
        between = ",\n"
    yield "]}\n" if between == "\n" else "\n]}\n"


def _ore(value: int | Formula) -> int:
    return value.amount if isinstance(value, Formula) else value


def _plain(kind: Kind, value: Any) -> str | int | None:
    """*value* as programs write it: a plain decimal, an ISO date, a moment with its offset."""
    if value is None:
        return None
    if kind == Kind.AMOUNT:
        return f"{in_kronor(_ore(value)):.2f}"
    if kind == Kind.MOMENT and isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if kind == Kind.DATE and isinstance(value, date):
        return value.isoformat()
    return int(value) if kind == Kind.COUNT else str(value)
