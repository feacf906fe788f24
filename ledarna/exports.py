"""Tables as files to take away, each with the head of the chain that it was written from."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import IO

from django.http import FileResponse, HttpRequest
from django.utils.text import slugify

from finance.models import FiscalYear
from finance.posting import chain_head
from finance.report import Report, table_of
from finance.streams import snapshot
from finance.tables import Table, csv_lines, json_lines, write_xlsx
from ledarna.documents import report_pdf
from ledarna.trail import record

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
"""The forms that ``?as=`` can ask for, and what a browser calls them."""

DIGITS_IN_NAME = 12
"""How much of the chain's head the name of a file has: enough to find its place on the chain's page."""


LISTS = ("xlsx", "csv", "json")
"""The forms of a list."""


def asked_form(request: HttpRequest, forms: Collection[str] = LISTS) -> str | None:
    """That of *forms* in which *request* wants to take the list away; None where it is to be shown."""
    form = request.GET.get("as")
    return form if form in forms else None


def list_file(
    request: HttpRequest, year: FiscalYear, tables: Mapping[str, Callable[[], Table]]
) -> FileResponse | None:
    """The list that *request* wants to take away, named by ``?list=``; None where the page is to be shown."""
    form, make = asked_form(request), tables.get(request.GET.get("list", ""))
    return file_of(request, make(), year, form) if form and make else None


def file_of(request: HttpRequest, table: Table, year: FiscalYear, form: str) -> FileResponse:
    """*table*, of *year*, as a file in *form*; that it was taken out is kept in the trail.

    The rows and the head of the chain are of one moment. The head is in the file's name; a workbook
    has it in its properties and in the foot of each printed page, JSON as ``head``. CSV has no place
    for anything beside its rows.
    """
    file = _new_file()
    with snapshot():
        about = origin(year)
        write_table(table, file, form, about)
    return _handed_over(request, file, year, table.title, form, about)


def report_file(
    request: HttpRequest, year: FiscalYear, make: Callable[[], Report], form: str
) -> FileResponse:
    """The report that *make* derives, of *year*, as a file in *form*, as ``file_of`` makes one of a table."""
    file = _new_file()
    with snapshot():
        about = origin(year)
        report = make()
        if form == "pdf":
            file.write(report_pdf(report, about.get("head", "")))
        else:
            write_table(table_of(report), file, form, about)
    return _handed_over(request, file, year, report.title, form, about)


def _new_file() -> IO[bytes]:
    return tempfile.TemporaryFile()


def origin(year: FiscalYear) -> dict[str, str]:
    """What a file says of where it comes from: its year, and the head of the chain where anything is posted."""
    head = chain_head(year)
    return {"year": year.label, "head": head.digest} if head.sequence else {"year": year.label}


def write_table(table: Table, file: IO[bytes], form: str, about: Mapping[str, str]) -> None:
    """Write *table* to *file* as a workbook, CSV or JSON, with what *about* says of it."""
    if form == "xlsx":
        write_xlsx([table], file, about)
    else:
        _write(csv_lines(table) if form == "csv" else json_lines(table, about), file)


def _handed_over(
    request: HttpRequest, file: IO[bytes], year: FiscalYear, title: str, form: str, about: Mapping[str, str]
) -> FileResponse:
    name = "-".join(filter(None, (slugify(title), year.label, about.get("head", "")[:DIGITS_IN_NAME])))
    record(request.user, "download", year, f"{name}.{form}")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.{form}", content_type=TYPES[form])


def _write(lines: Iterable[str], file: IO[bytes]) -> None:
    for line in lines:
        file.write(line.encode())
