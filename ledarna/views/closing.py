"""Closing the year, step by step: what should be looked at, what will be booked, and then the close."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from finance.closing import Severity, closing_plan, closing_vouchers
from finance.models import FiscalYear
from finance.refusals import sentences
from ledarna import closing
from ledarna.reauthentication import asks_for_password
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_year, signed_in, year_links


@require_safe
@sees(Area.BOOKS, Level.CLOSE)
def closing_page(request: HttpRequest, label: str) -> HttpResponse:
    """The first step: what every check found, and what the close would book; for a closed year, what it did."""
    year = get_object_or_404(FiscalYear, label=label)
    context: dict[str, object] = {"years": year_links(year, "closing"), "is_closed": year.is_closed}
    if year.is_closed:
        context |= {
            "lock": year.locks.filter(kind="year").select_related("locked_by").latest("locked_at"),
            "vouchers": list(closing_vouchers(year)),
            "next_year": year.next,
            "is_sealed": closing.year_is_sealed(year),
        }
    else:
        found = closing.findings(year)
        context |= {
            "findings": found,
            "hindrances": sum(finding.severity == Severity.HINDRANCE for finding in found),
            "notes": sum(finding.severity == Severity.NOTE for finding in found),
            "plan": closing_plan(year),
        }
    return page_of_year(request, year, "closing", context, here="vouchers")


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.CLOSE)
@asks_for_password
def close_year_page(request: HttpRequest, label: str) -> HttpResponse:
    """The last step: the vouchers as they will be booked, and the button that closes the year."""
    year = get_object_or_404(FiscalYear, label=label)
    if year.is_closed:
        return redirect("closing", year.label)
    codes = list(year.series.order_by("code").values_list("code", flat=True))
    chosen = request.POST.get("series") or request.GET.get("series")
    series = chosen if chosen in codes else None
    if request.method == "POST":
        try:
            closed = closing.close_year(year, signed_in(request), series, request.POST.get("seen", ""))
        except (ValidationError, DatabaseError) as error:
            for sentence in sentences(error):
                messages.error(request, sentence)
        else:
            messages.success(
                request,
                _("%(year)s is closed, and %(next)s begins with its balances.")
                % {"year": year, "next": closed.next_year},
            )
            return redirect("closing", year.label)
    context = {"plan": closing_plan(year, series), "codes": codes, "years": []}
    return page_of_year(request, year, "close-year", context, here="vouchers")


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.CLOSE)
@asks_for_password
def reopen_year_page(request: HttpRequest, label: str) -> HttpResponse:
    """Ask why the year is reopened, and reopen it."""
    year = get_object_or_404(FiscalYear, label=label)
    errors: list[str] = []
    if request.method == "POST":
        try:
            closing.reopen_year(year, signed_in(request), request.POST.get("reason", ""))
        except ValidationError as error:
            errors = error.messages
        else:
            messages.success(request, _("%(year)s is open again.") % {"year": year})
            return redirect("closing", year.label)
    context = {
        "heading": _("Reopen %(year)s") % {"year": year},
        "lead": _(
            "What is posted then changes a year that was finished. Why it is reopened is kept for the auditors."
        ),
        "button": _("Reopen the year"),
        "errors": errors,
        "reason": request.POST.get("reason", ""),
        "back": "closing",
    }
    return page_of_year(request, year, "reason", context, here="vouchers")
