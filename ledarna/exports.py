"""Tables as files to take away, each with the head of the chain that it was written from."""

import tempfile
from collections.abc import Iterable
from typing import IO

from django.http import FileResponse, HttpRequest
from django.utils.text import slugify

from finance.models import FiscalYear
from finance.posting import chain_head
from finance.streams import snapshot
from finance.tables import Table, csv_lines, json_lines, write_xlsx
from ledarna.trail import record

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
"""The forms that ``?as=`` can ask for, and what a browser calls them."""

DIGITS_IN_NAME = 12
"""How much of the chain's head the name of a file has: enough to find its place on the chain's page."""


def asked_form(request: HttpRequest) -> str | None:
    """The form in which *request* wants to take the list away; None where it is to be shown."""
    form = request.GET.get("as")
    return form if form in TYPES else None


def file_of(request: HttpRequest, table: Table, year: FiscalYear, form: str) -> FileResponse:
    """*table*, of *year*, as a file in *form*; that it was taken out is kept in the trail.

    The rows and the head of the chain are of one moment. The head is in the file's name; a workbook
    has it in its properties and in the foot of each printed page, JSON as ``head``. CSV has no place
    for anything beside its rows.
    """
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with snapshot():
        head = chain_head(year)
        about = {"year": year.label, "head": head.digest} if head.sequence else {"year": year.label}
        if form == "xlsx":
            write_xlsx([table], file, about)
        else:
            _write(csv_lines(table) if form == "csv" else json_lines(table, about), file)
    name = "-".join(filter(None, (slugify(table.title), year.label, about.get("head", "")[:DIGITS_IN_NAME])))
    record(request.user, "download", year, f"{name}.{form}")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.{form}", content_type=TYPES[form])


def _write(lines: Iterable[str], file: IO[bytes]) -> None:
    for line in lines:
        file.write(line.encode())
