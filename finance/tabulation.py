"""The income statement and the balance sheet as reports: a layout, and the columns that were asked for.

``Wanted`` says what is asked for; what of it cannot be derived is left out, and a note says why. Inside,
a column is öre by account, debit positive.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.layout import SUMS, LayoutRow, Role, layout, row_of
from finance.models import (
    Account,
    Budget,
    BudgetLine,
    CostCenter,
    FiscalYear,
    OpeningBalance,
    Project,
)
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind
from finance.money import to_ore
from finance.presentation import format_month
from finance.report import Column, Entry, Measure, Report
from finance.sums import is_month_end, posted_sums

INCOME_COLUMNS = ("actual", "budget", "difference", "previous")
BALANCE_COLUMNS = ("actual", "opening", "change")
"""The usual columns of each statement."""

EARLIER = ("previous", "previous-2", "previous-3", "previous-4")
"""The columns of the years before, nearest first."""

ALL_COLUMNS = ("actual", "budget", "difference", "opening", "change", *EARLIER)
BY = ("month", "project", "cost_center")
ACTUAL = "actual"

Amounts = Mapping[int, int]


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


@dataclass
class _Columns:
    """The columns that could be derived, with what stands in them, and why others could not."""

    found: list[tuple[Column, Amounts]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, title: str, amounts: Amounts) -> None:
        self.found.append((Column(key, title), amounts))

    def compare(self, key: str, title: str, measure: Measure, minuend: str, subtrahend: str) -> None:
        """Add a column of differences, where both of its columns are there."""
        amounts = {column.key: amounts for column, amounts in self.found}
        if minuend in amounts and subtrahend in amounts:
            now, then = amounts[minuend], amounts[subtrahend]
            difference = {pk: now.get(pk, 0) - then.get(pk, 0) for pk in {*now, *then}}
            self.found.append((Column(key, title, measure, minuend, subtrahend), difference))


class _Period:
    """A part of a fiscal year, and what the books say of it."""

    def __init__(self, year: FiscalYear, wanted: Wanted) -> None:
        self.year = year
        self.start = max(wanted.start or year.start, year.start)
        self.end = min(wanted.end or year.end, year.end)
        self.known = wanted.known

    @property
    def is_whole_year(self) -> bool:
        return self.start == self.year.start and self.end == self.year.end

    @cached_property
    def has_vouchers(self) -> bool:
        return self.year.totals.exists()

    def sums(self, *by: str, start: date | None = None) -> dict[tuple[Any, ...], int]:
        return posted_sums(self.year, by, start or self.start, self.end, self.known)

    def changes(self) -> Amounts:
        """What each account changed by in the period."""
        return {pk: amount for (pk,), amount in self.sums("account").items()}

    @cached_property
    def opening(self) -> Amounts:
        """What each account held as the year began; empty where no opening balance was entered."""
        found = OpeningBalance.objects.filter(fiscal_year=self.year).values_list("account", "amount")
        return {pk: to_ore(amount) for pk, amount in found}

    def balances(self) -> Amounts:
        """What each account holds at the period's end."""
        changed = posted_sums(self.year, ("account",), None, self.end, self.known)
        return _added(self.opening, {pk: amount for (pk,), amount in changed.items()})

    @cached_property
    def budget(self) -> Budget | None:
        return Budget.objects.filter(fiscal_year=self.year, in_force=True).first()

    @cached_property
    def budgeted(self) -> dict[tuple[int, date | None], int]:
        """The lines of the budget in force by account and month."""
        found: dict[tuple[int, date | None], int] = {}
        for pk, month, amount in BudgetLine.objects.filter(budget=self.budget).values_list(
            "account", "month", "amount"
        ):
            found[pk, month] = found.get((pk, month), 0) + to_ore(amount)
        return found

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
        found: dict[int, int] = {}
        for (pk, month), amount in self.budgeted.items():
            if month is None or self.start.replace(day=1) <= month <= self.end:
                found[pk] = found.get(pk, 0) + amount
        return found

    def months(self) -> list[date]:
        """The months that the period touches."""
        return [month for month in self.year.months if self.start.replace(day=1) <= month <= self.end]

    def shifted(self, year: FiscalYear, years_back: int) -> "_Period | None":
        """The same period of an earlier *year*; None where that year has no such days."""
        if self.is_whole_year:
            return _Period(year, Wanted())
        start, end = (_years_before(day, years_back) for day in (self.start, self.end))
        if self.start == self.year.start:
            start = year.start
        if self.end == self.year.end:
            end = year.end
        if not (year.start <= start <= end <= year.end):
            return None
        return _Period(year, Wanted(start=start, end=end))


