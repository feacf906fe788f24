"""The cash flow statement, by the indirect method: from the result to what it did to cash and bank.

What is cash (BAS 19xx) changed by exactly as much as all other accounts changed the other way, because
every voucher sums to zero. ``finance/data/cash-flow.csv`` says in which row the change of an account
stands: ``takes`` are accounts whose change goes the other way, ``adds`` those that are added back
because they cost no money. An account that no row takes stands in a row of its own and is told.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from finance.columns import EARLIER, Wanted, earlier_years
from finance.layout import DATA, Ranges, Role, in_ranges, local_names, ranges_of, terms_of
from finance.models import Account, FiscalYear
from finance.models.accounts import RESULT_KINDS
from finance.presentation import format_period
from finance.report import ACTUAL, Column, Entry, Report
from finance.span import Amounts, Span
from finance.statements import LIQUID_PREFIX

CASH_FLOW_COLUMNS = (ACTUAL, "previous")


@dataclass(frozen=True)
class FlowRow:
    """A row of the statement: which accounts it adds back and takes, or which rows it sums."""

    role: Role
    key: str
    name: str
    name_en: str
    adds: Ranges
    takes: Ranges
    terms: tuple[tuple[int, str], ...]

    def effect(self, account: Account, change: int) -> int:
        """What the *change* of *account* (debit positive) does in this row."""
        number = account.number
        return change * (in_ranges(number, self.adds) - in_ranges(number, self.takes))


@cache
def rows() -> tuple[FlowRow, ...]:
    """The rows of the statement, in their order."""
    with (DATA / "cash-flow.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            FlowRow(
                Role(row["role"]),
                row["key"],
                row["name"],
                row["name_en"],
                ranges_of(row["adds"]),
                ranges_of(row["takes"]),
                terms_of(row["terms"]),
            )
            for row in csv.DictReader(file)
        )


def is_cash(account: Account) -> bool:
    """Whether *account* is cash or bank."""
    return account.number.startswith(LIQUID_PREFIX)


@dataclass(frozen=True)
class _Flow:
    """A column: the changes of the accounts, and what cash held before and after."""

    column: Column
    changes: Amounts
    opening: int | None
    closing: int | None


def cash_flow_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The cash flow statement of *year* as *wanted*, with the years before it that are asked for."""
    wanted = wanted or Wanted()
    span = wanted.span(year)
    keys = wanted.columns or CASH_FLOW_COLUMNS
    notes: list[str] = []
    spans = [(ACTUAL, span)] if ACTUAL in keys else []
    asked = [key for key in EARLIER if key in keys]
    years = earlier_years(year, asked)
    for back, key in enumerate(EARLIER, start=1):
        if key not in asked:
            continue
        shifted = span.shifted(years[back - 1], back) if back <= len(years) else None
        if shifted is None:
            notes.append(
                _("The year before is not entered.") if back == 1 else _("An earlier year is not entered.")
            )
        else:
            spans.append((key, shifted))
    accounts = {account.pk: account for account in Account.objects.all()}
    flows = []
    for key, each in spans:
        if not each.has_vouchers:
            notes.append(_("Nothing is posted in the fiscal year %(year)s.") % {"year": each.year})
            continue
        if not each.opening:
            notes.append(
                _(
                    "No opening balances were entered for the fiscal year %(year)s, so what cash and bank held is not known."
                )
                % {"year": each.year}
            )
        title = (
            each.year.label if key == ACTUAL or each.is_whole_year else format_period(each.start, each.end)
        )
        flows.append(
            _Flow(
                Column(key, title), each.changes(), *_cash(each, accounts) if each.opening else (None, None)
            )
        )
    entries = _entries(flows, accounts)
    missing = tuple(
        part.account for entry in entries if entry.role == Role.REST for part in entry.parts if part.account
    )
    if missing:
        notes.insert(
            0,
            _("These accounts have no item in the layout; their amounts are in the sums: %(accounts)s.")
            % {"accounts": ", ".join(str(account) for account in missing)},
        )
    return Report(
        key="cash-flow",
        title=_("Cash flow statement"),
        year=year,
        start=span.start,
        end=span.end,
        known=wanted.known,
        columns=tuple(flow.column for flow in flows),
        entries=entries,
        notes=tuple(dict.fromkeys(notes)),
        missing=missing,
    )


