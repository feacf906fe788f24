"""A budget from a table: accounts down, and months or the whole year across, as treasurers have it.

Amounts have natural signs, as on the page where budgets are entered: income and costs are positive, a
financial cost is negative. A row says all that is budgeted on its account (with its project and cost
centre, where the table has them): what was there for it gives way, months or whole year alike. Accounts
that the table does not name keep their budget. Rows without an account, such as headings and sums, are
left aside and counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from finance.models import Account, Budget, BudgetLine, CostCenter, FiscalYear, Project
from finance.models.accounts import RESULT_KINDS
from finance.money import from_ore, to_ore
from finance.presentation import format_amount
from finance.table_rows import Finder, RowOfTable, Wrong, one_line

WHOLE_YEAR = "year"
SUMS = ("summa", "totalt", "resultat", "årets resultat", "sum", "total", "result")
"""How the first words of a row that sums others begin, in small letters."""

Amounts = Mapping[date | None, int]
"""Öre by month, with natural signs; under None what is for the whole year. No zeros."""


def column_of(month: date) -> str:
    """The key of the column of *month*: ``2023-01``."""
    return f"{month:%Y-%m}"


@dataclass(frozen=True)
class Place:
    """What a row is about."""

    account: Account
    project: Project | None = None
    cost_center: CostCenter | None = None


@dataclass(frozen=True)
class TabledBudget:
    """What a row budgets, and what was budgeted there before it."""

    row: int
    place: Place
    amounts: Amounts
    note: str
    before: Amounts
    note_before: str

    @property
    def state(self) -> str:
        """``new``, ``changed`` or ``unchanged``."""
        if self.amounts == self.before and self.note == self.note_before:
            return "unchanged"
        return "changed" if self.before else "new"

    @property
    def total(self) -> int:
        """The whole year, in öre, with its natural sign."""
        return sum(self.amounts.values())

    @property
    def total_before(self) -> int:
        """The whole year as it was budgeted before."""
        return sum(self.before.values())


@dataclass(frozen=True)
class TakenIn:
    """What a budget's table does; nothing was written where anything is wrong."""

    budgeted: Sequence[TabledBudget]
    wrong: Sequence[Wrong]
    left_aside: int = 0


def take_in_budget(year: FiscalYear, rows: Sequence[RowOfTable], as_revised: bool, dry_run: bool) -> TakenIn:
    """Budget *rows* in *year*: in the version in force or, *as_revised*, in a new one that is not.

    The columns are ``account``, ``project``, ``cost_center``, ``note``, ``year`` and a month's, as
    ``column_of`` has it. Where there is no version in force yet, the table becomes it. A revised
    version that says what another version of the year says already is not made again.
    """
    finder = Finder()
    wrong: list[Wrong] = []
    read, left_aside = [], 0
    months = {column_of(month): month for month in year.months}
    if rows and not ({WHOLE_YEAR, *months} & rows[0][1].keys()):
        return TakenIn(
            (), [Wrong(0, "", _("Say which columns have amounts: the whole year, or its months."))]
        )
    first: dict[Place, int] = {}
    for row in rows:
        number, values = row
        if _is_heading_or_sum(values, months):
            left_aside += 1
            continue
        place = _place(row, finder, wrong)
        amounts = _amounts(row, months, wrong)
        if place is None:
            continue
        if place in first:
            wrong.append(
                Wrong(
                    number,
                    "account",
                    _("The account is budgeted in row %(row)s already.") % {"row": first[place]},
                )
            )
        first.setdefault(place, number)
        read.append((number, place, amounts, values.get("note")))
    wrong = sorted([*finder.wrong, *wrong], key=lambda found: found.row)
    if wrong:
        return TakenIn((), wrong)
    budget = None if as_revised else year.budgets.filter(in_force=True).first()
    before = _lines(budget) if budget else {}
    budgeted = [
        _tabled(number, place, amounts, note, before.get(place, []))
        for number, place, amounts, note in read
        if amounts or place in before
    ]
    if as_revised and (same := _same_version(year, budgeted)):
        there = _lines(same)
        budgeted = [
            _tabled(line.row, line.place, line.amounts, line.note, there.get(line.place, []))
            for line in budgeted
        ]
    changed = [line for line in budgeted if line.state != "unchanged"]
    if changed and not dry_run:
        with transaction.atomic():
            if budget is None:
                version = Budget.Version.REVISED if as_revised else Budget.Version.ADOPTED
                budget = Budget.objects.create(fiscal_year=year, version=version, in_force=not as_revised)
            for line in changed:
                _write(budget, line, before.get(line.place, []))
    return TakenIn(budgeted, (), left_aside)


