"""The statements: on screen, and as files made from the same report."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from finance.columns import Wanted
from finance.models import FiscalYear
from finance.report import Report
from finance.tabulation import balance_report, income_report
from ledarna.exports import TYPES, asked_form, report_file
from ledarna.reports import OF_BALANCE, OF_INCOME, Choices, ReportForm, address_of
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links


@require_safe
@sees(Area.DASHBOARDS)
def income_statement_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The income statement, in the columns that the address asks for."""
    return _statement_page(request, label, "income-statement", OF_INCOME, income_report)


@require_safe
@sees(Area.DASHBOARDS)
def balance_sheet_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The balance sheet, on the day that the address asks for."""
    return _statement_page(request, label, "balance-sheet", OF_BALANCE, balance_report)


def _statement_page(
    request: HttpRequest,
    label: str,
    page: str,
    choices: Choices,
    derive: Callable[[FiscalYear, Wanted], Report],
) -> HttpResponseBase:
    year = get_object_or_404(FiscalYear, label=label)
    form = ReportForm(year, choices, request.GET)
    query = address_of(request.GET)
    context: dict[str, Any] = {
        "years": year_links(year, page),
        "form": form,
        "query": query,
        "is_chosen": bool(address_of(request.GET, open="", sort="")),
    }
    if form.is_valid():
        wanted = form.wanted
        if file_form := asked_form(request, TYPES):
            return report_file(request, year, lambda: derive(year, wanted), file_form)
        context |= shown(derive(year, wanted), request.GET)
    return page_of_year(request, year, page, context)


def shown(report: Report, data: QueryDict) -> dict[str, Any]:
    """What the parts of a page need to show *report* as the address's *data* asks for it."""
    return {
        "report": report,
        "told": report.notes[1:] if report.missing else report.notes,
        "forms": list(TYPES),
        "has_parts": any(entry.parts for entry in report.entries),
        "is_open": bool(data.get("open")),
        "sort": data.get("sort", ""),
        "unfolded": address_of(data, open="all"),
        "folded": address_of(data, open=""),
        "unsorted": address_of(data, sort=""),
    }
