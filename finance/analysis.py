"""The year in months and the years beside one another: the facts that charts and sentences are made of.

Plain functions, frozen results, whole öre. Everything is read from the totals that posting keeps, so
that the time does not grow with the number of vouchers. Inside, amounts are debit positive; what a
property gives has its natural sign. A variance is always what helps the result: positive is better.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

from django.db.models import Sum

from finance.forecast import EarlierYear, Forecast, forecast
from finance.groups import GROUPS, Group, group_of
from finance.models import Account, Budget, BudgetLine, FiscalYear, OpeningBalance, PeriodTotal
from finance.models.accounts import RESULT_KINDS, Kind
from finance.money import ore_of
from finance.statements import LIQUID_PREFIX, AccountBalance, BudgetView, TrialBalance
from finance.sums import budgeted_sums, opening_sums, posted_sums

MANY_YEARS = 5
"""A multi-year overview (flerårsöversikt) shows five years."""

Series = tuple[int, ...]


@dataclass(frozen=True)
class GroupVariance:
    """A group in a year: what came of it and what was budgeted, in natural signs, and what that helped."""

    group: Group
    amount: int
    budget: int

    @property
    def better(self) -> int:
        """How much the group helps the result compared with the budget."""
        return (self.amount - self.budget) * (-1 if self.group.kind == Kind.COST else 1)


@dataclass(frozen=True)
class MonthVariance:
    """A month: how much better than the budget it was, and what each group did to that."""

    month: date
    better: int
    groups: tuple[GroupVariance, ...]


@dataclass(frozen=True)
class YearInMonths:
    """A fiscal year, month by month, up to the day ``until``.

    ``changes`` and ``budgeted`` are öre, debit positive, by account and month; the month of a budget
    line for the whole year is None. ``opening`` is empty where no opening balance was entered.
    """

    year: FiscalYear
    until: date
    accounts: Mapping[int, Account]
    changes: Mapping[tuple[int, date], int]
    opening: Mapping[int, int]
    budgeted: Mapping[tuple[int, date | None], int]
    has_budget: bool

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first day of each month up to ``until``."""
        return tuple(month for month in self.year.months if month <= self.until)

    @cached_property
    def is_divided(self) -> bool:
        """Whether there is a budget, and all of it is divided over months."""
        return self.has_budget and all(month is not None for _account, month in self.budgeted)

    @cached_property
    def trial(self) -> TrialBalance:
        """The accounts at the end of it, as ``trial_balance`` reads them."""
        changed: dict[int, int] = defaultdict(int)
        for (pk, _month), amount in self.changes.items():
            changed[pk] += amount
        return TrialBalance(
            year=self.year,
            until=self.until,
            has_opening=bool(self.opening),
            balances=tuple(
                AccountBalance(account, self.opening.get(pk, 0), changed.get(pk, 0))
                for pk, account in self.accounts.items()
                if pk in changed or pk in self.opening
            ),
        )

    @cached_property
    def budget(self) -> BudgetView | None:
        """The budget in force, as ``budget_in_force`` reads it."""
        return BudgetView.of(self.budgeted, self.accounts, self.until) if self.has_budget else None

    @cached_property
    def active_months(self) -> tuple[date, ...]:
        """The months in which anything is posted on an account of the income statement."""
        return tuple(
            month
            for month in self.months
            if any(
                amount
                for (pk, when), amount in self.changes.items()
                if when == month and self._is_result(self.accounts[pk])
            )
        )

    @staticmethod
    def _is_result(account: Account) -> bool:
        return account.kind in RESULT_KINDS and not account.is_year_result

    def _series(
        self, amounts: Mapping[tuple[int, date | None], int] | Mapping[tuple[int, date], int], *kinds: str
    ) -> Series:
        sums: dict[date | None, int] = defaultdict(int)
        for (pk, month), amount in amounts.items():
            account = self.accounts[pk]
            if account.kind in kinds and not account.is_year_result:
                sums[month] += amount
        return tuple(sums[month] for month in self.months)

    @cached_property
    def income(self) -> Series:
        """Income of each month, positive."""
        return _negated(self._series(self.changes, Kind.INCOME))

    @cached_property
    def costs(self) -> Series:
        """Costs of each month, positive."""
        return self._series(self.changes, Kind.COST)

    @cached_property
    def result(self) -> Series:
        """The result of each month, a loss negative."""
        return _negated(self._series(self.changes, *RESULT_KINDS))

    @cached_property
    def budget_income(self) -> Series | None:
        """Budgeted income of each month; None where the budget is not divided over months."""
        return _negated(self._series(self.budgeted, Kind.INCOME)) if self.is_divided else None

    @cached_property
    def budget_costs(self) -> Series | None:
        """Budgeted costs of each month; None where the budget is not divided over months."""
        return self._series(self.budgeted, Kind.COST) if self.is_divided else None

    @cached_property
    def budget_result(self) -> Series | None:
        """The budgeted result of each month; None where the budget is not divided over months."""
        return _negated(self._series(self.budgeted, *RESULT_KINDS)) if self.is_divided else None

    @cached_property
    def whole_budget(self) -> Series | None:
        """The budgeted result of every month of the year; None where the budget is not divided over months."""
        if not self.is_divided:
            return None
        sums: dict[date | None, int] = defaultdict(int)
        for (_pk, month), amount in self.budgeted.items():
            sums[month] -= amount
        return tuple(sums[month] for month in self.year.months)

    @cached_property
    def ended(self) -> int:
        """How many of the year's months have ended on ``until``, or how many it has."""
        if self.reaches_year_end:
            return len(self.year.months)
        # The month of the day after is the first that has not ended.
        following = (self.until + timedelta(days=1)).replace(day=1)
        return sum(month < following for month in self.year.months)

    @property
    def budget_of_year(self) -> int | None:
        """The budgeted result of the whole year, the months to come included; None without a budget."""
        return -sum(self.budgeted.values()) if self.has_budget else None

    @cached_property
    def cumulated_result(self) -> Series:
        """The result since the year began, at the end of each month."""
        return tuple(accumulate(self.result))

    @cached_property
    def cumulated_budget(self) -> Series | None:
        """The budgeted result since the year began, at the end of each month."""
        return None if self.budget_result is None else tuple(accumulate(self.budget_result))

    @cached_property
    def variance(self) -> Series | None:
        """Result − budgeted result of each month; None where the budget is not divided over months."""
        if self.budget_result is None:
            return None
        return tuple(now - then for now, then in zip(self.result, self.budget_result, strict=True))

    @cached_property
    def cumulated_variance(self) -> Series | None:
        """The variance since the year began, at the end of each month."""
        return None if self.variance is None else tuple(accumulate(self.variance))

    @property
    def reaches_year_end(self) -> bool:
        """Whether ``until`` is the year's last day."""
        return self.until >= self.year.end

    @cached_property
    def groups(self) -> tuple[GroupVariance, ...] | None:
        """Every group with a row or a budget, in the table's order.

        None where the variance cannot be derived: without a budget, or with a budget for the whole
        year when not all of it has passed.
        """
        if not self.has_budget or not (self.is_divided or self.reaches_year_end):
            return None
        return self._groups(lambda month: month is None or month in self.months)

    def _groups(self, counts: Callable[[date | None], bool]) -> tuple[GroupVariance, ...]:
        amounts = self._by_group(self.changes, counts)
        budgets = self._by_group(self.budgeted, counts)
        return tuple(
            GroupVariance(
                group,
                amounts.get(group.key, 0) * _natural(group),
                budgets.get(group.key, 0) * _natural(group),
            )
            for group in GROUPS
            if group.key in amounts or group.key in budgets
        )

    @cached_property
    def _group_keys(self) -> dict[int, str]:
        """The group of each account of the income statement, asked for once and not month by month."""
        return {
            pk: group_of(account).key for pk, account in self.accounts.items() if self._is_result(account)
        }

    def _by_group(
        self,
        amounts: Mapping[tuple[int, date | None], int] | Mapping[tuple[int, date], int],
        counts: Callable[[date | None], bool],
    ) -> dict[str, int]:
        found: dict[str, int] = {}
        for (pk, month), amount in amounts.items():
            key = self._group_keys.get(pk)
            if key and counts(month):
                found[key] = found.get(key, 0) + amount
        return found

    @cached_property
    def month_variances(self) -> tuple[MonthVariance, ...] | None:
        """Each month's variance, by group; None where the budget is not divided over months."""
        if not self.is_divided:
            return None
        found = []
        for month in self.months:
            groups = self._groups(lambda when, this=month: when == this)  # type: ignore[misc]
            found.append(MonthVariance(month, sum(group.better for group in groups), groups))
        return tuple(found)

    def _balance(self, belongs: Callable[[Account], bool]) -> Series:
        """What the accounts that *belongs* chooses hold at the end of each month, debit positive."""
        start = sum(amount for pk, amount in self.opening.items() if belongs(self.accounts[pk]))
        by_month: dict[date, int] = defaultdict(int)
        for (pk, month), amount in self.changes.items():
            if belongs(self.accounts[pk]):
                by_month[month] += amount
        return tuple(accumulate((by_month[month] for month in self.months), initial=start))[1:]

    @cached_property
    def liquidity_opening(self) -> int | None:
        """Cash and bank (BAS 19xx) as the year began; None where no opening balance was entered."""
        if not self.opening:
            return None
        return sum(amount for pk, amount in self.opening.items() if _is_liquid(self.accounts[pk]))

    @cached_property
    def liquidity(self) -> Series | None:
        """Cash and bank at the end of each month; None without opening balances or without such accounts."""
        if not self.opening or not any(_is_liquid(account) for account in self.accounts.values()):
            return None
        return self._balance(_is_liquid)


