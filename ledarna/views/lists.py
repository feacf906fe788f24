"""The lists that an auditor knows: vouchers, journal, general ledger; shown, and taken away as filtered."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from finance.journal import date_gaps, journal_page
from finance.ledger import Mark, general_ledger_page
from finance.listings import general_ledger_table, journal_table, vouchers_table
from finance.models import FiscalYear
from ledarna.exports import asked_form, file_of
from ledarna.filters import Filter
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links

Place = TypeVar("Place")

OF_VOUCHERS = ("start", "end", "series", "account", "project", "cost_center", "amount", "text")
OF_JOURNAL = OF_VOUCHERS
OF_LEDGER = ("start", "end", "account", "project", "cost_center")


def place_of(request: HttpRequest, name: str, parse: Callable[[str], Place]) -> Place | None:
    """The place in a list that the address has under *name*. Raises BadRequest for what names none."""
    text = request.GET.get(name)
    try:
        return parse(text) if text else None
    except ValueError:
        raise BadRequest from None


def sequence(text: str) -> int:
    """A place in the chain. Raises ValueError for what is none, or is too large to be one."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


@require_safe
@sees(Area.BOOKS)
def vouchers_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The vouchers of the year in the order of registration, and the gaps in their dates."""
    year = get_object_or_404(FiscalYear, label=label)
    wanted = Filter.of(request, year, *OF_VOUCHERS)
    context: dict[str, Any] = {}
    if wanted.is_valid:
        if form := asked_form(request):
            return file_of(request, vouchers_table(wanted.selection), year, form)
        after, before = (place_of(request, name, sequence) for name in ("after", "before"))
        context["page"] = journal_page(wanted.selection, after, before)
        context["gaps"] = [] if wanted.is_set else date_gaps(year)
    return _list_page(request, year, "vouchers", wanted, context)


@require_safe
@sees(Area.BOOKS)
def journal_list_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The journal: every row in the order of registration, voucher by voucher."""
    year = get_object_or_404(FiscalYear, label=label)
    wanted = Filter.of(request, year, *OF_JOURNAL)
    context: dict[str, Any] = {}
    if wanted.is_valid:
        if form := asked_form(request):
            return file_of(request, journal_table(wanted.selection), year, form)
        after, before = (place_of(request, name, sequence) for name in ("after", "before"))
        context["page"] = journal_page(wanted.selection, after, before)
    return _list_page(request, year, "journal", wanted, context)


@require_safe
@sees(Area.BOOKS)
def ledger_list_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The general ledger: account by account, with the balance after each row."""
    year = get_object_or_404(FiscalYear, label=label)
    wanted = Filter.of(request, year, *OF_LEDGER)
    context: dict[str, Any] = {}
    if wanted.is_valid:
        account = wanted.value("account")
        if form := asked_form(request):
            return file_of(request, general_ledger_table(wanted.scope, account), year, form)
        after, before = (place_of(request, name, Mark.parse) for name in ("after", "before"))
        context["page"] = general_ledger_page(wanted.scope, after, before, account)
    return _list_page(request, year, "general-ledger", wanted, context)


def _list_page(
    request: HttpRequest, year: FiscalYear, page: str, wanted: Filter, context: dict[str, Any]
) -> HttpResponseBase:
    common = {"years": year_links(year, page), "filter": wanted}
    return page_of_year(request, year, page, {**common, **context}, here="vouchers")
