"""The year as the board sees it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from finance.models import FiscalYear
from finance.statements import income_statement
from ledarna.charts.finance import income_and_costs, result_course, variance_by_group, variance_course
from ledarna.figures import Reading, figures_of
from ledarna.navigation import destinations_for, year_at_hand
from ledarna.reconciliation import reconcile
from ledarna.roles import Area, sees
from ledarna.story import big_figures_of_year, lead_sentence
from ledarna.views.page import page_of_year, year_links


def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page that the reader sees, of the latest fiscal year that has begun."""
    destinations = destinations_for(request.user)
    if not destinations:
        raise PermissionDenied
    year = year_at_hand()
    if year is None:
        return render(request, "pages/no-year.html")
    return redirect(destinations[0].page, year.label)


@sees(Area.DASHBOARDS)
def year_page(request: HttpRequest, label: str) -> HttpResponse:
    """The year: what happened, the four figures, what needs attention, why, the income statement."""
    year = get_object_or_404(FiscalYear, label=label)
    reading = Reading(year)
    figures = figures_of(year, reading=reading)
    statement = income_statement(year)
    return page_of_year(
        request,
        year,
        "year",
        {
            "years": year_links(year, "year"),
            "lead": lead_sentence(figures, statement),
            "figures": big_figures_of_year(reading, figures, timezone.localdate()),
            "reconciliation": reconcile(year, reading),
            "statement": statement,
            "variance": variance_by_group(reading.months),
            "months": income_and_costs(reading.months),
            "course": variance_course(reading.months),
            "result_course": result_course(reading.months),
        },
    )