def _negated(series: Series) -> Series:
    return tuple(-amount for amount in series)


def _natural(group: Group) -> int:
    return 1 if group.kind == Kind.COST else -1


def _is_liquid(account: Account) -> bool:
    return account.number.startswith(LIQUID_PREFIX)


def year_in_months(year: FiscalYear, until: date | None = None, known: date | None = None) -> YearInMonths:
    """*year* month by month, up to the day *until* or its end. Six queries at the most.

    With *known*, as the books stood when that day ended: without what was posted later.
    """
    until = min(until or year.end, year.end)
    changes = {
        (account, month): amount
        for (account, month), amount in posted_sums(
            year, ("account", "month"), end=until, known=known
        ).items()
    }
    opening = opening_sums(year, known)
    budget = Budget.objects.filter(fiscal_year=year, in_force=True).first()
    budgeted = budgeted_sums(budget) if budget else {}
    return YearInMonths(
        year=year,
        until=until,
        accounts=_accounts({pk for pk, _month in changes} | {pk for pk, _month in budgeted} | set(opening)),
        changes=changes,
        opening=opening,
        budgeted=budgeted,
        has_budget=budget is not None,
    )


def _accounts(keys: Iterable[int]) -> dict[int, Account]:
    return {account.pk: account for account in Account.objects.filter(pk__in=keys)}