def _cash(span: Span, accounts: Mapping[int, Account]) -> tuple[int, int]:
    def held(balances: Amounts) -> int:
        return sum(amount for pk, amount in balances.items() if is_cash(accounts[pk]))

    return held(span.balances_before()), held(span.balances())


def _entries(flows: list[_Flow], accounts: Mapping[int, Account]) -> tuple[Entry, ...]:
    ordered: list[Entry] = []
    found: dict[str, Entry] = {}
    heading: Entry | None = None
    for row in rows():
        name = local_names(row.name, row.name_en)[0]
        if row.role == Role.HEADING:
            heading = Entry(row.key, name, row.role)
            continue
        entry = _entry(row, name, flows, accounts, found)
        if entry is None:
            continue
        if heading is not None and row.role not in (Role.REST, Role.RESULT):
            ordered.append(heading)
        heading = None
        found[row.key] = entry
        ordered.append(entry)
    return tuple(ordered)


def _entry(
    row: FlowRow,
    name: str,
    flows: list[_Flow],
    accounts: Mapping[int, Account],
    found: Mapping[str, Entry],
) -> Entry | None:
    """The row filled with the columns; None where there is nothing in it."""
    if row.role == Role.YEAR_RESULT:
        return Entry(row.key, name, row.role, tuple(_result(flow.changes, accounts) for flow in flows))
    if row.role in (Role.OPENING, Role.CLOSING):
        held = tuple(flow.opening if row.role == Role.OPENING else flow.closing for flow in flows)
        return None if all(amount is None for amount in held) else Entry(row.key, name, row.role, held)
    if row.terms:
        terms = tuple((sign, key) for sign, key in row.terms if key in found)
        amounts = tuple(_summed(terms, found, place) for place in range(len(flows)))
        if not terms or (row.role == Role.DIFFERENCE and not any(amounts)):
            return None
        return Entry(row.key, name, row.role, amounts, terms=terms)
    parts = tuple(_parts(row, flows, accounts))
    amounts = tuple(sum(part.amounts[place] or 0 for part in parts) for place in range(len(flows)))
    return Entry(row.key, name, row.role, amounts, parts=parts) if any(amounts) else None


def _summed(terms: Iterable[tuple[int, str]], found: Mapping[str, Entry], place: int) -> int | None:
    amounts = [(sign, found[key].amounts[place]) for sign, key in terms]
    if any(amount is None for _sign, amount in amounts):
        return None
    return sum(sign * (amount or 0) for sign, amount in amounts)


def _result(changes: Amounts, accounts: Mapping[int, Account]) -> int:
    return -sum(amount for pk, amount in changes.items() if _is_result(accounts[pk]))


def _is_result(account: Account) -> bool:
    return account.kind in RESULT_KINDS and not account.is_year_result


def _parts(row: FlowRow, flows: list[_Flow], accounts: Mapping[int, Account]) -> Iterable[Entry]:
    used = {pk for flow in flows for pk in flow.changes}
    for account in sorted((accounts[pk] for pk in used), key=lambda account: account.number):
        if row.role == Role.REST:
            amounts = tuple(0 if _is_taken(account) else -flow.changes.get(account.pk, 0) for flow in flows)
        else:
            amounts = tuple(row.effect(account, flow.changes.get(account.pk, 0)) for flow in flows)
        if any(amounts):
            yield Entry(f"{row.key}-{account.number}", account.local_name, Role.ACCOUNT, amounts, account)


def _is_taken(account: Account) -> bool:
    """Whether the change of *account* is in the statement already: as cash, in the result, or in a row."""
    return (
        is_cash(account) or _is_result(account) or any(in_ranges(account.number, row.takes) for row in rows())
    )
