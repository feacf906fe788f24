"""The books behind a figure: an account's rows, and a voucher."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from finance.ledger import Place, account_page
from finance.models import Account, FiscalYear, Voucher
from finance.models.accounts import RESULT_KINDS
from finance.money import to_ore
from ledarna.roles import Area, Level, may, sees
from ledarna.views.attests import attests_of
from ledarna.views.page import page_of_year, year_links
from ledarna.views.papers import papers_of


def _place(request: HttpRequest, name: str) -> Place | None:
    text = request.GET.get(name)
    try:
        return Place.parse(text) if text else None
    except ValueError:
        raise BadRequest from None


@sees(Area.BOOKS)
def account_rows_page(request: HttpRequest, label: str, number: str) -> HttpResponse:
    """An account in a year: opening, rows with the balance after each, closing; 100 rows a page."""
    year = get_object_or_404(FiscalYear, label=label)
    account = get_object_or_404(Account, number=number)
    statement = "income-statement" if account.kind in RESULT_KINDS else "balance-sheet"
    return page_of_year(
        request,
        year,
        "account",
        {
            "years": year_links(year, "account", number),
            "account": account,
            "statement": statement,
            "page": account_page(year, account, _place(request, "after"), _place(request, "before")),
        },
        here=statement,
    )


@sees(Area.BOOKS)
def voucher_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A voucher: its rows, when it happened and was entered and posted, by whom, and its digest."""
    voucher = get_object_or_404(
        Voucher.objects.select_related("fiscal_year", "series", "corrects__series"), pk=pk
    )
    rows = list(voucher.rows.select_related("account", "project", "cost_center").order_by("line"))
    in_series = Voucher.objects.filter(series=voucher.series_id, number__isnull=False).select_related(
        "series"
    )
    return page_of_year(
        request,
        voucher.fiscal_year,
        "voucher",
        {
            "voucher": voucher,
            "rows": rows,
            "sum": sum(max(to_ore(row.amount), 0) for row in rows),
            "has_dimensions": any(row.project or row.cost_center for row in rows),
            "has_texts": any(row.text for row in rows),
            "corrections": list(voucher.corrections.select_related("series")),
            "before": in_series.filter(number__lt=voucher.number or 0).order_by("-number").first(),
            "after": in_series.filter(number__gt=voucher.number or 0).order_by("number").first(),
            "may_enter": may(request.user, Area.BOOKS, Level.ENTER),
            **papers_of(voucher, request),
            **attests_of(voucher, rows, request),
        },
        here="",
    )
