"""The income statement and the balance sheet as reports: a layout, and the columns that were asked for.

``Wanted`` says what is asked for; what of it cannot be derived is left out, and a note says why. Inside,
a column is öre by account, debit positive.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.columns import (
    BALANCE_COLUMNS,
    INCOME_COLUMNS,
    Columns,
    Wanted,
    add_earlier,
    balances_of,
    income_of,
)
from finance.layout import SUMS, LayoutRow, Role, layout, row_of
from finance.models import Account, CostCenter, FiscalYear, Project
from finance.models.accounts import RESULT_KINDS, Kind
from finance.presentation import format_month_short
from finance.report import ACTUAL, Column, Entry, Measure, Report
from finance.span import Span, added

# The statements --------------------------------------------------------------------------------------


def income_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The income statement of *year* as *wanted*. Nine queries at the most, and two for each earlier year."""
    wanted = wanted or Wanted()
    period = wanted.span(year)
    keys = wanted.columns or INCOME_COLUMNS
    columns = Columns()
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
    if "change" in keys:
        keys = (*keys, "previous")
    add_earlier(columns, period, keys, income_of)
    if "change" in keys:
        columns.compare("change", _("Movement"), Measure.CHANGE, ACTUAL, "previous")
    return _report("income-statement", _("Income statement"), "income", period, wanted, columns)


def balance_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The balance sheet of *year* as *wanted*. Seven queries at the most, and three for each earlier year."""
    wanted = wanted or Wanted()
    period = replace(wanted, start=None).span(year)
    keys = wanted.columns or BALANCE_COLUMNS
    columns = Columns()
    if wanted.by == "month":
        _balance_by_month(columns, period)
    if ACTUAL in keys or wanted.by:
        columns.add(ACTUAL, date_format(period.end), period.balances())
    if "opening" in keys or "change" in keys:
        if period.opening:
            columns.add("opening", date_format(year.start), period.opening)
        else:
            columns.notes.append(_("No opening balances are entered."))
    add_earlier(columns, period, keys, balances_of)
    if "change" in keys:
        columns.compare("change", _("Movement"), Measure.CHANGE, ACTUAL, "opening")
    return _report("balance-sheet", _("Balance sheet"), "balance", period, wanted, columns)


def _income_by(columns: Columns, period: Span, by: str) -> None:
    sums = period.sums("account", by)
    if by == "month":
        months = period.months()
        keys: list[tuple[Any, str, str]] = [
            (month, f"{month:%Y-%m}", format_month_short(month, months)) for month in months
        ]
    else:
        model: type[Project | CostCenter] = Project if by == "project" else CostCenter
        used = {key for _pk, key in sums}
        found = list(model._default_manager.filter(pk__in=used - {None}).order_by("code"))
        times = Counter(each.name for each in found)
        keys = [
            (
                each.pk,
                f"{by}-{each.code}",
                each.name if times[each.name] == 1 else f"{each.code} {each.name}",
            )
            for each in found
        ]
        if None in used:
            keys.append(
                (None, f"{by}-", _("Without project") if by == "project" else _("Without cost centre"))
            )
    for value, key, title in keys:
        columns.add(key, title, {pk: amount for (pk, of), amount in sums.items() if of == value})


def _balance_by_month(columns: Columns, period: Span) -> None:
    sums = period.sums("account", "month")
    balances = dict(period.opening)
    months = period.months()
    for month in months:
        balances = added(balances, {pk: amount for (pk, of), amount in sums.items() if of == month})
        columns.add(f"{month:%Y-%m}", format_month_short(month, months), balances)


# Rows ------------------------------------------------------------------------------------------------


def _report(key: str, title: str, statement: str, period: Span, wanted: Wanted, columns: Columns) -> Report:
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
                "As known on %(day)s: without what was posted or entered later. The budget is as it stands now."
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
        self, rows: tuple[LayoutRow, ...], columns: Columns, accounts: Iterable[Account], sort: str
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