def _years_before(day: date, years: int) -> date:
    """The same day *years* earlier; the last day of a month stays the last of its month."""
    if is_month_end(day):
        following = day + timedelta(days=1)
        return following.replace(year=following.year - years) - timedelta(days=1)
    return day.replace(year=day.year - years)


def _added(*parts: Amounts) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in parts:
        for pk, amount in part.items():
            found[pk] = found.get(pk, 0) + amount
    return found


def _earlier_years(year: FiscalYear, wanted: Sequence[str]) -> list[FiscalYear]:
    count = max((place for place, key in enumerate(EARLIER, start=1) if key in wanted), default=0)
    return list(FiscalYear.objects.filter(end__lt=year.start).order_by("-end")[:count])


# The statements --------------------------------------------------------------------------------------


def income_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The income statement of *year* as *wanted*. Nine queries at the most, and two for each earlier year."""
    wanted = wanted or Wanted()
    period = _Period(year, wanted)
    keys = wanted.columns or INCOME_COLUMNS
    columns = _Columns()
    if wanted.by:
        _income_by(columns, period, wanted.by)
    if ACTUAL in keys or wanted.by:
        if period.has_vouchers:
            title = _("Sum") if wanted.by else year.label
            columns.add(ACTUAL, title, period.changes())
        else:
            columns.notes.append(_("Nothing is posted in the fiscal year."))
    if "budget" in keys or "difference" in keys:
        if reason := period.why_no_budget():
            columns.notes.append(reason)
        else:
            columns.add("budget", _("Budget"), period.budget_amounts())
    if "difference" in keys:
        columns.compare("difference", _("Variance"), Measure.BETTER, ACTUAL, "budget")
    _earlier(columns, period, keys, _income_of)
    if "change" in keys:
        columns.compare("change", _("Movement"), Measure.CHANGE, ACTUAL, "previous")
    return _report("income-statement", _("Income statement"), "income", period, wanted, columns)


def balance_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The balance sheet of *year* as *wanted*. Seven queries at the most, and three for each earlier year."""
    wanted = wanted or Wanted()
    period = _Period(year, replace(wanted, start=None))
    keys = wanted.columns or BALANCE_COLUMNS
    columns = _Columns()
    if wanted.by == "month":
        _balance_by_month(columns, period)
    if ACTUAL in keys or wanted.by:
        columns.add(ACTUAL, date_format(period.end), period.balances())
    if "opening" in keys or "change" in keys:
        if period.opening:
            columns.add("opening", date_format(year.start), period.opening)
        else:
            columns.notes.append(_("No opening balances are entered."))
    _earlier(columns, period, keys, _balances_of)
    if "change" in keys:
        columns.compare("change", _("Movement"), Measure.CHANGE, ACTUAL, "opening")
    return _report("balance-sheet", _("Balance sheet"), "balance", period, wanted, columns)


def _income_by(columns: _Columns, period: _Period, by: str) -> None:
    sums = period.sums("account", by)
    if by == "month":
        keys: list[tuple[Any, str, str]] = [
            (month, f"{month:%Y-%m}", format_month(month).capitalize()) for month in period.months()
        ]
    else:
        model: type[Project | CostCenter] = Project if by == "project" else CostCenter
        used = {key for _pk, key in sums}
        keys = [
            (each.pk, f"{by}-{each.code}", each.name)
            for each in model._default_manager.filter(pk__in=used - {None}).order_by("code")
        ]
        if None in used:
            keys.append(
                (None, f"{by}-", _("Without project") if by == "project" else _("Without cost centre"))
            )
    for value, key, title in keys:
        columns.add(key, title, {pk: amount for (pk, of), amount in sums.items() if of == value})


