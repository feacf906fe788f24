"""Statements derived from the ledger: plain functions, frozen results, amounts in whole öre.

All of them read the totals that posting keeps, and rows only for the month in which a day is asked
for. Amounts are debit positive inside, as SIE has them; statements show natural signs: income,
liabilities and equity positive, costs as costs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from finance.models import (
    Account,
    Budget,
    BudgetLine,
    CostCenter,
    FiscalYear,
    Project,
)
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind, natural_sign
from finance.money import to_ore
from finance.sums import budgeted_sums, opening_sums, posted_sums

LIQUID_PREFIX = "19"
"""BAS 19xx: cash and bank."""


Dimension = Literal["project", "cost_center"]
"""The field of rows, totals and budget lines that tells a project or a cost centre."""


def _where(project: Project | None, cost_center: CostCenter | None) -> dict[str, Any]:
    """The condition of what belongs to *project* and *cost_center*, where one is given."""
    given = {"project": project, "cost_center": cost_center}
    return {field: value for field, value in given.items() if value is not None}


def changes(
    year: FiscalYear,
    until: date | None = None,
    project: Project | None = None,
    cost_center: CostCenter | None = None,
    known: date | None = None,
) -> dict[int, int]:
    """What each account changed by in *year*, in öre, debit positive, by the account's key.

    *until* leaves out what happened after that day, *known* what was posted after that day, *project*
    and *cost_center* what belongs to another or to none.
    """
    sums = posted_sums(year, ("account",), end=until, known=known, where=_where(project, cost_center))
    return {account: ore for (account,), ore in sums.items()}


@dataclass(frozen=True)
class AccountBalance:
    """An account in a year: opening, change and closing in öre, debit positive."""

    account: Account
    opening: int
    change: int

    @property
    def closing(self) -> int:
        """What the account holds at the end."""
        return self.opening + self.change

    @property
    def natural(self) -> int:
        """The closing with its natural sign: assets and costs as they are, the rest turned round."""
        return self.closing * natural_sign(self.account.kind)


@dataclass(frozen=True)
class TrialBalance:
    """Every account that has an opening balance or a change in a year, up to a day.

    ``has_opening`` tells whether any opening balance was entered: without one, no balance at the
    year's end can be derived.
    """

    year: FiscalYear
    until: date
    has_opening: bool
    balances: tuple[AccountBalance, ...]

    def total(self, *kinds: str) -> int:
        """The closing of all accounts of *kinds*, in öre, debit positive; 899x are in no kind's total."""
        return sum(
            b.closing for b in self.balances if b.account.kind in kinds and not b.account.is_year_result
        )

    @cached_property
    def income(self) -> int:
        """Income, positive."""
        return -self.total(Kind.INCOME)

    @cached_property
    def costs(self) -> int:
        """Costs, positive."""
        return self.total(Kind.COST)

    @cached_property
    def financial(self) -> int:
        """Financial items: income positive, costs negative."""
        return -self.total(Kind.FINANCIAL)

    @property
    def result(self) -> int:
        """Income − costs + financial items; the same before and after the year is closed."""
        return self.income - self.costs + self.financial

    @cached_property
    def assets(self) -> int:
        """Assets, positive."""
        return self.total(Kind.ASSET)

    @cached_property
    def liabilities(self) -> int:
        """Liabilities, positive."""
        return -self.total(Kind.LIABILITY)

    @cached_property
    def equity_opening(self) -> int:
        """Equity as the year began, positive."""
        return -sum(b.opening for b in self.balances if b.account.kind == Kind.EQUITY)

    @cached_property
    def unclosed_result(self) -> int:
        """The part of the result that no closing voucher has moved to equity yet."""
        return -sum(b.closing for b in self.balances if b.account.kind in RESULT_KINDS)

    @property
    def equity_closing(self) -> int:
        """Equity at the end, positive, with the result of the year in it."""
        return -self.total(Kind.EQUITY) + self.unclosed_result

    @property
    def difference(self) -> int:
        """Assets − liabilities − equity: zero when the balance sheet holds."""
        return self.assets - self.liabilities - self.equity_closing

    @property
    def liquidity(self) -> int:
        """Cash and bank (BAS 19xx), positive."""
        return sum(b.closing for b in self.balances if b.account.number.startswith(LIQUID_PREFIX))

    @property
    def has_liquid_accounts(self) -> bool:
        """Whether any account of cash or bank is in use."""
        return any(b.account.number.startswith(LIQUID_PREFIX) for b in self.balances)