# The years beside one another -----------------------------------------------------------------------


@dataclass(frozen=True)
class YearSummary:
    """A year in a multi-year overview: öre in natural signs; None where it cannot be derived.

    ``result`` and its parts are None where nothing is posted, equity and the rest where no opening
    balance was entered, the budgeted result where no budget is in force.
    """

    year: FiscalYear
    income: int | None
    costs: int | None
    financial: int | None
    budget_result: int | None
    equity_opening: int | None
    equity_closing: int | None
    assets: int | None
    liquidity: int | None

    @property
    def result(self) -> int | None:
        """Income − costs + financial items."""
        if self.income is None or self.costs is None or self.financial is None:
            return None
        return self.income - self.costs + self.financial


def years_until(year: FiscalYear, count: int = MANY_YEARS) -> list[FiscalYear]:
    """*year* and those before it, *count* at the most, oldest first. One query."""
    return list(reversed(FiscalYear.objects.filter(start__lte=year.start).order_by("-start")[:count]))


def years_overview(years: list[FiscalYear]) -> tuple[YearSummary, ...]:
    """What came of each of *years*. Four queries, whatever the number of years or vouchers."""
    changed: dict[int, dict[int, int]] = defaultdict(dict)
    totals = PeriodTotal.objects.filter(fiscal_year__in=years).values_list("fiscal_year", "account")
    for year_pk, account, amount in totals.annotate(sum=Sum(ore_of("amount"))).order_by():
        changed[year_pk][account] = amount
    opening: dict[int, dict[int, int]] = defaultdict(dict)
    for year_pk, account, amount in OpeningBalance.objects.filter(fiscal_year__in=years).values_list(
        "fiscal_year", "account", ore_of("amount")
    ):
        opening[year_pk][account] = amount
    budgets = {
        year_pk: amount or 0
        for year_pk, amount in Budget.objects.filter(fiscal_year__in=years, in_force=True)
        .values_list("fiscal_year")
        .annotate(sum=Sum(ore_of("lines__amount")))
        .order_by()
    }
    accounts = _accounts({pk for of_year in (*changed.values(), *opening.values()) for pk in of_year})
    return tuple(
        _summary(year, accounts, changed.get(year.pk, {}), opening.get(year.pk, {}), budgets.get(year.pk))
        for year in years
    )


