"""The papers of vouchers: a document itself, and the vouchers that have none."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST

from finance.models import Attachment, FiscalYear, Voucher
from finance.papers import say_why_no_receipt, without_receipt
from ledarna.exports import list_file
from ledarna.listings import missing_receipts_table
from ledarna.roles import Area, Level, may, sees
from ledarna.trail import record
from ledarna.views.page import page_of_year, year_links

LISTED = 100
OWN_POLICY = "default-src 'none'; sandbox"
"""What somebody sent us may load nothing, run nothing, and belongs to no origin."""


def _etag(request: HttpRequest, pk: int) -> str | None:
    sha256 = Attachment.objects.filter(pk=pk).values_list("sha256", flat=True).first()
    return f'"{sha256}"' if sha256 else None


@require_GET
@sees(Area.BOOKS)
@condition(etag_func=_etag)
def attachment_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document of an attachment, to be kept; with ``?preview``, a picture to be shown in a page."""
    attachment = get_object_or_404(Attachment, pk=pk)
    shown = "preview" in request.GET and attachment.can_be_shown
    try:
        document = storages["documents"].open(attachment.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        document,
        as_attachment=not shown,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = OWN_POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if not shown:
        record(request.user, "download", attachment, attachment.name)
    # Kept by nobody but the reader, who asks again each time: their role may have ended.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _after(request: HttpRequest) -> int:
    try:
        return int(request.GET.get("after", 0))
    except ValueError:
        raise BadRequest from None


@require_http_methods(["GET", "HEAD"])
@sees(Area.BOOKS)
def missing_receipts_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The posted vouchers of the year that have no receipt, and of which nobody has said why."""
    year = get_object_or_404(FiscalYear, label=label)
    if taken := list_file(request, year, {"": lambda: missing_receipts_table(year)}):
        return taken
    vouchers = list(without_receipt(year).filter(sequence__gt=_after(request))[: LISTED + 1])
    return page_of_year(
        request,
        year,
        "missing-receipts",
        {
            "years": year_links(year, "missing-receipts"),
            "vouchers": vouchers[:LISTED],
            "next": vouchers[LISTED - 1].sequence if len(vouchers) > LISTED else None,
            "may_say_why": may(request.user, Area.BOOKS, Level.POST),
        },
        here="vouchers",
    )


@require_POST
@sees(Area.BOOKS, Level.POST)
def missing_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the reason why a voucher has no receipt, and go back to the list."""
    voucher = get_object_or_404(Voucher.objects.select_related("fiscal_year", "series"), pk=pk)
    try:
        say_why_no_receipt(voucher, request.POST.get("reason", ""), request.user.get_username())
    except ValidationError as error:
        messages.error(request, f"{voucher}: {' '.join(error.messages)}")
    else:
        messages.success(
            request, _("Why %(reference)s has no receipt is kept.") % {"reference": voucher.reference}
        )
    return redirect("missing-receipts", voucher.fiscal_year.label)


def papers_of(voucher: Voucher, request: HttpRequest) -> dict[str, Any]:
    """What the voucher's page shows of its papers."""
    attachments = list(voucher.attachments.all())
    return {
        "attachments": attachments,
        "missing_receipts": [] if attachments else list(voucher.missing_receipts.all()),
        "may_say_why": may(request.user, Area.BOOKS, Level.POST),
    }