def trial_balance(
    year: FiscalYear,
    until: date | None = None,
    project: Project | None = None,
    cost_center: CostCenter | None = None,
    known: date | None = None,
) -> TrialBalance:
    """The accounts of *year* as they stood on the day *until*, or at the year's end. Three queries.

    With *known*, without what was posted after that day. Of a *project* or *cost_center*: what it changed them by. What the year opened with belongs to none.
    """
    where = _where(project, cost_center)
    changed = changes(year, until, known=known, **where)
    opening = {} if where else opening_sums(year, known)
    accounts = Account.objects.filter(pk__in=[*changed, *opening])
    return TrialBalance(
        year=year,
        until=min(until or year.end, year.end),
        has_opening=bool(opening),
        balances=tuple(
            AccountBalance(account, opening.get(account.pk, 0), changed.get(account.pk, 0))
            for account in accounts
        ),
    )


@dataclass(frozen=True)
class BudgetView:
    """The budget in force, up to a day: öre by account, debit positive.

    ``undivided`` tells that it has lines for the whole year, which belong to no month.
    """

    by_account: Mapping[int, int]
    accounts: Mapping[int, Account]
    undivided: bool

    @classmethod
    def of(
        cls,
        budgeted: Mapping[tuple[int, date | None], int],
        accounts: Mapping[int, Account],
        until: date | None = None,
    ) -> "BudgetView":
        """What is *budgeted*, by account and month, up to *until*, on some of *accounts*."""
        by_account: dict[int, int] = {}
        for (pk, month), amount in budgeted.items():
            if until is None or month is None or month <= until:
                by_account[pk] = by_account.get(pk, 0) + amount
        undivided = any(month is None for _pk, month in budgeted)
        return cls(by_account, {pk: accounts[pk] for pk in by_account}, undivided)

    def total(self, *kinds: str) -> int:
        """What is budgeted on the accounts of *kinds*, debit positive."""
        return sum(amount for pk, amount in self.by_account.items() if self.accounts[pk].kind in kinds)

    @property
    def income(self) -> int:
        """Budgeted income, positive."""
        return -self.total(Kind.INCOME)

    @property
    def costs(self) -> int:
        """Budgeted costs, positive."""
        return self.total(Kind.COST)

    @property
    def result(self) -> int:
        """Budgeted income − costs + financial items."""
        return -self.total(*RESULT_KINDS)


def budget_in_force(
    year: FiscalYear,
    until: date | None = None,
    project: Project | None = None,
    cost_center: CostCenter | None = None,
) -> BudgetView | None:
    """The budget in force for *year*, of the months up to *until*; None where there is none. Three queries.

    Of a *project* or *cost_center*: the lines that name it.
    """
    budget = Budget.objects.filter(fiscal_year=year, in_force=True).first()
    if budget is None:
        return None
    budgeted = budgeted_sums(budget, **_where(project, cost_center))
    accounts = Account.objects.in_bulk({pk for pk, _month in budgeted})
    return BudgetView.of(budgeted, accounts, until)


@dataclass(frozen=True)
class Line:
    """A line of a statement, in öre and natural signs; None where nothing was entered.

    ``better`` is the variance as it helps the result: positive when income is above or costs are
    below the budget.
    """

    account: Account
    amount: int
    budget: int | None
    previous: int | None

    @property
    def better(self) -> int | None:
        """How much the line helps the result compared with the budget."""
        if self.budget is None:
            return None
        return (self.amount - self.budget) * (-1 if self.account.kind == Kind.COST else 1)


@dataclass(frozen=True)
class Section:
    """The lines of one kind, and their sums."""

    kind: Kind
    lines: tuple[Line, ...]

    def _sum(self, column: str) -> int | None:
        values = [getattr(line, column) for line in self.lines]
        return (
            None if values and all(value is None for value in values) else sum(value or 0 for value in values)
        )

    @property
    def amount(self) -> int:
        """The sum of the year."""
        return sum(line.amount for line in self.lines)

    @property
    def budget(self) -> int | None:
        """The sum of the budget."""
        return self._sum("budget")

    @property
    def previous(self) -> int | None:
        """The sum of the year before."""
        return self._sum("previous")

    @property
    def better(self) -> int | None:
        """How much the section helps the result compared with the budget."""
        return self._sum("better")