def _summary(
    year: FiscalYear,
    accounts: Mapping[int, Account],
    changed: Mapping[int, int],
    opening: Mapping[int, int],
    budget: int | None,
) -> YearSummary:
    def of_result(kind: Kind) -> int | None:
        if not changed:
            return None
        return sum(
            amount
            for pk, amount in changed.items()
            if accounts[pk].kind == kind and not accounts[pk].is_year_result
        )

    def held(belongs: Callable[[Account], bool]) -> int | None:
        if not opening:
            return None
        return sum(
            amount for part in (opening, changed) for pk, amount in part.items() if belongs(accounts[pk])
        )

    income, financial = of_result(Kind.INCOME), of_result(Kind.FINANCIAL)
    # What no closing voucher has moved to equity yet is equity all the same, so 899x count here.
    equity = held(lambda account: account.kind == Kind.EQUITY or account.kind in RESULT_KINDS)
    return YearSummary(
        year=year,
        income=None if income is None else -income,
        costs=of_result(Kind.COST),
        financial=None if financial is None else -financial,
        budget_result=None if budget is None else -budget,
        equity_opening=(
            -sum(amount for pk, amount in opening.items() if accounts[pk].kind == Kind.EQUITY)
            if opening
            else None
        ),
        equity_closing=None if equity is None else -equity,
        assets=held(lambda account: account.kind == Kind.ASSET),
        liquidity=held(_is_liquid),
    )


# The year's end --------------------------------------------------------------------------------------


def earlier_years(year: FiscalYear, count: int = MANY_YEARS) -> list[EarlierYear]:
    """The *count* years before *year* by month, oldest first. Three queries.

    Left out are those without a posted row on the income statement, and those without a budget in
    force of which all is divided over months: they say nothing of how budgets are kept.
    """
    before = list(reversed(FiscalYear.objects.filter(end__lt=year.start).order_by("-start")[:count]))
    results: dict[int, dict[date, int]] = defaultdict(dict)
    totals = PeriodTotal.objects.filter(fiscal_year__in=before, account__in=Account.objects.of_result())
    for year_pk, month, amount in (
        totals.values_list("fiscal_year", "month").annotate(sum=Sum(ore_of("amount"))).order_by()
    ):
        results[year_pk][month] = -amount
    budgets: dict[int, dict[date | None, int]] = defaultdict(dict)
    lines = BudgetLine.objects.filter(budget__fiscal_year__in=before, budget__in_force=True)
    for year_pk, month, amount in (
        lines.values_list("budget__fiscal_year", "month").annotate(sum=Sum(ore_of("amount"))).order_by()
    ):
        budgets[year_pk][month] = -amount
    return [
        EarlierYear(
            [results[each.pk].get(month, 0) for month in each.months],
            [budgets[each.pk].get(month, 0) for month in each.months],
        )
        for each in before
        if each.pk in results and each.pk in budgets and None not in budgets[each.pk]
    ]


def forecast_of(months: YearInMonths) -> Forecast | None:
    """The forecast of a year from the months that have ended; None where no budget is divided over months."""
    if months.whole_budget is None:
        return None
    return forecast(months.result[: months.ended], months.whole_budget, earlier_years(months.year))
