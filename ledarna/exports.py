"""Tables as files to take away, written as they are sent."""

import tempfile
from collections.abc import Iterable, Iterator

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language

from finance.models import FiscalYear
from finance.streams import snapshot
from finance.tables import Table, csv_lines, json_lines, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
JSON = "application/json"
FORMS = ("xlsx", "csv", "json")
"""The forms that ``?as=`` can ask for."""

LINES_PER_BLOCK = 500
"""How many lines are sent at a time."""


def asked_form(request: HttpRequest) -> str | None:
    """The form in which *request* wants to take the list away; None where it is to be shown."""
    form = request.GET.get("as")
    return form if form in FORMS else None


def file_of(table: Table, year: FiscalYear, form: str) -> HttpResponseBase:
    """*table*, of *year*, as a file in *form*; the ledger as it stands when it is first read."""
    name = f"{slugify(table.title)}-{year.label}.{form}"
    response: HttpResponseBase
    if form == "xlsx":
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        with snapshot():
            write_xlsx([table], file)
        file.seek(0)
        response = FileResponse(file, content_type=XLSX)
    elif form == "csv":
        response = StreamingHttpResponse(_read(csv_lines(table), get_language()), content_type=CSV)
    else:
        response = StreamingHttpResponse(_read(json_lines(table), get_language()), content_type=JSON)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _read(lines: Iterable[str], language: str) -> Iterator[str]:
    """*lines* in blocks of some size, all from the ledger as it stands when the first is read.

    They are read after the answer has left the middleware, and with it the reader's language.
    """
    with translation.override(language), snapshot():
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) >= LINES_PER_BLOCK:
                yield "".join(block)
                block.clear()
        yield "".join(block)