@dataclass(frozen=True)
class Statement:
    """An income statement or a balance sheet: sections, and the columns that could be derived."""

    year: FiscalYear
    until: date
    previous_year: FiscalYear | None
    has_budget: bool
    has_previous: bool
    previous_is_imported: bool = field(default=False, kw_only=True)
    """Whether the year before has no vouchers, and stands as a SIE file said."""
    sections: tuple[Section, ...]

    def section(self, kind: Kind) -> Section:
        """The section of *kind*."""
        return next(section for section in self.sections if section.kind == kind)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was entered that belongs here."""
        return not any(section.lines for section in self.sections)


def _sections(kinds: Iterable[Kind], lines: list[Line]) -> tuple[Section, ...]:
    return tuple(Section(kind, tuple(line for line in lines if line.account.kind == kind)) for kind in kinds)


@dataclass(frozen=True)
class Totals:
    """The result, in the columns of the statement; öre, a loss negative."""

    amount: int
    budget: int | None
    better: int | None
    previous: int | None


@dataclass(frozen=True)
class IncomeStatement(Statement):
    """Income, costs and financial items of a year, with budget, variance and the year before."""

    @property
    def totals(self) -> Totals:
        """The year's result in each column."""

        def result(column: str) -> int:
            return sum(
                (getattr(section, column) or 0) * (-1 if section.kind == Kind.COST else 1)
                for section in self.sections
            )

        amount = result("amount")
        budget = result("budget") if self.has_budget else None
        return Totals(
            amount=amount,
            budget=budget,
            better=None if budget is None else amount - budget,
            previous=result("previous") if self.has_previous else None,
        )


def income_statement(
    year: FiscalYear,
    until: date | None = None,
    project: Project | None = None,
    cost_center: CostCenter | None = None,
) -> IncomeStatement:
    """The income statement of *year* up to *until*, by account. Eleven queries at the most.

    Of a *project* or *cost_center*: its rows and its budget lines alone.
    """
    where = _where(project, cost_center)
    return income_statement_of(
        trial_balance(year, until, **where), budget_in_force(year, until, **where), **where
    )


def income_statement_of(trial: TrialBalance, budget: BudgetView | None, **where: Any) -> IncomeStatement:
    """The income statement of the accounts of *trial*, beside *budget* and the year before. Four queries.

    *where* is the condition on project and cost centre that the two were read with.
    """
    year = trial.year
    previous_year = year.previous
    previous = trial_balance(previous_year, **where) if previous_year else None
    now = {b.account.pk: b for b in trial.balances if b.account.kind in RESULT_KINDS}
    before = (
        {b.account.pk: (b.account, b.natural) for b in previous.balances if b.account.kind in RESULT_KINDS}
        if previous
        else {}
    )
    imported = _imported_results(previous_year) if previous_year and not before else {}
    before = before or imported
    budgeted = budget.by_account if budget else {}
    accounts = {
        **{pk: account for pk, (account, _natural) in before.items()},
        **(budget.accounts if budget else {}),
        **{pk: b.account for pk, b in now.items()},
    }
    lines = [
        Line(
            account=account,
            amount=now[pk].natural if pk in now else 0,
            budget=budgeted.get(pk, 0) * account.natural_sign if budget else None,
            previous=(before[pk][1] if pk in before else 0) if before else None,
        )
        for pk, account in sorted(accounts.items(), key=lambda item: item[1].number)
        if not account.is_year_result
    ]
    return IncomeStatement(
        year=year,
        until=trial.until,
        previous_year=previous_year,
        has_budget=budget is not None,
        has_previous=bool(before),
        previous_is_imported=bool(imported),
        sections=_sections((Kind.INCOME, Kind.COST, Kind.FINANCIAL), lines),
    )


def _imported_results(year: FiscalYear) -> dict[int, tuple[Account, int]]:
    """What a SIE file says that each result account of *year* changed by, in its natural sign."""
    found = year.imported_balances.filter(account__kind__in=RESULT_KINDS).select_related("account")
    return {
        balance.account.pk: (balance.account, to_ore(balance.closing) * balance.account.natural_sign)
        for balance in found
    }