def _balance_by_month(columns: _Columns, period: _Period) -> None:
    sums = period.sums("account", "month")
    balances = dict(period.opening)
    for month in period.months():
        balances = _added(balances, {pk: amount for (pk, of), amount in sums.items() if of == month})
        columns.add(f"{month:%Y-%m}", format_month(month).capitalize(), balances)


def _earlier(
    columns: _Columns,
    period: _Period,
    keys: Sequence[str],
    amounts_of: Callable[[_Period, _Columns], Amounts | None],
) -> None:
    """Add the columns of earlier years that *keys* name; ``change`` needs the nearest of them."""
    wanted = [key for key in EARLIER if key in keys]
    if "change" in keys and period.start == period.year.start and amounts_of is _income_of:
        wanted = list(dict.fromkeys(["previous", *wanted]))
    years = _earlier_years(period.year, wanted)
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
            columns.add(key, year.label if shifted.is_whole_year else date_format(shifted.end), amounts)


def _income_of(period: _Period, columns: _Columns) -> Amounts | None:
    if period.has_vouchers:
        return period.changes()
    return _imported(period, columns, RESULT_KINDS)


def _balances_of(period: _Period, columns: _Columns) -> Amounts | None:
    if period.has_vouchers or period.opening:
        return period.balances()
    return _imported(period, columns, (*BALANCE_KINDS, *RESULT_KINDS))


def _imported(period: _Period, columns: _Columns, kinds: Sequence[Kind]) -> Amounts | None:
    """What a SIE file says of a whole year that has no vouchers here."""
    if not period.is_whole_year:
        return None
    found = period.year.imported_balances.filter(account__kind__in=kinds).values_list("account", "closing")
    amounts = {pk: to_ore(amount) for pk, amount in found}
    if not amounts:
        return None
    columns.notes.append(_("The fiscal year %(year)s stands as a SIE file says.") % {"year": period.year})
    return amounts


# Rows ------------------------------------------------------------------------------------------------


def _report(
    key: str, title: str, statement: str, period: _Period, wanted: Wanted, columns: _Columns
) -> Report:
    rows = layout(wanted.layout, statement)
    used = {pk for _column, amounts in columns.found for pk in amounts}
    accounts = list(Account.objects.filter(pk__in=used).order_by("number"))
    table = _Table(rows, columns, accounts, wanted.sort)
    missing = table.missing
    notes = list(columns.notes)
    if missing:
        notes.insert(
            0,
            _("These accounts have no item in the layout; their amounts are in the sums: %(accounts)s.")
            % {"accounts": ", ".join(str(account) for account in missing)},
        )
    if wanted.known is not None:
        notes.append(
            _(
                "As known on %(day)s: without what was posted later. Opening balances and budget are as they stand now."
            )
            % {"day": date_format(wanted.known)}
        )
    return Report(
        key=key,
        title=title,
        year=period.year,
        start=period.start,
        end=period.end,
        known=wanted.known,
        columns=tuple(column for column, _amounts in columns.found),
        entries=table.entries(),
        notes=tuple(dict.fromkeys(notes)),
        missing=tuple(missing),
        layout=wanted.layout,
        is_of_day=statement == "balance",
    )


