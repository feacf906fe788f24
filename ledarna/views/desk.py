"""The treasurer's desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from finance.models import FiscalYear
from ledarna.desk import desk
from ledarna.figures import reading_at_hand
from ledarna.reconciliation import reconcile
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_year, signed_in, year_links


@require_safe
@sees(Area.BOOKS, Level.ENTER)
def desk_page(request: HttpRequest, label: str) -> HttpResponse:
    """What is left to do for this month and for the year, each with its rule and the way there."""
    year = get_object_or_404(FiscalYear, label=label)
    today = timezone.localdate()
    reconciliation = reconcile(year, reading_at_hand(year, today))
    context = {
        "years": year_links(year, "desk"),
        "desk": desk(year, signed_in(request), reconciliation, today),
    }
    return page_of_year(request, year, "desk", context, here="vouchers")