@dataclass(frozen=True)
class BalanceSheet(Statement):
    """Assets, equity and liabilities at the end of a year or on a day; ``opening`` stands in ``previous``."""

    unclosed_result: int = 0
    has_opening: bool = True

    @property
    def equity(self) -> int:
        """Equity with the result of the year."""
        return self.section(Kind.EQUITY).amount + self.unclosed_result

    @property
    def equity_and_liabilities(self) -> int:
        """The right side of the balance sheet."""
        return self.equity + self.section(Kind.LIABILITY).amount

    @property
    def opening_equity_and_liabilities(self) -> int | None:
        """The right side as the year began; None where no opening was entered."""
        if not self.has_opening:
            return None
        return sum(self.section(kind).previous or 0 for kind in (Kind.EQUITY, Kind.LIABILITY))

    @property
    def difference(self) -> int:
        """Left side − right side: zero when the books hold, and shown when not."""
        return self.section(Kind.ASSET).amount - self.equity_and_liabilities


def balance_sheet(year: FiscalYear, until: date | None = None) -> BalanceSheet:
    """The balance sheet of *year* on the day *until*, with the opening beside it. Four queries."""
    trial = trial_balance(year, until)
    lines = [
        Line(
            account=b.account,
            amount=b.natural,
            budget=None,
            previous=b.opening * b.account.natural_sign if trial.has_opening else None,
        )
        for b in trial.balances
        if b.account.kind in BALANCE_KINDS
    ]
    return BalanceSheet(
        year=year,
        until=trial.until,
        previous_year=None,
        has_budget=False,
        has_previous=trial.has_opening,
        sections=_sections((Kind.ASSET, Kind.EQUITY, Kind.LIABILITY), lines),
        unclosed_result=trial.unclosed_result,
        has_opening=trial.has_opening,
    )


@dataclass(frozen=True)
class ObjectResult:
    """The result of a project or a cost centre; ``object`` is None for what belongs to none.

    Öre in natural signs. ``budget`` is the budgeted result; None where no budget is in force, or where
    none of its lines names the object.
    """

    object: Project | CostCenter | None
    income: int
    costs: int
    financial: int
    budget: int | None

    @property
    def earned(self) -> int:
        """Income and financial items."""
        return self.income + self.financial

    @property
    def result(self) -> int:
        """Income − costs + financial items."""
        return self.income - self.costs + self.financial

    @property
    def better(self) -> int | None:
        """How much better the result is than the budget."""
        return None if self.budget is None else self.result - self.budget


@dataclass(frozen=True)
class DimensionResults:
    """The results by project or by cost centre, in the order of their codes, what belongs to none last."""

    year: FiscalYear
    until: date
    has_budget: bool
    lines: tuple[ObjectResult, ...]

    @property
    def total(self) -> ObjectResult:
        """The year's whole result."""
        return ObjectResult(
            object=None,
            income=sum(line.income for line in self.lines),
            costs=sum(line.costs for line in self.lines),
            financial=sum(line.financial for line in self.lines),
            budget=sum(line.budget or 0 for line in self.lines) if self.has_budget else None,
        )


def results_by(dimension: Dimension, year: FiscalYear, until: date | None = None) -> DimensionResults:
    """The result of each project or cost centre that has rows or budget in *year*, up to *until*.

    Four queries, five inside of a month.
    """
    sums: dict[tuple[int | None, str], int] = {}
    accounts = dict(Account.objects.of_result().values_list("pk", "kind"))
    posted = posted_sums(year, (dimension, "account"), end=until)
    for (key, account), ore in posted.items():
        if kind := accounts.get(account):
            sums[key, kind] = sums.get((key, kind), 0) + ore
    budget = Budget.objects.filter(fiscal_year=year, in_force=True).first()
    budgets: dict[int | None, int] = {}
    for line in BudgetLine.objects.filter(budget=budget) if budget else ():
        counted = until is None or line.month is None or line.month <= until
        if counted and line.account_id in accounts:
            key = getattr(line, f"{dimension}_id")
            budgets[key] = budgets.get(key, 0) - to_ore(line.amount)
    model: type[Project | CostCenter] = Project if dimension == "project" else CostCenter
    objects: dict[int, Project | CostCenter] = {each.pk: each for each in model._default_manager.all()}
    keys = {key for key, _kind in sums} | {*budgets}
    return DimensionResults(
        year=year,
        until=min(until or year.end, year.end),
        has_budget=budget is not None,
        lines=tuple(
            ObjectResult(
                object=None if key is None else objects[key],
                income=-sums.get((key, Kind.INCOME), 0),
                costs=sums.get((key, Kind.COST), 0),
                financial=-sums.get((key, Kind.FINANCIAL), 0),
                budget=budgets.get(key),
            )
            for key in sorted(keys, key=lambda key: (key is None, "" if key is None else objects[key].code))
        ),
    )
