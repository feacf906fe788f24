"""Days of a fiscal year, and what the books say of them: the source of every column of a report.

Amounts are whole öre by the account's key, debit positive.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from finance.models import Budget, FiscalYear
from finance.sums import ONE_DAY, budgeted_sums, is_month_end, moment_after, opening_sums, posted_sums

Amounts = Mapping[int, int]


class Span:
    """Days of a fiscal year, and what the books say of them; as ``known`` on a day, if one is given."""

    def __init__(
        self,
        year: FiscalYear,
        start: date | None = None,
        end: date | None = None,
        known: date | None = None,
    ) -> None:
        """The days of *year* from *start* to *end*, or to its own first and last day."""
        self.year = year
        self.start = max(start or year.start, year.start)
        self.end = min(end or year.end, year.end)
        self.known = known

    @property
    def is_whole_year(self) -> bool:
        """Whether they are all days of the year."""
        return self.start == self.year.start and self.end == self.year.end

    @cached_property
    def has_vouchers(self) -> bool:
        """Whether anything is posted in the year, or was on the day ``known``."""
        if self.known is None:
            return self.year.totals.exists()
        return self.year.vouchers.filter(posted_at__lt=moment_after(self.known)).exists()

    def sums(self, *by: str) -> dict[tuple[Any, ...], int]:
        """What was posted, by the fields *by*."""
        return posted_sums(self.year, by, self.start, self.end, self.known)

    def changes(self) -> Amounts:
        """What each account changed by in the period."""
        return {pk: amount for (pk,), amount in self.sums("account").items()}

    @cached_property
    def opening(self) -> Amounts:
        """What each account held as the year began; empty where no opening balance was entered."""
        return opening_sums(self.year, self.known)

    def balances(self) -> Amounts:
        """What each account holds at the end of the days."""
        return self._held(self.end)

    def balances_before(self) -> Amounts:
        """What each account held as the days began."""
        return self.opening if self.start == self.year.start else self._held(self.start - ONE_DAY)

    def _held(self, end: date) -> Amounts:
        changed = posted_sums(self.year, ("account",), None, end, self.known)
        return added(self.opening, {pk: amount for (pk,), amount in changed.items()})

    @cached_property
    def budget(self) -> Budget | None:
        """The budget in force."""
        return Budget.objects.filter(fiscal_year=self.year, in_force=True).first()

    @cached_property
    def budgeted(self) -> dict[tuple[int, date | None], int]:
        """The lines of the budget in force by account and month."""
        return budgeted_sums(self.budget) if self.budget else {}

    def why_no_budget(self) -> str:
        """Why the budget of the period cannot be derived; empty where it can."""
        if self.budget is None:
            return _("No budget is in force for the fiscal year.")
        if self.is_whole_year:
            return ""
        if any(month is None for _pk, month in self.budgeted):
            return _("The budget is for the whole year and cannot be divided over its months.")
        if self.start.day != 1 and self.start != self.year.start:
            return _("The budget is by month; choose a first day that begins a month.")
        if not is_month_end(self.end) and self.end != self.year.end:
            return _("The budget is by month; choose the last day of a month.")
        return ""

    def budget_amounts(self) -> Amounts:
        """What is budgeted on each account; asked only where ``why_no_budget`` finds no reason."""
        found: dict[int, int] = {}
        for (pk, month), amount in self.budgeted.items():
            if month is None or self.start.replace(day=1) <= month <= self.end:
                found[pk] = found.get(pk, 0) + amount
        return found

    def months(self) -> list[date]:
        """The months that the period touches."""
        return [month for month in self.year.months if self.start.replace(day=1) <= month <= self.end]

    def shifted(self, year: FiscalYear, years_back: int) -> "Span | None":
        """The same days of an earlier *year*, known as these are; None where that year has not all of them.

        The whole year corresponds to the whole of the other, however long that was. A year that began
        later than the days asked for, as a first year may, has them from its beginning.
        """
        if self.is_whole_year:
            return Span(year, known=self.known)
        start, end = (years_before(day, years_back) for day in (self.start, self.end))
        if self.start == self.year.start:
            start = max(start, year.start)
        if not (year.start <= start <= end <= year.end):
            return None
        return Span(year, start, end, self.known)


def years_before(day: date, years: int) -> date:
    """The same day *years* earlier; the last day of a month stays the last of its month."""
    if is_month_end(day):
        following = day + ONE_DAY
        return following.replace(year=following.year - years) - ONE_DAY
    return day.replace(year=day.year - years)


def added(*parts: Amounts) -> dict[int, int]:
    """The amounts of *parts*, account by account."""
    found: dict[int, int] = {}
    for part in parts:
        for pk, amount in part.items():
            found[pk] = found.get(pk, 0) + amount
    return found
