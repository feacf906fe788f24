"""Bytes to a grid of cells, each with its place: CSV in the ways that spreadsheets and banks write it, and XLSX.

A file comes from anybody's machine. What it is follows from its content; it is bounded before it is
read: in bytes, in bytes when unpacked, in rows, in columns and in what a cell holds. What cannot be
read says why, in words.
"""

import csv
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice, zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

LARGEST = 5 * 1024 * 1024
"""Bytes of a file; ten thousand rows of a bank take one million."""
LARGEST_UNPACKED = 32 * 1024 * 1024
MOST_PARTS = 1_000
MOST_MARKS, MOST_MARKS_BESIDE = 600_000, 40_000
"""Marks of XML in the tables of a workbook, four a cell, and in all else, such as its styles.

What unpacks to little may still take a minute and a gigabyte to read: each mark takes its time.
"""
MOST_ROWS = 10_000
MOST_LINES = 100_000
"""Rows that are looked at, empty ones with them: a spreadsheet may have formatted all it has."""
MOST_COLUMNS = 60
LONGEST_CELL = 2_000

DELIMITERS = (";", "\t", ",")
ENCODINGS_BY_MARK = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
ENCODING_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
CHUNK = 1 << 16
ENCODING_OF_XML = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)""")
ENCODINGS_OF_XML = (b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1")
ROOT_OF_TABLE = re.compile(rb"<(\w+:)?(worksheet|sst)\b")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Fault:
    """A cell whose value cannot be had, and why, in words."""

    sentence: str


Cell = str | Decimal | date | bool | Fault | None
"""A text, a number, a date, a truth, a fault, or nothing."""


@dataclass(frozen=True)
class Row:
    """A row that has something, with its number in the file, from one."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """The rows of a table that have something, and how the file was read, in words."""

    rows: Sequence[Row]
    read_as: str
    is_workbook: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return max((len(row.cells) for row in self.rows), default=0)

    def column_name(self, index: int) -> str:
        """What people call the column *index*, from zero: ``B`` in a workbook, ``2`` in a text."""
        if not self.is_workbook:
            return str(index + 1)
        from openpyxl.utils import get_column_letter

        return get_column_letter(index + 1)


def read_grid(content: bytes) -> Grid:
    """The grid in *content*. Raises ValidationError, in words, for what is no table or too large."""
    if len(content) > LARGEST:
        raise ValidationError(
            _("The file is larger than %(largest)s. Divide the table.") % {"largest": filesizeformat(LARGEST)}
        )
    grid = _workbook(content) if content.startswith(b"PK\x03\x04") else _text(content)
    if not grid.rows:
        raise ValidationError(_("There is nothing in the table."))
    return grid


def _bounded(rows: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[Row, ...]:
    """The *rows* that have something, without the empty cells at their ends."""
    found: list[Row] = []
    for number, cells in rows:
        if number > MOST_LINES or len(found) > MOST_ROWS:
            raise ValidationError(
                _("The table has more than %(most)s rows. Divide it.") % {"most": MOST_ROWS}
            )
        width = max((place for place, cell in enumerate(cells, start=1) if cell is not None), default=0)
        if width > MOST_COLUMNS:
            raise ValidationError(
                _("Row %(row)s has more than %(most)s columns.") % {"row": number, "most": MOST_COLUMNS}
            )
        if width:
            found.append(Row(number, tuple(cells[:width])))
    return tuple(found)


# Text ---------------------------------------------------------------------------------------------


def _text(content: bytes) -> Grid:
    _refuse_what_is_no_text(content)
    text, encoding = _decoded(content)
    lines = text.splitlines()
    first, chosen = (lines[0].strip().lower() if lines else ""), ""
    if first.startswith("sep=") and len(first) == len("sep=;") and first[-1] in DELIMITERS:
        chosen = first[-1]
        # The line stays as an empty one, so that the others keep their numbers.
        text = "\n" + text.split("\n", 1)[-1] if "\n" in text else ""
    delimiter = chosen or _delimiter(lines)
    rows = _bounded(_csv_rows(text, delimiter))
    names = {";": _("semicolon"), ",": _("comma"), "\t": _("tab")}
    return Grid(
        rows,
        _("CSV, %(encoding)s, divided by %(delimiter)s")
        % {"encoding": ENCODING_NAMES[encoding], "delimiter": names[delimiter]},
    )


def _refuse_what_is_no_text(content: bytes) -> None:
    begins = content[:64].lstrip().lower()
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(_("This is a workbook in the old form (XLS). Save it as XLSX or CSV."))
    if begins.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise ValidationError(
            _(
                "This is a web page or XML, whatever its name says. Open it in a spreadsheet and save it as XLSX."
            )
        )
    if begins.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf")):
        raise ValidationError(_("This is a document or a picture, no table. Choose a CSV or XLSX file."))


def _decoded(content: bytes) -> tuple[str, str]:
    """The text in *content*, and its encoding, found from the bytes."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n"), encoding
    raise ValidationError(_("This is no text that can be read. Save the table as CSV (UTF-8) or XLSX."))


