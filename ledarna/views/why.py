"""How a figure is derived: its formula, its accounts, the vouchers that contribute most."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from finance.analysis import year_in_months
from finance.contributions import (
    AccountContribution,
    Selection,
    account_contributions,
    in_group,
    largest_vouchers,
)
from finance.groups import GROUPS, Group
from finance.models import Account, FiscalYear
from ledarna.derivation import WITHOUT_VOUCHERS, facts_of, formula_of, selection_of, terms_of
from ledarna.figures import Reading, figures_of, reading_at_hand
from ledarna.roles import Area, may, sees
from ledarna.views.page import page_of_year, year_links


def _month(request: HttpRequest, year: FiscalYear) -> date | None:
    text = request.GET.get("month")
    if not text:
        return None
    month = next((month for month in year.months if f"{month:%Y-%m}" == text), None)
    if month is None:
        raise Http404
    return month


def _group(request: HttpRequest) -> Group | None:
    text = request.GET.get("group")
    if not text:
        return None
    group = next((group for group in GROUPS if group.key == text), None)
    if group is None:
        raise Http404
    return group


@sees(Area.DASHBOARDS)
def figure_page(request: HttpRequest, label: str, key: str) -> HttpResponse:
    """How the figure *key* of a year is derived, in whole or in a month, a group or an account of it."""
    year = get_object_or_404(FiscalYear, label=label)
    reading = reading_at_hand(year, timezone.localdate())
    figures = figures_of(year, reading=reading)
    if key not in figures:
        raise Http404
    figure = figures[key]
    context = {
        "years": year_links(year, "figure", key),
        "figure": figure,
        "through": None if reading.is_whole_year else reading.end,
        "terms": terms_of(figure, figures, year),
        "facts": facts_of(key, reading),
        "is_ratio": bool((formula := formula_of(key)) and formula.whole),
    }
    selection = selection_of(key)
    if selection is not None:
        context |= _books(request, year, reading, key, selection)
    return page_of_year(request, year, "figure", context, here="year")


def _books(
    request: HttpRequest, year: FiscalYear, reading: Reading, key: str, selection: Selection
) -> dict[str, object]:
    """What stands behind a figure of the books, as far as the address narrows it down."""
    month, group = _month(request, year), _group(request)
    account = (
        get_object_or_404(Account, number=request.GET["account"]) if request.GET.get("account") else None
    )
    previous_year = year.previous
    previous = year_in_months(previous_year) if previous_year else None

    def chosen(other: Account) -> bool:
        return (group is None or in_group(group)(other)) and (account is None or other.pk == account.pk)

    contributions = account_contributions(reading.months, previous, selection, month, chosen)
    accounts = [contribution.account for contribution in contributions]
    largest = before = None
    if may(request.user, Area.BOOKS) and key not in WITHOUT_VOUCHERS:
        largest = largest_vouchers(year, accounts, selection.sign, month)
        if previous_year and previous:
            index = year.months.index(month) if month else None
            months = previous_year.months
            if index is None or index < len(months):
                before = largest_vouchers(
                    previous_year, accounts, selection.sign, None if index is None else months[index]
                )
    return {
        "selection": selection,
        "month": month,
        "group": group,
        "account": account,
        "contributions": contributions,
        "total": _total(contributions),
        "has_ore": any(
            amount % 100
            for one in contributions
            for amount in (one.amount, one.budget or 0, one.previous or 0)
        ),
        "largest": largest,
        "largest_before": before,
        "previous_year": previous_year,
    }


def _total(contributions: tuple[AccountContribution, ...]) -> dict[str, int | None]:
    def sum_of(name: str) -> int | None:
        values = [getattr(contribution, name) for contribution in contributions]
        return None if not values or None in values else sum(values)

    return {
        name: sum_of(name)
        for name in (
            "opening",
            "change",
            "amount",
            "budget",
            "better",
            "previous",
            "against_previous",
        )
    }
