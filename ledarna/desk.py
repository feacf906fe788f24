"""The treasurer's desk: what is left to do for this month, and for the year.

It is made of the matters that the year's page tells and of the checks before a close, with what only
the treasurer sees to: months to lock, the next budget, the sealing, the package. Nothing is ticked off
but by doing it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance import bank, closing
from finance.closing import Finding, Severity
from finance.models import FiscalYear
from finance.periods import periods
from finance.presentation import format_count
from ledarna.closing import year_is_sealed
from ledarna.matters import Matter, Search, matters_of_books, matters_of_year, search_of
from ledarna.models import User
from ledarna.reconciliation import Reconciliation

BUDGET_AHEAD = timedelta(days=92)
"""So long before the next year begins its budget is asked for."""


@dataclass(frozen=True)
class Desk:
    """What is left to do: what a month should not end with, and what the year should not end with."""

    month: list[Matter]
    year: list[Matter]

    @property
    def number(self) -> int:
        """How many they are together."""
        return len(self.month) + len(self.year)


@dataclass(frozen=True)
class _Looking:
    """What is looked at: the year, the day, and what the checks before a close found."""

    search: Search
    today: date
    is_closed: bool
    findings: dict[str, Finding]

    @property
    def fiscal_year(self) -> FiscalYear:
        return self.search.year

    @property
    def is_over(self) -> bool:
        return self.fiscal_year.end < self.today

    def page(self, name: str) -> str:
        return reverse(name, args=[self.fiscal_year.label])


# This month ---------------------------------------------------------------------------------------


def _bank_lines(looking: _Looking) -> Iterator[Matter]:
    number = bank.waiting().filter(fiscal_year=looking.fiscal_year).count()
    if number:
        yield Matter(
            ngettext(
                "%(number)s line of a bank statement is not posted",
                "%(number)s lines of bank statements are not posted",
                number,
            )
            % {"number": format_count(number)},
            _("The treasurer"),
            reverse("read-in-bank"),
            _("Each line of the statement is a posted voucher; then the books have the bank's balance."),
        )


def _open_months(looking: _Looking) -> Iterator[Matter]:
    if looking.is_closed:
        return
    ended = [
        month for month in periods(looking.fiscal_year) if month.end < looking.today and not month.is_locked
    ]
    if ended:
        first, last = (date_format(month.start, "F Y") for month in (ended[0], ended[-1]))
        yield Matter(
            ngettext(
                "%(number)s month that is over is not locked: %(months)s",
                "%(number)s months that are over are not locked: %(months)s",
                len(ended),
            )
            % {"number": format_count(len(ended)), "months": first if first == last else f"{first} – {last}"},
            _("The treasurer"),
            looking.page("periods"),
            _("A month is locked when it agrees with the bank; then nothing more comes into it unseen."),
        )


# This year ----------------------------------------------------------------------------------------

AFTER_THE_YEAR = {"months", "over"}
"""What a check before the close finds of every year that is not over, and what the months tell already."""

LEFT_TO_OTHERS = AFTER_THE_YEAR | {"drafts"}


def _before_the_close(looking: _Looking) -> Iterator[Matter]:
    if looking.is_closed:
        return
    for name, finding in looking.findings.items():
        if finding.severity != Severity.FINE and name not in LEFT_TO_OTHERS:
            yield Matter(
                finding.sentence,
                _("The treasurer"),
                looking.page("closing"),
                _("It is mended before the year is closed.")
                if finding.severity == Severity.HINDRANCE
                else _("It is looked at before the year is closed; it does not hinder."),
            )
    if looking.is_over:
        yield Matter(
            _("The year is over, and not closed"),
            _("The treasurer"),
            looking.page("closing"),
            _("Closing moves the result to equity and opens the next year with the balances."),
        )


def _budgets(looking: _Looking) -> Iterator[Matter]:
    rule = _("The annual meeting decides a budget; the variance is counted against the one in force.")
    href, year = reverse("read-in-budget"), looking.fiscal_year
    if not looking.is_over and not year.budgets.filter(in_force=True).exists():
        yield Matter(_("%(year)s has no budget in force") % {"year": year}, _("The treasurer"), href, rule)
    following, begins = year.next, year.end + timedelta(days=1)
    ends = following.end if following else begins + timedelta(days=364)
    if not begins - BUDGET_AHEAD <= looking.today <= ends:
        return
    if following is None:
        yield Matter(
            _("The fiscal year after %(year)s is not entered, and has no budget") % {"year": year},
            _("The treasurer"),
            reverse("admin:finance_fiscalyear_add"),
            rule,
        )
    elif not following.budgets.filter(in_force=True).exists():
        yield Matter(
            _("%(year)s has no budget in force") % {"year": following}, _("The treasurer"), href, rule
        )


def _report(looking: _Looking) -> Iterator[Matter]:
    if looking.is_closed and not year_is_sealed(looking.fiscal_year):
        yield Matter(
            _("The annual report is not sealed"),
            _("The board"),
            looking.page("annual-report"),
            _("A sealed report keeps its text and its figures for ever; the board signs what was sealed."),
        )


def _package(looking: _Looking) -> Iterator[Matter]:
    year = looking.fiscal_year
    if not looking.is_closed or not looking.search.vouchers:
        return
    last = year.vouchers.posted().order_by("-sequence").values_list("posted_at", flat=True)[0]
    taken = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(FiscalYear),
        object_pk=str(year.pk),
        action=LogEntry.Action.ACCESS,
        object_repr__endswith=".zip",
        timestamp__gte=last,
    )
    if not taken.exists():
        yield Matter(
            _("The year-end package is not taken"),
            _("The treasurer"),
            looking.page("package"),
            _("The auditors get the package of the closed year; it proves itself without Ledarna."),
        )


Look = Callable[[_Looking], Iterator[Matter]]
OF_MONTH: tuple[Look, ...] = (_bank_lines, _open_months)
OF_YEAR: tuple[Look, ...] = (_before_the_close, _budgets, _report, _package)
"""What is looked for beside the matters, in the order in which it is told."""


def desk(year: FiscalYear, user: User, reconciliation: Reconciliation, today: date) -> Desk:
    """What is left to do in *year* on the day *today*, with the way there."""
    search = search_of(year, user)
    is_closed = year.is_closed
    found = {} if is_closed else {finding.name: finding for finding in closing.findings(year)}
    looking = _Looking(search, today, is_closed, found)
    return Desk(
        month=[*matters_of_books(search), *(matter for look in OF_MONTH for matter in look(looking))],
        year=[
            *matters_of_year(year, user, reconciliation),
            *(matter for look in OF_YEAR for matter in look(looking)),
        ],
    )
