"""The journal and the general ledger on paper: a table of any length as one or more numbered PDF.

A row after the other is read, and what fills a file is set by a process of its own where it is much, a few
files at once, so that memory is that of these few however many vouchers there are. Each file is whole in
itself: it says which part it is and from where to where it goes, and its pages are numbered.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from finance.money import from_ore
from finance.presentation import format_amount, format_count
from finance.tables import Column, Kind, Table
from ledarna.pdf import pdf, pdfs_apart

ROWS_PER_FILE = 2_500
"""Some 70 pages, which the compiler sets in a second with 220 MB; both grow with the rows."""

ROWS_SET_HERE = 500
"""So few need no process of their own, which takes longer to start than these to set."""

LINES_PER_PAGE, LINES_OF_TITLE, LINES_OF_SECTION = 42, 5, 3
"""What a page holds, and what of it its title takes, and the name of a section with those of its columns."""

UNBROKEN, EIGHT = re.compile(r"\S{25,}"), re.compile(r"(\S{8})(?=\S)")
"""More signs without a space than any column holds are broken anywhere, lest they run over the next one."""

SIGNS_PER_CM = 7.5
"""So many signs of some width fit in a centimetre; a row that needs two lines must not be given one."""


@dataclass(frozen=True)
class Layout:
    """How a table is set: the ``widths`` in cm of the columns that are shown, None for what is left over.

    A column of texts that is empty in the whole of a file is left out of it. A change in the columns ``by`` begins a section of its own, named after their values. ``span`` is the
    column that says from where to where a file goes, ``sums`` one that only rows of sums leave empty.
    """

    widths: Mapping[str, float | None]
    span: str
    by: Sequence[str] = ()
    sums: str = ""


JOURNAL = Layout(
    {
        "sequence": 1.4, "period": 1.4, "voucher": 1.5, "date": 1.7, "account": 1.2, "account_name": 4.0,
        "text": None, "project": 1.7, "cost_center": 2.0, "debit": 2.4, "credit": 2.4,
    },
    span="sequence",
)  # fmt: skip
GENERAL_LEDGER = Layout(
    {
        "date": 1.7, "voucher": 1.7, "text": None, "project": 1.9, "cost_center": 2.4, "debit": 2.6,
        "credit": 2.6, "balance": 2.8,
    },
    span="account",
    by=("account", "account_name"),
    sums="voucher",
)  # fmt: skip

WIDE, WIDEST = re.compile(r"[A-LN-VX-ZÅÄÖÉmw%]+"), re.compile(r"[MW@—\u2e80-\uffff]+")

WIDTH = 25.7
"""What a page across is wide between its margins, in cm, as ``letter.typ`` has it."""
GUTTER = 0.21


@dataclass(frozen=True)
class Paper:
    """A file: its number, of how many, and what gives its content. Each is asked for once, in their order."""

    number: int
    of: int
    content: Callable[[], bytes]


def papers(
    table: Callable[[], Table],
    row_count: int,
    layout: Layout,
    letter: Mapping[str, Any],
    day: date,
    ending: ExitStack,
) -> list[Paper]:
    """The files that *table* fills, which has *row_count* rows; *letter* and *day* stand on each of them.

    Those that follow are set while one is written. *ending* ends what was not asked for.
    """
    of = max(1, -(-row_count // ROWS_PER_FILE))
    documents = _Reading(table, layout, letter, day, of).documents()
    if row_count <= ROWS_SET_HERE:
        contents = (pdf("ledger", data, day) for data in documents)
    else:
        contents = pdfs_apart("ledger", documents, day)
    ending.enter_context(closing(contents))
    return [Paper(number, of, partial(next, contents)) for number in range(1, of + 1)]


class _Reading:
    """A table that is read once, file by file."""

    def __init__(
        self, table: Callable[[], Table], layout: Layout, letter: Mapping[str, Any], day: date, of: int
    ) -> None:
        self._make, self._layout, self._letter, self._day, self._of = table, layout, letter, day, of
        self._section: tuple[Any, ...] | None = None

    def documents(self) -> Iterator[dict[str, Any]]:
        """What the template gets to set of each file; the last one takes all rows that are left."""
        table = self._make()
        rows = iter(table.rows)
        for number in range(1, self._of + 1):
            part = list(islice(rows, ROWS_PER_FILE if number < self._of else None))
            yield self._data(table, part, number)

    def _data(self, table: Table, rows: Sequence[Sequence[Any]], number: int) -> dict[str, Any]:
        """What the template gets to set."""
        keys = [column.key for column in table.columns]
        part = _("part %(number)s of %(of)s") % {"number": number, "of": self._of} if self._of > 1 else ""
        span = keys.index(self._layout.span)
        goes = ""
        if rows:
            first, last = rows[0][span], rows[-1][span]
            goes = f"{table.columns[span].title} {first}" + (f"–{last}" if last != first else "")
        shown = [
            (place, width)
            for place, width in ((keys.index(key), width) for key, width in self._layout.widths.items())
            if width is None
            or table.columns[place].kind != Kind.TEXT
            or not rows
            or any(row[place] for row in rows)
        ]
        return {
            **self._letter,
            "title": f"{table.title}, {part}" if part else table.title,
            "about": [text for text in (self._letter["period"], goes) if text],
            "date": self._day.isoformat(),
            "columns": [
                {
                    "title": table.columns[place].title,
                    "width": width,
                    "is_number": table.columns[place].kind in (Kind.AMOUNT, Kind.COUNT),
                }
                for place, width in shown
            ],
            "pages": list(self._pages(table.columns, rows, shown)),
            "words": {"continued": _("continued")},
        }

    def _pages(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Any]],
        shown: Sequence[tuple[int, float | None]],
    ) -> Iterator[list[dict[str, Any]]]:
        """*rows* on pages, each a list of sections; a section that goes over a page is told to continue."""
        keys = [column.key for column in columns]
        by = [keys.index(key) for key in self._layout.by]
        sums = keys.index(self._layout.sums) if self._layout.sums else None
        room = _room([width for _place, width in shown])
        page: list[dict[str, Any]] = []
        left = LINES_PER_PAGE - LINES_OF_TITLE
        for row in rows:
            named = tuple(row[place] for place in by)
            cells = [_text(columns[place].kind, row[place]) for place, _width in shown]
            lines = max(-(-_signs(cell) // signs) for cell, signs in zip(cells, room, strict=True)) or 1
            is_new = not page or named != self._section
            needed = lines + (LINES_OF_SECTION if is_new else 0)
            if page and left < needed + (1 if is_new else 0):
                yield page
                page, left, is_new = [], LINES_PER_PAGE, True
                needed = lines + LINES_OF_SECTION
            if is_new:
                page.append(
                    {
                        "title": " ".join(str(value) for value in named),
                        "is_continued": named == self._section,
                        "rows": [],
                    }
                )
                self._section = named
            page[-1]["rows"].append(
                {
                    "cells": cells,
                    "is_long": lines > 1,
                    "is_sum": sums is not None and row[sums] is None,
                }
            )
            left -= needed
        yield page


def _room(widths: Sequence[float | None]) -> list[int]:
    """How many signs fit on a line of each column."""
    taken = sum(width or 0 for width in widths) + GUTTER * (len(widths) - 1)
    return [int((width or WIDTH - taken) * SIGNS_PER_CM) for width in widths]


def _signs(text: str) -> int:
    """How long *text* is, in signs of some width: a wide one counts for one and a half, the widest for two."""
    return len(text) + sum(map(len, WIDE.findall(text))) // 2 + sum(map(len, WIDEST.findall(text)))


def _text(kind: Kind, value: Any) -> str:
    """*value* as people read it."""
    if value is None:
        return ""
    if kind == Kind.AMOUNT:
        return format_amount(from_ore(value))
    if kind == Kind.COUNT:
        return format_count(value)
    return UNBROKEN.sub(lambda found: EIGHT.sub("\\1\u200b", found[0]), " ".join(str(value).split()))
