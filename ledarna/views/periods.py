"""Periods: the months of the year, locked and opened."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from finance.models import FiscalYear, PeriodLock
from finance.periods import lock_through, open_month, periods
from finance.presentation import format_month
from ledarna.roles import Area, Level, may, sees
from ledarna.views.page import page_of_year, signed_in, year_links


@require_safe
@sees(Area.BOOKS)
def periods_page(request: HttpRequest, label: str) -> HttpResponse:
    """The months of the year: what is in them, whether they are locked, by whom, and what was opened again."""
    year = get_object_or_404(FiscalYear, label=label)
    closings = year.locks.filter(kind=PeriodLock.Kind.YEAR).select_related("locked_by", "unlocked_by")
    context = {
        "years": year_links(year, "periods"),
        "periods": periods(year),
        "closings": closings.order_by("-locked_at"),
        "is_closed": year.is_closed,
        "may_close": may(request.user, Area.BOOKS, Level.CLOSE),
    }
    return page_of_year(request, year, "periods", context, here="vouchers")


@require_POST
@sees(Area.BOOKS, Level.CLOSE)
def lock_months(request: HttpRequest, label: str) -> HttpResponse:
    """Lock a month, and those before it that are open."""
    year = get_object_or_404(FiscalYear, label=label)
    try:
        month = date.fromisoformat(request.POST.get("month", ""))
    except ValueError:
        raise BadRequest from None
    try:
        locks = lock_through(year, month, signed_in(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        first, last = (format_month(lock.start) for lock in (locks[0], locks[-1]))
        messages.success(
            request,
            _("%(month)s is locked.") % {"month": last.capitalize()}
            if first == last
            else _("%(first)s – %(last)s are locked.") % {"first": first.capitalize(), "last": last},
        )
    return redirect("periods", year.label)


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.CLOSE)
def open_month_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why a month is opened again, and open it."""
    lock = get_object_or_404(PeriodLock.objects.select_related("fiscal_year"), pk=pk, kind="month")
    year = lock.fiscal_year
    month = format_month(lock.start).capitalize()
    errors: list[str] = []
    if request.method == "POST":
        try:
            open_month(lock, signed_in(request), request.POST.get("reason", ""))
        except ValidationError as error:
            errors = error.messages
        else:
            messages.success(request, _("%(month)s is open again.") % {"month": month})
            return redirect("periods", year.label)
    context = {
        "heading": _("Open %(month)s again") % {"month": month.lower()},
        "lead": _(
            "What is posted then changes what was finished. Why it is opened is kept for the auditors."
        ),
        "button": _("Open the month"),
        "errors": errors,
        "reason": request.POST.get("reason", ""),
        "back": "periods",
    }
    return page_of_year(request, year, "reason", context, here="vouchers")
