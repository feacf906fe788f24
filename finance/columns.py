"""The columns of a report: which can be asked for, and what stands in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.models import FiscalYear
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind
from finance.money import to_ore
from finance.presentation import format_period
from finance.report import Column, Measure
from finance.span import Amounts, Span
from finance.sums import moment_after

INCOME_COLUMNS = ("actual", "budget", "difference", "previous")
BALANCE_COLUMNS = ("actual", "opening", "change")
"""The usual columns of each statement."""

EARLIER = ("previous", "previous-2", "previous-3", "previous-4")
"""The columns of the years before, nearest first."""


@dataclass(frozen=True)
class Wanted:
    """What a report is asked to show.

    ``by`` sets a column for each month, project or cost centre before the others. ``known`` leaves out
    what was posted after that day. ``sort`` is a column by which accounts are ordered, largest first;
    by number without it.
    """

    layout: str = "k1"
    columns: tuple[str, ...] = ()
    by: str = ""
    start: date | None = None
    end: date | None = None
    known: date | None = None
    sort: str = ""

    def span(self, year: FiscalYear) -> Span:
        """The days of *year* that are asked for."""
        return Span(year, self.start, self.end, self.known)


@dataclass
class Columns:
    """The columns that could be derived, with what stands in them, and why others could not."""

    found: list[tuple[Column, Amounts]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, title: str, amounts: Amounts) -> None:
        """Add a column of amounts."""
        self.found.append((Column(key, title), amounts))

    def compare(self, key: str, title: str, measure: Measure, minuend: str, subtrahend: str) -> None:
        """Add a column of differences, where both of its columns are there."""
        amounts = {column.key: amounts for column, amounts in self.found}
        if minuend in amounts and subtrahend in amounts:
            now, then = amounts[minuend], amounts[subtrahend]
            difference = {pk: now.get(pk, 0) - then.get(pk, 0) for pk in {*now, *then}}
            self.found.append((Column(key, title, measure, minuend, subtrahend), difference))


def earlier_years(year: FiscalYear, wanted: Sequence[str]) -> list[FiscalYear]:
    """The years before *year* that the columns *wanted* need, nearest first."""
    count = max((place for place, key in enumerate(EARLIER, start=1) if key in wanted), default=0)
    return list(FiscalYear.objects.filter(end__lt=year.start).order_by("-end")[:count])


def add_earlier(
    columns: Columns,
    period: Span,
    keys: Sequence[str],
    amounts_of: Callable[[Span, Columns], Amounts | None],
) -> None:
    """Add the columns of earlier years that *keys* name, as *amounts_of* reads them."""
    wanted = [key for key in EARLIER if key in keys]
    years = earlier_years(period.year, wanted)
    for back, key in enumerate(EARLIER, start=1):
        if key not in wanted:
            continue
        if back > len(years):
            columns.notes.append(
                _("The year before is not entered.") if back == 1 else _("An earlier year is not entered.")
            )
            continue
        year = years[back - 1]
        shifted = period.shifted(year, back)
        if shifted is None:
            columns.notes.append(
                _("The fiscal year %(year)s does not have the days asked for.") % {"year": year}
            )
            continue
        amounts = amounts_of(shifted, columns)
        if amounts is None:
            columns.notes.append(_("Nothing is entered for the fiscal year %(year)s.") % {"year": year})
        else:
            columns.add(key, _title(shifted, is_of_day=amounts_of is balances_of), amounts)


def _title(span: Span, is_of_day: bool) -> str:
    """What an earlier column is called: its year, or the day or the days in it."""
    if span.is_whole_year:
        return span.year.label
    return date_format(span.end) if is_of_day else format_period(span.start, span.end)


def income_of(period: Span, columns: Columns) -> Amounts | None:
    """What each account changed by; None, for a year without vouchers, where no SIE file says it."""
    if period.has_vouchers:
        return period.changes()
    return _imported(period, columns, RESULT_KINDS)


def balances_of(period: Span, columns: Columns) -> Amounts | None:
    """What each account held at the end; None where nothing is entered and no SIE file says it."""
    if period.has_vouchers or period.opening:
        return period.balances()
    return _imported(period, columns, (*BALANCE_KINDS, *RESULT_KINDS))


def _imported(period: Span, columns: Columns, kinds: Sequence[Kind]) -> Amounts | None:
    """What a SIE file says of a whole year that has no vouchers here."""
    if not period.is_whole_year:
        return None
    found = period.year.imported_balances.filter(account__kind__in=kinds)
    if period.known is not None:
        found = found.filter(source__at__lt=moment_after(period.known))
    amounts = {pk: to_ore(amount) for pk, amount in found.values_list("account", "closing")}
    if not amounts:
        return None
    columns.notes.append(_("The fiscal year %(year)s stands as a SIE file says.") % {"year": period.year})
    return amounts
