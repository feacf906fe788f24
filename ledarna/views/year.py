"""The year as the board sees it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from finance.analysis import forecast_of
from finance.models import Account, Association, FiscalYear
from finance.statements import income_statement_of
from ledarna.charts.finance import income_and_costs, result_course, variance_by_group, variance_course
from ledarna.charts.look import SIDE
from ledarna.charts.years import (
    digital_share,
    equity,
    income_and_costs_by_year,
    members_by_year,
    members_of_year,
)
from ledarna.exports import list_file
from ledarna.figures import figures_of, reading_at_hand
from ledarna.listings import overview_table
from ledarna.matters import matters
from ledarna.navigation import destinations_for, year_at_hand
from ledarna.overview import overview
from ledarna.reconciliation import reconcile
from ledarna.roles import Area, Level, may, sees
from ledarna.sentences import forecast_sentences
from ledarna.signals import signals
from ledarna.story import big_figures_of_year, lead_sentence
from ledarna.views.meeting import next_meeting
from ledarna.views.page import page_of_year, year_links
from members.figures import member_counts


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
    today = timezone.localdate()
    reading = reading_at_hand(year, today)
    figures = figures_of(year, reading=reading)
    reconciliation = reconcile(year, reading)
    months = reading.months
    course = variance_course(months)
    made = None if reading.is_whole_year else forecast_of(months)
    big = big_figures_of_year(reading, figures, today)
    waiting = matters(year, request.user, reconciliation)
    is_blank = not (waiting or reconciliation.rows or any(figure.value is not None for figure in big))
    return page_of_year(
        request,
        year,
        "year",
        {
            "years": year_links(year, "year"),
            "lead": lead_sentence(figures, months),
            "through": None if reading.is_whole_year else reading.end,
            "next_meeting": next_meeting(today, request.user),
            "figures": big,
            "is_blank": is_blank,
            "lacks_basis": is_blank and not (Association.objects.exists() and Account.objects.exists()),
            "reconciliation": reconciliation,
            "matters": waiting,
            "has_desk": may(request.user, Area.BOOKS, Level.ENTER),
            "signals": signals(reading, figures),
            "statement": income_statement_of(reading.trial, reading.budget),
            "variance": variance_by_group(months),
            # Where the variance has no months, the result itself has them.
            "course": result_course(months) if course.reason else course,
            "forecast": result_course(months, made) if made else None,
            "forecast_says": forecast_sentences(made, months) if made else [],
            "months": income_and_costs(months),
            "members": members_of_year(reading),
        },
    )


@sees(Area.DASHBOARDS)
def years_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """Five years beside one another, with what they show."""
    year = get_object_or_404(FiscalYear, label=label)
    several = overview(year)
    if taken := list_file(request, year, {"": lambda: overview_table(several)}):
        return taken
    counts = member_counts(several.columns[0].year.start, year.end)
    return page_of_year(
        request,
        year,
        "years",
        {
            "years": year_links(year, "years"),
            "overview": several,
            "rows_of_charts": [
                (income_and_costs_by_year(several), digital_share(several)),
                (equity(several), members_by_year(several, counts, SIDE)),
            ],
        },
        here="year",
    )
