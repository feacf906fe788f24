"""The year-end package on its page, for those who take it home."""

import tempfile
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from finance.models import FiscalYear
from finance.posting import chain_head
from ledarna.exports import DIGITS_IN_NAME
from ledarna.package.writing import write_package
from ledarna.roles import Area, Level, sees
from ledarna.trail import record
from ledarna.views.page import page_of_year, year_links


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.PACKAGE, Level.DOWNLOAD)
def package_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """What the package of the year holds; sent to, it gives the package."""
    year = get_object_or_404(FiscalYear, label=label)
    if request.method != "POST":
        return page_of_year(request, year, "package", {"years": year_links(year, "package")})
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_package(year, file)
    head = chain_head(year)
    name = "-".join(["ledarna", year.label, *([head.digest[:DIGITS_IN_NAME]] if head.sequence else [])])
    record(request.user, "download", year, f"{name}.zip")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.zip", content_type="application/zip")