class _Table:
    """The rows of a layout, filled with the columns."""

    def __init__(
        self, rows: tuple[LayoutRow, ...], columns: _Columns, accounts: Iterable[Account], sort: str
    ) -> None:
        self.rows = rows
        self.columns = columns.found
        self.accounts = list(accounts)
        self.of_row: dict[str, list[Entry]] = {}
        keys = [column.key for column, _amounts in self.columns]
        is_balance = any(row.kind == Kind.ASSET for row in rows)
        for account in self.accounts:
            row = row_of(account, rows)
            if row is not None and not (account.is_year_result and not is_balance):
                self.of_row.setdefault(row.key, []).append(self._account(account, row))
        if sort in keys:
            place = keys.index(sort)
            for entries in self.of_row.values():
                entries.sort(key=lambda entry: -abs(entry.amounts[place] or 0))

    @property
    def missing(self) -> list[Account]:
        """The accounts for which the layout has no item."""
        rest = {row.key for row in self.rows if row.role == Role.REST}
        return [
            entry.account
            for key, entries in self.of_row.items()
            if key in rest
            for entry in entries
            if entry.account
        ]

    def _account(self, account: Account, row: LayoutRow) -> Entry:
        amounts = tuple(
            amounts.get(account.pk, 0) * self._sign(column, account.natural_sign, row.direction)
            for column, amounts in self.columns
        )
        return Entry(
            f"account-{account.number}",
            account.local_name,
            Role.ACCOUNT,
            amounts,
            account,
            direction=row.direction,
        )

    @staticmethod
    def _sign(column: Column, natural: int, direction: int) -> int:
        return natural * direction if column.measure == Measure.BETTER else natural

    def _unmoved(self) -> Entry:
        """What of the result no voucher has moved to equity yet."""
        kinds = {account.pk for account in self.accounts if account.kind in RESULT_KINDS}
        amounts = tuple(
            -sum(amount for pk, amount in amounts.items() if pk in kinds) for _column, amounts in self.columns
        )
        return Entry("unmoved-result", _("Result that is not moved to equity yet"), Role.UNMOVED, amounts)

    def entries(self) -> tuple[Entry, ...]:
        """The rows in their order; headings and items under which nothing stands are left out."""
        found: dict[str, list[Entry]] = {}
        heading: Entry | None = None
        ordered: list[Entry] = []
        for row in self.rows:
            if row.role == Role.HEADING:
                heading = Entry(row.key, row.local_name, row.role)
                continue
            entries = found[row.key] = self._entries_of(row, found)
            if self._only_repeats(row, entries):
                continue
            if entries and heading is not None and row.kind:
                ordered.append(heading)
                heading = None
            ordered.extend(entries)
        return tuple(ordered)

    def _name(self, row: LayoutRow, amounts: Sequence[int]) -> str:
        """The name of *row*: a surplus or a deficit, where all of the columns that show it agree."""
        shown = [
            amount
            for (column, _amounts), amount in zip(self.columns, amounts, strict=True)
            if column.measure == Measure.AMOUNT and amount
        ]
        return row.name_for(shown)

    @staticmethod
    def _only_repeats(row: LayoutRow, entries: Sequence[Entry]) -> bool:
        """Whether the sum *row* is another sum to which nothing was added."""
        return row.role == Role.SUM and any(entry.key != row.key for entry in entries)

    def _entries_of(self, row: LayoutRow, found: Mapping[str, list[Entry]]) -> list[Entry]:
        parts = self.of_row.get(row.key, [])
        if row.role == Role.ACCOUNTS:
            return parts
        if row.role in SUMS:
            return self._sum(row, found)
        if row.role in (Role.YEAR_RESULT, Role.UNMOVED):
            unmoved = self._unmoved()
            if row.role == Role.UNMOVED:
                return [replace(unmoved, name=row.local_name)] if any(unmoved.amounts) else []
            parts = [*parts, unmoved] if any(unmoved.amounts) else parts
        if not parts:
            return []
        amounts = tuple(sum(part.amounts[place] or 0 for part in parts) for place in range(len(self.columns)))
        return [
            Entry(
                row.key,
                self._name(row, amounts),
                row.role,
                amounts,
                parts=tuple(parts),
                direction=row.direction,
            )
        ]

    def _sum(self, row: LayoutRow, found: Mapping[str, list[Entry]]) -> list[Entry]:
        added = [(sign, entry) for sign, key in row.terms for entry in found.get(key, [])]
        if not added and row.role == Role.SUM:
            return []
        if row.role == Role.SUM and len(added) == 1 and added[0][0] > 0 and added[0][1].is_sum:
            return [added[0][1]]
        amounts = tuple(
            # What helps the result is added as it is: a cost below its budget counts for the better.
            sum(
                (entry.amounts[place] or 0) * (1 if column.measure == Measure.BETTER else sign)
                for sign, entry in added
            )
            for place, (column, _amounts) in enumerate(self.columns)
        )
        terms = tuple((sign, entry.key) for sign, entry in added)
        if row.role == Role.DIFFERENCE and not any(amounts):
            return []
        return [
            Entry(row.key, self._name(row, amounts), row.role, amounts, terms=terms, direction=row.direction)
        ]
