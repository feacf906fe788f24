"""The fiscal year as a SIE file, on a page of the books."""

import tempfile
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from finance.exporting import SieExport
from finance.models import FiscalYear
from ledarna.exports import DIGITS_IN_NAME
from ledarna.forms.sie_export import SieExportForm
from ledarna.roles import Area, sees
from ledarna.trail import record
from ledarna.views.page import page_of_year, signed_in, year_links

EXTENSIONS = {"4I": "si"}
"""What names of files end with, where it is not .se."""


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS)
def sie_export_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """What a SIE file can hold; sent to, it gives the file.

    Where characters had to be replaced, or something else is not as in the books, the page says so
    first, and gives the file when it is asked again.
    """
    year = get_object_or_404(FiscalYear, label=label)
    sent = request.POST if request.method == "POST" else None
    form = SieExportForm(year, signed_in(request).username, sent)
    context: dict[str, Any] = {"years": year_links(year, "sie-export"), "form": form}
    if sent is not None and form.is_valid():
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        file.writelines(form.export)
        if form.cleaned_data["told"] or not form.export.notes:
            return _file_of(request, form.export, file)
        file.close()
        context["export"] = form.export
    return page_of_year(request, year, "sie-export", context, here="vouchers")


def _file_of(request: HttpRequest, export: SieExport, file: IO[bytes]) -> FileResponse:
    """The file; that it was taken out is kept in the trail, with the head of the chain in its name."""
    head = export.head.digest[:DIGITS_IN_NAME] if export.head.sequence else ""
    name = "-".join(filter(None, (f"sie{export.kind.lower()}", export.year.label, head)))
    name = f"{name}.{EXTENSIONS.get(export.kind, 'se')}"
    record(request.user, "download", export.year, name)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
