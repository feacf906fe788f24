"""The income statement and the balance sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from finance.models import FiscalYear
from finance.statements import balance_sheet, income_statement
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links


@sees(Area.DASHBOARDS)
def income_statement_page(request: HttpRequest, label: str) -> HttpResponse:
    """The income statement, with budget, variance and the year before."""
    year = get_object_or_404(FiscalYear, label=label)
    context = {"years": year_links(year, "income-statement"), "statement": income_statement(year)}
    return page_of_year(request, year, "income-statement", context)


@sees(Area.DASHBOARDS)
def balance_sheet_page(request: HttpRequest, label: str) -> HttpResponse:
    """The balance sheet, with the opening beside it."""
    year = get_object_or_404(FiscalYear, label=label)
    context = {"years": year_links(year, "balance-sheet"), "statement": balance_sheet(year)}
    return page_of_year(request, year, "balance-sheet", context)