def _is_heading_or_sum(values: Mapping[str, Any], months: Mapping[str, date]) -> bool:
    """Whether a row is about no account: ``Intäkter`` above some rows, ``Summa intäkter`` below them."""
    account = one_line(values.get("account")).casefold()
    if any(sign.isdigit() for sign in account):
        return False
    amounts = any(values.get(column) for column in (WHOLE_YEAR, *months))
    return not account or not amounts or account.startswith(SUMS)


def _place(row: RowOfTable, finder: Finder, wrong: list[Wrong]) -> Place | None:
    account = finder.find(row, "account")
    project, cost_center = finder.find(row, "project"), finder.find(row, "cost_center")
    if account is None:
        return None
    if account.kind not in RESULT_KINDS or account.is_year_result:
        wrong.append(
            Wrong(
                row[0],
                "account",
                _("%(account)s is not budgeted: only income, costs and financial items are.")
                % {"account": account},
            )
        )
        return None
    return Place(account, project, cost_center)


def _amounts(row: RowOfTable, months: Mapping[str, date], wrong: list[Wrong]) -> Amounts:
    """The amounts of *row*; a whole year beside months is their sum, and has to be."""
    number, values = row
    by_month: dict[date | None, int] = {
        month: values[column] for column, month in months.items() if values.get(column)
    }
    whole = values.get(WHOLE_YEAR)
    if not by_month:
        return {None: whole} if whole else {}
    if whole is not None and whole != sum(by_month.values()):
        wrong.append(
            Wrong(
                number,
                WHOLE_YEAR,
                _("The months come to %(months)s, and the whole year says %(year)s.")
                % {
                    "months": format_amount(from_ore(sum(by_month.values()))),
                    "year": format_amount(from_ore(whole)),
                },
            )
        )
    return by_month


def _lines(budget: Budget) -> dict[Place, list[BudgetLine]]:
    found: dict[Place, list[BudgetLine]] = defaultdict(list)
    for line in budget.lines.select_related("account", "project", "cost_center").order_by("pk"):
        found[Place(line.account, line.project, line.cost_center)].append(line)
    return found


def _natural(lines: Sequence[BudgetLine]) -> dict[date | None, int]:
    """Öre by month of *lines*, with natural signs."""
    amounts: dict[date | None, int] = defaultdict(int)
    for line in lines:
        amounts[line.month] += to_ore(line.amount) * line.account.natural_sign
    return {month: ore for month, ore in amounts.items() if ore}


def _tabled(
    number: int, place: Place, amounts: Amounts, note: Any, lines: Sequence[BudgetLine]
) -> TabledBudget:
    note_before = next((line.note for line in lines if line.note), "")
    return TabledBudget(
        number, place, amounts, note_before if note is None else one_line(note), _natural(lines), note_before
    )


def _same_version(year: FiscalYear, budgeted: Sequence[TabledBudget]) -> Budget | None:
    """A version of *year* that says just what the table says."""
    wanted = {line.place: (line.amounts, line.note) for line in budgeted}
    for budget in year.budgets.all():
        there = {
            place: (_natural(lines), next((line.note for line in lines if line.note), ""))
            for place, lines in _lines(budget).items()
        }
        if there == wanted:
            return budget
    return None


def _write(budget: Budget, line: TabledBudget, before: Sequence[BudgetLine]) -> None:
    """Let *budget* have the amounts of *line*, one by one, so that the trail tells of each."""
    present: dict[date | None, BudgetLine] = {}
    for found in before:
        if found.month in present or found.month not in line.amounts:
            found.delete()
        else:
            present[found.month] = found
    for month, ore in line.amounts.items():
        entered = present.get(month) or BudgetLine(
            budget=budget,
            account=line.place.account,
            project=line.place.project,
            cost_center=line.place.cost_center,
            month=month,
        )
        entered.amount, entered.note = from_ore(ore * line.place.account.natural_sign), line.note
        entered.save()