def _encodings(content: bytes) -> Sequence[str]:
    for mark, encoding in ENCODINGS_BY_MARK:
        if content.startswith(mark):
            return (encoding,)
    beginning = content[:200]
    if beginning[1::2].count(0) > len(beginning) // 4:
        return ("utf-16-le",)
    if beginning[::2].count(0) > len(beginning) // 4:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that divides most of the first lines, and most of them into as many columns."""

    def divides(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines[:50], delimiter=delimiter) if len(row) > 1]
        except csv.Error:
            return 0, 0
        return len(widths), max(Counter(widths).values(), default=0)

    return max(DELIMITERS, key=divides)


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise ValidationError(
                _("From row %(row)s on the quotation marks do not match. Correct them, or save as XLSX.")
                % {"row": begins}
            ) from None
        if cells is None:
            return
        yield begins, [_text_cell(cell) for cell in cells]
        begins = reader.line_num + 1


def _text_cell(text: str) -> Cell:
    """What stands in a cell of text; the apostrophe that kept a text from being a formula is taken off."""
    # Some machines write å as a and a ring; the same text is to be the same.
    text = unicodedata.normalize("NFC", text.strip("\ufeff \u00a0\t\n"))
    if len(text) > LONGEST_CELL:
        return Fault(_("The text is longer than %(longest)s signs.") % {"longest": LONGEST_CELL})
    if text.startswith("'") and text[1:].startswith(FORMULA_STARTS):
        text = text[1:]
    if not all(sign.isprintable() or sign in "\n\t\u00a0\u2009\u202f\u3000\u200b\u00ad" for sign in text):
        return Fault(_("The text has signs that cannot be seen. Write it anew."))
    return text or None


# Workbook -----------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Grid:
    import openpyxl  # no page but one that takes a workbook in waits for it

    _refuse_a_bomb(content)
    try:
        # Twice: with the values that formulas had when the file was saved, and with the formulas.
        values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(BytesIO(content), read_only=True, keep_links=False)
        seen = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
        if not seen:
            raise ValidationError(_("The workbook has no sheet that is shown."))
        sheet, beside = seen[0], formulas[seen[0].title]
        rows = _bounded(_sheet_rows(sheet, beside))
    except ValidationError:
        raise
    # A file that was damaged or made to harm breaks in openpyxl in any way that Python has.
    except Exception as error:  # noqa: BLE001
        raise ValidationError(
            _("The workbook cannot be read (%(reason)s). Open it in a spreadsheet and save it anew.")
            % {"reason": type(error).__name__}
        ) from None
    read_as = _("XLSX, the sheet “%(sheet)s”") % {"sheet": sheet.title}
    if len(seen) > 1:
        read_as += _("; the other sheets are not read")
    return Grid(rows, read_as, is_workbook=True)


def _refuse_a_bomb(content: bytes) -> None:
    """Look at what the parts say they unpack to, and at what they are, before anything reads them.

    zipfile unpacks no part further than it says.
    """
    too_large = ValidationError(
        _("The workbook unpacks to more than can be read. Save the table alone, as a file of its own.")
    )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise too_large
            marks, marks_beside = _marks(archive)
    except ValidationError:
        raise
    # zipfile itself breaks in several ways on a damaged directory.
    except Exception:  # noqa: BLE001
        raise ValidationError(_("The workbook is damaged: its parts cannot be found.")) from None
    if marks > MOST_MARKS or marks_beside > MOST_MARKS_BESIDE:
        raise too_large
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise ValidationError(_("This is no XLSX workbook. Save the table as XLSX or CSV."))


def _marks(archive: zipfile.ZipFile) -> tuple[int, int]:
    """How many marks of XML the tables of a workbook have, and how many all other parts."""
    marks = marks_beside = 0
    for part in archive.infolist():
        with archive.open(part) as file:
            beginning = file.read(CHUNK)
            found = beginning.count(b"<")
            while chunk := file.read(CHUNK):
                found += chunk.count(b"<")
        declared = ENCODING_OF_XML.search(beginning[:200])
        if declared and declared[1].lower() not in ENCODINGS_OF_XML:
            # In another encoding, a mark may be written otherwise.
            raise ValidationError(_("The workbook is written in an encoding that no spreadsheet writes."))
        if ROOT_OF_TABLE.search(beginning[:2_000]):
            marks += found
        else:
            marks_beside += found
    return marks, marks_beside


def _sheet_rows(sheet: Any, formulas: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    for each in (sheet, formulas):
        # What a sheet says of its own size is not to be trusted.
        each.reset_dimensions()
    most = MOST_COLUMNS + 1
    pairs = zip_longest(
        sheet.iter_rows(max_col=most, values_only=True), formulas.iter_rows(max_col=most), fillvalue=()
    )
    for number, (values, cells) in enumerate(islice(pairs, MOST_LINES + 1), start=1):
        yield number, [_sheet_cell(*pair) for pair in zip(values, cells, strict=True)]


def _sheet_cell(value: Any, cell: Any) -> Cell:
    """What a cell of a workbook holds: the value that was kept for a formula, else a fault."""
    kind = cell.data_type if cell.value is not None else ""
    if kind == "f" and value is None:
        return Fault(
            _("The formula has no value. Open the file in a spreadsheet and save it, or type the value.")
        )
    if isinstance(value, str) and value.startswith("#") and (kind in ("e", "f")):
        return Fault(_("The cell has the error %(error)s.") % {"error": value[:20]})
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        # A workbook keeps fifteen digits of a number; what comes after them is the machine's, not a person's.
        number = Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)
        return number if number.is_finite() else Fault(_("The number cannot be read."))
    if isinstance(value, str):
        return _text_cell(value)
    return Fault(_("A time of day is no value here."))
