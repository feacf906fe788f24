"""The statements: on screen, and as files made from the same report."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from finance.analysis import YearInMonths, year_in_months
from finance.cash_flow import cash_flow_report
from finance.columns import Wanted
from finance.equity import equity_report
from finance.models import FiscalYear
from finance.notes import notes_report
from finance.report import Report
from finance.tabulation import balance_report, income_report
from ledarna.charts.chart import Chart
from ledarna.charts.finance import liquidity, result_course
from ledarna.exports import TYPES, asked_form, report_file
from ledarna.navigation import statement_links
from ledarna.reports import BALANCE, CASH_FLOW, EQUITY, INCOME, NOTES, Choices, ReportForm, address_of
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links


@dataclass(frozen=True)
class Statement:
    """A statement: its address, what can be chosen of it, how it is derived, where the header has it.

    ``chart`` draws what it sums up, month by month.
    """

    page: str
    choices: Choices
    derive: Callable[[FiscalYear, Wanted], Report]
    here: str
    chart: Callable[[YearInMonths], Chart] | None = None


STATEMENTS = {
    statement.page: statement
    for statement in (
        Statement("income-statement", INCOME, income_report, "income-statement", result_course),
        Statement("balance-sheet", BALANCE, balance_report, "balance-sheet"),
        Statement("cash-flow", CASH_FLOW, cash_flow_report, "balance-sheet", liquidity),
        Statement("equity", EQUITY, equity_report, "balance-sheet"),
        Statement("notes", NOTES, notes_report, "balance-sheet"),
    )
}


@require_safe
@sees(Area.DASHBOARDS)
def statement_page(request: HttpRequest, label: str, page: str) -> HttpResponseBase:
    """The statement *page* of a year, in the columns that the address asks for; as a file with ``as``."""
    year = get_object_or_404(FiscalYear, label=label)
    statement = STATEMENTS[page]
    form = ReportForm(year, statement.choices, request.GET)
    context: dict[str, Any] = {
        "years": year_links(year, page),
        "statement_links": statement_links(request.user, year, page),
        "form": form,
        "query": address_of(request.GET),
        "is_chosen": bool(address_of(request.GET, open="", sort="")),
    }
    if form.is_valid():
        wanted = form.wanted
        if file_form := asked_form(request, TYPES):
            return report_file(request, year, lambda: statement.derive(year, wanted), file_form)
        report = statement.derive(year, wanted)
        context |= shown(report, request.GET)
        context |= {
            "is_first_look": bool(statement.choices.usual)
            and len(report.columns) > 2
            and not context["is_chosen"],
            "with_all_columns": address_of(request.GET, columns=",".join(statement.choices.usual)),
        }
        if statement.chart and not report.is_empty and report.start == year.start:
            context["chart"] = statement.chart(year_in_months(year, report.end, report.known))
    return page_of_year(request, year, page, context, here=statement.here)


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
