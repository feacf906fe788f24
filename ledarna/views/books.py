"""The books behind a figure: an account's rows, and a voucher."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from finance.auditing import sampled_of
from finance.ledger import AccountPage, Place, account_page
from finance.listings import general_ledger_table
from finance.models import Account, FiscalYear, Voucher
from finance.models.accounts import RESULT_KINDS
from finance.money import to_ore
from ledarna.decisions import decision_of
from ledarna.exports import asked_form, file_of
from ledarna.filters import Filter
from ledarna.roles import Area, Level, may, sees
from ledarna.views.attests import attests_of
from ledarna.views.lists import place_of
from ledarna.views.page import page_of_year, year_links
from ledarna.views.papers import papers_of


@sees(Area.BOOKS)
def account_rows_page(request: HttpRequest, label: str, number: str) -> HttpResponseBase:
    """An account in a year: opening, rows with the balance after each, closing; 100 rows a page."""
    year = get_object_or_404(FiscalYear, label=label)
    account = get_object_or_404(Account, number=number)
    statement = "income-statement" if account.kind in RESULT_KINDS else "balance-sheet"
    wanted = Filter.of(request, year, "start", "end", "project", "cost_center")
    page: AccountPage | None = None
    if wanted.is_valid:
        if form := asked_form(request):
            return file_of(request, general_ledger_table(wanted.scope, account), year, form)
        after, before = (place_of(request, name, Place.parse) for name in ("after", "before"))
        page = account_page(year, account, after, before, wanted.scope)
    return page_of_year(
        request,
        year,
        "account",
        {
            "years": year_links(year, "account", number),
            "account": account,
            "statement": statement,
            "filter": wanted,
            "page": page,
        },
        here=statement,
    )


def rows_shown(voucher: Voucher) -> dict[str, Any]:
    """What a page shows of the rows of *voucher* (``parts/voucher_rows.html``)."""
    rows = list(voucher.rows.select_related("account", "project", "cost_center").order_by("line"))
    return {
        "rows": rows,
        "sum": sum(max(to_ore(row.amount), 0) for row in rows),
        "has_dimensions": any(row.project or row.cost_center for row in rows),
    }


@sees(Area.BOOKS)
def voucher_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A voucher: its rows, when it happened and was entered and posted, by whom, and its digest."""
    voucher = get_object_or_404(
        Voucher.objects.select_related("fiscal_year", "series", "corrects__series"), pk=pk
    )
    shown = rows_shown(voucher)
    decision = decision_of(voucher, request.user) if may(request.user, Area.MEETINGS) else None
    # What takes it back before what puts it right.
    corrections = list(voucher.corrections.select_related("series").order_by("-correction"))
    in_series = Voucher.objects.filter(series=voucher.series_id, number__isnull=False).select_related(
        "series"
    )
    return page_of_year(
        request,
        voucher.fiscal_year,
        "voucher",
        {
            "voucher": voucher,
            **shown,
            "corrections": corrections,
            "decision": decision,
            "may_correct": may(request.user, Area.BOOKS, Level.POST)
            and voucher.is_posted
            and not any(each.is_posted for each in corrections),
            "before": in_series.filter(number__lt=voucher.number or 0).order_by("-number").first(),
            "after": in_series.filter(number__gt=voucher.number or 0).order_by("number").first(),
            "may_enter": may(request.user, Area.BOOKS, Level.ENTER),
            **papers_of(voucher, request),
            **attests_of(voucher, shown["rows"], request),
            "samplings": sampled_of(voucher.fiscal_year).filter(voucher=voucher),
        },
        here="vouchers",
    )
